"""What constants have in common: the batch and the precision of another tensor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.block import Block, Expression, choice, flag, ints, port
from app.core.tensor_type import TensorType
from blocks.rules import at_least_rank

DTYPES = ("like", "float32", "int64", "bool")


@dataclass(frozen=True, kw_only=True)
class Filled(Block):
    """Base of tensors that hold one number everywhere: ``function`` is what torch calls them."""

    inputs = (port("like", "A tensor whose batch, device and precision the new one gets."),)

    sizes: tuple[int, ...] = ints((1,), low=1, label="Sizes", help="After the batch, or all of them.")
    batch: bool = flag(True, label="Batch first", help="One for each example of the other tensor's batch.")
    dtype: str = choice("like", *DTYPES, label="Kind", help="The kind of number; like: that of the other tensor.")

    def infer(self, like: TensorType) -> TensorType:
        if self.batch:
            at_least_rank(like, 1, "a tensor with a batch", "like")
        front = like.shape[:1] if self.batch else ()
        return TensorType((*front, *self.sizes), like.dtype if self.dtype == "like" else self.dtype)

    def filled(self, function: str, closing: str = "", tuple: bool = False, **more: Any) -> Expression:
        """``like.new_zeros(like.shape[0], 128)``, or ``torch.zeros`` with device and dtype for another kind."""
        values: dict[str, Any] = {f"size{at}": size for at, size in enumerate(self.sizes)}
        shape = ", ".join([*(["like.shape[0]"] if self.batch else []), *values])
        if tuple:
            shape = f"({shape}{'' if ', ' in shape else ','})"
        if self.dtype == "like":
            return Expression(f"like.new_{function}({shape}{closing})", **values, **more)
        dtype = "" if self.dtype == "float32" and not closing else f"dtype=torch.{self.dtype}, "
        return Expression(f"torch.{function}({shape}{closing}, {dtype}device=like.device)", **values, **more)

    def detail(self) -> str:
        return "×".join(map(str, self.sizes))[:20]
