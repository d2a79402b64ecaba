"""WaveNet."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["Layer", "Stack", "WaveNet", "wavenet"]


class CausalConv1d(nn.Conv1d):
    """nn.Conv1d whose padding is all on the left: what comes out at a position depends
    on the input at that position and before it.
    """

    def forward(self, x: Tensor) -> Tensor:
        reach = self.dilation[0] * (self.kernel_size[0] - 1)
        return super().forward(F.pad(x, (reach, 0)))


class Layer(nn.Module):
    """A gated unit that writes to the answer and to the next layer."""

    def __init__(
        self,
        in_length: int,
        dilation: int = 1,
        residual: int = 32,
        filters: int = 32,
        skip_channels: int = 256,
        kernel_size: int = 2,
        bias: bool = False,
        weight_norm: bool = False,
        residual_scale: float = 1.0,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.residual_scale = residual_scale
        self.drop: nn.Module = nn.Identity()
        if dropout > 0:
            self.drop = nn.Dropout(dropout)
        if weight_norm:
            self.filter_conv: nn.Module = nn.utils.parametrizations.weight_norm(
                CausalConv1d(
                    in_length,
                    filters,
                    kernel_size=kernel_size,
                    dilation=dilation,
                    bias=bias,
                )
            )
            self.gate_conv: nn.Module = nn.utils.parametrizations.weight_norm(
                CausalConv1d(
                    in_length,
                    filters,
                    kernel_size=kernel_size,
                    dilation=dilation,
                    bias=bias,
                )
            )
            self.skip_conv: nn.Module = nn.utils.parametrizations.weight_norm(
                nn.Conv1d(filters, skip_channels, kernel_size=1, bias=bias)
            )
            self.residual_conv: nn.Module = nn.utils.parametrizations.weight_norm(
                nn.Conv1d(filters, residual, kernel_size=1, bias=bias)
            )
        else:
            self.filter_conv = CausalConv1d(
                in_length,
                filters,
                kernel_size=kernel_size,
                dilation=dilation,
                bias=bias,
            )
            self.gate_conv = CausalConv1d(
                in_length,
                filters,
                kernel_size=kernel_size,
                dilation=dilation,
                bias=bias,
            )
            self.skip_conv = nn.Conv1d(filters, skip_channels, kernel_size=1, bias=bias)
            self.residual_conv = nn.Conv1d(filters, residual, kernel_size=1, bias=bias)

    def forward(self, x: Tensor, skip: Tensor) -> tuple[Tensor, Tensor]:
        y = self.drop(x)
        filter_conv = self.filter_conv(y)  # (B, filters, L)
        y = torch.sigmoid(self.gate_conv(y))  # (B, filters, L)
        y = torch.tanh(filter_conv) * y
        x = x + self.residual_conv(y)  # (B, in_length, L)
        if self.residual_scale != 1:
            x = x * self.residual_scale
        return x, skip + self.skip_conv(y)


class Stack(nn.Module):
    """Layers that look back ever farther."""

    def __init__(
        self,
        in_length: int,
        layers: int = 10,
        residual: int = 32,
        filters: int = 32,
        skip_channels: int = 256,
        kernel_size: int = 2,
        bias: bool = False,
        weight_norm: bool = False,
        residual_scale: float = 1.0,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            Layer(
                in_length,
                dilation=2**i,
                residual=residual,
                filters=filters,
                skip_channels=skip_channels,
                kernel_size=kernel_size,
                bias=bias,
                weight_norm=weight_norm,
                residual_scale=residual_scale,
                dropout=dropout,
            )
            for i in range(layers)
        )

    def forward(self, x: Tensor, skip: Tensor) -> tuple[Tensor, Tensor]:
        for layer in self.layers:
            x, skip = layer(x, skip)
        return x, skip


class WaveNet(nn.Module):
    """Scores of the next sample's classes at every place of a sound.

    sound (B, in_length, L) -> (B, classes, L)
    """

    def __init__(
        self,
        in_length: int,
        classes: int = 256,
        stacks: int = 4,
        layers: int = 10,
        end_channels: int = 256,
        residual: int = 32,
        filters: int = 32,
        skip_channels: int = 256,
        kernel_size: int = 2,
        bias: bool = False,
        weight_norm: bool = False,
        residual_scale: float = 1.0,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.skip_channels = skip_channels
        if weight_norm:
            self.start_conv: nn.Module = nn.utils.parametrizations.weight_norm(
                nn.Conv1d(in_length, residual, kernel_size=1, bias=bias)
            )
        else:
            self.start_conv = nn.Conv1d(in_length, residual, kernel_size=1, bias=bias)
        self.stacks = nn.ModuleList(
            Stack(
                residual,
                layers=layers,
                residual=residual,
                filters=filters,
                skip_channels=skip_channels,
                kernel_size=kernel_size,
                bias=bias,
                weight_norm=weight_norm,
                residual_scale=residual_scale,
                dropout=dropout,
            )
            for _ in range(stacks)
        )
        if weight_norm:
            self.end_conv_1: nn.Module = nn.utils.parametrizations.weight_norm(
                nn.Conv1d(skip_channels, end_channels, kernel_size=1)
            )
            self.end_conv_2: nn.Module = nn.utils.parametrizations.weight_norm(
                nn.Conv1d(end_channels, classes, kernel_size=1)
            )
        else:
            self.end_conv_1 = nn.Conv1d(skip_channels, end_channels, kernel_size=1)
            self.end_conv_2 = nn.Conv1d(end_channels, classes, kernel_size=1)

    def forward(self, sound: Tensor) -> Tensor:
        x = self.start_conv(sound)  # (B, residual, L)
        skip = x.new_zeros(x.shape[0], self.skip_channels, 1)  # (B, skip_channels, 1)
        for block in self.stacks:
            x, skip = block(x, skip)
        skip = F.relu(self.end_conv_1(F.relu(skip)))  # (B, end_channels, L)
        logits: Tensor = self.end_conv_2(skip)  # (B, classes, L)
        return logits


def wavenet(
    classes: int = 256,
    stacks: int = 4,
    layers: int = 10,
    end_channels: int = 256,
    residual: int = 32,
    filters: int = 32,
    skip_channels: int = 256,
    kernel_size: int = 2,
    bias: bool = False,
    weight_norm: bool = False,
    residual_scale: float = 1.0,
    dropout: float = 0.0,
) -> WaveNet:
    """The wavenet model with the values of the "paper" preset as defaults."""
    return WaveNet(
        classes,
        classes=classes,
        stacks=stacks,
        layers=layers,
        end_channels=end_channels,
        residual=residual,
        filters=filters,
        skip_channels=skip_channels,
        kernel_size=kernel_size,
        bias=bias,
        weight_norm=weight_norm,
        residual_scale=residual_scale,
        dropout=dropout,
    )
