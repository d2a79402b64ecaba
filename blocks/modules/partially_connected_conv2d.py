"""A convolution in which each output map sees only some input maps."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn


class PartiallyConnectedConv2d(nn.Module):
    """A convolution with one kernel for each connection of a table, none for the rest.

    ``connections`` lists for each output map the input maps that it sees. ``weight``
    holds the kernels in that order.
    """

    to_map: Tensor
    from_map: Tensor

    def __init__(
        self,
        in_channels: int,
        connections: Sequence[Sequence[int]],
        kernel_size: int = 5,
    ) -> None:
        super().__init__()
        self.in_channels = in_channels
        self.out_channels = len(connections)
        pairs = [
            (to_map, from_map)
            for to_map, row in enumerate(connections)
            for from_map in row
        ]
        self.fan_in = [len(row) * kernel_size**2 for row in connections]
        self.register_buffer(
            "to_map", torch.tensor([pair[0] for pair in pairs]), persistent=False
        )
        self.register_buffer(
            "from_map", torch.tensor([pair[1] for pair in pairs]), persistent=False
        )
        self.weight = nn.Parameter(torch.empty(len(pairs), kernel_size, kernel_size))
        self.bias = nn.Parameter(torch.empty(self.out_channels))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """As in the paper: uniform within 2.4 over the number of inputs of a unit."""
        bounds = torch.tensor([2.4 / fan_in for fan_in in self.fan_in])
        with torch.no_grad():
            self.weight.uniform_(-1, 1).mul_(
                bounds[self.to_map.cpu(), None, None].to(self.weight.device)
            )
            self.bias.uniform_(-1, 1).mul_(bounds.to(self.bias.device))

    def forward(self, x: Tensor) -> Tensor:
        kernels = self.weight.new_zeros(
            self.out_channels, self.in_channels, *self.weight.shape[1:]
        )
        kernels[self.to_map, self.from_map] = self.weight
        return F.conv2d(x, kernels, self.bias)
