"""Layers as programs write them, and as PyTorch's documentation and print() have them, and what
PyTorch makes of them: it is Python that evaluates each text here.
"""

# torch is no dependency of the project
# mypy: disable-error-code="import-not-found"
from __future__ import annotations

import inspect
import re
from collections import OrderedDict
from collections.abc import Iterator
from random import Random
from typing import Any, NamedTuple

import draw_specs
import torch
import torch_layers
import torch_windows
from torch import nn

SCOPE = {**vars(nn), "nn": nn, "torch": torch, "OrderedDict": OrderedDict}
"""The names that a text may use."""

PREFIXES = ("", "nn.", "torch.nn.")

LAZY = ("Conv", "ConvTranspose", "BatchNorm", "InstanceNorm", "Linear")


class Written(NamedTuple):
    """A text of layers, how it is written, and the shape of an input, channels first.

    of: the text of the module that print() shows so.
    """

    form: str
    text: str
    input: list[int]
    of: str = ""


class Made(NamedTuple):
    """What PyTorch makes of it: the output's shape, channels first, the parameters, and what
    print() shows before it has run."""

    output: list[int]
    params: int
    shown: str


def made(written: Written, batch: int = 2) -> Made:
    """What PyTorch makes of a text. Raises whatever PyTorch does where it refuses, and RefusedError
    for an output that is empty or has another batch."""
    module: nn.Module = eval(written.of or written.text, dict(SCOPE))  # texts of these tests alone
    shown = str(module)
    table = isinstance(module, nn.Embedding)
    input = torch.zeros(batch, *written.input, dtype=torch.long if table else torch.float32)
    output = module.eval()(input)
    if table:
        output = output.movedim(-1, 1)
    if len(output) != batch or not output.numel():
        raise torch_windows.RefusedError("an output that is empty or has another batch")
    params = sum(parameter.numel() for parameter in module.parameters())
    return Made(list(output.shape[1:]), params, shown)


def value(value: Any, as_list: bool = False) -> str:
    """A value as a program writes it."""
    if isinstance(value, list) and not as_list:
        return repr(tuple(value))
    return repr(value)


def parameters(name: str) -> list[str]:
    """The parameters of a class that may be given by their order."""
    found = inspect.signature(getattr(nn, name).__init__).parameters.values()
    return [each.name for each in found if each.kind is each.POSITIONAL_OR_KEYWORD][1:]


def drawn(name: str, random: Random) -> Iterator[Written]:
    """A random layer of a type in every form; nothing where PyTorch or the language refuses it."""
    case = draw_specs.drawn(name, random)
    fields = dict(case.fields)
    inferred = torch_layers.INFERRED.get(torch_windows.stem(name))
    if inferred and fields.get(inferred) is None:
        fields[inferred] = case.inputs[0][0]
    fields.pop("per_position", None)
    input = case.inputs[0]
    if len(case.inputs) > 1:
        return
    keywords = [f"{key}={value(each)}" for key, each in fields.items()]
    first = Written("keywords", f"{random.choice(PREFIXES)}{name}({', '.join(keywords)})", input)
    try:
        torch_layers.check_inputs(name, fields, [torch.zeros(2, *input)])
        shown = made(first).shown
    except Exception:  # constructors and layers raise many kinds
        return
    yield first
    random.shuffle(keywords)
    yield Written("keywords", f"{name}({', '.join(keywords)})", input)
    lists = ", ".join(f"{key}={value(each, True)}" for key, each in fields.items())
    if not name.startswith("Upsampl"):  # which take a tuple of factors alone
        yield Written("lists", f"{random.choice(PREFIXES)}{name}({lists})", input)
    order = parameters(name)
    most = next((at for at, each in enumerate(order) if each not in fields), len(order))
    for count in {most, random.randint(0, most)}:
        arguments = [value(fields[each]) for each in order[:count]]
        arguments += [
            f"{key}={value(each)}" for key, each in fields.items() if key not in order[:count]
        ]
        yield Written(
            "positional", f"{random.choice(PREFIXES)}{name}({', '.join(arguments)})", input
        )
    if torch_windows.stem(name) in LAZY:
        others = {key: each for key, each in fields.items() if key != inferred}
        lazy = ", ".join(f"{key}={value(each)}" for key, each in others.items())
        written = Written("lazy", f"nn.Lazy{name}({lazy})", input)
        yield written
        yield Written("shown", made(written).shown, input, written.text)
    if not (name.startswith("AvgPool") and fields.get("ceil_mode")):  # which is not shown
        yield Written("shown", shown, input, first.text)


