"""BeamSearch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.block import Expression, real, whole
from blocks.sampling._tokens import Writer


@dataclass(frozen=True, kw_only=True)
class BeamSearch(Writer):
    """Lets a model go on from given tokens, keeps the best few continuations, and gives the likeliest in the end.

    score = Σ log p(token) / length^penalty; of all continuations of the kept ones the best `width` are kept
    Shapes: a model B×T → B×T×C and tokens B×T → B×(T + count).
    Source: Graves, Sequence transduction with recurrent neural networks, 2012; Wu et al., Google's neural machine
    translation system, 2016.
    """

    synonyms = ("decode", "translation", "captioning", "sequence to sequence", "search", "autoregressive")

    width: int = whole(4, low=1, high=1000, label="Width", help="How many continuations are kept; 1 is greedy search.")
    penalty: float = real(
        0.0,
        low=0.0,
        label="Length penalty",
        help="0 adds probabilities up, 1 averages over the new tokens: longer texts.",
    )

    def call(self, *inputs: Any) -> Expression:
        text, values = self.written()
        more: dict[str, Any] = {"width": self.width}
        if self.penalty:
            more["penalty"] = self.penalty
        text = ", ".join([text, *(f"{name}={name}" for name in more)])
        return Expression(f"beam_search({text})", source="beam_search", **values, **more)

    def detail(self) -> str:
        return f"{self.width} wide, +{self.count}"[:20]
