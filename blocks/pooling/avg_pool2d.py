"""nn.AvgPool2d."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Module, flag, whole
from app.core.tensor_type import TensorType
from blocks.pooling._pooling import Pool, padding_field, stride_field, window_field
from blocks.rules import functional

DEFAULTS = {"stride": None, "padding": 0, "ceil_mode": False, "count_include_pad": True, "divisor_override": None}


@dataclass(frozen=True, kw_only=True)
class AvgPool2d(Pool):
    """The mean of each window, channel by channel.

    Shapes: B×C×H×W → B×C×H'×W', each size n becoming floor((n + 2·padding - window) / stride) + 1, rounded up where
    asked for. Source: as torch.nn.AvgPool2d.
    """

    dims = 2
    synonyms = ("average pooling", "mean pooling", "subsampling", "downsampling")

    kernel_size: int | tuple[int, ...] = window_field(2)
    stride: int | tuple[int, ...] | None = stride_field(2)
    padding: int | tuple[int, ...] = padding_field(2)
    count_include_pad: bool = flag(True, label="Count padding", help="Zeros of the padding count in the mean.")
    divisor_override: int | None = whole(
        None, low=1, label="Divisor", help="What the sum is divided by; nothing: the number of positions."
    )

    def _largest_padding(self, kernel: int, reach: int) -> int:
        return kernel // 2

    def infer(self, input: TensorType) -> TensorType:
        return self._pooled(input)

    def call(self, input: TensorType) -> Module:
        arguments = {"kernel_size": self.kernel_size, **{name: getattr(self, name) for name in DEFAULTS}}
        template = functional("F.avg_pool2d", ("input", "kernel_size"), arguments, DEFAULTS)
        return Module("nn.AvgPool2d", arguments, positional=1, defaults=DEFAULTS, functional=template)
