"""Detach."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.elementwise import Unary


@dataclass(frozen=True, kw_only=True)
class Detach(Unary):
    """The same values, through which no gradient flows back: the stop-gradient of GANs and BYOL.

    Shapes: any, kept.
    Source: torch.Tensor.detach.
    """

    expression = "input.detach()"
    synonyms = ("stop gradient", "no grad", "freeze")
