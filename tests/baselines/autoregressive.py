"""Cheap answers to what the autoregressive templates are asked: how surprising each number is after those before it."""

from __future__ import annotations

import torch
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import Ridge
from torch import Tensor
from torch.nn import functional

from tests.baselines import Measured
from tests.baselines.data import quick_data

LEVELS = 17


def bits(chances: Tensor, right: Tensor) -> float:
    """Mean bits of what came, by chances with the levels last."""
    return float(-chances.gather(-1, right.unsqueeze(-1)).log2().mean())


def in_levels(name: str, split: str) -> Tensor:
    """Images as rows of whole numbers."""
    return (quick_data(name, split)["image"] * (LEVELS - 1)).round().long().flatten(1)


def shares(levels: Tensor, before: Tensor, weight: float) -> Tensor:
    """How often each level came, as if it had come ``weight`` times before in shares ``before``."""
    counts = functional.one_hot(levels, LEVELS).sum(0)
    return (counts + weight * before) / (len(levels) + weight)


def by_place(train: Tensor) -> Tensor:
    """Shares of the levels at each place (places, levels)."""
    over_all = shares(train.flatten(), torch.full((LEVELS,), 1 / LEVELS), 1)
    return shares(train, over_all, 3)


def by_line(train: Tensor, test: Tensor, known: Tensor, kinds: int = 12) -> Tensor:
    """Chances of a place's levels by what a line through all that is ``known`` says of it, in twelve steps."""
    *seen, place = train.unbind(1)
    *seen_now, _ = test.unbind(1)
    if not seen:
        return known.expand(len(test), LEVELS)
    line = Ridge(3.0 * (LEVELS - 1) ** 2).fit(torch.stack(seen, 1).numpy(), place.numpy())
    said, said_now = (torch.from_numpy(line.predict(torch.stack(x, 1).numpy())).double() for x in (seen, seen_now))
    steps = said.quantile(torch.linspace(0, 1, kinds + 1, dtype=torch.double)[1:-1])
    of_train, of_test = torch.bucketize(said, steps), torch.bucketize(said_now, steps)
    table = torch.stack([shares(place[of_train == step], known, 3) for step in range(kinds)])
    return table[of_test]


def by_forest(train: Tensor, test: Tensor, known: Tensor) -> Tensor:
    """Chances of a place's levels by a hundred random trees over all that is known."""
    seen, place = train[:, :-1].numpy(), train[:, -1]
    if not seen.shape[1]:
        return known.expand(len(test), LEVELS)
    forest = RandomForestClassifier(100, min_samples_leaf=3, random_state=0).fit(seen, place.numpy())
    chances = torch.zeros(len(test), LEVELS)
    chances[:, torch.from_numpy(forest.classes_)] = torch.from_numpy(forest.predict_proba(test[:, :-1].numpy())).float()
    return 0.95 * chances + 0.05 * known


def of_pixelcnn() -> dict[str, float]:
    """Bits for each pixel of a digit."""
    train, test = in_levels("pixelcnn", "train"), in_levels("pixelcnn", "test")
    known = by_place(train)
    places = range(train.shape[1])
    over_all = known.mean(0).expand(*test.shape, LEVELS)

    def of(answer: str) -> float:
        say = {"line": by_line, "forest": by_forest}[answer]
        chances = [say(train[:, : place + 1], test[:, : place + 1], known[place]) for place in places]
        return bits(torch.stack(chances, 1), test)

    return {
        "how often each level comes": bits(over_all, test),
        "how often it comes at each place": bits(known.expand(*test.shape, LEVELS), test),
        "a line through all pixels before": of("line"),
        "a forest of random trees for each place": of("forest"),
    }


BASELINES: dict[str, Measured] = {
    "pixelcnn": of_pixelcnn,
}
