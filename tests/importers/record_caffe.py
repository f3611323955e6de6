"""Records what Caffe makes of the networks of the tests: the shapes of all blobs and parameters.

    python tests/importers/record_caffe.py PROGRAM...

Each is `caffe_shapes.cpp`, built against a Caffe, and the first that runs a network says what it
makes. `forks.prototxt` needs the layers of several forks, `unpooling.prototxt` those of SegNet's.
One line of `caffe_shapes.jsonl` is a layer of a network.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile

from caffe_networks import FILES, GIVEN, RECORDED, pools_text


def record(programs: list[str]) -> None:
    """Run Caffe on every network, and on the pools."""
    lines: list[str] = []
    for path in sorted(FILES.glob("*.prototxt")):
        given = [f"{top}={shape}" for top, shape in GIVEN.get(path.stem, {}).items()]
        made = map(json.loads, _run(programs, str(path), *given))
        lines.extend(json.dumps({"network": path.stem, **line}) for line in made)
    with tempfile.NamedTemporaryFile("w", suffix=".prototxt") as file:
        file.write(pools_text())
        file.flush()
        for line in _run(programs, file.name):
            layer = json.loads(line)
            if layer["type"] == "Pooling":
                lines.append(json.dumps({"pool": layer["name"], "makes": layer["makes"][0][2:]}))
    RECORDED.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _run(programs: list[str], *arguments: str) -> list[str]:
    for program in programs:
        done = subprocess.run([program, *arguments], capture_output=True, text=True)
        if done.returncode == 0:
            return done.stdout.splitlines()
    raise SystemExit(f"no program runs {arguments}")


if __name__ == "__main__":
    record(sys.argv[1:])
