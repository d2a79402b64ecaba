"""What recurrent templates must beat: counts of what follows what, linear models, neighbours."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import partial
from itertools import groupby

import torch
from torch import Tensor
from torch.nn import functional

from tests.baselines import Measured
from tests.baselines.answers import logistic, nearest_neighbour, ngram_bits
from tests.baselines.data import quick_data

# -- the next mark ----------------------------------------------------------------------------------------------------


def rule_bits(tokens: Tensor, kinds: int = 4, deepest: int = 8, opening: float = 0.5) -> float:
    """Bits per mark of nested brackets for who knows the rule and what is open."""
    opens = tokens < kinds
    steps = 2 * opens.long() - 1
    depth = steps.cumsum(1) - steps
    chance = torch.full(tokens.shape, opening).masked_fill(depth == 0, 1.0).masked_fill(depth == deepest, 0.0)
    return float(-torch.where(opens, chance / kinds, 1 - chance).log2()[:, 1:].mean())


def of_brackets(name: str) -> dict[str, float]:
    """The next mark of nested brackets, by counts of 1 to 8 neighbouring marks; in bits."""
    train, test = (quick_data(name, split)["tokens"] for split in ("train", "test"))
    found = ngram_bits(train.flatten().tolist(), test.flatten().tolist(), 8, 8)
    return {f"counts of {length} neighbouring marks": bits for length, bits in enumerate(found, start=1)}


# -- classes of whole sequences ---------------------------------------------------------------------------------------


def of_rows(name: str) -> dict[str, float]:
    """Digits whose rows come at any moment: accuracies by moments, or by all that was seen at any of them."""
    train, test = quick_data(name, "train", 100), quick_data(name, "test")
    once = len(train["label"]) // 100
    few = slice(5 * once)
    found = {
        "logistic regression on 5 drawings of each digit": logistic(
            train["rows"][few], train["label"][few], test["rows"], test["label"], (0.01, 0.1)
        ),
        "logistic regression on the sum of the rows": logistic(
            train["rows"][:once].sum(1), train["label"][:once], test["rows"].sum(1), test["label"], (1.0, 10.0)
        ),
    }
    rows, wanted = train["rows"].flatten(1), test["rows"].flatten(1)
    for count in (1, 20, 100):
        some = slice(count * once)
        nearest = nearest_neighbour(rows[some], train["label"][some], wanted, test["label"])
        found[f"the nearest of {count} drawings of each digit"] = nearest
    return found


def of_films(name: str) -> dict[str, float]:
    """Directions of what moves: accuracies from pixels, from their changes, and from the last frame alone."""
    train, test = quick_data(name, "train"), quick_data(name, "test")
    views = {
        "pixels": [data["video"] for data in (train, test)],
        "changes from frame to frame": [data["video"].diff(dim=1) for data in (train, test)],
        "the last frame": [data["video"][:, -1] for data in (train, test)],
    }
    some, found = slice(1500), {}
    for what, (x, test_x) in views.items():
        found[f"logistic regression on {what}"] = logistic(
            x[some], train["label"][some], test_x, test["label"], (0.01,)
        )
        found[f"the nearest neighbour by {what}"] = nearest_neighbour(
            x.flatten(1), train["label"], test_x.flatten(1), test["label"]
        )
    return found


def of_trees(name: str) -> dict[str, float]:
    """Ratings of roots by the words alone, wherever in the tree they stand: accuracies."""
    train, test = quick_data(name, "train"), quick_data(name, "test")
    y, test_y = train["ratings"][:, -1], test["ratings"][:, -1]
    kinds = int(train["words"].max()) + 1
    views = [[words_of(data["words"], kinds), pairs_of(data["words"], kinds)] for data in (train, test)]
    found = {"always the most frequent rating": float((test_y == y.mode().values).float().mean())}
    for what, (x, test_x) in zip(("words", "words and pairs of neighbours"), zip(*views, strict=True), strict=True):
        found[f"logistic regression on counts of {what}"] = logistic(x, y, test_x, test_y)
        found[f"the nearest neighbour by counts of {what}"] = nearest_neighbour(x, y, test_x, test_y)
    return found


def words_of(words: Tensor, kinds: int) -> Tensor:
    return functional.one_hot(words, kinds)[..., 1:].sum(1).float()


def pairs_of(words: Tensor, kinds: int) -> Tensor:
    pairs = functional.one_hot(words[:, :-1] * kinds + words[:, 1:], kinds**2).sum(1).float()
    return torch.cat([words_of(words, kinds), pairs], dim=1)


# -- a tag for each word ----------------------------------------------------------------------------------------------


def of_tags(name: str, tags: str, before: int, after: int) -> dict[str, float]:
    """Tags by the words around, so many to the left and to the right: accuracies of counts, and of a linear model."""
    train, test = quick_data(name, "train"), quick_data(name, "test")
    found = {
        f"counts of {left} words before and {right} after": by_counts(train, test, tags, left, right)
        for left, right in [(0, 0), *((reach, min(reach, after)) for reach in range(1, before + 1))]
    }
    x, test_x = (around(data["tokens"], before, after) for data in (train, test))
    kinds = int(train["tokens"].max()) + 1
    some = torch.randperm(len(x), generator=torch.Generator().manual_seed(0))[:8000]
    flat = functional.one_hot(x[some], kinds + 1).flatten(1).float()
    wanted = functional.one_hot(test_x, kinds + 1).flatten(1).float()
    y, test_y = train[tags].flatten()[some], test[tags].flatten()
    found[f"logistic regression on {before} words before and {after} after"] = logistic(flat, y, wanted, test_y, (1.0,))
    return found


def around(tokens: Tensor, before: int, after: int) -> Tensor:
    """Each place's surroundings (places, before + 1 + after); beyond the ends a token of its own."""
    beyond = int(tokens.max()) + 1
    padded = functional.pad(tokens, (before, after), value=beyond)
    return padded.unfold(1, before + 1 + after, 1).flatten(0, 1)


