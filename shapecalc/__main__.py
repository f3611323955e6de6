"""The command `shapecalc`, and what every command comes to: an exit status and its messages."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

    from click import ClickException

    from shapecalc.problems.problem import SpecError

OK = 0
PROBLEMS = 1
"""What was read is wrong."""
FAILED = 2
"""The command line, the reading or writing, or shapecalc itself is."""
INTERRUPTED = 130


def main() -> int:
    """Runs the command line, and returns its exit status: see the constants above.

    No exception leaves it, and none is printed as a traceback unless SHAPECALC_DEBUG is set.
    """
    try:
        from shapecalc.cli.output import drop, reliable

        sys.stdout = reliable(sys.stdout, "standard output")
        sys.stderr = reliable(sys.stderr)
        status = _with_room(_run)
        try:
            sys.stdout.flush()
        except OSError as error:
            drop(sys.stdout)
            if status != FAILED:  # else it has been said
                status = _fail(_reason(error))
    except KeyboardInterrupt:
        return INTERRUPTED
    return status


def _with_room(run: Callable[[], int]) -> int:
    """What a function returns, run where no call comes to the end of a chunk of Python's stack.

    CPython keeps frames in chunks of 16 KiB, which it asks the system for when a call begins in a
    new one and gives back when that returns. A loop whose calls do so takes up to five times as
    long, and it is chance at which depth one does. A frame that is larger gets a larger chunk, of
    which the rest, more than a MiB, is for the frames after it; no more than is used is resident.
    """
    return run()


_with_room.__code__ = _with_room.__code__.replace(co_stacksize=300_000)


def _run() -> int:
    import click

    from shapecalc.cli import cli
    from shapecalc.problems.problem import SpecError

    options: dict[str, str] = {}
    if "_SHAPECALC_COMPLETE" in os.environ:
        from click.shell_completion import add_completion_class

        from shapecalc.cli.bash_completion import Bash

        add_completion_class(Bash)
    try:
        # On Windows, click would replace patterns, variables and `~` in any argument: in the
        # values of options too, and in the names of files that a hook has listed.
        status = cli.main(
            prog_name="shapecalc", standalone_mode=False, obj=options, windows_expand_args=False
        )
    except SpecError as error:
        _report(error, options.get("color"))
        return PROBLEMS
    except click.exceptions.Abort:  # what click makes of an interrupt
        return INTERRUPTED
    except click.ClickException as error:
        return _misused(error, options.get("color"))
    except OSError as error:
        return _fail(_reason(error), options.get("color"))
    except Exception as error:
        return _fault(error, options.get("color"))
    return status if isinstance(status, int) else OK


def _report(error: SpecError, wish: str | None) -> None:
    from shapecalc.check.formats import full as problems
    from shapecalc.cli.output import write

    summary = problems.summary_line(error.problems)
    write([*problems.problem_lines(error.problems), summary], sys.stderr, wish)


def _misused(error: ClickException, wish: str | None) -> int:
    from click import UsageError

    from shapecalc.cli.output import said_of

    message = said_of(error)
    if isinstance(error, UsageError) and error.ctx is not None:
        if type(error).__name__ == "NoArgsIsHelpError":  # new in click 8.2
            print(error.format_message(), file=sys.stderr)
            return FAILED
        message += f" (see {error.ctx.command_path} --help)"
    return _fail(message, wish)


def _reason(error: OSError) -> str:
    from shapecalc.problems.problem import reason

    why = reason(error)
    return why if error.filename is None else f"{error.filename}: {why}"


def _fault(error: Exception, wish: str | None) -> int:
    if os.environ.get("SHAPECALC_DEBUG"):
        import traceback

        traceback.print_exception(error)
    cause = f"{type(error).__name__}: {error}".partition("\n")[0]
    return _fail(f"internal error, please report this bug: {cause}", wish)


def _fail(message: str, wish: str | None = None) -> int:
    from shapecalc.cli.output import write_error

    write_error(message, wish)
    return FAILED


def entry() -> NoReturn:
    """Runs `main` as a process of its own, and leaves with its exit status.

    A command is over before a garbage collection could pay, and all that Python would do at its
    end is to free the memory piece by piece: the system takes it back at once.
    """
    gc.disable()
    status = main()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(status)


if __name__ == "__main__":
    entry()
