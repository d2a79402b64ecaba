"""RoutingByAgreement."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, port, whole
from app.core.tensor_type import TensorType
from blocks.rules import floating, shaped


@dataclass(frozen=True, kw_only=True)
class RoutingByAgreement(Block):
    """Capsules from the votes for them: votes that agree with the others count more, round after round.

    c = softmax over O of b, s[o] = Σ over I of c[i, o]·votes[i, o], v = squash(s), b ← b + votes·v, b being 0 at first.
    Gradients go through the last round alone, as in the authors' code.
    Shapes: B×I×O×E → B×O×E.
    Source: Sabour et al., Dynamic routing between capsules, 2017, procedure 1.
    """

    inputs = (port("votes", "B×I×O×E: what each of I capsules expects of each of O."),)
    synonyms = ("capsule", "capsnet", "dynamic routing", "coupling")

    iterations: int = whole(3, low=1, high=64, label="Rounds", help="The paper takes 3.")

    def infer(self, votes: TensorType) -> TensorType:
        shaped(votes, "B×I×O×E", "votes")
        floating(votes, "votes")
        return votes.with_shape(votes.shape[0], *votes.shape[2:])

    def call(self, votes: TensorType) -> Expression:
        template = "routing_by_agreement(votes, iterations)"
        return Expression(template, source="routing_by_agreement", iterations=self.iterations)

    def detail(self) -> str:
        return f"{self.iterations} rounds"
