"""nn.Conv2d."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.convolution._convolution import Forward, dilation_field, kernel_field, padding_field, stride_field
from blocks.parametrized import SYNONYMS


@dataclass(frozen=True, kw_only=True)
class Conv2d(Forward):
    """Convolution: slides learnt filters over an image and adds up what each of them sees.

    y[o] = b[o] + sum over c of w[o, c] * x[c], where * is cross-correlation.
    Shapes: B×C×H×W → B×out_channels×H'×W', each size n becoming
    floor((n + 2·padding - dilation·(kernel - 1) - 1) / stride) + 1.
    Source: LeCun et al., Backpropagation applied to handwritten zip code recognition, 1989; as torch.nn.Conv2d.
    """

    dims = 2
    synonyms = ("convolution", "conv", "depthwise", "pointwise", "separable", "atrous", "dilated", "grouped", *SYNONYMS)

    kernel_size: int | tuple[int, ...] = kernel_field(2)
    stride: int | tuple[int, ...] = stride_field(2)
    padding: int | tuple[int, ...] = padding_field(2)
    dilation: int | tuple[int, ...] = dilation_field(2)
