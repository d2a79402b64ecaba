"""What word vectors must beat: counts, with and without a decomposition. The best settings are chosen on the test."""

from __future__ import annotations

from functools import partial
from statistics import mean
from typing import Any

import torch
from torch import Tensor

import templates
from app.core.elaborate import source_fields
from app.core.recipe import plain_recipe
from blocks import library
from tests.baselines import Measured
from tests.baselines.answers import logistic
from tests.baselines.data import quick_data, reader

SIZES = (4, 8, 12, 16, 24)
SHARES = (0.2, 0.3, 0.5, 0.7, 0.85, 1.0)
STRENGTHS = (0.003, 0.01, 0.03, 0.1, 0.3)
PRIORS = (30.0, 100.0, 300.0, 1000.0)


def quick_reader(name: str) -> Any:
    """The training split of a template's ``quick`` preset, as its reader gives it."""
    document = templates.load(name)
    recipe = plain_recipe(document, "quick")
    assert recipe is not None
    source, _ = source_fields(recipe.data, library(), document.values("quick"))
    return reader(source.reader).load("train", **{key: getattr(source, key) for key in type(source).arguments()})


def pairs_of(text: Tensor, words: int) -> Tensor:
    """How often each word stands in a sentence with each other."""
    present = torch.zeros(len(text), words).scatter_add_(1, text, torch.ones(text.shape))
    return present.T @ present - torch.diag(present.sum(0))


def low_rank(matrix: Tensor) -> list[Tensor]:
    """The matrix out of few singular values, for several numbers of them."""
    left, values, right = torch.linalg.svd(matrix)
    return [(left[:, :size] * values[:size]) @ right[:size] for size in SIZES]


def perplexity(scores: Tensor, target: Tensor) -> float:
    return float(torch.nn.functional.cross_entropy(scores, target).exp())


def of_words(name: str, known: str, target: str) -> dict[str, float]:
    """The word that stands near others, by counts of pairs: each word known adds what it says of it."""
    test = quick_data(name, "test")
    around = test[known] if test[known].dim() == 2 else test[known].unsqueeze(1)
    common = test["frequency"] / test["frequency"].sum()
    pairs = pairs_of(quick_reader(name).text, len(common))
    seen = pairs.sum(1, keepdim=True)
    evidence = {prior: ((pairs + prior * common) / (seen + prior) / common).log() for prior in PRIORS}
    reduced = [small for prior in PRIORS[:2] for small in low_rank(evidence[prior])]

    def best(tables: list[Tensor]) -> float:
        sums = [table[around].sum(1) for table in tables]
        return min(perplexity(common.log() + share * one, test[target]) for one in sums for share in SHARES)

    return {
        "how common each word is": perplexity(common.log().expand(len(around), -1), test[target]),
        "counts of pairs, smoothed": best(list(evidence.values())),
        "the same by few singular values": best(reduced),
    }


def of_spelling(name: str = "fasttext") -> dict[str, float]:
    """Neighbours of words that were never seen, by what is known of words that are spelled alike."""
    test, train = quick_data(name, "test"), quick_reader(name)
    common = test["frequency"] / test["frequency"].sum()
    pairs = pairs_of(train.text, len(common))
    seen = pairs.sum(1, keepdim=True)
    has = torch.zeros(len(common), int(train.spelling.max()) + 1).scatter_(1, train.spelling, 1.0)
    has = has[:, 1 : -len(common)]  # runs of letters alone, without each word's own row
    alike = torch.nn.functional.normalize(has, dim=1) @ torch.nn.functional.normalize(has, dim=1).T
    alike = alike.masked_fill(seen.squeeze(1) == 0, 0.0)
    weight = seen.squeeze(1).sqrt()
    answers: dict[str, list[Tensor]] = {"counts of the words most alike in letters": [], "ridge regression": []}
    for count in (2, 4, 8, 16, 32):
        best = alike.topk(count, dim=1)
        near = torch.zeros_like(alike).scatter_(1, best.indices, best.values)
        counts = near @ pairs
        answers["counts of the words most alike in letters"] += [
            ((counts + prior * common) / (counts.sum(1, keepdim=True) + prior) / common).log() for prior in PRIORS
        ]
    for prior in PRIORS:
        evidence = ((pairs + prior * common) / (seen + prior) / common).log()
        weighed = has * weight.unsqueeze(1)
        products = weighed @ weighed.T  # fewer words than pieces: the smaller of the two systems of equations
        for ridge in (1.0, 10.0, 100.0, 1000.0):
            square = products + ridge * torch.eye(len(has))
            solved = torch.linalg.solve(square, evidence * weight[:, None])
            answers["ridge regression"].append(has @ (weighed.T @ solved))
    centre, target = test["centre"], test["context"]

    def best_of(tables: list[Tensor]) -> float:
        shares = (*SHARES, 1.3, 1.6)
        return min(perplexity(common.log() + share * table[centre], target) for table in tables for share in shares)

    plain = perplexity(common.log().expand(len(centre), -1), target)
    return {"how common each word is": plain} | {name: best_of(tables) for name, tables in answers.items()}


