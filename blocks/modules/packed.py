"""Recurrent layers over sequences of different lengths."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


def packed(
    module: nn.RNNBase, input: Tensor, lengths: Tensor, state: Any = None
) -> tuple[Tensor, Any]:
    """Run a recurrent layer over the first steps of each sequence, as many as it has.

    The output is 0 after a sequence's end, and its last state is that of its end.
    """
    first = module.batch_first
    sequences = pack_padded_sequence(
        input, lengths.cpu(), batch_first=first, enforce_sorted=False
    )
    output, state = module(sequences, state)
    total = input.shape[1 if first else 0]
    output, _ = pad_packed_sequence(output, batch_first=first, total_length=total)
    return output, state