def network(random: Random) -> tuple[str, list[int]]:
    """A random nn.Sequential with others inside, and the shape of its input."""
    channels, size = random.choice((1, 3, 4)), random.choice((16, 23, 32))
    input = [channels, size, size]
    parts: list[str] = []
    for _ in range(random.randint(1, 4)):
        out, kernel = random.choice((4, 6, 8)), random.choice((1, 3, 5))
        inner = [
            random.choice(
                (
                    f"nn.Conv2d({channels}, {out}, {kernel}, padding={kernel // 2})",
                    f"nn.Conv2d({channels}, {out}, ({kernel}, 1), 1, 'same', bias=False)",
                    f"nn.LazyConv2d({out}, kernel_size={kernel}, stride=2, padding={kernel // 2})",
                )
            ),
            random.choice((f"nn.BatchNorm2d({out})", f"nn.GroupNorm(2, {out})", "nn.Identity()")),
            random.choice(
                ("nn.ReLU(inplace=True)", "nn.SiLU()", "nn.LeakyReLU(0.1)", "nn.PReLU()")
            ),
        ]
        channels = out
        parts += inner if random.random() < 0.3 else [_sequential(inner, random)]
        if random.random() < 0.4:
            parts.append(
                random.choice(("nn.MaxPool2d(3, 2, 1)", "nn.AvgPool2d(1)", "nn.Dropout(0.1)"))
            )
    if random.random() < 0.5:
        parts += ["nn.AdaptiveAvgPool2d((1, 1))", "nn.Flatten()", f"nn.Linear({channels}, 2 * 5)"]
    return _sequential(parts, random), input


def _sequential(parts: list[str], random: Random) -> str:
    if random.random() < 0.3:
        pairs = ", ".join(f"('part{index}', {part})" for index, part in enumerate(parts))
        return f"nn.Sequential(OrderedDict([{pairs}]))"
    separator = random.choice((", ", ",\n    ", ",  # and then\n"))
    return f"nn.Sequential({separator.join(parts)})"


def networks(random: Random) -> Iterator[Written]:
    """A random network as it is written and as print() shows it."""
    text, input = network(random)
    written = Written("network", text, input)
    yield written
    yield Written("shown", made(written).shown, input, text)


_CALL = re.compile(r">>> \w+ = (nn\.(\w+)\(.*\))$")
_INPUT = re.compile(r">>> \w+ = (torch\.(?:randn|rand|LongTensor|tensor|empty)\(.*\))$")


def documented(name: str) -> Iterator[Written]:
    """The examples in the documentation of a class that have an input after them."""
    lines = [line.strip() for line in (getattr(nn, name).__doc__ or "").splitlines()]
    for index, line in enumerate(lines):
        call = _CALL.match(line.partition("  #")[0])
        if call is None or call[2] != name:
            continue
        given = next(filter(None, map(_INPUT.match, lines[index + 1 :])), None)
        if given is not None:
            try:
                input = eval(given[1], {"torch": torch})
            except NameError:  # of sizes that have names before
                continue
            axes = torch_layers.axes_of(name)
            without_batch = axes and input.dim() == axes + 1 and name != "BatchNorm1d"
            shape = list(input.shape if without_batch else input.shape[1:])
            if shape and "..." not in call[1] and "*" not in call[1]:
                yield Written("documented", call[1], shape)
