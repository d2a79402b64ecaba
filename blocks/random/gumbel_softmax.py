"""GumbelSoftmax."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.block import Block, Expression, flag, port, real, whole
from app.core.tensor_type import TensorType
from blocks.rules import at_least_rank, dimension, floating, is_default


@dataclass(frozen=True, kw_only=True)
class GumbelSoftmax(Block):
    """Draws a class by its scores so that gradients reach them: nearly one-hot vectors, or quite one-hot ones.

    y = softmax((logits + g) / tau), where g is Gumbel noise; hard: one-hot, with the gradient of the soft one
    Shapes: any with classes in one dimension, kept.
    Source: Jang et al., Categorical reparameterization with Gumbel-softmax, 2016; torch.nn.functional.gumbel_softmax.
    """

    inputs = (port("logits", "Scores of the classes, before any softmax."),)
    synonyms = ("concrete", "categorical", "straight-through", "discrete latent", "reparameterisation", "sample")

    tau: float = real(1.0, low=1e-6, label="Temperature", help="Small: close to one-hot, with wilder gradients.")
    hard: bool = flag(False, label="Hard", help="One-hot vectors forward, the soft ones' gradient backward.")
    dim: int = whole(-1, label="Dimension", help="That of the classes; -1 is the last.")

    def infer(self, logits: TensorType) -> TensorType:
        at_least_rank(logits, 1, "classes", "logits")
        floating(logits, "logits")
        dimension(self.dim, logits.rank)
        return logits

    def call(self, logits: TensorType) -> Expression:
        arguments: dict[str, Any] = {"tau": self.tau, "hard": self.hard, "dim": self.dim}
        defaults = {"tau": 1.0, "hard": False, "dim": -1}
        given = {name: value for name, value in arguments.items() if not is_default(name, arguments, defaults)}
        text = ", ".join(["logits", *(f"{name}={name}" for name in given)])
        return Expression(f"F.gumbel_softmax({text})", random=True, **given)

    def detail(self) -> str:
        return f"τ {self.tau:g}" + (" hard" if self.hard else "")
