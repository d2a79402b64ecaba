"""nn.InstanceNorm2d."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Module, Weight, flag
from app.core.problems import ShapeError
from app.core.symbolic import product
from app.core.tensor_type import TensorType
from blocks.normalisation._batch import Norm
from blocks.rules import certainly, shaped


@dataclass(frozen=True, kw_only=True)
class InstanceNorm2d(Norm):
    """Normalises each channel of each image by itself, which takes contrast and style out of it.

    y = (x - mean) / sqrt(variance + eps) · weight + bias, mean and variance over H and W.
    Shapes: B×C×H×W, unchanged.
    Source: Ulyanov et al., Instance normalization, 2016; as torch.nn.InstanceNorm2d.
    """

    trains = True
    synonyms = ("instance normalisation", "instance normalization", "contrast normalisation")

    affine: bool = flag(False, label="Scale and shift", help="A learnt factor and offset for each channel.")
    track_running_stats: bool = flag(
        False, label="Running statistics", help="Evaluation uses statistics collected in training, not the image's own."
    )

    def infer(self, input: TensorType) -> TensorType:
        shaped(input, "B×C×H×W")
        self._check_channels(input, not (self.affine or self.track_running_stats))
        if certainly(product(input.shape[2:]), 1):
            raise ShapeError(
                "A map of one pixel has no variance to normalise by; normalise before the map gets that small.",
                expected="more than one pixel",
                came=str(input),
                part="input",
            )
        return input

    def call(self, input: TensorType) -> Module:
        arguments = {"num_features": input.shape[1], "eps": self.eps, "momentum": self.momentum}
        arguments |= {"affine": self.affine, "track_running_stats": self.track_running_stats}
        defaults = {"eps": 1e-5, "momentum": 0.1, "affine": False, "track_running_stats": False}
        return Module("nn.InstanceNorm2d", arguments, positional=1, defaults=defaults)

    def weights(self, input: TensorType) -> dict[str, Weight]:
        return self._weights(input, self.affine, self.track_running_stats)
