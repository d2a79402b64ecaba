"""nn.BatchNorm1d."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.tensor_type import TensorType
from blocks.normalisation._batch import BatchNorm
from blocks.rules import wrong_shape


@dataclass(frozen=True, kw_only=True)
class BatchNorm1d(BatchNorm):
    """Normalises each feature, or each channel of sequences, over the batch, then scales and shifts it.

    y = (x - mean) / sqrt(variance + eps) · weight + bias, mean and variance over B (and L); in evaluation the running
    ones. Shapes: B×C or B×C×L, unchanged.
    Source: Ioffe and Szegedy, Batch normalization, 2015; as torch.nn.BatchNorm1d.
    """

    synonyms = ("batch normalisation", "batch normalization", "bn")

    def infer(self, input: TensorType) -> TensorType:
        if input.rank not in (2, 3):
            raise wrong_shape(input, "B×C or B×C×L")
        self._check(input)
        return input
