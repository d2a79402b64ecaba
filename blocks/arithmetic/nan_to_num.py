"""NanToNum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.block import Block, Expression, real
from app.core.tensor_type import TensorType

DEFAULTS = {"nan": 0.0, "posinf": None, "neginf": None}


@dataclass(frozen=True, kw_only=True)
class NanToNum(Block):
    """Puts plain numbers in place of what is not a number, and of infinite ones.

    y = nan where x is not a number, posinf and neginf where it is infinite, else x
    Shapes: any, kept.
    Source: torch.nan_to_num.
    """

    synonyms = ("nan", "infinity", "missing values", "clean", "replace")

    nan: float = real(0.0, label="For not a number", help="What stands where a number is missing.")
    posinf: float | None = real(label="For infinity", help="Empty: the largest number that there is.")
    neginf: float | None = real(label="For minus infinity", help="Empty: the smallest number that there is.")

    def infer(self, input: TensorType) -> TensorType:
        return input

    def call(self, input: TensorType) -> Expression:
        given: dict[str, Any] = {name: getattr(self, name) for name in DEFAULTS}
        values = {name: value for name, value in given.items() if value != DEFAULTS[name]}
        return Expression(f"input.nan_to_num({', '.join(f'{name}={name}' for name in values)})", **values)
