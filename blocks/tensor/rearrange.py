"""Rearrange."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression
from app.core.tensor_type import TensorType
from blocks.tensor._pattern import Patterned


@dataclass(frozen=True, kw_only=True)
class Rearrange(Patterned):
    """Reshapes and reorders dimensions by a pattern of named axes: image to patches, channels to heads.

    b c (h p) (w q) -> b (h w) (c p q) cuts an image into patches of p×q pixels, one row for each.
    Shapes: as the pattern says; elements are neither added nor lost. The code is unflatten, permute and flatten.
    Source: Rogozhnikov, Einops: clear and reliable tensor manipulations with Einstein-like notation, 2022.
    """

    synonyms = ("einops", "patchify", "space to depth", "depth to space", "pattern", "reshape", "permute", "view")

    def infer(self, input: TensorType) -> TensorType:
        return input.with_shape(*self.plan(input).shape())

    def call(self, input: TensorType) -> Expression:
        return self.written(self.plan(input))
