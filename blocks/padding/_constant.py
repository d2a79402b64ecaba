"""What paddings by a number have in common."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Module, real
from app.core.tensor_type import TensorType
from blocks.padding._pad import Padding


@dataclass(frozen=True, kw_only=True)
class ConstantPad(Padding):
    """Base of ConstantPad1d, ConstantPad2d and ConstantPad3d."""

    mode = ", value=value"
    value: float = real(0.0, label="Value", help="What the added positions hold.")

    def call(self, input: TensorType) -> Module:
        arguments = {"padding": self.padding, "value": self.value}
        functional = self._functional(self.mode if self.value else "")
        return Module(f"nn.ConstantPad{self.dims}d", arguments, positional=2, functional=functional)

    def detail(self) -> str:
        return f"{super().detail()} = {self.value:g}"[:20]
