"""nn.ConvTranspose3d."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import pair
from blocks.convolution._convolution import Transposed, dilation_field, kernel_field, padding_field, stride_field
from blocks.parametrized import SYNONYMS


@dataclass(frozen=True, kw_only=True)
class ConvTranspose3d(Transposed):
    """Transposed convolution: every input position paints a learnt kernel, which makes a volume larger.

    It is the gradient of a convolution with respect to its input. With kernel_size=4, stride=2, padding=1 sizes double.
    Shapes: B×C×D×H×W → B×out_channels×D'×H'×W', each size n becoming
    (n - 1)·stride - 2·padding + dilation·(kernel - 1) + output_padding + 1.
    Source: Zeiler et al., Deconvolutional networks, 2010; as torch.nn.ConvTranspose3d.
    """

    dims = 3
    synonyms = ("deconvolution", "fractionally strided convolution", "upconvolution", "upsampling", *SYNONYMS)

    kernel_size: int | tuple[int, ...] = kernel_field(3, 4)
    stride: int | tuple[int, ...] = stride_field(3, 2)
    padding: int | tuple[int, ...] = padding_field(3)
    dilation: int | tuple[int, ...] = dilation_field(3)
    output_padding: int | tuple[int, ...] = pair(
        0, low=0, length=3, label="Output padding", help="Positions added at the end only."
    )
