"""ZerosLike."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.elementwise import Unary


@dataclass(frozen=True, kw_only=True)
class ZerosLike(Unary):
    """A tensor of zeros in the shape of another one: the labels of made images in a GAN.

    Shapes: any, kept.
    Source: torch.zeros_like.
    """

    expression = "torch.zeros_like(input)"
    synonyms = ("constant", "fake labels", "fill")
