"""Normalisation of images by fixed numbers."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Module, floats
from app.core.problems import ShapeError
from app.core.symbolic import differ
from app.core.tensor_type import TensorType
from blocks.rules import float32, shaped

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


@dataclass(frozen=True, kw_only=True)
class NormalizeImage(Block):
    """Takes a mean off every channel of images and divides by a standard deviation; nothing is learnt.

    y[c] = (x[c] - mean[c]) / std[c]; one number stands for all channels.
    Shapes: B×C×H×W, kept. The defaults are those of ImageNet, for images in [0, 1].
    Source: as torchvision.transforms.Normalize. The numbers are no part of the state_dict.
    """

    synonyms = ("standardise", "imagenet mean", "mean and std", "preprocess", "normalise", "whiten")

    mean: tuple[float, ...] = floats(IMAGENET_MEAN, label="Mean", help="One for each channel, or one for all.")
    std: tuple[float, ...] = floats(IMAGENET_STD, label="Standard deviation", help="One for each, or one for all.")

    def infer(self, input: TensorType) -> TensorType:
        shaped(input, "B×C×H×W")
        float32(input)
        channels = input.shape[1]
        for name, given in (("mean", self.mean), ("std", self.std)):
            if not given or (len(given) > 1 and differ(len(given), channels)):
                raise ShapeError(
                    f"“{name}” needs one number for each of {channels} channels, or one for all; {len(given)} came.",
                    expected=f"{channels} numbers, or one",
                    came=str(len(given)),
                    part=name,
                )
        if 0 in self.std:
            raise ShapeError(
                "No standard deviation may be 0: everything is divided by it.",
                expected="numbers other than 0",
                came="0",
                part="std",
            )
        return input

    def call(self, input: TensorType) -> Module:
        self.infer(input)
        arguments = {"mean": self.mean, "std": self.std}
        return Module("NormalizeImage", arguments, source="normalize_image")
