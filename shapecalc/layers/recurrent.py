"""Recurrent layers over a sequence, and single steps of them."""

from __future__ import annotations

from typing import ClassVar

from shapecalc.layers.base import Layer, Seen, wrong_rank
from shapecalc.layers.fields import Count, Decimal, Flag, Inferred, Integer, Word
from shapecalc.problems.problem import Refusal
from shapecalc.shapes.shape import Shape, Shapes
from shapecalc.shapes.window import SAME_POSITION, footprint

INPUT_SIZE = "channels of the input; inferred, must match where written"
HIDDEN_SIZE = "channels of the hidden state, at least 1"
BIASES = "whether each gate has learnable biases, two as PyTorch has them"
RECURRENT_BIAS = (
    "whether the second of them is there, of the hidden state; Keras' LSTM and SimpleRNN have one"
)
NONLINEARITY = Word("what the hidden state goes through", ("tanh", "relu"), default="tanh")


class _Gated(Layer):
    """What the types share: for each number of the hidden state as many weights as there are gates,
    from all channels of the input and of the state before."""

    mixes_channels = True
    gates: ClassVar[int] = 1
    """How many numbers are computed for each of the hidden state."""

    input_size: int
    hidden_size: int
    bias: bool
    recurrent_bias: bool

    def states(self) -> tuple[Shape, ...]:
        """The shapes of the states, h first, which are inputs as well as outputs."""
        raise NotImplementedError

    def check_states(self, inputs: Shapes) -> None:
        """Refuse initial states of another number or shape. Raises Refusal SC111, SC209."""
        states, given = self.states(), inputs[1:]
        if not given:
            return
        names = [f"{name}_0" for name in ("h", "c")[: len(states)]]
        if len(given) != len(states):
            raise Refusal(
                "SC111",
                f"{self.type.name} needs {' and '.join(names)}, or neither, got "
                f"{len(inputs)} inputs",
                "name the input and both states, as in from: [x, encoder.h, encoder.c]",
                "from",
            )
        for name, shape, state in zip(names, given, states, strict=True):
            if shape != state:
                raise Refusal(
                    "SC209",
                    f"{name} must be {state}{self.said_of_states()}, but it is {shape}",
                    "take it of a layer of the same sizes, or leave it out: it is zero then",
                )

    def said_of_states(self) -> str:
        """What the sizes of a state are, for a message."""
        return ""

    def biases(self) -> int:
        """Two for each gate, or one without that of the hidden state."""
        if not self.bias:
            return 0
        if not self.recurrent_bias:
            return self.gates * self.hidden_size
        return 2 * self.gates * self.hidden_size

    def weight_kind(self) -> tuple[int, ...]:
        """The sizes that give the weights their shapes."""
        return (1, self.hidden_size, self.bias, self.bias and self.recurrent_bias)


