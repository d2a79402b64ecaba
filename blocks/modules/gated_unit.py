"""Gated linear units with any function for a gate."""

from collections.abc import Callable

from torch import Tensor


def gated_unit(
    x: Tensor,
    activation: Callable[[Tensor], Tensor],
    dim: int = -1,
    first: bool = False,
) -> Tensor:
    """One half of x along dim, times the other half through the activation.

    The second half is the gate, or the first where asked for.
    """
    value, gate = x.chunk(2, dim=dim)
    return gate * activation(value) if first else value * activation(gate)
