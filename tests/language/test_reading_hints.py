"""What helps the author of a first spec: hints where YAML or the vocabulary trips people up."""

from __future__ import annotations

import pytest

import shapecalc


def hints(layer: str) -> list[str | None]:
    with pytest.raises(shapecalc.SpecError) as caught:
        shapecalc.loads(f"input: 8x8x3\narguments: {{width: 2}}\nlayers:\n  - {layer}\n")
    return [problem.hint for problem in caught.value.problems]


CUT = "a comma ends a value inside { } and [ ]: quote the expression"


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("max(3, width)", CUT),
        ("[max(3, width)]", CUT),
        ('"max(3, width"', None),
        ("max(3", None),
    ],
)
def test_an_expression_that_a_comma_cuts_wants_quotes(value: str, hint: str | None) -> None:
    assert hints(f"{{type: Conv2d, kernel_size: 1, out_channels: {value}}}")[0] == hint


def test_a_type_that_resembles_none_is_to_be_looked_up() -> None:
    hint = "`shapecalc layers` lists all types; define others under blocks:"
    assert hints("{type: Zorp}") == [hint]
    assert hints("{type: Conv2}") == ["did you mean 'Conv2d'?"]


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("Dense", "did you mean 'Linear'?"),
        (
            "maxpool",
            "add the number of spatial dimensions: MaxPool1d, MaxPool2d, MaxPool3d",
        ),
        ("Sequential", "write layers: and no type for a sequence"),
        ("DepthwiseConv2D", "use a Conv2d with groups: in_channels"),
    ],
)
def test_a_type_of_another_framework_is_known_by_what_it_is_called_here(
    name: str, hint: str
) -> None:
    assert hints(f"{{type: {name}}}") == [hint]
