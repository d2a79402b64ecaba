"""nn.Conv1d with a group for each channel."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.convolution._convolution import dilation_field, kernel_field, padding_field, stride_field
from blocks.convolution._depthwise import Depthwise
from blocks.parametrized import SYNONYMS


@dataclass(frozen=True, kw_only=True)
class DepthwiseConv1d(Depthwise):
    """Depthwise convolution: every channel of a sequence has filters of its own, and sees no other channel.

    It is nn.Conv1d(C, C·multiplier, groups=C). A Conv1d of kernel 1 behind it mixes the channels: together they are a
    separable convolution, which costs a fraction of a full one.
    Shapes: B×C×L → B×(C·multiplier)×L', sizes as of Conv1d.
    Source: Chollet, Xception: deep learning with depthwise separable convolutions, 2017; as torch.nn.Conv1d.
    """

    dims = 1
    synonyms = ("separable convolution", "channelwise", "grouped", "mobilenet", *SYNONYMS)

    kernel_size: int | tuple[int, ...] = kernel_field(1)
    stride: int | tuple[int, ...] = stride_field(1)
    padding: int | tuple[int, ...] = padding_field(1)
    dilation: int | tuple[int, ...] = dilation_field(1)
