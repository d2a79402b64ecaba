"""What mean pools of one, two and three dimensions have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.core.block import Module, flag
from app.core.tensor_type import TensorType
from blocks.pooling._pooling import Pool
from blocks.rules import functional

DEFAULTS: Mapping[str, Any] = {"stride": None, "padding": 0, "ceil_mode": False, "count_include_pad": True}


@dataclass(frozen=True, kw_only=True)
class AvgPool(Pool):
    """Base of AvgPool1d, AvgPool2d and AvgPool3d."""

    count_include_pad: bool = flag(True, label="Count padding", help="Zeros of the padding count in the mean.")

    def _largest_padding(self, kernel: int, reach: int) -> int:
        return kernel // 2

    def infer(self, input: TensorType) -> TensorType:
        return self._pooled(input)

    def _defaults(self) -> Mapping[str, Any]:
        return DEFAULTS

    def call(self, input: TensorType) -> Module:
        defaults = self._defaults()
        arguments = {"kernel_size": self.kernel_size, **{name: getattr(self, name) for name in defaults}}
        template = functional(f"F.avg_pool{self.dims}d", ("input", "kernel_size"), arguments, defaults)
        return Module(f"nn.AvgPool{self.dims}d", arguments, positional=1, defaults=defaults, functional=template)
