"""A file of blocks that is checked brings what imports it."""

from __future__ import annotations

from pathlib import Path

from running import run
from spec_folders import RIGHT, concise, write

BLOCKS = "blocks: {Unit: {layers: [{name: c, type: Conv2d, out_channels: 2, kernel_size: 1}]}}\n"
USE = "import: {}\ninput: 8x8x3\nlayers: [{{name: u, type: Unit, expect: 8x8x2}}]\n"


def test_what_imports_a_changed_file_of_blocks_is_checked(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    more = "import: lib/unit.yaml\nblocks: {}\n"
    other = USE.format("nets/more.yaml").replace("Unit,", "ReLU,").replace("x2", "x3")
    write(tmp_path, nets__lib__unit=BLOCKS, nets__more=more, top=other, plain=RIGHT)
    write(tmp_path, nets__lib__beside=USE.format("unit.yaml"), nets__other__unit=BLOCKS)
    write(tmp_path, nets__direct=USE.format("lib/unit.yaml"), apart__a=USE.format("unit.yaml"))
    (tmp_path / "nets" / ".hidden.yaml").write_text(USE.format("lib/unit.yaml"), encoding="utf-8")
    for name in ("nets/lib/unit.yaml", str(tmp_path / "nets" / "lib" / "unit.yaml")):
        err = run("check", name, folder=tmp_path).err  # lib/beside, direct, more, top
        assert err == "5 specs checked, no problems found\n"
    write(tmp_path, nets__lib__unit=BLOCKS.replace("channels: 2", "channels: 4"))
    assert concise("nets/lib/unit.yaml", folder=tmp_path)[:2] == (
        1,
        ["nets/direct.yaml:3:40:SC301", "nets/lib/beside.yaml:3:40:SC301"],
    )
    here = tmp_path / "nets" / "lib"
    assert concise("unit.yaml", folder=here)[1] == [
        "../direct.yaml:3:40:SC301",
        "beside.yaml:3:40:SC301",
    ]
    assert concise("unit.yaml", "--exclude", "beside.yaml", folder=here)[1] == [
        "../direct.yaml:3:40:SC301"
    ]
    (tmp_path / ".git").rmdir()
    assert concise("unit.yaml", folder=here)[1] == ["beside.yaml:3:40:SC301"]


def test_files_that_import_one_another_end(tmp_path: Path) -> None:
    for index in range(300):
        text = f"import: [b{(index + 1) % 300}.yaml, none.yaml, ../out.yaml, 3]\nblocks: {{}}\n"
        (tmp_path / f"b{index}.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "link.yaml").symlink_to("/etc/passwd")
    assert run("check", "b7.yaml", folder=tmp_path, seconds=8).status == 1


def test_a_spec_that_is_not_named_gets_no_lock_but_keeps_its_own_right(tmp_path: Path) -> None:
    use = USE.replace(", expect: 8x8x2", "")
    write(tmp_path, unit=BLOCKS, a=use.format("unit.yaml"), b=use.format("unit.yaml"))
    assert run("check", "--lock", "a.yaml", folder=tmp_path).status == 0
    write(tmp_path, unit=BLOCKS.replace("channels: 2", "channels: 4"))
    assert [each[-5:] for each in concise("unit.yaml", folder=tmp_path)[1]] == ["SC304"]
    assert run("check", "--lock", "unit.yaml", folder=tmp_path).err == (
        "changed a.lock\n3 specs checked, no problems found\n"
    )
    assert sorted(path.name for path in tmp_path.glob("*.lock")) == ["a.lock"]
