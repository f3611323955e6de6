"""The lines of cfg files: numbers as C reads them, options, and what is wrong with a file."""

from __future__ import annotations

import ctypes
import math
import sys

import pytest
from cfg_networks import network_of, sections_of
from hypothesis import given
from hypothesis import strategies as st

from shapecalc.importers.darknet.cfg import read_sections
from shapecalc.importers.darknet.numbers import atof, atoi, quotient
from shapecalc.limits import MAXIMUM_CFG, MAXIMUM_IMPORTED, MAXIMUM_KEYS, MAXIMUM_LIST
from shapecalc.problems.problem import Refusal
from shapecalc.text.source import Source

needs_c = pytest.mark.skipif(sys.platform != "linux", reason="asks the C library of Linux")

INTEGERS = st.one_of(
    st.integers().map(str),
    st.integers(-(2**65), 2**65).map(str),
    st.from_regex(r"\A[ \t\v\f]{0,2}[+-]{0,2}0{0,30}[0-9]{0,25}[a-z.,]{0,2}\Z"),
)
DECIMALS = st.one_of(
    st.floats(allow_nan=False).map(repr),
    INTEGERS,
    st.from_regex(r"\A ?[+-]?[0-9]{0,3}\.?[0-9]{0,3}([eE][+-]?[0-9]{0,3})?[a-z#]{0,2}\Z"),
    st.from_regex(r"\A[+-]?0[xX][0-9a-f]{0,3}\.?[0-9a-f]{0,3}([pP][+-]?[0-9]{0,2})?\Z"),
    st.sampled_from(["inf", "-Infinity", "nan", "+inf2", ".", "1e", "0x", ".e1", "1e999", "-"]),
)


@needs_c
@given(INTEGERS)
def test_integers_are_read_as_c_reads_them(text: str) -> None:
    assert atoi(text) == ctypes.CDLL(None).atoi(text.encode())


@needs_c
@given(DECIMALS)
def test_decimals_are_read_as_c_reads_them(text: str) -> None:
    function = ctypes.CDLL(None).atof
    function.restype = ctypes.c_double
    expected = function(text.encode())
    assert atof(text) == expected or (math.isnan(expected) and math.isnan(atof(text)))


@given(st.integers(-(10**6), 10**6), st.integers(-9, 9).filter(bool))
def test_quotients_round_towards_zero(dividend: int, divisor: int) -> None:
    assert quotient(dividend, divisor) == math.trunc(dividend / divisor)


def test_lines() -> None:
    text = (
        "# comment\n[ first ] \r\n a b = 1 2 \n\ta=\na=3\na=4\nb\nb=5\n=6\n;x=7\nc==8\n"
        "[second\n[third] # more\nd=9"
    )
    first, second, third = read_sections(text)
    assert (first.type, second.type, third.type) == ("first", "[second", "[third]#more")
    assert first.integer("ab", 0) == 12
    assert first.integer("a", 0) == 3
    assert first.integer("b", 1) == 1
    assert not first.has("b")
    assert first.text("c", "") == "=8"
    assert first.text("", "none") == "6"
    assert text[first.place_of("b") :].startswith("b\n")
    assert text[first.place_of("missing") :].startswith("[ first ]")
    assert third.integer("d", 0) == 9


NET = "[net]\nheight=8\nwidth=8\nchannels=4\n"

