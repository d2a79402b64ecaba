"""Positions that are learnt."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Module, Weight, flag, parameter, whole
from app.core.problems import SetArgument, ShapeError
from app.core.tensor_type import TensorType
from blocks.rules import at_least_rank, float32, known


@dataclass(frozen=True, kw_only=True)
class LearntPositions(Block):
    """Adds to each position of a sequence a vector of its own, which is learnt.

    y[t] = x[t] + weight[t]. Its table is an nn.Embedding, as GPT-2's “wpe” and BERT's “position_embeddings” are.
    Shapes: ...×T×E, unchanged; or only the table's first rows, T×E.
    Source: Gehring et al., Convolutional sequence to sequence learning, 2017, section 3.1.
    """

    synonyms = ("learned positional encoding", "position embedding", "wpe", "absolute positions")

    num_embeddings: int = whole(512, low=1, label="Longest sequence", help="Rows of the table.")
    add: bool = flag(True, label="Add to input", help="Otherwise the table itself comes out, as long as the input.")

    def infer(self, input: TensorType) -> TensorType:
        at_least_rank(input, 2, "...×T×features")
        float32(input)
        known(input.shape[-1], "number of features")
        length = input.shape[-2]
        if isinstance(length, int) and length > self.num_embeddings:
            raise ShapeError(
                f"The table has {self.num_embeddings} positions; a sequence of {length} came. Make the table longer.",
                expected=f"at most {self.num_embeddings}",
                came=str(length),
                part="num_embeddings",
                fixes=(SetArgument("num_embeddings", int(length), f"Set it to {length}"),),
            )
        return input if self.add else input.with_shape(*input.shape[-2:])

    def call(self, input: TensorType) -> Module:
        table = "module.weight[: input.shape[-2]]"
        return Module(
            "nn.Embedding",
            {"num_embeddings": self.num_embeddings, "embedding_dim": input.shape[-1]},
            positional=2,
            forward=f"input + {table}" if self.add else table,
        )

    def weights(self, input: TensorType) -> dict[str, Weight]:
        return {"weight": parameter(self.num_embeddings, input.shape[-1])}

    def detail(self) -> str:
        return f"{self.num_embeddings}"