def by_counts(train: dict[str, Tensor], test: dict[str, Tensor], tags: str, before: int, after: int) -> float:
    """The tag that was most frequent in the same surroundings; where they are new, the most frequent of all."""
    seen: dict[tuple[int, ...], Counter[int]] = defaultdict(Counter)
    answers = train[tags].flatten().tolist()
    for place, answer in zip(around(train["tokens"], before, after).tolist(), answers, strict=True):
        seen[tuple(place)][answer] += 1
    usual = Counter(answers).most_common(1)[0][0]
    best = {place: counts.most_common(1)[0][0] for place, counts in seen.items()}
    places = around(test["tokens"], before, after).tolist()
    right = [
        best.get(tuple(place), usual) == tag for place, tag in zip(places, test[tags].flatten().tolist(), strict=True)
    ]
    return sum(right) / len(right)


# -- a text, a value --------------------------------------------------------------------------------------------------


def of_names(name: str) -> dict[str, float]:
    """Names of numbers that were not met: shares that are right from the first letter to the last."""
    train, test = quick_data(name, "train"), quick_data(name, "test")
    nearest = torch.cdist(test["context"], train["context"]).argmin(1)
    copied = train["target"][nearest]
    letters = []
    for place in range(train["target"].shape[1]):
        x, y = train["context"], train["target"][:, place]
        weights = torch.linalg.lstsq(
            x.T @ x + 0.1 * torch.eye(x.shape[1]), x.T @ functional.one_hot(y).float()
        ).solution
        letters.append((test["context"] @ weights).argmax(1))
    return {
        "the name of the nearest number": exact(copied, test["target"]),
        "each letter by a linear map of the digits": exact(torch.stack(letters, dim=1), test["target"]),
    }


def exact(written: Tensor, target: Tensor, padding: int = 0) -> float:
    return float(((written == target) | (target == padding)).all(1).float().mean())


