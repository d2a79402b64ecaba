"""Sequence to sequence."""

from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["Decoder", "Encoder", "Learnt", "Seq2Seq", "Single", "seq2seq"]


class Single(nn.Module):
    """Each token as a row of zeros with a single 1."""

    def __init__(self, vocabulary: int = 71) -> None:
        super().__init__()
        self.vocabulary = vocabulary

    def forward(self, tokens: Tensor) -> Tensor:
        return F.one_hot(tokens, self.vocabulary).float()


class Learnt(nn.Module):
    """Each token as a row of a learnt table."""

    def __init__(self, vocabulary: int = 71, embedding: int = 0) -> None:
        super().__init__()
        self.table = nn.Embedding(vocabulary, embedding)

    def forward(self, tokens: Tensor) -> Tensor:
        x: Tensor = self.table(tokens)
        return x


class Encoder(nn.Module):
    """Reads, and keeps nothing but its last state.

    tokens (B, S) -> h (layers, B, hidden), c (layers, B, hidden)
    """

    def __init__(
        self,
        vocabulary: int = 71,
        embedding: int = 0,
        hidden: int = 256,
        layers: int = 1,
    ) -> None:
        super().__init__()
        if embedding == 0:
            self.embedding: nn.Module = Single(vocabulary=vocabulary)
        else:
            self.embedding = Learnt(vocabulary=vocabulary, embedding=embedding)
        self.lstm = nn.LSTM(
            vocabulary if embedding == 0 else embedding,
            hidden,
            num_layers=layers,
            batch_first=True,
        )

    def forward(self, tokens: Tensor) -> tuple[Tensor, Tensor]:
        _, (h, c) = self.lstm(self.embedding(tokens))
        return h, c


class Decoder(nn.Module):
    """Writes on from the state that it is given."""

    def __init__(
        self,
        vocabulary: int = 93,
        embedding: int = 0,
        hidden: int = 256,
        layers: int = 1,
    ) -> None:
        super().__init__()
        if embedding == 0:
            self.embedding: nn.Module = Single(vocabulary=vocabulary)
        else:
            self.embedding = Learnt(vocabulary=vocabulary, embedding=embedding)
        self.lstm = nn.LSTM(
            vocabulary if embedding == 0 else embedding,
            hidden,
            num_layers=layers,
            batch_first=True,
        )
        self.dense = nn.Linear(hidden, vocabulary)

    def forward(self, tokens: Tensor, h: Tensor, c: Tensor) -> Tensor:
        x, _ = self.lstm(self.embedding(tokens), (h, c))
        logits: Tensor = self.dense(x)  # (B, T, vocabulary)
        return logits


class Seq2Seq(nn.Module):
    """One net reads, hands over its state, and another writes.

    target (B, T), source (B, S) -> (B, T, target_vocabulary)
    """

    def __init__(
        self,
        source_vocabulary: int = 71,
        target_vocabulary: int = 93,
        embedding: int = 0,
        hidden: int = 256,
        layers: int = 1,
        backwards: bool = True,
    ) -> None:
        super().__init__()
        self.backwards = backwards
        self.encoder = Encoder(
            vocabulary=source_vocabulary,
            embedding=embedding,
            hidden=hidden,
            layers=layers,
        )
        self.decoder = Decoder(
            vocabulary=target_vocabulary,
            embedding=embedding,
            hidden=hidden,
            layers=layers,
        )

    def forward(self, target: Tensor, source: Tensor) -> Tensor:
        if self.backwards:
            source = source.flip(1)
        h, c = self.encoder(source)
        logits: Tensor = self.decoder(target, h, c)  # (B, T, target_vocabulary)
        return logits


def seq2seq(
    source_vocabulary: int = 71,
    target_vocabulary: int = 93,
    embedding: int = 0,
    hidden: int = 256,
    layers: int = 1,
    backwards: bool = True,
) -> Seq2Seq:
    """The seq2seq model with the values of the "paper" preset as defaults."""
    return Seq2Seq(
        source_vocabulary=source_vocabulary,
        target_vocabulary=target_vocabulary,
        embedding=embedding,
        hidden=hidden,
        layers=layers,
        backwards=backwards,
    )