class _Recurrent(_Gated):
    """What the types over a sequence share."""

    output_names: ClassVar[tuple[str, ...]] = ("output", "h")
    input_count = (1, 2)

    input_size = Inferred(INPUT_SIZE)
    hidden_size = Count(HIDDEN_SIZE)
    num_layers = Count("layers, each on the output of the one before, at least 1", default=1)
    bias = Flag(BIASES, default=True)
    batch_first = Flag(
        "whether PyTorch has the batch before the length; a shape has no batch", False
    )
    dropout = Decimal(
        "probability of a number between two layers to be dropped in training, from 0 to 1",
        default=0.0,
        minimum=0,
        maximum=1,
    )
    bidirectional = Flag(
        "whether the sequence is also read from its end; the channels of both directions lie side "
        "by side",
        default=False,
    )
    recurrent_bias = Flag(RECURRENT_BIAS, default=True)
    proj_size: int = 0

    @property
    def directions(self) -> int:
        """1, or 2 where the sequence is read from both ends."""
        return 2 if self.bidirectional else 1

    @property
    def output_size(self) -> int:
        """The channels that a direction outputs at each position."""
        return self.proj_size or self.hidden_size

    def states(self) -> tuple[Shape, ...]:
        """For each layer and direction, what the last position that it reads outputs."""
        return (Shape((self.directions * self.num_layers, self.output_size)),)

    def said_of_states(self) -> str:
        """What its sizes are."""
        return " (layers and directions x channels)"

    def outputs(self, inputs: Shapes) -> Shapes:
        """The sequence, and the states after it."""
        sequence = inputs[0]
        if len(sequence) != 2:
            raise wrong_rank(self.type.name, 1, sequence)
        self.check_states(inputs)
        channels = self.directions * self.output_size
        return (Shape((*sequence.spatial, channels)), *self.states())

    def weights(self, channels: int) -> int:
        """Those of all layers and directions, of which the first has so many input channels."""
        state = self.output_size
        found = self.gates * self.hidden_size * (channels + state)
        if self.num_layers > 1:
            later = self.gates * self.hidden_size * (self.directions * state + state)
            found += (self.num_layers - 1) * later
        if self.proj_size:
            found += self.num_layers * self.hidden_size * state
        return self.directions * found

    def params(self, inputs: Shapes) -> int:
        """The weights, and the biases of the gates of each layer and direction."""
        biases = self.biases()
        if biases:
            biases = self.directions * self.num_layers * biases
        return self.weights(inputs[0].channels) + biases

    def macs(self, inputs: Shapes, outputs: Shapes) -> int:
        """The weights, once for each position."""
        return inputs[0].positions * self.weights(inputs[0].channels)

    def weight_kind(self) -> tuple[int, ...]:
        """As above, with the numbers of layers and directions."""
        return (*super().weight_kind(), self.num_layers, self.directions, self.proj_size)

    def footprints(self, inputs: Shapes, outputs: Shapes) -> tuple[tuple[Seen, ...], ...]:
        """All positions from both ends; otherwise it is unknown, as each position sees one more
        than that before it. A state sees the whole sequence, and the initial states of its own
        layer and of those below."""
        whole = (footprint(inputs[0].positions, 0, 0),)
        states = (footprint(self.directions * self.num_layers, 0, 0),)
        own = (SAME_POSITION,) if self.num_layers == 1 else None
        given = len(inputs) - 1
        sequence: Seen = whole if self.bidirectional else None
        of_a_state: tuple[Seen, ...] = (whole, *(own,) * given)
        return ((sequence, *(states,) * given), *(of_a_state,) * len(self.states()))


class RNN(_Recurrent, names="RNN"):
    """A recurrent layer: at each position, the hidden state of that before and the input make the
    next.

    Output: length x hidden_size, or twice that in both directions; `from: name.h` is the last
    hidden state, layers and directions x hidden_size.
    Inputs: the sequence, and perhaps h_0, of the shape of h: `from: [x, encoder.h]`.
    params: for each layer and direction hidden_size x (I + hidden_size), and two biases of
    hidden_size, or one without `recurrent_bias`; I is input_size, of later layers the channels
    that the one before outputs.
    macs: the weights without biases, for each position. PyTorch's counter says the same on the
    meta device and on the CPU.
    Refused: anything but length x channels, an h_0 of another shape.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.RNN.html
    """

    nonlinearity = NONLINEARITY


class GRU(_Recurrent, names="GRU"):
    """A recurrent layer with gated recurrent units, which choose what of the hidden state to keep.

    Output: length x hidden_size, or twice that in both directions; `from: name.h` is the last
    hidden state, layers and directions x hidden_size.
    Inputs: the sequence, and perhaps h_0, of the shape of h: `from: [x, encoder.h]`.
    params: for each layer and direction 3 x hidden_size x (I + hidden_size), and 2 x 3 x
    hidden_size biases, half of them without `recurrent_bias`; I is input_size, of later layers
    the channels that the one before outputs.
    macs: the weights without biases, for each position. PyTorch's counter says the same on the
    meta device and on the CPU.
    Refused: anything but length x channels, an h_0 of another shape.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.GRU.html
    """

    gates = 3


