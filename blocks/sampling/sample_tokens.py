"""SampleTokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.block import Expression, real, whole
from blocks.sampling._tokens import Writer


@dataclass(frozen=True, kw_only=True)
class SampleTokens(Writer):
    """Lets a model go on from given tokens by drawing among the likely ones: top-k, top-p and temperature.

    next ~ softmax of model(tokens, given)[last] / temperature, over the k likeliest that have probability p together
    Shapes: a model B×T → B×T×C and tokens B×T → B×(T + count).
    Source: Holtzman et al., The curious case of neural text degeneration, 2019.
    """

    synonyms = ("text generation", "nucleus sampling", "top-k", "top-p", "autoregressive", "decode", "write")

    temperature: float = real(1.0, low=1e-6, label="Temperature", help="Below 1 it takes the likely more often.")
    top_k: int | None = whole(low=1, label="Among the best", help="Only the k likeliest are drawn. Empty: all.")
    top_p: float = real(
        1.0, low=0.0, high=1.0, label="Nucleus", help="Only the likeliest that have p together are drawn."
    )

    def call(self, *inputs: Any) -> Expression:
        text, values = self.written()
        more: dict[str, Any] = {}
        if self.temperature != 1.0:
            more["temperature"] = self.temperature
        if self.top_k is not None:
            more["top_k"] = self.top_k
        if self.top_p != 1.0:
            more["top_p"] = self.top_p
        text = ", ".join([text, *(f"{name}={name}" for name in more)])
        return Expression(f"sample_tokens({text})", random=True, source="sample_tokens", **values, **more)