REFUSED = {
    "": (1, "a cfg without sections"),
    "# nothing\n": (1, "a cfg without sections"),
    "a=1\n[net]\n": (1, "an option before the first section"),
    "\n[Net]\n": (2, "the first section is [Net], not [net] or [network]"),
    "[net]\nheight=-1\nwidth=8\nchannels=3\n": (2, "[net]: height is -1"),
    NET + "inputs=3\n": (5, "[net]: inputs is 3, height x width x channels is 256"),
    NET + "[maxpool]\nsize=0\n": (6, "[maxpool]: size is 0, not at least 1"),
    NET + "[maxpool]\nstride=x\n": (6, "[maxpool]: stride is 0, not at least 1"),
    NET + "[convolutional]\nstride_x=2\nstride=-1\n": (7, "[convolutional]: stride is -1, not"),
    NET + "[route]\n": (5, "[route]: no layers"),
    NET + "[route]\nlayers=0\n": (6, "[route]: layers names section 0, which is not before"),
    NET + "[maxpool]\n[route]\nlayers=-2\n": (7, "[route]: layers names section -1, which is not"),
    NET + "[maxpool]\n[route]\nlayers=-1\ngroups=0\n": (8, "[route]: groups is 0, not at least 1"),
    NET + "[maxpool]\n[route]\nlayers=-1\ngroups=2\ngroup_id=2\n": (9, "[route]: group_id is 2"),
    NET + "[maxpool]\n[route]\nlayers=-1\ngroups=3\n": (8, "[route]: groups is 3, which does not"),
    NET + "[maxpool]\n[shortcut]\n": (6, "[shortcut]: no from"),
    NET + "[cost]\n[maxpool]\n": (6, "[maxpool]: its input has no height and width"),
    NET + "[convolutional]\nfilters=0\n": (5, "layer 1 of 1 'conv0.conv' (Conv2d): "),
    NET + "[convolutional]\nsize=9\n": (5, "layer 1 of 1 'conv0.conv' (Conv2d): "),
    NET + "[convolutional]\nshare_index=0\n": (6, "[convolutional]: share_index names section 0"),
    NET + "[conv]\n[conv]\nfilters=2\nshare_index=-1\n": (8, "[conv]: share_index names section 0"),
    NET + "[yolo]\nclasses=4\n": (
        5,
        "layer 1 of 1 'yolo0' (Identity): the file says an output of 8x8x9",
    ),
    NET + "[detection]\nside=3\n": (5, "[detection]: it has 27 numbers to read, its input 8x8x4"),
    NET + "[maxpool]\n[shortcut]\nfrom=0\nweights_type=of_each\n": (
        8,
        "[shortcut]: unknown weights_type 'of_each'",
    ),
    NET + "[cost]\n[shortcut]\nfrom=-1\n": (6, "[shortcut]: its inputs have no height and width"),
    NET + "[softmax]\ngroups=3\n": (6, "[softmax]: groups is 3, which does not divide 256"),
    NET + "[normalization]\nalpha=nan\n": (6, "[normalization]: alpha is nan, not a finite"),
    NET + "[maxpool]\n[avgpool]\n[sam]\nfrom=0\n": (8, "[sam]: from names an output of 8x8x4"),
    NET + "[maxpool]\n[maxpool]\nsize=2\nstride=2\n[scale_channels]\nfrom=0\n": (
        10,
        "[scale_channels]: from names an output of 8x8x4, which its input, 4x4x4, does not scale",
    ),
    NET + "[conv]\nstride=3\n[conv]\nstride=2\n[shortcut]\nfrom=0,0\n": (
        10,
        "[shortcut]: from names an output of 3x3x1, which does not fit 2x2x1",
    ),
    NET + "[conv]\nfilters=4\nstride=2\nantialiasing=1\n[shortcut]\nfrom=-1\n": (
        10,
        "[shortcut]: from names section 0, which antialiasing makes smaller than it says",
    ),
    NET + "a=\0\n": (5, "a NUL, which no cfg has"),
}


@pytest.mark.parametrize(("text", "expected"), REFUSED.items(), ids=range(len(REFUSED)))
def test_what_is_wrong_is_said_at_its_line(text: str, expected: tuple[int, str]) -> None:
    with pytest.raises(Refusal) as raised:
        network_of(text)
    line = Source("a.cfg", text).position(raised.value.offset or 0)[0]
    assert raised.value.message.startswith(expected[1])
    assert line == expected[0]


