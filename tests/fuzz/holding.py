"""What holds for any bytes: a check ends in time with problems or a network, every format shows
either, and what a check finds right is right for the library, too.
"""

from __future__ import annotations

import io
import json
import resource
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable
from contextlib import suppress
from itertools import chain
from unicodedata import category

from arithmetic import evaluated
from spec_folders import lock_text

import shapecalc
from shapecalc.analysis.explanation import Explanation
from shapecalc.analysis.reductions import Savings
from shapecalc.analysis.summary import Summary
from shapecalc.check import lock
from shapecalc.check.check import Checked, check
from shapecalc.check.formats import FORMATS
from shapecalc.check.lock_difference import LockComparison
from shapecalc.check.report import CheckedFile, Report
from shapecalc.check.runs import variants_to_run
from shapecalc.diff import Room
from shapecalc.diff import json as diff_json
from shapecalc.diff import markdown as diff_markdown
from shapecalc.diff import table as diff_table
from shapecalc.diff.comparison import Comparison
from shapecalc.limits import MAXIMUM_EXPLAINED
from shapecalc.problems.problem import Problem, Refusal
from shapecalc.render import (
    csv,
    dot,
    explained,
    explained_json,
    explained_markdown,
    fitting,
    markdown,
    mermaid,
    plain,
)
from shapecalc.render import json as json_format
from shapecalc.shapes.size import Size, derivation, formula, leaves
from shapecalc.tables.document import Options, blocks_with_branches, document
from shapecalc.text.source import Source
from shapecalc.text.styles import Line, text_of, write_lines
from shapecalc.yaml.decode import decode

SECONDS = 2.0
"""The processor time that a run of a spec may take, and all formats of it."""

MEBIBYTES = 300
"""The memory that a process may take that holds one spec."""

FRESH = 60
"""That of a process that has held none; others have what ran in them before, as tests have."""

MAXIMUM_LAYERS = 2_000
"""The layers of a network up to which it is shown in every format: all take their time."""

_INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}


