"""nn.Embedding."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Module, Weight, parameter, whole
from app.core.problems import SetArgument, ShapeError
from app.core.tensor_type import TensorType
from blocks.parametrized import AROUND, SYNONYMS, depends_on_mode, parametrization_field, parametrized
from blocks.rules import indices


@dataclass(frozen=True, kw_only=True)
class Embedding(Block):
    """A table of learnt vectors: each index is replaced by its row.

    y = weight[x]. Shapes: any shape of whole numbers below num_embeddings → that shape×embedding_dim.
    Source: Bengio et al., A neural probabilistic language model, 2003; as torch.nn.Embedding.
    """

    synonyms = ("lookup table", "token embedding", "word vectors", "position embedding", *SYNONYMS)

    num_embeddings: int = whole(256, low=1, label="Rows", help="How many different indices there are: the vocabulary.")
    embedding_dim: int = whole(64, low=1, label="Features", help="Size of each vector.")
    padding_idx: int | None = whole(
        None, label="Padding index", help="This row starts as zeros and is never learnt; nothing: all are learnt."
    )
    parametrization: str = parametrization_field()

    @property
    def trains(self) -> bool:  # type: ignore[override]  # it depends on an argument
        return depends_on_mode(self.parametrization)

    def infer(self, input: TensorType) -> TensorType:
        indices(input)
        row, rows = self.padding_idx, self.num_embeddings
        if row is not None and not -rows <= row < rows:
            raise ShapeError(
                f"The padding index is one of the rows, {-rows} to {rows - 1}; {row} came.",
                expected=f"{-rows} to {rows - 1}",
                came=str(row),
                part="padding_idx",
                fixes=(SetArgument("padding_idx", None, "No padding index"),),
            )
        return TensorType((*input.shape, self.embedding_dim))

    def call(self, input: TensorType) -> Module:
        arguments: dict[str, int | None] = {"num_embeddings": self.num_embeddings, "embedding_dim": self.embedding_dim}
        arguments["padding_idx"] = self.padding_idx
        around = AROUND[self.parametrization]
        return Module("nn.Embedding", arguments, positional=2, defaults={"padding_idx": None}, around=around)

    def weights(self, input: TensorType) -> dict[str, Weight]:
        weights = {"weight": parameter(self.num_embeddings, self.embedding_dim)}
        return parametrized(weights, self.parametrization)

    def detail(self) -> str:
        return f"{self.num_embeddings} → {self.embedding_dim}"
