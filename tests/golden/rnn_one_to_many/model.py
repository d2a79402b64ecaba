"""Recurrent net: one to many."""

from torch import Tensor, nn

__all__ = ["OneToMany", "rnn_one_to_many"]


class OneToMany(nn.Module):
    """A vector as the first state, and letters from then on.

    tokens (B, T), context (B, context_features) -> (B, T, vocabulary)
    """

    def __init__(
        self,
        context_features: int,
        vocabulary: int = 22,
        embedding: int = 64,
        hidden: int = 256,
    ) -> None:
        super().__init__()
        self.first = nn.Linear(context_features, hidden)
        self.embedding = nn.Embedding(vocabulary, embedding)
        self.rnn = nn.RNN(embedding, hidden, batch_first=True)
        self.head = nn.Linear(hidden, vocabulary)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        nn.init.orthogonal_(self.get_parameter("rnn.weight_hh_l0"))

    def forward(self, tokens: Tensor, context: Tensor) -> Tensor:
        x = self.first(context).unsqueeze(0)  # (1, B, hidden)
        x, _ = self.rnn(self.embedding(tokens), x)
        logits: Tensor = self.head(x)  # (B, T, vocabulary)
        return logits


def rnn_one_to_many(
    context_size: int = 30, vocabulary: int = 22, embedding: int = 64, hidden: int = 256
) -> OneToMany:
    """The rnn_one_to_many model with the values of the "paper" preset as defaults."""
    return OneToMany(
        context_size, vocabulary=vocabulary, embedding=embedding, hidden=hidden
    )
