"""A convolution that shares no weights between places."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn


class LocallyConnected2d(nn.Module):
    """Every place of the output has filters of its own.

    ``weight`` is (places, out_channels, in_channels * kernel * kernel), the places row
    by row; ``bias`` is (out_channels, height, width).
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        input_size: tuple[int, int],
        kernel_size: int,
        stride: int = 1,
        padding: int = 0,
        bias: bool = True,
    ) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = stride
        self.padding = padding
        self.output_size = tuple(
            (size + 2 * padding - kernel_size) // stride + 1 for size in input_size
        )
        seen = in_channels * kernel_size**2
        places = self.output_size[0] * self.output_size[1]
        self.weight = nn.Parameter(torch.empty(places, out_channels, seen))
        self.bias = (
            nn.Parameter(torch.empty(out_channels, *self.output_size)) if bias else None
        )
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """As nn.Conv2d does: uniform within 1 over the root of a filter's inputs."""
        bound = 1 / math.sqrt(self.weight.shape[2])
        nn.init.uniform_(self.weight, -bound, bound)
        if self.bias is not None:
            nn.init.uniform_(self.bias, -bound, bound)

    def forward(self, input: Tensor) -> Tensor:
        windows = F.unfold(
            input, self.kernel_size, padding=self.padding, stride=self.stride
        )
        found = torch.einsum("bsp,pos->bop", windows, self.weight)
        found = found.reshape(*found.shape[:2], *self.output_size)
        return found if self.bias is None else found + self.bias