def of_cells(name: str = "glove", maximum: float = 100.0, power: float = 0.75) -> dict[str, float]:
    """The weighted error of the logarithms of held-out counts; each answer is fitted to the test by a line."""
    train, test = quick_data(name, "train"), quick_data(name, "test")
    words = int(train["word"].max()) + 1
    target, weight = test["count"].log(), (test["count"] / maximum).clamp(max=1) ** power
    table = torch.zeros(words, words)
    table[train["word"], train["context"]] = train["count"]
    rows, columns = (table.sum(dim).clamp(min=0.5).log() for dim in (1, 0))
    of_both = [rows[test["word"]], columns[test["context"]]]
    chance = rows[:, None] + columns[None, :] - table.sum().log()

    def error(answers: list[Tensor]) -> float:
        known = torch.stack([*answers, torch.ones_like(target)], dim=1).double()
        root = weight.sqrt().double().unsqueeze(1)
        line = torch.linalg.lstsq(known * root, target.double().unsqueeze(1) * root).solution
        return float((weight * (known @ line).squeeze(1).sub(target).square()).mean())

    def reduced(matrix: Tensor) -> float:
        return min(error([small[test["word"], test["context"]], *of_both]) for small in low_rank(matrix))

    return {
        "how common both words are": error(of_both),
        "singular values of log(1 + count)": reduced(table.log1p()),
        "singular values of the mutual information of seen pairs": reduced(
            torch.where(table > 0, table.clamp(min=1e-3).log() - chance, 0.0)
        ),
        "singular values of the smoothed mutual information": reduced((table + 0.5).log() - chance),
    }


def windows_of(vectors: Tensor, reach: int) -> Tensor:
    """Each word's vector (N, T, F) beside those of its neighbours, up to ``reach`` words away on both sides."""
    length = vectors.shape[1]
    wide = torch.nn.functional.pad(vectors, (0, 0, reach, reach))
    return torch.cat([wide[:, start : start + length] for start in range(2 * reach + 1)], dim=2).flatten(0, 1)


def followers(words: Tensor, count: int, distance: int) -> Tensor:
    """How often each word comes so many words before each other."""
    place = words[:, :-distance] * count + words[:, distance:]
    return place.flatten().bincount(minlength=count**2).view(count, count).float()


def word_vectors(words: Tensor, count: int, size: int) -> Tensor:
    """What stands one and two words before and after a word, in logarithms, by the largest singular values."""
    tables = [followers(words, count, distance) for distance in (1, 2)]
    table = torch.cat([side for one in tables for side in (one, one.T)], dim=1)
    expected = (table.sum(1, keepdim=True) + 1) * (table.sum(0, keepdim=True) + 1) / table.sum()
    left, values, _ = torch.linalg.svd(((table + 1) / expected).log(), full_matrices=False)
    return standardised(left[:, :size] * values[:size])


def standardised(x: Tensor) -> Tensor:
    return (x - x.mean(0)) / x.std(0)


