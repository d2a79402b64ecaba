"""nn.Conv3d."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.convolution._convolution import Forward, dilation_field, kernel_field, padding_field, stride_field
from blocks.parametrized import SYNONYMS


@dataclass(frozen=True, kw_only=True)
class Conv3d(Forward):
    """Convolution: slides learnt filters over a volume or film and adds up what each of them sees.

    y[o] = b[o] + sum over c of w[o, c] * x[c], where * is cross-correlation.
    Shapes: B×C×D×H×W → B×out_channels×D'×H'×W', each size n becoming
    floor((n + 2·padding - dilation·(kernel - 1) - 1) / stride) + 1.
    Source: LeCun et al., Backpropagation applied to handwritten zip code recognition, 1989; as torch.nn.Conv3d.
    """

    dims = 3
    synonyms = ("convolution", "volumetric convolution", "dilated", "pointwise", "grouped", *SYNONYMS)

    kernel_size: int | tuple[int, ...] = kernel_field(3)
    stride: int | tuple[int, ...] = stride_field(3)
    padding: int | tuple[int, ...] = padding_field(3)
    dilation: int | tuple[int, ...] = dilation_field(3)
