"""nn.BatchNorm3d."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.tensor_type import TensorType
from blocks.normalisation._batch import BatchNorm
from blocks.rules import shaped


@dataclass(frozen=True, kw_only=True)
class BatchNorm3d(BatchNorm):
    """Normalises each channel of volumes or videos over the batch, then scales and shifts it.

    y = (x - mean) / sqrt(variance + eps) · weight + bias, mean and variance over B, D, H and W; in evaluation the
    running ones. Shapes: B×C×D×H×W, unchanged.
    Source: Ioffe and Szegedy, Batch normalization, 2015; as torch.nn.BatchNorm3d.
    """

    synonyms = ("batch normalisation", "batch normalization", "bn", "video", "volume")

    def infer(self, input: TensorType) -> TensorType:
        shaped(input, "B×C×D×H×W")
        self._check(input)
        return input