def of_series(name: str) -> dict[str, float]:
    """Values some steps ahead: mean squared errors."""
    train, test = quick_data(name, "train"), quick_data(name, "test")
    x, test_x = (torch.cat([data["past"].squeeze(2), torch.ones(len(data["past"]), 1)], 1) for data in (train, test))
    y, test_y = train["future"], test["future"]
    found = {
        "the mean": squared(y.mean(0).expand_as(test_y), test_y),
        "the last value again": squared(test["past"][:, -1], test_y),
    }
    linear = [
        test_x @ torch.linalg.solve(x.T @ x + strength * torch.eye(x.shape[1]), x.T @ y)
        for strength in (0.01, 1.0, 100.0)
    ]
    found["the best fixed weights of all values seen"] = min(squared(one, test_y) for one in linear)
    distances = torch.cdist(test_x, x)
    for count in (1, 5, 20):
        nearest = distances.topk(count, largest=False).indices
        found[f"how the {count} most similar series went on"] = squared(y[nearest].mean(1), test_y)
    return found


def squared(forecast: Tensor, future: Tensor) -> float:
    return float((forecast - future).square().mean())


# -- what was said ----------------------------------------------------------------------------------------------------


def of_sounds(name: str) -> dict[str, float]:
    """Syllables: edits for each one that was said, by the most similar utterance and by the loudest pitch."""
    train, test = quick_data(name, "train"), quick_data(name, "test")
    x, test_x = pitches(train["sound"]), pitches(test["sound"])
    nearest = torch.cdist(test_x.flatten(1), x.flatten(1)).argmin(1)
    said = [texts(data["syllables"]) for data in (train, test)]
    found = {
        "nothing": label_error([()] * len(said[1]), said[1]),
        "always one and the same syllable, twice": label_error([(1, 1)] * len(said[1]), said[1]),
        "what was said in the most similar sound": label_error([said[0][index] for index in nearest.tolist()], said[1]),
    }
    for threshold in (1.5, 2.0, 2.5):
        heard = [by_loudest(sound, threshold) for sound in test_x]
        found[f"who knows the rule, by pitches louder than {threshold}"] = label_error(heard, said[1])
    return found


def pitches(sound: Tensor, window: int = 50, hop: int = 25) -> Tensor:
    """How loud each pitch is in each window: (B, T, F)."""
    return torch.fft.rfft(sound.unfold(1, window, hop) * torch.hann_window(window)).abs().log1p()


def texts(syllables: Tensor) -> list[tuple[int, ...]]:
    return [tuple(index for index in row if index) for row in syllables.tolist()]


SYLLABLES = {pair: number for number, pair in enumerate(((0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1)), start=1)}


def by_loudest(sound: Tensor, threshold: float) -> tuple[int, ...]:
    """The loudest pitch of each window, where it is loud, as one of the three tones; two different ones are told."""
    centres = torch.tensor([4.0, 8.0, 13.0])
    loudest = sound.max(dim=1)
    tones = (loudest.indices[:, None] - centres).abs().argmin(1).where(loudest.values > threshold, torch.tensor(-1))
    runs = [tone for tone, _ in groupby(tones.tolist()) if tone >= 0]
    heard = []
    while len(runs) > 1:
        pair = runs[0], runs[1]
        heard.append(SYLLABLES.get(pair, 0))
        runs = runs[2:]
    return tuple(index for index in heard if index)


def label_error(heard: list[tuple[int, ...]], said: list[tuple[int, ...]]) -> float:
    edits = sum(distance(one, other) for one, other in zip(heard, said, strict=True))
    return edits / sum(map(len, said))


def distance(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    row = list(range(len(other) + 1))
    for number, mine in enumerate(one, 1):
        above, row = row, [number]
        for place, its in enumerate(other):
            row.append(min(above[place] + (mine != its), above[place + 1] + 1, row[place] + 1))
    return row[-1]


BASELINES: dict[str, Measured] = {
    **{name: partial(of_brackets, name) for name in ("lstm", "rnn_vanilla", "gru")},
    "rnn_many_to_one": partial(of_rows, "rnn_many_to_one"),
    "rnn_one_to_many": partial(of_names, "rnn_one_to_many"),
    "rnn_many_to_many": partial(of_tags, "rnn_many_to_many", "targets", 6, 0),
    "birnn": partial(of_tags, "birnn", "tags", 3, 3),
    "recursive_nn": partial(of_trees, "recursive_nn"),
    "time_series": partial(of_series, "time_series"),
    "cnn_rnn": partial(of_films, "cnn_rnn"),
    "speech_ctc": partial(of_sounds, "speech_ctc"),
}
