"""LSTM."""

from torch import Tensor, nn

__all__ = ["CharacterLSTM", "lstm"]


class CharacterLSTM(nn.Module):
    """Characters in, and at each place the logits of the next one.

    tokens (B, T) -> (B, T, vocabulary)
    """

    def __init__(
        self,
        vocabulary: int = 65,
        embedding: int = 64,
        hidden: int = 128,
        layers: int = 1,
    ) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, embedding)
        self.lstm = nn.LSTM(embedding, hidden, num_layers=layers, batch_first=True)
        self.head = nn.Linear(hidden, vocabulary)

    def forward(self, tokens: Tensor) -> Tensor:
        x, _ = self.lstm(self.embedding(tokens))
        logits: Tensor = self.head(x)  # (B, T, vocabulary)
        return logits


def lstm(
    vocabulary: int = 65, embedding: int = 64, hidden: int = 128, layers: int = 1
) -> CharacterLSTM:
    """The lstm model with the values of the "paper" preset as defaults."""
    return CharacterLSTM(
        vocabulary=vocabulary, embedding=embedding, hidden=hidden, layers=layers
    )
