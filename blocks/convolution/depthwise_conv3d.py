"""nn.Conv3d with a group for each channel."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.convolution._convolution import dilation_field, kernel_field, padding_field, stride_field
from blocks.convolution._depthwise import Depthwise
from blocks.parametrized import SYNONYMS


@dataclass(frozen=True, kw_only=True)
class DepthwiseConv3d(Depthwise):
    """Depthwise convolution: every channel of a volume or film has filters of its own, and sees no other channel.

    It is nn.Conv3d(C, C·multiplier, groups=C). A Conv3d of kernel 1 behind it mixes the channels: together they are a
    separable convolution, which costs a fraction of a full one.
    Shapes: B×C×D×H×W → B×(C·multiplier)×D'×H'×W', sizes as of Conv3d.
    Source: Chollet, Xception: deep learning with depthwise separable convolutions, 2017; as torch.nn.Conv3d.
    """

    dims = 3
    synonyms = ("separable convolution", "channelwise", "grouped", "mobilenet", *SYNONYMS)

    kernel_size: int | tuple[int, ...] = kernel_field(3)
    stride: int | tuple[int, ...] = stride_field(3)
    padding: int | tuple[int, ...] = padding_field(3)
    dilation: int | tuple[int, ...] = dilation_field(3)
