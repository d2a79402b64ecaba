"""Moving an attention over the rows of a memory."""

import torch
from torch import Tensor


def circular_shift(weights: Tensor, shift: Tensor) -> Tensor:
    """Turn weights (B, N) by a distribution over moves (B, S): back, ..., 0, ..., on.

    Position i of the result is the sum over the moves m of weights[i - m] * shift[m];
    for three moves they are -1, 0 and 1.
    """
    reach = shift.shape[-1] // 2
    moves = range(-reach, shift.shape[-1] - reach)
    turned = torch.stack([weights.roll(move, dims=-1) for move in moves], dim=-1)
    return (turned * shift.unsqueeze(-2)).sum(dim=-1)
