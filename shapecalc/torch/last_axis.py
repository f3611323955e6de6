"""Which axis of a tensor has its channels, told by what takes it first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.torch.calls import tensors_in

if TYPE_CHECKING:
    from shapecalc.torch.calls import Traced
    from shapecalc.torch.recording import Recording

_OVER_LAST = (
    *("Linear", "LayerNorm", "RMSNorm", "linear", "layer_norm", "rms_norm", "matmul"),
    *("MultiheadAttention", "ScaledDotProductAttention", "scaled_dot_product_attention"),
    *("RNN", "LSTM", "GRU", "RNNCell", "LSTMCell", "GRUCell"),
)
"""What takes the last axis for the channels."""

_PASSING_ON = ("Identity", "Dropout", "dropout")
"""What does not mind where the channels are."""

_PLACES = ("getitem", "select", "unbind", "permute", "transpose")
"""What takes the places of a sequence, or has them before the batch."""


def maps_last(recording: Recording, tensor: Traced) -> bool:
    """Whether what first takes a tensor takes its last axis for the channels."""
    pending = [recording.root]
    while pending:
        call = pending.pop()
        assert call is not None
        pending.extend(reversed(call.inner))
        takes = not call.inner or call.kind in _OVER_LAST
        if takes and tensor in tensors_in((call.args, call.kwargs)):
            result = next(tensors_in(call.result))
            of_sequence = len(tensor.shape) == 3 and call.kind in _PLACES
            if call.kind in _PASSING_ON or (of_sequence and result.shape[-1] == tensor.shape[-1]):
                tensor = result
                continue
            others = [each for each in tensors_in(call.args) if each.is_parameter]
            scaled = call.kind in ("mul", "add") and [len(each.shape) for each in others] == [1]
            return scaled or call.kind in _OVER_LAST
    return False
