"""One step of a convolutional long short-term memory."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class ConvLSTMCell(nn.Module):
    """An LSTM whose states are maps and whose products are convolutions.

    One convolution over input and state gives all four gates: i, f, o and g.
    """

    def __init__(
        self,
        in_channels: int,
        hidden_channels: int,
        kernel_size: int,
        bias: bool = True,
    ) -> None:
        super().__init__()
        self.hidden_channels = hidden_channels
        self.conv = nn.Conv2d(
            in_channels + hidden_channels,
            4 * hidden_channels,
            kernel_size,
            padding=kernel_size // 2,
            bias=bias,
        )

    def forward(
        self, input: Tensor, state: tuple[Tensor, Tensor] | None = None
    ) -> tuple[Tensor, Tensor]:
        if state is None:
            batch, _, height, width = input.shape
            zeros = input.new_zeros(batch, self.hidden_channels, height, width)
            state = zeros, zeros
        hidden, cell = state
        gates = self.conv(torch.cat([input, hidden], dim=1))
        i, f, o, g = gates.chunk(4, dim=1)
        cell = f.sigmoid() * cell + i.sigmoid() * g.tanh()
        return o.sigmoid() * cell.tanh(), cell
