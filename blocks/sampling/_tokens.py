"""What writing token by token has in common: a model of the next token, a beginning, and what the model is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.block import Block, port, whole
from app.core.problems import ShapeError
from app.core.symbolic import smaller
from app.core.tensor_type import ModuleType, TensorType
from blocks.rules import same_size, shaped, wrong_dtype


@dataclass(frozen=True, kw_only=True)
class Writer(Block):
    """Base of blocks that append tokens by a model's scores."""

    inputs = (
        port("model", "What says which token comes next: tokens B×T, and what else it is given → B×T×C.", module=True),
        port("tokens", "The beginning, B×T, whole numbers."),
        port("given", "More inputs of the model, such as what an encoder gave.", variadic=True, least=0),
    )

    count: int = whole(50, low=1, high=100_000, label="New tokens", help="How many are appended.")
    end: int | None = whole(
        low=0, label="End token", help="After it a row is filled up with it. Empty: rows go on to the last token."
    )

    def infer(self, model: ModuleType, tokens: TensorType, given: tuple[TensorType, ...] = ()) -> TensorType:
        shaped(tokens, "B×T", "tokens")
        if tokens.dtype != "int64":
            raise wrong_dtype(tokens, "whole numbers (int64)", "int64", "tokens")
        batch, length = tokens.shape
        if smaller(length, 1):
            raise ShapeError("There must be a first token.", expected="B×1", came=str(tokens), part="tokens")
        for other in given:
            if not other.rank:
                raise ShapeError(
                    "What the model is given must have a batch; a scalar came.", expected="B×...", part="given"
                )
            same_size(other.shape[0], batch, "batch", "given", "tokens")
        found = model.call((tokens, *given))
        logits = found[0] if len(found) == 1 else None
        if (
            not isinstance(logits, TensorType)
            or logits.rank != 3
            or logits.dtype not in ("float32", "float64")
            or (self.end is not None and smaller(logits.shape[2], self.end + 1))
        ):
            came = ", ".join(map(str, found))
            told = "" if self.end is None else f", with the end token {self.end} among the classes"
            raise ShapeError(
                f"“model” must give scores of the next token at each place, B×T×C{told}, for {tokens}; {came} came.",
                expected="B×T×C",
                came=came,
                part="model",
            )
        return TensorType((batch, length + self.count), "int64")

    def written(self) -> tuple[str, dict[str, Any]]:
        """Arguments that all have, and their values."""
        if self.end is None:
            return "model, tokens, *given, count=count", {"count": self.count}
        return "model, tokens, *given, count=count, end=end", {"count": self.count, "end": self.end}

    def detail(self) -> str:
        return f"+{self.count}"
