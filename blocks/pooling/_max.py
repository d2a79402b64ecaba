"""What max pools of one, two and three dimensions have in common."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Module, Port, flag, port
from app.core.tensor_type import TensorType
from blocks.pooling._pooling import Pool
from blocks.rules import functional

DEFAULTS = {"stride": None, "padding": 0, "dilation": 1, "ceil_mode": False, "return_indices": False}
INDICES = port("indices", "Where each largest number stood, for unpooling")


@dataclass(frozen=True, kw_only=True)
class MaxPool(Pool):
    """Base of MaxPool1d, MaxPool2d and MaxPool3d."""

    dilation: int | tuple[int, ...] = 1
    return_indices: bool = flag(False, label="Give indices", help="A second output says where each number came from.")

    def _dilation(self) -> int | tuple[int, ...]:
        return self.dilation

    def ports(self) -> tuple[tuple[Port, ...], tuple[Port, ...]]:
        return self.inputs, (*self.outputs, INDICES) if self.return_indices else self.outputs

    def infer(self, input: TensorType) -> TensorType | tuple[TensorType, ...]:
        pooled = self._pooled(input)
        return (pooled, pooled.with_dtype("int64")) if self.return_indices else pooled

    def call(self, input: TensorType) -> Module:
        arguments = {"kernel_size": self.kernel_size, "stride": self.stride, "padding": self.padding}
        arguments |= {"dilation": self.dilation, "ceil_mode": self.ceil_mode, "return_indices": self.return_indices}
        return Module(
            f"nn.MaxPool{self.dims}d",
            arguments,
            positional=1,
            defaults=DEFAULTS,
            returns="output, indices" if self.return_indices else None,
            functional=functional(f"F.max_pool{self.dims}d", ("input", "kernel_size"), arguments, DEFAULTS),
        )
