"""Categorical."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.block import Block, Expression, port, real
from app.core.problems import InsertBefore, ShapeError
from app.core.tensor_type import TensorType
from blocks.rules import floating


@dataclass(frozen=True, kw_only=True)
class Categorical(Block):
    """Draws a class for each example by its scores: the next token, an action.

    y ~ softmax(logits / temperature)
    Shapes: B×C → B, or C → a scalar; int64.
    Source: torch.multinomial.
    """

    inputs = (port("logits", "Scores of the classes, before any softmax; classes last."),)
    synonyms = ("sample", "multinomial", "next token", "action", "temperature")

    temperature: float = real(1.0, low=1e-6, label="Temperature", help="Below 1 it takes the likely more often.")

    def infer(self, logits: TensorType) -> TensorType:
        floating(logits, "logits")
        if logits.rank not in (1, 2):
            last = InsertBefore("logits", "Select", {"dim": 1, "index": -1}, "Take the last step first")
            raise ShapeError(
                f"Categorical draws from logits C or B×C; {logits} came."
                + (" Take the last step first." if logits.rank == 3 else ""),
                expected="B×C",
                came=str(logits),
                part="logits",
                fixes=(last,) if logits.rank == 3 else (),
            )
        return TensorType(logits.shape[:-1], "int64")

    def call(self, logits: TensorType) -> Expression:
        scores = "logits" if self.temperature == 1.0 else "(logits / temperature)"
        values: dict[str, Any] = {} if self.temperature == 1.0 else {"temperature": self.temperature}
        return Expression(f"torch.multinomial({scores}.softmax(dim=-1), 1).squeeze(-1)", random=True, **values)

    def detail(self) -> str:
        return "" if self.temperature == 1.0 else f"T {self.temperature:g}"
