"""A fully connected layer of an autoregressive network."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class MaskedLinear(nn.Linear):
    """nn.Linear with weights only from earlier variables to later ones, as in MADE.

    Every unit has a degree: the variable 0 to ``variables`` - 1 that it may know up to.
    A hidden unit sees units of its degree and below, an output only those below.
    ``place``: "first" layer (its inputs are the variables), "hidden", "last" or "only".
    """

    mask: Tensor

    def __init__(
        self,
        in_features: int,
        out_features: int,
        variables: int,
        place: str = "hidden",
        bias: bool = True,
    ) -> None:
        super().__init__(in_features, out_features, bias)
        inputs = torch.arange(in_features)
        outputs = torch.arange(out_features)
        known = (
            inputs % variables
            if place in ("first", "only")
            else _spread(inputs, variables)
        )
        if place in ("last", "only"):
            mask = outputs[:, None] % variables > known[None, :]
        else:
            mask = _spread(outputs, variables)[:, None] >= known[None, :]
        self.register_buffer("mask", mask.to(self.weight.dtype), persistent=False)

    def forward(self, input: Tensor) -> Tensor:
        return nn.functional.linear(input, self.weight * self.mask, self.bias)


def _spread(units: Tensor, variables: int) -> Tensor:
    """Degrees of hidden units, in turns; none knows the last variable."""
    return units % max(variables - 1, 1)
