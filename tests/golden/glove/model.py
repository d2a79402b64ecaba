"""GloVe."""

from torch import Tensor, nn

__all__ = ["Vectors", "context_vectors", "word_vectors"]


class Vectors(nn.Module):
    """A vector and a bias for each word.

    words (B,) -> vectors (B, size), biases (B,)
    """

    def __init__(self, vocabulary: int = 1000, size: int = 100) -> None:
        super().__init__()
        self.size = size
        self.embedding = nn.Embedding(vocabulary, size)
        self.bias = nn.Embedding(vocabulary, 1)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Embedding):
                nn.init.uniform_(module.weight, a=-0.5 / self.size, b=0.5 / self.size)

    def forward(self, words: Tensor) -> tuple[Tensor, Tensor]:
        return self.embedding(words), self.bias(words).squeeze(-1)


def word_vectors(vocabulary: int = 1000, size: int = 50) -> Vectors:
    """The word_vectors model with the values of the "paper" preset as defaults."""
    return Vectors(vocabulary=vocabulary, size=size)


def context_vectors(vocabulary: int = 1000, size: int = 50) -> Vectors:
    """The context_vectors model with the values of the "paper" preset as defaults."""
    return Vectors(vocabulary=vocabulary, size=size)
