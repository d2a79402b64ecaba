"""FakeQuantize."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, real, whole
from app.core.problems import SetArgument, ShapeError
from app.core.tensor_type import TensorType
from blocks.rules import float32


@dataclass(frozen=True, kw_only=True)
class FakeQuantize(Block):
    """Rounds numbers to the steps of an integer format and keeps them floating: training for 8 bits.

    y = (clamp(round(x / scale) + zero, low, high) - zero) · scale; the gradient passes where nothing is clamped.
    Shapes: any, kept.
    Source: torch.fake_quantize_per_tensor_affine; Jacob et al., Quantization and training of neural networks, 2017.
    """

    synonyms = ("quantisation-aware training", "qat", "int8", "8 bit", "round", "low precision")

    scale: float = real(0.1, low=1e-6, label="Step", help="How far neighbouring numbers are apart.")
    zero: int = whole(0, low=-128, high=127, label="Zero point", help="Which whole number stands for 0.")
    bits: int = whole(8, low=2, high=8, label="Bits", help="8 gives whole numbers from -128 to 127.")

    def infer(self, input: TensorType) -> TensorType:
        float32(input)
        low, high = self._bounds()
        if not low <= self.zero <= high:
            raise ShapeError(
                f"With {self.bits} bits whole numbers go from {low} to {high}; the zero point {self.zero} is beyond.",
                expected=f"{low} to {high}",
                came=str(self.zero),
                part="zero",
                fixes=(SetArgument("zero", 0, "Set the zero point to 0"),),
            )
        return input

    def _bounds(self) -> tuple[int, int]:
        half = 2 ** (int(self.bits) - 1)
        return -half, half - 1

    def call(self, input: TensorType) -> Expression:
        call = "torch.fake_quantize_per_tensor_affine(input, scale, zero, low, high)"
        low, high = self._bounds()
        return Expression(call, scale=self.scale, zero=self.zero, low=low, high=high)

    def detail(self) -> str:
        return f"{self.bits} bits"
