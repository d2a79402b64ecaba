"""References of the word vectors, written by hand from their papers."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import partial

import torch
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfTransformer
from torch import Tensor, nn

from tests.references.case import Case, State, columns, prefixed
from tests.references.counting import linear
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

RUNS = (32, 32, 64, 128, 256, 512, 1024)
"""Filters of 1 to 7 characters, as in the authors' configuration files."""


def elmo(cells: int, size: int, highways: int) -> int:
    """261 characters of 16 numbers, filters, highways, projection, and two layers of LSTMs in each direction."""
    found = sum(16 * length * count + count for length, count in enumerate(RUNS, 1))
    spelled = 261 * 16 + found + highways * 2 * linear(2048, 2048) + linear(2048, size)
    return spelled + 4 * (4 * cells * (2 * size + 1) + cells * size)


def elmo_task(size: int, words: int = 8000, senses: int = 6) -> dict[str, int]:
    """What is thrown away after reading, and what learns the task: three weights and a factor, and a layer."""
    return {"softmax": linear(size, words), "mix": 3 + 1, "tagger": linear(2 * size, senses)}


class Spelling(nn.Module):
    """Characters to a vector (section 3.2 and the authors' configuration), one word after the other."""

    def __init__(self, size: int, highways: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(261, 16)
        nn.init.uniform_(self.embedding.weight, -1, 1)
        for place, count in enumerate(RUNS):
            conv = nn.Conv1d(16, count, place + 1)
            nn.init.uniform_(conv.weight, -0.05, 0.05)
            self.add_module(f"char_conv_{place}", conv)
        self.highways = nn.ModuleList(
            nn.ModuleDict({"transform": nn.Linear(2048, 2048), "carry": nn.Linear(2048, 2048)}) for _ in range(highways)
        )
        self.projection = nn.Linear(2048, size)
        nn.init.xavier_uniform_(self.projection.weight)
        for name, parameter in self.named_parameters():
            if name.endswith("bias"):
                nn.init.constant_(parameter, -2.0 if ".carry." in name else 0.0)
            elif "highways" in name:
                nn.init.normal_(parameter, std=2048**-0.5)

    def forward(self, word: Tensor) -> Tensor:
        """(characters,) -> (size,)."""
        signs = self.embedding(word).T[None]
        strongest = [self.get_submodule(f"char_conv_{place}")(signs)[0].max(dim=1).values for place in range(len(RUNS))]
        x = torch.cat(strongest).clamp(min=0)
        for layer in self.highways:
            gate = torch.sigmoid(layer["carry"](x))  # type: ignore[index]
            x = gate * layer["transform"](x).clamp(min=0) + (1 - gate) * x  # type: ignore[index]
        projected: Tensor = self.projection(x)
        return projected


class ProjectedLstm(nn.Module):
    """One direction of one layer: a state smaller than the cells, both clipped at 3, one bias, 1 added to forget."""

    def __init__(self, size: int, cells: int) -> None:
        super().__init__()
        self.input_linearity = nn.Linear(size, 4 * cells, bias=False)
        self.state_linearity = nn.Linear(size, 4 * cells)
        self.state_projection = nn.Linear(cells, size, bias=False)
        self.cells = cells
        for linear_ in (self.input_linearity, self.state_linearity, self.state_projection):
            nn.init.xavier_uniform_(linear_.weight)
        nn.init.zeros_(self.state_linearity.bias)

    def forward(self, sentence: Tensor) -> Tensor:
        """(words, size) -> (words, size)."""
        state, cell, states = sentence.new_zeros(sentence.shape[1]), sentence.new_zeros(self.cells), []
        for word in sentence:
            gates = (self.input_linearity(word) + self.state_linearity(state)).view(4, -1)
            cell = (gates[1] + 1).sigmoid() * cell + gates[0].sigmoid() * gates[2].tanh()
            cell = cell.clamp(-3, 3)
            state = self.state_projection(gates[3].sigmoid() * cell.tanh()).clamp(-3, 3)
            states.append(state)
        return torch.stack(states)


class Elmo(nn.Module):
    """Sentence by sentence: spelling, then the layers of both directions; a backward one reads the sentence turned."""

    def __init__(self, cells: int, size: int, highways: int) -> None:
        super().__init__()
        self.token_embedder = Spelling(size, highways)
        names = (f"{way}_layer_{layer}" for layer in (0, 1) for way in ("forward", "backward"))
        self.elmo_lstm = nn.ModuleDict({name: ProjectedLstm(size, cells) for name in names})

    def forward(self, characters: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        tops: dict[str, list[Tensor]] = {"forward": [], "backward": []}
        layers = []
        for sentence in characters:
            token = torch.stack([self.token_embedder(word) for word in sentence])
            seen = [[token], [token]]
            for way, found in zip(tops, seen, strict=True):
                found.append(self.read(f"{way}_layer_0", token))
                found.append(found[1] + self.read(f"{way}_layer_1", found[1]))
                tops[way].append(found[2])
            layers.append(torch.stack([torch.cat(both, dim=1) for both in zip(*seen, strict=True)]))
        return torch.stack(layers, dim=1), torch.stack(tops["forward"]), torch.stack(tops["backward"])

    def read(self, name: str, sentence: Tensor) -> Tensor:
        turned = name.startswith("backward")
        states: Tensor = self.elmo_lstm[name](sentence.flip(0) if turned else sentence)
        return states.flip(0) if turned else states


class Mix(nn.Module):
    """Equation 1: a factor times the sum of the layers, each by its share."""

    def __init__(self) -> None:
        super().__init__()
        self.weights, self.gamma = nn.Parameter(torch.zeros(3)), nn.Parameter(torch.ones(1))

    def forward(self, layers: Tensor) -> Tensor:
        shares = self.weights.exp() / self.weights.exp().sum()
        total: Tensor = sum(share * layer for share, layer in zip(shares, layers, strict=True))  # type: ignore[assignment]
        return self.gamma * total


def word_softmax() -> nn.Module:
    layer = nn.Linear(512, 8000)
    nn.init.normal_(layer.weight, std=512**-0.5)
    nn.init.zeros_(layer.bias)
    return nn.Sequential(OrderedDict({"linear": layer}))


def flat_filters(state: State, other: nn.Module) -> State:
    """Filters of a run are 1-D here and one pixel high there."""
    shapes = {key: value.shape for key, value in other.state_dict().items()}
    return {key: value.reshape(shapes[key]) for key, value in state.items()}


ELMO = {"paper": (4096, 512, 2), "small": (1024, 128, 1), "medium": (2048, 256, 1)}
"""Cells, size and highway layers of the authors' three configurations with 2048 filters."""


class FittedLsa(nn.Module):
    """scikit-learn's two transformers, with what is found in fitting put into them."""

    def __init__(self, vocabulary: int, factors: int) -> None:
        super().__init__()
        self.idf = nn.Buffer(torch.ones(vocabulary))
        self.components = nn.Buffer(torch.randn(factors, vocabulary) / vocabulary**0.5)

    def forward(self, counts: Tensor) -> tuple[Tensor, Tensor]:
        """Documents by concepts, and by their words' weights."""
        weigh = TfidfTransformer().fit(counts.numpy())
        weigh.idf_ = self.idf.numpy()
        x = weigh.transform(counts.numpy())
        project = TruncatedSVD(2, n_iter=1, random_state=0).fit(x)
        project.components_ = self.components.numpy()
        return torch.from_numpy(project.transform(x)).float(), torch.from_numpy(x.toarray()).float()


class Directions(nn.Module):
    """As many directions of chance, of length 1 on average."""

    def __init__(self, vocabulary: int, factors: int) -> None:
        super().__init__()
        self.components = nn.Buffer(torch.randn(factors, vocabulary) / vocabulary**0.5)

    def forward(self, x: Tensor) -> Tensor:
        return torch.stack([(x * direction).sum(dim=1) for direction in self.components], dim=1)


LSA = {"paper": (5823, 100), "cisi": (5135, 100)}
"""Words and factors of the paper's two collections (tables of its section on tests)."""


def few_words(vocabulary: int) -> Callable[[bool], tuple[Tensor, ...]]:
    """Twenty documents of a few words each; one of them has none."""
    return lambda _: (torch.poisson(torch.full((20, vocabulary), 0.02)) * (torch.arange(20) > 0).unsqueeze(1),)


COUNTS: Counts = {
    "lsa": {preset: {"lsa": 0, "chance": 0} for preset in LSA},
    "elmo": {name: {"elmo": elmo(*form), **elmo_task(form[1])} for name, form in ELMO.items()},
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
    *(
        Case(
            template="lsa",
            preset=preset,
            reference="scikit-learn TfidfTransformer, TruncatedSVD",
            build=partial(FittedLsa, *LSA[preset]),
            inputs=few_words(LSA[preset][0]),
            translate=prefixed({"svd.components": "components"}),
            keys="its own",
        )
        for preset in LSA
    ),
    Case(
        template="lsa",
        models=("chance",),
        reference="by hand, one direction after the other",
        build=partial(Directions, *LSA["paper"]),
        inputs=columns(4, LSA["paper"][0]),
    ),
    *(
        Case(
            template="elmo",
            models=("elmo",),
            preset=preset,
            reference="by hand, word by word",
            build=partial(Elmo, *ELMO[preset]),
            inputs=lambda _: (torch.randint(261, (2, 3, 20)),),
            translate=flat_filters,
        )
        for preset in ("paper", "small")
    ),
    Case(
        template="elmo",
        models=("softmax",),
        reference="by hand",
        build=word_softmax,
        inputs=columns(2, 5, 512),
    ),
    Case(template="elmo", models=("mix",), reference="by hand", build=Mix, inputs=columns(3, 2, 5, 1024)),
    Case(
        template="elmo",
        models=("tagger",),
        reference="torch.nn.Linear",
        build=lambda: nn.Sequential(OrderedDict({"linear": nn.Linear(1024, 6)})),
        inputs=columns(2, 5, 1024),
    ),
)
