"""nn.EmbeddingBag."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.block import Block, Module, Weight, choice, flag, parameter, port, whole
from app.core.problems import Disconnect, SetArgument, ShapeError
from app.core.tensor_type import TensorType
from blocks.rules import float32, indices, same_size, shaped, wrong_shape


@dataclass(frozen=True, kw_only=True)
class EmbeddingBag(Block):
    """Looks up a bag of indices and gives the sum, mean or maximum of their vectors.

    y[b] = mean over i of weight[x[b, i]]. Bags of different sizes come in one row, with offsets that say where each
    begins. Shapes: B×L → B×embedding_dim; or N and offsets B → B×embedding_dim.
    Source: Joulin et al., Bag of tricks for efficient text classification, 2017; as torch.nn.EmbeddingBag.
    """

    inputs = (
        port("input", "Indices: B×L, or all bags in a row, N."),
        port("offsets", "Where each bag begins in the row, B whole numbers; the first is 0.", optional=True),
        port("per_sample_weights", "Factors of the vectors, shaped like the indices; for sums.", optional=True),
    )
    synonyms = ("fasttext", "bag of words", "cbow", "n-grams", "sparse features", "lookup table")

    num_embeddings: int = whole(256, low=1, label="Rows", help="How many different indices there are: the vocabulary.")
    embedding_dim: int = whole(64, low=1, label="Features", help="Size of each vector.")
    mode: str = choice("mean", "mean", "sum", "max", label="Combine by", help="What becomes of a bag's vectors.")
    include_last_offset: bool = flag(False, label="Last offset", help="The offsets end with the length of the row.")
    padding_idx: int | None = whole(
        None, label="Padding index", help="This row is left out of every bag; nothing: none is."
    )

    def infer(
        self, input: TensorType, offsets: TensorType | None = None, per_sample_weights: TensorType | None = None
    ) -> TensorType:
        indices(input)
        self._check_padding()
        if input.rank not in (1, 2):
            raise wrong_shape(input, "B×L")
        bags = input.shape[0] if offsets is None else self._bags(input, offsets)
        if offsets is None and input.rank == 1:
            raise ShapeError(
                "Bags in one row need offsets that say where each begins. Wire “offsets”, or bring B×L.",
                expected="offsets",
                came="none",
                part="offsets",
            )
        if per_sample_weights is not None:
            self._check_weights(input, per_sample_weights)
        return TensorType((bags, self.embedding_dim))

    def _bags(self, input: TensorType, offsets: TensorType) -> Any:
        if input.rank == 2:
            raise ShapeError(
                "Rows of indices are bags already, so “offsets” stays unwired.",
                expected="no offsets",
                came=str(offsets),
                part="offsets",
                fixes=(Disconnect("offsets", "Take the offsets away"),),
            )
        shaped(offsets, "B", "offsets")
        indices(offsets, "offsets")
        return offsets.shape[0] - 1 if self.include_last_offset else offsets.shape[0]

    def _check_weights(self, input: TensorType, weights: TensorType) -> None:
        if self.mode != "sum":
            raise ShapeError(
                f"Factors go with sums; the mode is {self.mode}.",
                expected="mode sum",
                came=self.mode,
                part="mode",
                fixes=(SetArgument("mode", "sum", "Sum up"),),
            )
        float32(weights, "per_sample_weights")
        if weights.rank != input.rank:
            raise wrong_shape(weights, "×".join(map(str, input.shape)), "per_sample_weights")
        for one, other in zip(weights.shape, input.shape, strict=True):
            same_size(one, other, "sizes", "per_sample_weights", "input")

    def _check_padding(self) -> None:
        row, rows = self.padding_idx, self.num_embeddings
        if row is not None and not -rows <= row < rows:
            raise ShapeError(
                f"The padding index is one of the rows, {-rows} to {rows - 1}; {row} came.",
                expected=f"{-rows} to {rows - 1}",
                came=str(row),
                part="padding_idx",
                fixes=(SetArgument("padding_idx", None, "No padding index"),),
            )

    def call(
        self, input: TensorType, offsets: TensorType | None = None, per_sample_weights: TensorType | None = None
    ) -> Module:
        names = ("num_embeddings", "embedding_dim", "mode", "include_last_offset", "padding_idx")
        given = ["input"] + (["offsets"] if offsets is not None else [])
        given += ["per_sample_weights=per_sample_weights"] if per_sample_weights is not None else []
        return Module(
            "nn.EmbeddingBag",
            {name: getattr(self, name) for name in names},
            positional=2,
            defaults={"mode": "mean", "include_last_offset": False, "padding_idx": None},
            forward=f"module({', '.join(given)})",
        )

    def weights(self, *inputs: Any) -> dict[str, Weight]:
        return {"weight": parameter(self.num_embeddings, self.embedding_dim)}

    def detail(self) -> str:
        return f"{self.num_embeddings} → {self.embedding_dim}"
