"""nn.Hardswish."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Module
from app.core.tensor_type import TensorType
from blocks.activation._elementwise import Elementwise


@dataclass(frozen=True, kw_only=True)
class Hardswish(Elementwise):
    """A cheap swish of straight pieces, as MobileNetV3 uses it.

    y = x · min(max(x + 3, 0), 6) / 6. Shapes: any, unchanged.
    Source: Howard et al., Searching for MobileNetV3, 2019; as torch.nn.Hardswish.
    """

    synonyms = ("hard swish", "activation")

    def call(self, input: TensorType) -> Module:
        return Module("nn.Hardswish", functional="F.hardswish(input)")
