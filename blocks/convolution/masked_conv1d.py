"""A convolution that sees only what comes before."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.convolution._convolution import dilation_field, kernel_field, padding_field, stride_field
from blocks.convolution._masked import Masked
from blocks.parametrized import SYNONYMS


@dataclass(frozen=True, kw_only=True)
class MaskedConv1d(Masked):
    """Convolution over a sequence that sees only the positions before it, as PixelCNN's.

    y = b + (w · mask) * x; the mask is 0 after the kernel's centre, and at it: A hides its own colour and later ones,
    B later ones only.
    Shapes: B×C×L → B×out_channels×L', sizes as of Conv1d; padding (kernel - 1) / 2 keeps them.
    Source: van den Oord et al., Pixel recurrent neural networks, 2016, section 3.4.
    """

    dims = 1
    synonyms = ("pixelcnn", "autoregressive", "mask A", "mask B", "causal convolution", *SYNONYMS)

    kernel_size: int | tuple[int, ...] = kernel_field(1)
    stride: int | tuple[int, ...] = stride_field(1)
    padding: int | tuple[int, ...] = padding_field(1, 1)
    dilation: int | tuple[int, ...] = dilation_field(1)
