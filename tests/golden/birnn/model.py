"""Bidirectional recurrent net."""

from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["BidirectionalTagger", "birnn"]


class BidirectionalTagger(nn.Module):
    """Read from both ends; each word is judged by both states.

    tokens (B, T) -> (B, T, tags)
    """

    def __init__(
        self,
        vocabulary: int = 1000,
        embedding: int = 64,
        hidden: int = 64,
        tags: int = 10,
        form: str = "lstm",
    ) -> None:
        super().__init__()
        self.embedding_ = embedding
        self.form = form
        if form == "1997":
            self.embedding: nn.Module = nn.Identity()
            self.lstm: nn.Module = nn.RNN(
                embedding, hidden, batch_first=True, bidirectional=True
            )
        else:
            self.embedding = nn.Embedding(vocabulary, embedding)
            self.lstm = nn.LSTM(embedding, hidden, batch_first=True, bidirectional=True)
        self.head = nn.Linear(hidden * 2, tags)

    def forward(self, tokens: Tensor) -> Tensor:
        x: Tensor
        if self.form == "1997":
            x = F.one_hot(tokens, self.embedding_).float()
        else:
            x = self.embedding(tokens)
        x, _ = self.lstm(x)
        logits: Tensor = self.head(x)  # (B, T, tags)
        return logits


def birnn(
    vocabulary: int = 1000,
    embedding: int = 64,
    hidden: int = 64,
    tags: int = 10,
    form: str = "lstm",
) -> BidirectionalTagger:
    """The birnn model with the values of the "paper" preset as defaults."""
    return BidirectionalTagger(
        vocabulary=vocabulary, embedding=embedding, hidden=hidden, tags=tags, form=form
    )
