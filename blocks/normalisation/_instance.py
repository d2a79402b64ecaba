"""What instance normalisation of sequences, maps and volumes has in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.block import Module, Weight, flag
from app.core.problems import ShapeError
from app.core.symbolic import product
from app.core.tensor_type import TensorType
from blocks.normalisation._batch import Norm
from blocks.rules import certainly, shaped

PATTERNS = {1: "B×C×L", 2: "B×C×H×W", 3: "B×C×D×H×W"}
ALONE = {1: "A sequence of one position", 2: "A map of one pixel", 3: "A volume of one voxel"}
MORE = {1: "more than one position", 2: "more than one pixel", 3: "more than one voxel"}


@dataclass(frozen=True, kw_only=True)
class InstanceNorm(Norm):
    """Base of InstanceNorm1d, InstanceNorm2d and InstanceNorm3d."""

    dims: ClassVar[int]
    trains = True

    affine: bool = flag(False, label="Scale and shift", help="A learnt factor and offset for each channel.")
    track_running_stats: bool = flag(
        False,
        label="Running statistics",
        help="Evaluation uses statistics collected in training, not the example's own.",
    )

    def infer(self, input: TensorType) -> TensorType:
        shaped(input, PATTERNS[self.dims])
        self._check_channels(input, not (self.affine or self.track_running_stats))
        if certainly(product(input.shape[2:]), 1):
            raise ShapeError(
                f"{ALONE[self.dims]} has no variance to normalise by; normalise before it gets that small.",
                expected=MORE[self.dims],
                came=str(input),
                part="input",
            )
        return input

    def call(self, input: TensorType) -> Module:
        arguments = {"num_features": input.shape[1], "eps": self.eps, "momentum": self.momentum}
        arguments |= {"affine": self.affine, "track_running_stats": self.track_running_stats}
        defaults = {"eps": 1e-5, "momentum": 0.1, "affine": False, "track_running_stats": False}
        return Module(f"nn.InstanceNorm{self.dims}d", arguments, positional=1, defaults=defaults)

    def weights(self, input: TensorType) -> dict[str, Weight]:
        return self._weights(input, self.affine, self.track_running_stats)
