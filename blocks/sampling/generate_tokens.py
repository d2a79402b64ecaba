"""GenerateTokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.block import Block, Expression, port, real, whole
from app.core.problems import ShapeError
from app.core.tensor_type import ModuleType, TensorType
from blocks.rules import indices, shaped


@dataclass(frozen=True, kw_only=True)
class GenerateTokens(Block):
    """Lets a model go on from given tokens: it is called for each new one, which is drawn and appended.

    next ~ softmax(model(tokens)[last] / temperature)
    Shapes: a model B×T → B×T×C and tokens B×T → B×(T + count).
    Source: ancestral sampling, as in Bengio et al., A neural probabilistic language model, 2003.
    """

    inputs = (
        port("model", "What says which token comes next.", module=True),
        port("tokens", "The beginning, B×T, whole numbers."),
    )
    synonyms = ("text generation", "autoregressive", "sampling", "decode", "write")

    count: int = whole(200, low=1, high=100_000, label="New tokens", help="How many are appended.")
    context: int = whole(64, low=1, label="Context", help="How many of the last tokens the model is shown.")
    temperature: float = real(
        1.0, low=0.0, label="Temperature", help="Below 1 it takes the likely more often; 0: always the likeliest."
    )

    def infer(self, model: ModuleType, tokens: TensorType) -> TensorType:
        shaped(tokens, "B×T", "tokens")
        indices(tokens, "tokens")
        found = model.call((tokens,))
        logits = found[0] if len(found) == 1 else None
        if not isinstance(logits, TensorType) or logits.rank != 3 or not logits.is_floating:
            came = ", ".join(map(str, found))
            raise ShapeError(
                f"“model” must give scores of the next token at each place, B×T×C, for {tokens}; {came} came.",
                expected="B×T×C",
                came=came,
                part="model",
            )
        batch, length = tokens.shape
        return TensorType((batch, length + self.count), "int64")

    def call(self, model: Any, tokens: TensorType) -> Expression:
        return Expression(
            "generate_tokens(model, tokens, count, context, temperature)",
            random=self.temperature > 0,
            source="generate_tokens",
            count=self.count,
            context=self.context,
            temperature=self.temperature,
        )

    def detail(self) -> str:
        return f"+{self.count}"
