"""nn.InstanceNorm2d."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.normalisation._instance import InstanceNorm


@dataclass(frozen=True, kw_only=True)
class InstanceNorm2d(InstanceNorm):
    """Normalises each channel of each image by itself, which takes contrast and style out of it.

    y = (x - mean) / sqrt(variance + eps) · weight + bias, mean and variance over H and W.
    Shapes: B×C×H×W, unchanged.
    Source: Ulyanov et al., Instance normalization, 2016; as torch.nn.InstanceNorm2d.
    """

    dims = 2
    synonyms = ("instance normalisation", "instance normalization", "contrast normalisation")
