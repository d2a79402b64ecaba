"""GaussianBlur."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, real, whole
from app.core.problems import SetArgument, ShapeError
from app.core.symbolic import Dim, product, smaller
from app.core.tensor_type import TensorType
from blocks.image._maps import check_maps


@dataclass(frozen=True, kw_only=True)
class GaussianBlur(Block):
    """Softens images with a Gaussian window, each channel by itself; nothing is learnt.

    y[h, w] = Σ_i,j g[i] · g[j] · x[h + i, w + j], where g[i] ∝ e^(-i² / (2 · sigma²)); borders are mirrored.
    Shapes: B×C×H×W, kept.
    Source: as torchvision.transforms.GaussianBlur, one side after the other.
    """

    synonyms = ("blur", "smooth", "low-pass", "anti-aliasing", "soften")

    kernel_size: int = whole(3, low=1, label="Window", help="Pixels to a side; an odd number.")
    sigma: float = real(1.0, low=0.001, label="Width", help="Standard deviation of the Gaussian, in pixels.")

    def infer(self, input: TensorType) -> TensorType:
        check_maps(input)
        if self.kernel_size % 2 == 0:
            raise ShapeError(
                f"A window with a centre has an odd number of pixels to a side; {self.kernel_size} came.",
                expected="an odd number",
                came=str(self.kernel_size),
                part="kernel_size",
                fixes=(SetArgument("kernel_size", self.kernel_size + 1, f"Take {self.kernel_size + 1}"),),
            )
        for side in input.shape[2:]:
            if smaller(side, self.kernel_size // 2 + 1):
                raise ShapeError(
                    f"Mirrored borders of {self.kernel_size // 2} pixels need a side of at least "
                    f"{self.kernel_size // 2 + 1}; {side} came. Take a smaller window.",
                    expected=f"at least {self.kernel_size // 2 + 1}",
                    came=str(side),
                    part="kernel_size",
                    fixes=(SetArgument("kernel_size", 1, "Take a window of 1"),),
                )
        return input

    def call(self, input: TensorType) -> Expression:
        self.infer(input)
        call = "gaussian_blur(input, kernel_size, sigma)"
        return Expression(call, source="gaussian_blur", kernel_size=self.kernel_size, sigma=self.sigma)

    def macs(self, input: TensorType) -> Dim:
        batch, channels, height, width = input.shape
        across = product([batch, channels, height + self.kernel_size - 1, width, self.kernel_size])
        down = product([*input.shape, self.kernel_size])
        total: Dim = across + down
        return total

    def detail(self) -> str:
        return f"{self.kernel_size}×{self.kernel_size}"
