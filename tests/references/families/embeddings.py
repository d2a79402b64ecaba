"""References of the word vectors, written by hand from their papers."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from tests.references.case import Case, prefixed
from tests.references.families import Counts

WORDS, CONTEXTS = "word_vectors", "context_vectors"
MODELS = (WORDS, CONTEXTS)


def word2vec(vocabulary: int = 1000, size: int = 100) -> dict[str, int]:
    return dict.fromkeys(MODELS, vocabulary * size)


def fasttext(vocabulary: int = 1000, buckets: int = 5000, size: int = 100) -> dict[str, int]:
    return {WORDS: (buckets + vocabulary) * size, CONTEXTS: vocabulary * size}


def glove(vocabulary: int = 1000, size: int = 50) -> dict[str, int]:
    return dict.fromkeys(MODELS, vocabulary * (size + 1))


class Word2Vec(nn.Module):
    """Two matrices, as the paper has them: of a word v where it is given, v' where it is foretold."""

    def __init__(self, vocabulary: int = 1000, size: int = 100) -> None:
        super().__init__()
        self.v = nn.Parameter((torch.rand(vocabulary, size) - 0.5) / size)
        self.v_prime = nn.Parameter(torch.zeros(vocabulary, size))

    def forward(self, known: Tensor) -> Tensor:
        """Scores of all words, for one known word (B,) or for several (B, C), whose vectors are averaged."""
        rows = known if known.dim() == 2 else known[:, None]
        hidden = torch.stack([sum(self.v[index] for index in row) / len(row) for row in rows.tolist()])
        return hidden @ self.v_prime.T


class DrawnWord2Vec(nn.Module):
    """The template's two tables, wired as its steps wire them."""

    def __init__(self, word_vectors: nn.Module, context_vectors: nn.Module) -> None:
        super().__init__()
        self.word_vectors, self.context_vectors = word_vectors, context_vectors

    def forward(self, known: Tensor) -> Tensor:
        vectors = self.word_vectors(known if known.dim() == 2 else known[:, None])
        everything = self.context_vectors(torch.arange(1000)[None])
        scores: Tensor = vectors.mean(dim=1) @ everything[0].T
        return scores


class FastText(nn.Module):
    """Each word the mean of the rows that it has; row 0 stands for none."""

    def __init__(self, vocabulary: int = 1000, buckets: int = 5000, size: int = 100) -> None:
        super().__init__()
        self.z = nn.Parameter((torch.rand(buckets + vocabulary, size) * 2 - 1) / size)
        self.v = nn.Parameter(torch.zeros(vocabulary, size))

    def forward(self, pieces: Tensor) -> Tensor:
        """Scores of all words for words that are given by their pieces (B, P)."""
        found = [[self.z[row] for row in word if row] for word in pieces.tolist()]
        return torch.stack([sum(rows[1:], start=rows[0]) / len(rows) for rows in found]) @ self.v.T


class DrawnFastText(nn.Module):
    """The template's two models, wired as its steps wire them."""

    def __init__(self, word_vectors: nn.Module, context_vectors: nn.Module) -> None:
        super().__init__()
        self.word_vectors, self.context_vectors = word_vectors, context_vectors

    def forward(self, pieces: Tensor) -> Tensor:
        everything = self.context_vectors(torch.arange(1000)[None])
        scores: Tensor = self.word_vectors(pieces) @ everything[0].T
        return scores


def spelled(_: bool) -> tuple[Tensor, ...]:
    """Twelve words of up to nine pieces."""
    pieces = torch.randint(1, 6000, (12, 9))
    lengths = torch.randint(2, 10, (12, 1))
    return (pieces.where(torch.arange(9) < lengths, 0),)


class GloVe(nn.Module):
    """Equation 7 of the paper: w·w~ + b + b~."""

    def __init__(self, vocabulary: int = 1000, size: int = 50) -> None:
        super().__init__()
        self.w, self.w_tilde = (nn.Parameter((torch.rand(vocabulary, size) - 0.5) / size) for _ in range(2))
        self.b, self.b_tilde = (nn.Parameter((torch.rand(vocabulary, 1) - 0.5) / size) for _ in range(2))

    def forward(self, i: Tensor, j: Tensor) -> Tensor:
        table = self.w @ self.w_tilde.T + self.b + self.b_tilde.T
        return table[i, j]


class DrawnGloVe(nn.Module):
    """The template's two tables, wired as its steps wire them."""

    def __init__(self, word_vectors: nn.Module, context_vectors: nn.Module) -> None:
        super().__init__()
        self.word_vectors, self.context_vectors = word_vectors, context_vectors

    def forward(self, i: Tensor, j: Tensor) -> Tensor:
        (w, b), (u, c) = self.word_vectors(i), self.context_vectors(j)
        together: Tensor = (w * u).sum(dim=-1) + b + c
        return together


def words(*shapes: tuple[int, ...]) -> Callable[[bool], tuple[Tensor, ...]]:
    return lambda _: tuple(torch.randint(1000, shape) for shape in shapes)


NAMES = {f"{WORDS}.embedding.weight": "v", f"{CONTEXTS}.embedding.weight": "v_prime"}
NAMES_OF_GLOVE = {
    f"{WORDS}.embedding.weight": "w",
    f"{WORDS}.bias.weight": "b",
    f"{CONTEXTS}.embedding.weight": "w_tilde",
    f"{CONTEXTS}.bias.weight": "b_tilde",
}

COUNTS: Counts = {
    "word2vec_skipgram": {"paper": word2vec()},
    "word2vec_cbow": {"paper": word2vec()},
    "glove": {"paper": glove()},
    "fasttext": {"paper": fasttext()},
}

CASES = (
    Case(
        template="word2vec_skipgram",
        reference="by hand, two matrices",
        build=Word2Vec,
        inputs=words((12,)),
        models=MODELS,
        join=DrawnWord2Vec,
        translate=prefixed(NAMES),
        keys="its own",
    ),
    Case(
        template="word2vec_cbow",
        reference="by hand, two matrices",
        build=Word2Vec,
        inputs=words((6, 10)),
        models=MODELS,
        join=DrawnWord2Vec,
        translate=prefixed(NAMES),
        keys="its own",
    ),
    Case(
        template="fasttext",
        reference="by hand, piece by piece",
        build=FastText,
        inputs=spelled,
        models=MODELS,
        join=DrawnFastText,
        translate=prefixed({f"{WORDS}.bag.weight": "z", f"{CONTEXTS}.embedding.weight": "v"}),
        keys="its own",
    ),
    Case(
        template="glove",
        reference="by hand, the whole table",
        build=GloVe,
        inputs=words((30,), (30,)),
        models=MODELS,
        join=DrawnGloVe,
        translate=prefixed(NAMES_OF_GLOVE),
        keys="its own",
    ),
)
