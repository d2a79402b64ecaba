"""LearntTensor."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Module, Weight, flag, ints, port, real
from app.core.tensor_type import TensorType
from blocks.rules import at_least_rank


@dataclass(frozen=True, kw_only=True)
class LearntTensor(Block):
    """A tensor that belongs to the model: a first state, a class token, the queries of a detector.

    Every example of the batch gets the same one. It is learnt, or stays as it was drawn.
    Shapes: a batch B×... → B×sizes.
    Source: torch.nn.Parameter; as a first state: Graves et al., Neural Turing machines, 2014.
    """

    inputs = (port("like", "A tensor whose batch it gets."),)
    synonyms = ("parameter", "initial state", "class token", "queries", "buffer", "learned")

    sizes: tuple[int, ...] = ints((100,), low=1, label="Sizes", help="Of the tensor, without the batch.")
    std: float = real(0.02, low=0.0, label="Start", help="Standard deviation that it is drawn with.")
    learnt: bool = flag(True, label="Learnt", help="Otherwise it stays as it was drawn, and is saved with the model.")

    def infer(self, like: TensorType) -> TensorType:
        at_least_rank(like, 1, "a tensor with a batch", "like")
        return TensorType((like.shape[0], *self.sizes))

    def call(self, like: TensorType) -> Module:
        arguments = {"sizes": self.sizes, "std": self.std, "learnt": self.learnt}
        defaults = {"std": 0.02, "learnt": True}
        return Module("LearntTensor", arguments, positional=1, defaults=defaults, source="learnt_tensor")

    def weights(self, like: TensorType) -> dict[str, Weight]:
        return {"weight": Weight(tuple(self.sizes), learnt=self.learnt)}

    def detail(self) -> str:
        return "×".join(map(str, self.sizes))[:20]