UNKNOWN = {
    "[convolutinal]": "no section of Darknet has this type",
    "[avgpool]\n[convolutional]\nsway=1": "no layer type is a convolution with sway",
    "[convolutional]\nsway=1": "no layer type is a convolution with sway",
    "[convolutional]\nactivation=ramp": "no layer type is the activation ramp, 0.1 x plus",
    "[convolutional]\nsize=3\ndilation=2": "the padding 0 of a kernel of 3, dilated by 2, makes it",
    "[local]\nsize=5\npad=1": "the padding 1 makes it 6 positions, of which Darknet keeps 8",
    "[conv]\nfilters=4\n[conv]\nfilters=4\ncbn=1\nshare_index=-1": "section 0 has weights",
    "[maxpool]\nmaxpool_depth=1\nout_channels=3": "its 4 channels are not a multiple of",
    "[maxpool]\n[shortcut]\nfrom=-1\nweights_type=per_channel": "no layer type is a sum with",
    "[maxpool]\n[shortcut]\nfrom=-1\nalpha=2": "no layer type is a sum with the factor alpha",
    "[conv]\nfilters=4\nstride=2\n[maxpool]\n[upsample]\n[shortcut]\nfrom=0": "no layer type adds",
    "[upsample]\nscale=2": "no layer type is an upsampling with the factor 2",
    "[upsample]\nstride=-3": "no layer type sums squares of 3 of 8x8 with the factor 1",
    "[reorg]\nflatten=1": "no layer type is a reorg with flatten",
    "[reorg]\nstride=4": "its stride, 4, does not divide 8x8x4",
    "[reorg3d]\nstride=3": "its stride, 3, does not divide 8x8x4",
    "[softmax]\ntemperature=2": "no layer type is a softmax with a temperature",
    "[softmax]\ntree=a.tree": "no layer type is a softmax in the groups of a tree",
    "[l2norm]": "no layer type divides the channels by their Euclidean norm",
    "[implicit]": "no layer type is learned numbers without an input",
    "[crnn]\nstride=2": "its numbers depend on those of the frames before",
    "[reorg]\nextra=2": "no layer type is a reorg with extra",
    "[rnn]": "its numbers depend on those of the frames before",
}


@pytest.mark.parametrize(("text", "why"), UNKNOWN.items())
def test_what_the_language_does_not_have_stops(text: str, why: str) -> None:
    with pytest.raises(Refusal) as raised:
        network_of(NET + text + "\n")
    assert raised.value.code == "SC502"
    assert why in raised.value.message


def test_a_type_that_is_nearly_one_is_suggested() -> None:
    with pytest.raises(Refusal) as raised:
        network_of(NET + "[convolutinal]\n")
    assert raised.value.hint is not None
    assert raised.value.hint.startswith(
        "did you mean 'convolutional'? `shapecalc import --partial`"
    )


@pytest.mark.parametrize("missing", ["height", "channels", "all"])
def test_sizes_that_are_missing_are_asked_for(missing: str) -> None:
    lines = [line for line in NET.splitlines() if not line.startswith(missing)]
    text = "\n".join(lines if missing != "all" else ["[net]"]) + "\n[maxpool]\n"
    with pytest.raises(Refusal) as raised:
        network_of(text)
    assert raised.value.code == "SC504"
    section = sections_of(network_of(text, "6x7x8"))[0]
    assert str(section.output) == "6x7x8"


def test_inputs_alone_are_a_vector() -> None:
    section = sections_of(network_of("[net]\ninputs=100\n[connected]\noutput=7\n"))[0]
    assert section.output == (7,)
    assert section.stored == 707


LARGE = {
    "line": NET + "[maxpool]\n#" + "a" * (MAXIMUM_CFG - 100),
    "blanks": NET + "[maxpool]" + " " * (MAXIMUM_CFG - 100),
    "lines": NET + "[maxpool]\n" + "a\n" * (MAXIMUM_CFG // 2 - 100),
    "digits": NET + "[maxpool]\nsize=" + "0" * 1_000_000 + "2",
}


@pytest.mark.parametrize("text", LARGE.values(), ids=LARGE)
def test_large_files_are_read(text: str) -> None:
    assert len(network_of(text).layers) == 1


HOSTILE = {
    "long": NET + "[maxpool]\n#" + "a" * MAXIMUM_CFG,
    "wide": NET + "[maxpool]\n#" + "é" * (MAXIMUM_CFG // 2),
    "sections": NET + "[maxpool]\n" * (MAXIMUM_IMPORTED + 1),
    "options": NET + "[maxpool]\n" + "\n".join(f"{number}=1" for number in range(MAXIMUM_KEYS + 1)),
    "inputs": NET + "[maxpool]\n[route]\nlayers=" + "-1," * (MAXIMUM_LIST + 1),
    "connections": NET + "[maxpool]\n" + ("[route]\nlayers=" + "0," * 999 + "\n") * 101,
    "numbers": NET + "[dropout]\nprobability=" + "9" * 1_000_000,
    "digits": NET + "[maxpool]\nsize=" + "9" * 1_000_000,
    "large": "[net]\nheight=2000000000\nwidth=2000000000\nchannels=2000000000\n[maxpool]\n",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_files_are_refused(text: str) -> None:
    with pytest.raises(Refusal):
        network_of(text)
