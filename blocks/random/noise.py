"""Noise."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.random._draw import Draw


@dataclass(frozen=True, kw_only=True)
class Noise(Draw):
    """Draws standard normal numbers, new ones each time: the seed of a generator.

    y ~ N(0, 1)
    Shapes: a batch B×... → B×sizes.
    Source: torch.randn.
    """

    function = "torch.randn"
    synonyms = ("gaussian", "normal", "randn", "latent", "z")
