"""Recurrent net: many to many."""

from torch import Tensor, nn

__all__ = ["ManyToMany", "rnn_many_to_many"]


class ManyToMany(nn.Module):
    """An answer at each step, by all that came before.

    tokens (B, T) -> (B, T, vocabulary)
    """

    def __init__(
        self, vocabulary: int = 2, embedding: int = 16, hidden: int = 64
    ) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, embedding)
        self.rnn = nn.RNN(embedding, hidden, batch_first=True)
        self.head = nn.Linear(hidden, vocabulary)

    def forward(self, tokens: Tensor) -> Tensor:
        x, _ = self.rnn(self.embedding(tokens))
        logits: Tensor = self.head(x)  # (B, T, vocabulary)
        return logits


def rnn_many_to_many(
    vocabulary: int = 2, embedding: int = 16, hidden: int = 64
) -> ManyToMany:
    """The rnn_many_to_many model with the values of the "paper" preset as defaults."""
    return ManyToMany(vocabulary=vocabulary, embedding=embedding, hidden=hidden)
