"""Records what Caffe makes of the networks of the tests: the shapes of all blobs and parameters.

    PYTHONPATH=tests python -m importers.record_caffe PROGRAM

PROGRAM is `caffe_shapes.cpp`, built against Caffe; for `forks.prototxt` it needs the layers of the
forks that are named there. One line of `caffe_shapes.jsonl` is a layer of a network.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile

from caffe_networks import FILES, GIVEN, RECORDED, pools_text


def record(program: str) -> None:
    """Run Caffe on every network, and on the pools."""
    lines: list[str] = []
    for path in sorted(FILES.glob("*.prototxt")):
        given = [f"{top}={shape}" for top, shape in GIVEN.get(path.stem, {}).items()]
        made = map(json.loads, _run([program, str(path), *given]))
        lines.extend(json.dumps({"network": path.stem, **line}) for line in made)
    with tempfile.NamedTemporaryFile("w", suffix=".prototxt") as file:
        file.write(pools_text())
        file.flush()
        for line in _run([program, file.name]):
            layer = json.loads(line)
            if layer["type"] == "Pooling":
                lines.append(json.dumps({"pool": layer["name"], "makes": layer["makes"][0][2:]}))
    RECORDED.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _run(command: list[str]) -> list[str]:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


if __name__ == "__main__":
    record(sys.argv[1])
