"""What the norms that keep statistics per channel have in common."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Module, Weight, buffer, flag, parameter, real
from app.core.problems import SetArgument, ShapeError
from app.core.symbolic import product
from app.core.tensor_type import TensorType
from blocks.rules import certainly, float32, floating, known


@dataclass(frozen=True, kw_only=True)
class Norm(Block):
    """Base of the norms that keep statistics per channel."""

    eps: float = real(1e-5, low=1e-12, label="Epsilon", help="Added to the variance, so that nothing divides by zero.")
    momentum: float = real(
        0.1, low=0.0, high=1.0, label="Momentum", help="Share of the newest batch in the running statistics."
    )

    def _check_channels(self, input: TensorType, stateless: bool) -> None:
        known(input.shape[1], "number of channels")
        if stateless:
            floating(input)
        else:
            float32(input)

    def _weights(self, input: TensorType, affine: bool, tracked: bool) -> dict[str, Weight]:
        channels = input.shape[1]
        weights = {"weight": parameter(channels), "bias": parameter(channels)} if affine else {}
        if tracked:
            weights |= {"running_mean": buffer(channels), "running_var": buffer(channels)}
            weights["num_batches_tracked"] = buffer(dtype="int64")
        return weights


@dataclass(frozen=True, kw_only=True)
class BatchNorm(Norm):
    """Base of BatchNorm1d, BatchNorm2d and BatchNorm3d."""

    trains = True

    affine: bool = flag(True, label="Scale and shift", help="A learnt factor and offset for each channel.")
    track_running_stats: bool = flag(
        True, label="Running statistics", help="Evaluation uses statistics collected in training, not the batch's own."
    )

    def _check(self, input: TensorType) -> None:
        self._check_channels(input, not (self.affine or self.track_running_stats))
        if not self.track_running_stats and certainly(product([input.shape[0], *input.shape[2:]]), 1):
            raise ShapeError(
                f"Without running statistics each channel needs more than one value to normalise by; {input} came. "
                "Use running statistics or a larger batch.",
                expected="more than one value",
                came=str(input),
                part="track_running_stats",
                fixes=(SetArgument("track_running_stats", True, "Use running statistics"),),
            )

    def call(self, input: TensorType) -> Module:
        arguments = {"num_features": input.shape[1], "eps": self.eps, "momentum": self.momentum}
        arguments |= {"affine": self.affine, "track_running_stats": self.track_running_stats}
        defaults = {"eps": 1e-5, "momentum": 0.1, "affine": True, "track_running_stats": True}
        return Module(f"nn.{type(self).__name__}", arguments, positional=1, defaults=defaults)

    def weights(self, input: TensorType) -> dict[str, Weight]:
        return self._weights(input, self.affine, self.track_running_stats)
