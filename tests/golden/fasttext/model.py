"""fastText."""

from torch import Tensor, nn

__all__ = ["Pieces", "Vectors", "context_vectors", "word_vectors"]


class Pieces(nn.Module):
    """A word as the mean of its pieces' rows.

    pieces (B, P) -> (B, size)
    """

    def __init__(
        self, vocabulary: int = 1000, buckets: int = 5000, size: int = 100
    ) -> None:
        super().__init__()
        self.size = size
        self.bag = nn.EmbeddingBag(buckets + vocabulary, size, padding_idx=0)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        nn.init.uniform_(self.bag.weight, a=-1 / self.size, b=1 / self.size)

    def forward(self, pieces: Tensor) -> Tensor:
        vectors: Tensor = self.bag(pieces)  # (B, size)
        return vectors


class Vectors(nn.Module):
    """A table with a row of learnt numbers for each word.

    words (B, T) -> (B, T, size)
    """

    def __init__(
        self, vocabulary: int = 1000, size: int = 100, spread: float = 0.5
    ) -> None:
        super().__init__()
        self.size = size
        self.spread = spread
        self.embedding = nn.Embedding(vocabulary, size)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        nn.init.uniform_(
            self.embedding.weight, a=-self.spread / self.size, b=self.spread / self.size
        )

    def forward(self, words: Tensor) -> Tensor:
        vectors: Tensor = self.embedding(words)  # (B, T, size)
        return vectors


def word_vectors(
    vocabulary: int = 1000, size: int = 100, buckets: int = 5000
) -> Pieces:
    """The word_vectors model with the values of the "paper" preset as defaults."""
    return Pieces(vocabulary=vocabulary, buckets=buckets, size=size)


def context_vectors(vocabulary: int = 1000, size: int = 100) -> Vectors:
    """The context_vectors model with the values of the "paper" preset as defaults."""
    return Vectors(vocabulary=vocabulary, size=size, spread=0.0)
