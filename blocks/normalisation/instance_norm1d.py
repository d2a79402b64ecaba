"""nn.InstanceNorm1d."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.normalisation._instance import InstanceNorm


@dataclass(frozen=True, kw_only=True)
class InstanceNorm1d(InstanceNorm):
    """Normalises each channel of each sequence by itself, which takes loudness and offset out of it.

    y = (x - mean) / sqrt(variance + eps) · weight + bias, mean and variance over L.
    Shapes: B×C×L, unchanged.
    Source: Ulyanov et al., Instance normalization, 2016; as torch.nn.InstanceNorm1d.
    """

    dims = 1
    synonyms = ("instance normalisation", "instance normalization", "contrast normalisation", "time series")
