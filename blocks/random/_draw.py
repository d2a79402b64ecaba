"""What draws of random tensors have in common: the batch of another tensor, and sizes of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from app.core.block import Block, Expression, ints, port
from app.core.tensor_type import TensorType
from blocks.rules import at_least_rank


@dataclass(frozen=True, kw_only=True)
class Draw(Block):
    """Base of blocks that draw numbers of given sizes for each example of a batch."""

    function: ClassVar[str]
    inputs = (port("like", "A tensor whose batch, device and precision the drawn numbers get."),)

    sizes: tuple[int, ...] = ints((100,), low=1, label="Sizes", help="Of what is drawn for each example.")

    def infer(self, like: TensorType) -> TensorType:
        at_least_rank(like, 1, "a tensor with a batch", "like")
        return TensorType((like.shape[0], *self.sizes), like.dtype if like.is_floating else "float32")

    def drawn(self, like: TensorType) -> tuple[str, dict[str, Any]]:
        """The call, and the values in it."""
        values: dict[str, Any] = {f"size{at}": size for at, size in enumerate(self.sizes)}
        precision = "dtype=like.dtype, " if like.is_floating and like.dtype != "float32" else ""
        return f"{self.function}({', '.join(['like.shape[0]', *values])}, {precision}device=like.device)", values

    def call(self, like: TensorType) -> Expression:
        text, values = self.drawn(like)
        return Expression(text, random=True, **values)

    def detail(self) -> str:
        return "×".join(map(str, self.sizes))[:20]
