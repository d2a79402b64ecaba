"""OneHot."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, flag, whole
from app.core.tensor_type import TensorType
from blocks.rules import wrong_dtype


@dataclass(frozen=True, kw_only=True)
class OneHot(Block):
    """Whole numbers as vectors with a single 1: classes for a conditional generator, characters for a net.

    Shapes: any whole numbers ... → ...×classes.
    Source: torch.nn.functional.one_hot.
    """

    synonyms = ("categorical", "encode", "class label", "dummy")

    num_classes: int = whole(10, low=1, label="Classes", help="How many there are; numbers go from 0 to one less.")
    floating: bool = flag(True, label="As float32", help="Else whole numbers come out.")

    def infer(self, input: TensorType) -> TensorType:
        if input.dtype != "int64":
            raise wrong_dtype(input, "classes (int64)", "int64")
        return TensorType((*input.shape, self.num_classes), "float32" if self.floating else "int64")

    def call(self, input: TensorType) -> Expression:
        vectors = "F.one_hot(input, num_classes)"
        return Expression(f"{vectors}.float()" if self.floating else vectors, num_classes=self.num_classes)

    def detail(self) -> str:
        return str(self.num_classes)
