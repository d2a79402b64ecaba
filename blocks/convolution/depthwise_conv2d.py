"""nn.Conv2d with a group for each channel."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.convolution._convolution import dilation_field, kernel_field, padding_field, stride_field
from blocks.convolution._depthwise import Depthwise
from blocks.parametrized import SYNONYMS


@dataclass(frozen=True, kw_only=True)
class DepthwiseConv2d(Depthwise):
    """Depthwise convolution: every channel of an image has filters of its own, and sees no other channel.

    It is nn.Conv2d(C, C·multiplier, groups=C). A Conv2d of kernel 1 behind it mixes the channels: together they are a
    separable convolution, which costs a fraction of a full one.
    Shapes: B×C×H×W → B×(C·multiplier)×H'×W', sizes as of Conv2d.
    Source: Chollet, Xception: deep learning with depthwise separable convolutions, 2017; as torch.nn.Conv2d.
    """

    dims = 2
    synonyms = ("separable convolution", "channelwise", "grouped", "mobilenet", *SYNONYMS)

    kernel_size: int | tuple[int, ...] = kernel_field(2)
    stride: int | tuple[int, ...] = stride_field(2)
    padding: int | tuple[int, ...] = padding_field(2)
    dilation: int | tuple[int, ...] = dilation_field(2)