class LSTM(_Recurrent, names="LSTM"):
    """A recurrent layer with long short-term memory: a cell state beside the hidden state.

    Output: length x R, or twice that in both directions, where R is proj_size, or hidden_size
    without it; `from: name.h` is the last hidden state, layers and directions x R, and
    `from: name.c` the last cell state, layers and directions x hidden_size.
    Inputs: the sequence, and perhaps h_0 and c_0, of the shapes of h and c:
    `from: [x, encoder.h, encoder.c]`.
    params: for each layer and direction 4 x hidden_size x (I + R), 2 x 4 x hidden_size biases,
    half of them without `recurrent_bias`, and hidden_size x R of the projection; I is input_size,
    of later layers the channels that the one before outputs.
    macs: the weights without biases, for each position. PyTorch's counter says so on the meta
    device; on the CPU it counts nothing of an LSTM without proj_size, which one function computes
    there.
    Refused: anything but length x channels, one state without the other, or of another shape, a
    proj_size that is not smaller than hidden_size.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html
    """

    gates = 4
    output_names = ("output", "h", "c")
    input_count = (1, 3)

    proj_size = Integer(
        "channels to which a learned projection brings the hidden state; 0 for none",
        default=0,
        minimum=0,
    )

    def states(self) -> tuple[Shape, ...]:
        """The hidden state and the cell state."""
        return (
            *super().states(),
            Shape((self.directions * self.num_layers, self.hidden_size)),
        )

    def outputs(self, inputs: Shapes) -> Shapes:
        """The sequence, and both states after it."""
        if self.proj_size >= self.hidden_size:
            raise Refusal(
                "SC210",
                f"proj_size {self.proj_size} is not smaller than hidden_size {self.hidden_size}",
                "a projection leads to fewer channels; without one leave proj_size out",
                "proj_size",
            )
        return super().outputs(inputs)


class _Cell(_Gated):
    """What single steps share."""

    input_count = (1, 2)

    input_size = Inferred(INPUT_SIZE)
    hidden_size = Count(HIDDEN_SIZE)
    bias = Flag(BIASES, default=True)
    recurrent_bias = Flag(RECURRENT_BIAS, default=True)

    def states(self) -> tuple[Shape, ...]:
        """A vector."""
        return (Shape((self.hidden_size,)),)

    def check(self, input: Shape) -> None:
        """Refuse anything but vectors."""
        if input.spatial:
            raise wrong_rank(self.type.name, 0, input)

    def outputs(self, inputs: Shapes) -> Shapes:
        """The states after the step."""
        self.check_states(inputs)
        return self.states()

    def weights(self, channels: int) -> int:
        """Those from the input and from the hidden state."""
        return self.gates * self.hidden_size * (channels + self.hidden_size)

    def params(self, inputs: Shapes) -> int:
        """The weights, and the biases of the gates."""
        return self.weights(inputs[0].channels) + self.biases()

    def macs(self, inputs: Shapes, outputs: Shapes) -> int:
        """The weights."""
        return self.weights(inputs[0].channels)


class RNNCell(_Cell, names="RNNCell"):
    """One step of an RNN: of an input and a hidden state the next hidden state.

    Output: a vector of hidden_size.
    Inputs: a vector, and perhaps h_0, of hidden_size: `from: [x, before]`.
    params: hidden_size x (input_size + hidden_size), and two biases of hidden_size, or one
    without `recurrent_bias`.
    Refused: anything but vectors, an h_0 of another size.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.RNNCell.html
    """

    nonlinearity = NONLINEARITY


class GRUCell(_Cell, names="GRUCell"):
    """One step of a GRU: of an input and a hidden state the next hidden state.

    Output: a vector of hidden_size.
    Inputs: a vector, and perhaps h_0, of hidden_size: `from: [x, before]`.
    params: 3 x hidden_size x (input_size + hidden_size), and 2 x 3 x hidden_size biases, half of
    them without `recurrent_bias`.
    Refused: anything but vectors, an h_0 of another size.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.GRUCell.html
    """

    gates = 3


class LSTMCell(_Cell, names="LSTMCell"):
    """One step of an LSTM: of an input and both states the next states.

    Output: h, a vector of hidden_size; `from: name.c` is the cell state, of hidden_size, too.
    Inputs: a vector, and perhaps h_0 and c_0, of hidden_size: `from: [x, before, before.c]`.
    params: 4 x hidden_size x (input_size + hidden_size), and 2 x 4 x hidden_size biases, half of
    them without `recurrent_bias`.
    Refused: anything but vectors, one state without the other, or of another size.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTMCell.html
    """

    gates = 4
    output_names = ("h", "c")
    input_count = (1, 3)

    def states(self) -> tuple[Shape, ...]:
        """The hidden state and the cell state."""
        return (*super().states(), Shape((self.hidden_size,)))
