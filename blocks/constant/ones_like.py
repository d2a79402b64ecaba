"""OnesLike."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.elementwise import Unary


@dataclass(frozen=True, kw_only=True)
class OnesLike(Unary):
    """A tensor of ones in the shape of another one: the labels of real images in a GAN.

    Shapes: any, kept.
    Source: torch.ones_like.
    """

    expression = "torch.ones_like(input)"
    synonyms = ("constant", "real labels", "fill")