class Held:
    """What was held so far.

    seconds: the processor time that one run of a spec may take. networks: the executions that
    came to a network, or whatever is right. slowest: the seconds and the bytes of what took
    longest. nearest: the most that any run took of the time that it may take. most: the
    mebibytes of what took most of them.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self.executions = 0
        self.networks = 0
        self.codes: set[str] = set()
        self.slowest = (0.0, b"")
        self.nearest = 0.0
        self.most = 0

    def __str__(self) -> str:
        return (
            f"{self.executions} executions, {self.networks} of them with a network, "
            f"{len(self.codes)} codes, slowest {self.slowest[0]:.2f} s, "
            f"{self.nearest:.0%} of what is allowed, {self.most} MiB"
        )


def mebibytes() -> int:
    """The most memory that this process has taken since `forget_memory`, or ever."""
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            return next(int(line.split()[1]) for line in status if line[:6] == "VmHWM:") // 1024
    except OSError:  # no Linux
        return in_mebibytes(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def in_mebibytes(peak: int) -> int:
    """The most memory that a process has taken, as the system counts it, in mebibytes."""
    return peak // (1024 * 1024 if sys.platform == "darwin" else 1024)


def forget_memory() -> None:
    """Begin to count the most memory anew, where the system can (Linux: man 5 proc)."""
    with suppress(OSError), open("/proc/self/clear_refs", "w", encoding="ascii") as peak:
        peak.write("5")


def hold(data: bytes, held: Held) -> frozenset[str]:
    """Holds shapecalc to its word for the bytes of a spec. The codes of what is wrong with it.

    Raises AssertionError, or whatever shapecalc raises.
    """
    forget_memory()
    already = max(0, mebibytes() - FRESH)
    began = time.process_time()
    source = decode(data, "a.yaml")
    checked = Checked(None, [source]) if isinstance(source, Problem) else check(source)
    took = time.process_time() - began
    runs = 1 if checked.spec is None else sum(1 for _ in variants_to_run(checked.spec))
    held.executions += 1
    held.slowest = max(held.slowest, (took / runs, data))
    held.nearest = max(held.nearest, took / runs / held.seconds)
    assert took < held.seconds * runs, f"the check took {took:.2f} s"
    began = time.process_time()
    _hold_report(checked)
    if checked.spec is not None:
        assert isinstance(source, Source)
        networks = [
            _hold_network(source, each, checked.failed) for each in variants_to_run(checked.spec)
        ]
        held.networks += any(networks)
        if all(networks):
            _hold_lock(source)
    took = time.process_time() - began
    assert took < held.seconds * (1 + runs), f"the formats took {took:.2f} s"
    took_up = mebibytes() - already
    held.most = max(held.most, took_up)
    assert took_up < MEBIBYTES, f"it took {took_up} MiB"
    codes = frozenset(problem.code for problem in checked.problems)
    held.codes |= codes
    return codes


def _hold_network(source: Source, variant: str | None, failed: bool) -> bool:
    """Holds the network of a variant. Whether there is one that every format shows.

    failed: whether a check found something wrong.
    """
    summary = _loaded(source, variant)
    if summary is None:
        assert failed
        return False
    if sum(1 for _ in summary.walk()) > MAXIMUM_LAYERS:
        return False
    _hold_summary(summary)
    again = _loaded(source, variant)
    assert again is not None
    assert (again.output, again.params) == (summary.output, summary.params)
    _hold_comparison(summary, again)
    return True


def _hold_report(checked: Checked) -> None:
    report = Report([CheckedFile("a.yaml", checked.problems)])
    for format_, written in FORMATS.items():
        text = _text(written.lines(report))
        _assert_visible(text)
        if format_ in ("json", "gitlab", "sarif"):
            json.loads(text)
        elif format_ == "junit":
            ElementTree.fromstring(text)
        elif format_ in ("concise", "github"):
            assert len(text.splitlines()) == len(report.problems)
    write_lines(FORMATS["full"].lines(report), io.StringIO(), color=True)


def _hold_summary(summary: Summary) -> None:
    options = Options("zh", "chw", None, blocks_with_branches(summary), explain=True)
    shown = document(summary, options)
    tree = document(summary, Options("en", "hwc", None, [], 9))
    for text in (
        _text(markdown.lines(shown, options)),
        _text(plain.lines(shown)),
        _text(csv.lines(tree.tables[0], options)),
        _text(plain.lines(tree, "ascii", roles=True)),
    ):
        _assert_visible(text)
        text.encode()
    json.loads("\n".join(json_format.lines(summary, options)))
    for drawing in (mermaid, dot):
        _assert_visible(_text(drawing.lines(summary, Options("zh", "chw"))))
    _hold_explanation(summary)
    write_lines(fitting.lines(tree, 70), io.StringIO(), color=True)


def _hold_explanation(summary: Summary) -> None:
    """Holds every derivation to its figure, and what is told of it to be visible."""
    told = Explanation(summary, [node for node, _ in summary.walk()], True)
    if told.size > MAXIMUM_EXPLAINED:
        return
    figures = (figure for node in told.nodes for figure in told.figures(node))
    for size in (figure.size for figure in chain(figures, told.totals())):
        if isinstance(size, Size):
            assert evaluated(derivation(size)) == size
            terms = [(str(leaf.how), int(leaf)) for leaf in leaves(size)]
            assert len(set(terms)) == len(dict(terms)), f"{terms}: one name for two numbers"
            assert evaluated(formula(size), dict(terms)) == size
    with suppress(Refusal):
        blocks = Savings(summary, [node for node in told.nodes if node.layer is None])
        for each in (told, blocks):
            json.loads("\n".join(explained_json.lines(each, Options())))
            for format_ in (explained, explained_markdown):
                _assert_visible(_text(format_.lines(each, Options("zh", "chw"))))


def _loaded(source: Source, variant: str | None) -> Summary | None:
    """The network as the library gives it; None where it refuses."""
    try:
        return shapecalc.loads(source.text, source.path).summary(variant=variant)
    except shapecalc.SpecError as error:
        assert error.problems
        assert str(error)
        return None


def _hold_lock(source: Source) -> None:
    text = lock_text(source)
    _assert_visible(text.removesuffix("\n"))
    comparison = lock.compared(text, source)
    assert isinstance(comparison, LockComparison)
    check(source, each=comparison.add)
    assert comparison.problem() is None


def _hold_comparison(before: Summary, after: Summary) -> None:
    same = Comparison(before, after, None)
    assert not same.differs
    json.loads("\n".join(diff_json.lines(same, ("a", "b"), Room())))
    for text in (
        _text(diff_markdown.lines(same, ("a", "b"), Room())),
        _text(diff_table.lines(same, ("a", "b"), Room(60))),
    ):
        _assert_visible(text)


def _text(lines: Iterable[Line]) -> str:
    return "\n".join(map(text_of, lines))


def _assert_visible(text: str) -> None:
    if not text.isascii() or not text.replace("\n", "").isprintable():
        assert {char for char in text if category(char) in _INVISIBLE} <= {"\n"}
