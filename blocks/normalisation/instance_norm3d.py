"""nn.InstanceNorm3d."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.normalisation._instance import InstanceNorm


@dataclass(frozen=True, kw_only=True)
class InstanceNorm3d(InstanceNorm):
    """Normalises each channel of each volume by itself, which takes a scanner's contrast out of it.

    y = (x - mean) / sqrt(variance + eps) · weight + bias, mean and variance over D, H and W.
    Shapes: B×C×D×H×W, unchanged.
    Source: Ulyanov et al., Instance normalization, 2016; as torch.nn.InstanceNorm3d.
    """

    dims = 3
    synonyms = ("instance normalisation", "instance normalization", "contrast normalisation", "video", "volume")