def sense_limit(name: str = "elmo") -> float:
    """How often who knows the language tells a word's sense, from the whole sentence: no baseline, but the best."""
    data, test = quick_reader(name), quick_data(name, "test")
    words, sense = test["words"], test["sense"]
    forms = len(homonyms().ENDINGS)
    language = homonyms().made(int(sense.max()) + 1, 3, len(data.labels) // forms, 0)
    chances = language.following
    said = (language.saying / language.saying.sum(1, keepdim=True))[:, words // forms].permute(1, 2, 0)
    before, after = [said[:, 0]], [torch.ones_like(said[:, 0])]
    for place in range(1, words.shape[1]):
        before.append(torch.nn.functional.normalize(before[-1] @ chances, p=1.0) * said[:, place])
        after.append(torch.nn.functional.normalize((after[-1] * said[:, -place]) @ chances.T, p=1.0))
    likely = torch.stack(before, 1) * torch.stack(after[::-1], 1)
    return float((likely.argmax(2) == sense).float().mean())


def homonyms() -> Any:
    return reader("data_homonyms")


def of_senses(name: str = "elmo") -> dict[str, float]:
    """The senses of words, by classifiers that saw the few labelled sentences; the rest of the text lends them words'
    vectors. The best settings are chosen on the test.
    """
    train, test = quick_reader(name), quick_data(name, "test")
    known = train.words[: len(train.labelled_sense)]
    sense, right = train.labelled_sense.flatten(), test["sense"].flatten()
    count = len(train.labels)

    def best(tables: list[Tensor], reaches: tuple[int, ...]) -> float:
        scores = [
            logistic(windows_of(table[known], reach), sense, windows_of(table[test["words"]], reach), right, STRENGTHS)
            for table in tables
            for reach in reaches
        ]
        return max(scores)

    return {
        "the words themselves": best([torch.eye(count)], (0,)),
        "the words and their neighbours": best([torch.eye(count)], (1, 2)),
        "vectors of counts, of words and neighbours": best(
            [word_vectors(train.words, count, size) for size in (6, 12)], (1, 2, 3)
        ),
    }


def of_documents(name: str = "lsa", factors: int = 20, draws: int = 50) -> dict[str, float]:
    """How many times as much of the test's variance is kept as by directions of chance, which keep the share of the
    dimensions that they are.
    """
    train, test = quick_data(name, "train")["counts"], quick_data(name, "test")["counts"]
    idf = 1 - ((1 + (train > 0).sum(0)) / (1 + len(train))).log()
    train, test = (torch.nn.functional.normalize(counts * idf) for counts in (train, test))
    words = test.shape[1]
    generator = torch.Generator().manual_seed(0)

    def times_chance(directions: Tensor) -> float:
        """Of directions in columns, at right angles."""
        return float((test @ directions).var(0).sum() / (test.var(0).sum() * factors / words))

    def at_right_angles(columns: Tensor) -> Tensor:
        return torch.linalg.qr(columns).Q

    chance = [torch.randn(words, factors, generator=generator) for _ in range(draws)]
    chosen = [torch.randperm(len(train), generator=generator)[:factors] for _ in range(draws)]
    return {
        "directions of chance": mean(times_chance(at_right_angles(columns)) for columns in chance),
        "the most frequent words": times_chance(torch.eye(words)[:, (train > 0).sum(0).topk(factors).indices]),
        "the words that vary most": times_chance(torch.eye(words)[:, train.var(0).topk(factors).indices]),
        "documents of chance as directions": mean(times_chance(at_right_angles(train[rows].T)) for rows in chosen),
        "the best of these documents": max(times_chance(at_right_angles(train[rows].T)) for rows in chosen),
    }


BASELINES: dict[str, Measured] = {
    "lsa": of_documents,
    "elmo": of_senses,
    "word2vec_skipgram": partial(of_words, "word2vec_skipgram", "centre", "context"),
    "word2vec_cbow": partial(of_words, "word2vec_cbow", "contexts", "centre"),
    "glove": of_cells,
    "fasttext": of_spelling,
}
