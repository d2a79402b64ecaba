"""GreedySearch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.block import Expression
from blocks.sampling._tokens import Writer


@dataclass(frozen=True, kw_only=True)
class GreedySearch(Writer):
    """Lets a model go on from given tokens and takes the likeliest next one each time: translation, captions.

    next = argmax of model(tokens, given)[last]
    Shapes: a model B×T → B×T×C and tokens B×T → B×(T + count).
    Source: Sutskever et al., Sequence to sequence learning with neural networks, 2014, with a beam of one.
    """

    synonyms = ("decode", "translation", "captioning", "argmax", "sequence to sequence", "autoregressive")

    def call(self, *inputs: Any) -> Expression:
        text, values = self.written()
        return Expression(f"greedy_search({text})", source="greedy_search", **values)
