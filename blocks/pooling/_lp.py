"""What pools by a power mean have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from app.core.block import Module, real
from app.core.tensor_type import TensorType
from blocks.pooling._pooling import Pool
from blocks.rules import functional

DEFAULTS: Mapping[str, Any] = {"stride": None, "ceil_mode": False}


@dataclass(frozen=True, kw_only=True)
class LPPool(Pool):
    """Base of LPPool1d, LPPool2d and LPPool3d."""

    padding: ClassVar[int] = 0  # type: ignore[misc]  # no argument here: torch pads nothing
    norm_type: float = real(
        2.0,
        low=1.0,
        label="Power",
        help="p in the formula: 1 is the sum, 2 the length, large ones come near the maximum.",
    )

    def infer(self, input: TensorType) -> TensorType:
        return self._pooled(input)

    def call(self, input: TensorType) -> Module:
        arguments: dict[str, Any] = {"norm_type": self.norm_type, "kernel_size": self.kernel_size}
        arguments |= {"stride": self.stride, "ceil_mode": self.ceil_mode}
        template = functional(f"F.lp_pool{self.dims}d", ("input", "norm_type", "kernel_size"), arguments, DEFAULTS)
        return Module(f"nn.LPPool{self.dims}d", arguments, positional=2, defaults=DEFAULTS, functional=template)
