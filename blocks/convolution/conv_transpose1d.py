"""nn.ConvTranspose1d."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import whole
from blocks.convolution._convolution import Transposed, dilation_field, kernel_field, padding_field, stride_field
from blocks.parametrized import SYNONYMS


@dataclass(frozen=True, kw_only=True)
class ConvTranspose1d(Transposed):
    """Transposed convolution: every input position paints a learnt kernel, which makes a sequence larger.

    It is the gradient of a convolution with respect to its input. With kernel_size=4, stride=2, padding=1 sizes double.
    Shapes: B×C×L → B×out_channels×L', each size n becoming
    (n - 1)·stride - 2·padding + dilation·(kernel - 1) + output_padding + 1.
    Source: Zeiler et al., Deconvolutional networks, 2010; as torch.nn.ConvTranspose1d.
    """

    dims = 1
    synonyms = ("deconvolution", "fractionally strided convolution", "upconvolution", "upsampling", *SYNONYMS)

    kernel_size: int | tuple[int, ...] = kernel_field(1, 4)
    stride: int | tuple[int, ...] = stride_field(1, 2)
    padding: int | tuple[int, ...] = padding_field(1)
    dilation: int | tuple[int, ...] = dilation_field(1)
    output_padding: int | tuple[int, ...] = whole(
        0, low=0, label="Output padding", help="Positions added at the end only."
    )
