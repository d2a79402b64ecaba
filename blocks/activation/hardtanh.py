"""nn.Hardtanh."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.core.block import Module, real
from app.core.problems import SetArgument, ShapeError
from app.core.tensor_type import TensorType
from blocks.activation._elementwise import Elementwise
from blocks.rules import functional

DEFAULTS: Mapping[str, Any] = {"min_val": -1.0, "max_val": 1.0}


@dataclass(frozen=True, kw_only=True)
class Hardtanh(Elementwise):
    """Cuts every number off at a lowest and a highest value.

    y = min(max(x, min_val), max_val). Shapes: any, unchanged.
    Source: Collobert, Large scale machine learning, 2004; as torch.nn.Hardtanh.
    """

    synonyms = ("clip", "clamp", "activation")

    min_val: float = real(-1.0, label="Lowest", help="What smaller numbers become.")
    max_val: float = real(1.0, label="Highest", help="What larger numbers become.")

    def infer(self, input: TensorType) -> TensorType:
        if self.min_val >= self.max_val:
            raise ShapeError(
                f"The highest value must be above the lowest, {self.min_val:g}; {self.max_val:g} came. Raise it.",
                expected=f"more than {self.min_val:g}",
                came=f"{self.max_val:g}",
                part="max_val",
                fixes=(SetArgument("max_val", self.min_val + 1, "Set it one above the lowest"),),
            )
        return super().infer(input)

    def call(self, input: TensorType) -> Module:
        arguments = {"min_val": self.min_val, "max_val": self.max_val}
        template = functional("F.hardtanh", ("input",), arguments, DEFAULTS)
        return Module("nn.Hardtanh", arguments, defaults=DEFAULTS, functional=template)
