"""Cast."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, choice
from app.core.tensor_type import TensorType

SHORT = {"float32": "float", "float64": "double", "int64": "long", "int32": "int", "bool": "bool"}
OTHERS = ("float16", "bfloat16", "uint8", "int8", "int16")


@dataclass(frozen=True, kw_only=True)
class Cast(Block):
    """The same values as another kind of number.

    Shapes: any, kept. To whole numbers the fraction is cut off; to bool everything but 0 is true.
    Source: torch.Tensor.to.
    """

    synonyms = ("dtype", "convert", "float", "long", "to", "type")

    dtype: str = choice("float32", *SHORT, *OTHERS, label="Kind", help="The kind of number that comes out.")

    def infer(self, input: TensorType) -> TensorType:
        return input.with_dtype(self.dtype)

    def call(self, input: TensorType) -> Expression:
        short = SHORT.get(self.dtype)
        return Expression(f"input.{short}()" if short else f"input.to(torch.{self.dtype})")

    def detail(self) -> str:
        return self.dtype
