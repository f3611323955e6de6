"""Fuzzes the bytes of specs: those that are bundled, the blocks that ship and the goldens.

    PYTHONPATH=tests python -m fuzz.bytes --seconds 600

uses atheris (https://github.com/google/atheris) where it is installed, which looks for bytes that
reach new code, and otherwise mutates at random, keeping what leads to problems not met together
before. `--engine mutation` does so in any case: the same seed then gives the same bytes. What
fails is written to a file, to be held again with `--replay FILE`. The figures come at the end.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fuzz.holding import Held

ENGINES = ("atheris", "mutation")

SLOWER = 4
"""How many times longer code takes that atheris watches, at the most."""


def mutate(seed: int, seconds: float, executions: int = sys.maxsize) -> Held:
    """Holds mutants until the time is over, or there have been so many. Raises what fails."""
    from fuzz.holding import Held
    from fuzz.mutation import Mutation

    mutation = Mutation(seed)
    held = Held()
    met: set[frozenset[str]] = set()
    end = time.monotonic() + seconds
    while held.executions < executions and time.monotonic() < end:
        data = mutation.mutant()
        codes = hold_or_keep(data, held)
        if codes not in met:
            met.add(codes)
            mutation.corpus.append(data)
    return held


def hold_or_keep(data: bytes, held: Held) -> frozenset[str]:
    """Holds bytes. Those that fail are written to a file."""
    from fuzz.holding import hold

    try:
        return hold(data, held)
    except BaseException:
        path = Path(tempfile.mkdtemp(prefix="shapecalc-fuzz-")) / "failed.yaml"
        path.write_bytes(data)
        print(f"what fails is in {path}", file=sys.stderr)
        raise


def guided(seed: int, seconds: float) -> None:
    """Lets atheris look for bytes until the time is over. Ends the process."""
    # atheris has no types, and is installed by hand
    import atheris  # type: ignore[import-untyped, import-not-found, unused-ignore]

    with atheris.instrument_imports(include=["shapecalc"]):
        from fuzz.holding import SECONDS, Held
        from fuzz.mutation import MAXIMUM_BYTES, Mutation

        held = Held(SLOWER * SECONDS)
        folder = Path(tempfile.mkdtemp(prefix="shapecalc-fuzz-"))
        mutation = Mutation(seed)
        corpus = folder / "corpus"
        corpus.mkdir()
        for index, data in enumerate(mutation.seeds):
            (corpus / str(index)).write_bytes(data)
        quoted = ("".join(f"\\x{byte:02x}" for byte in word) for word in mutation.words)
        (folder / "words").write_text("".join(f'"{word}"\n' for word in quoted), encoding="ascii")
        end = time.monotonic() + seconds

        def one(data: bytes) -> None:
            if time.monotonic() > end:
                print(f"atheris: {held}", flush=True)
                shutil.rmtree(folder)
                os._exit(0)
            hold_or_keep(data, held)

        options = (f"-max_len={MAXIMUM_BYTES}", f"-seed={seed}", f"-dict={folder / 'words'}")
        atheris.Setup([sys.argv[0], *options, "-verbosity=0", "-timeout=60", str(corpus)], one)
        atheris.Fuzz()


def main() -> None:
    """Reads the options, fuzzes, and prints the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engine", choices=ENGINES)
    parser.add_argument("--replay", type=Path, help="a file to be held alone")
    options = parser.parse_args()
    if options.replay:
        from fuzz.holding import Held

        held = Held()
        hold_or_keep(options.replay.read_bytes(), held)
        print(f"it holds: {held}")
        return
    engine = options.engine or ("atheris" if find_spec("atheris") else "mutation")
    if engine == "atheris":
        guided(options.seed, options.seconds)
    print(f"mutation: {mutate(options.seed, options.seconds)}")


if __name__ == "__main__":
    main()
