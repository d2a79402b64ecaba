"""Cheap answers to what the autoregressive templates are asked: how surprising each number is after those before it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from math import log1p

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


def by_line(known: Tensor, place: Tensor, known_now: Tensor, before: Tensor, steps: int = 12) -> Tensor:
    """Chances of a place's levels by what a line through all that is known says of it, in twelve steps."""
    line = Ridge(3.0 * (LEVELS - 1) ** 2).fit(known.numpy(), place.numpy())
    said, said_now = (torch.from_numpy(line.predict(x.numpy())).double() for x in (known, known_now))
    bounds = said.quantile(torch.linspace(0, 1, steps + 1, dtype=torch.double)[1:-1])
    step, step_now = torch.bucketize(said, bounds), torch.bucketize(said_now, bounds)
    return torch.stack([shares(place[step == one], before, 3) for one in range(steps)])[step_now]


def by_trees(known: Tensor, place: Tensor, known_now: Tensor, before: Tensor) -> Tensor:
    """Chances of a place's levels by a hundred random trees over all that is known."""
    forest = RandomForestClassifier(100, min_samples_leaf=3, random_state=0).fit(known.numpy(), place.numpy())
    chances = torch.zeros(len(known_now), LEVELS)
    chances[:, torch.from_numpy(forest.classes_)] = torch.from_numpy(forest.predict_proba(known_now.numpy())).float()
    return 0.95 * chances + 0.05 * before


def of_pixels(name: str, labelled: bool = False) -> dict[str, float]:
    """Bits for each pixel of a digit, by the pixels before it and, where ``labelled``, by which digit it is."""
    train, test = in_levels(name, "train"), in_levels(name, "test")
    before = by_place(train)
    # what is known beside the pixels: nothing, or a number as large as pixels are for each digit
    more, more_now = (
        (LEVELS - 1) * functional.one_hot(quick_data(name, split)["label"])[:, : 10 * labelled]
        for split in ("train", "test")
    )

    def of(say: Callable[[Tensor, Tensor, Tensor, Tensor], Tensor]) -> float:
        chances = [before[0].expand(len(test), LEVELS)]
        for place in range(1, train.shape[1]):
            known = torch.cat([train[:, :place], more], 1)
            known_now = torch.cat([test[:, :place], more_now], 1)
            chances.append(say(known, train[:, place], known_now, before[place]))
        return bits(torch.stack(chances, 1), test)

    return {
        "how often each level comes": bits(before.mean(0).expand(*test.shape, LEVELS), test),
        "how often it comes at each place": bits(before.expand(*test.shape, LEVELS), test),
        "a line through all that is known": of(by_line),
        "a forest of random trees for each place": of(by_trees),
    }


def mu_law(sound: Tensor, classes: int) -> Tensor:
    """Samples from -1 to 1 in classes that are finer where it is quiet."""
    mu = classes - 1
    squeezed = sound.sign() * (mu * sound.abs()).log1p() / log1p(mu)
    return ((squeezed + 1) / 2 * mu + 0.5).clamp(0, mu).long()


def heard(levels: Tensor, reach: int, silence: int) -> tuple[Tensor, Tensor]:
    """The last ``reach`` samples before each but the first, and that one; before the beginning there was silence."""
    padded = functional.pad(levels, (reach - 1, 0), value=silence)
    return padded.unfold(1, reach, 1)[:, :-1].flatten(0, 1), levels[:, 1:].flatten()


def a_period_ago(windows: Tensor, alike: int = 27) -> tuple[Tensor, Tensor]:
    """What follows where the last samples were most like the last ones now, as speech codecs find a pitch; and how
    unlike they were. Between samples it is looked for in quarters.
    """
    least, found = torch.full((len(windows),), float("inf")), torch.zeros(len(windows))
    reach = windows.shape[1]
    now = windows[:, reach - alike :]
    for lag in range(12, reach - alike):
        for part in (0.0, 0.25, 0.5, 0.75):
            then = windows[:, reach - alike - lag - 1 : reach - lag + 1]
            between = (1 - part) * then[:, 1:] + part * then[:, :-1]
            unlike = (now - between[:, :-1]).square().sum(1)
            better = unlike < least
            least, found = torch.where(better, unlike, least), torch.where(better, between[:, -1], found)
    return found, least


def of_wavenet(classes: int = 64, reach: int = 63) -> dict[str, float]:
    """Bits for each sample of a beep, by as many samples before it as the net hears."""
    sounds = [quick_data("wavenet", split)["sound"] for split in ("train", "test")]
    after, after_now = (mu_law(sound, classes)[:, 1:].flatten() for sound in sounds)
    often = (after.bincount(minlength=classes) + 1.0) / (len(after) + classes)

    def after_each(told: Sequence[Tensor]) -> Tensor:
        """Chances of the classes after what is told of the training samples and of the test's, in so many kinds."""
        kinds = int(torch.cat(list(told)).max()) + 1
        counts = torch.zeros(kinds, classes, dtype=torch.double)
        counts.index_put_((told[0], after), torch.ones(len(after), dtype=torch.double), accumulate=True)
        counts += often
        return (counts / counts.sum(1, keepdim=True))[told[1]]

    windows = [heard(sound, reach, 0)[0] for sound in sounds]
    last = [mu_law(x[:, -1], classes) for x in windows]
    straight = [mu_law((2 * x[:, -1] - x[:, -2]).clamp(-1, 1), classes) for x in windows]
    ago, unlike = zip(*(a_period_ago(x) for x in windows), strict=True)
    pitch = [mu_law(x.clamp(-1, 1), classes) for x in ago]
    sure = [torch.bucketize(x, torch.tensor([1e-4, 1e-3, 1e-2, 1e-1, 1.0])) for x in unlike]
    apart = [(a - b).clamp(-4, 4) + 4 for a, b in zip(pitch, straight, strict=True)]
    both = [(a * 9 + b) * 6 + c for a, b, c in zip(straight, apart, sure, strict=True)]
    by_straight = after_each(straight)
    by_pitch = after_each([a * 6 + b for a, b in zip(pitch, sure, strict=True)])
    few = torch.randperm(len(after), generator=torch.Generator().manual_seed(0))[:40_000]
    forest = RandomForestClassifier(60, min_samples_leaf=3, max_features=0.3, random_state=0)
    forest.fit(windows[0][few].numpy(), after[few].numpy())
    by_forest = torch.zeros(len(after_now), classes, dtype=torch.double)
    by_forest[:, torch.from_numpy(forest.classes_)] = torch.from_numpy(forest.predict_proba(windows[1].numpy()))
    return {
        "how often each class comes": bits(often.expand(len(after_now), classes), after_now),
        "what comes after the last sample": bits(after_each(last), after_now),
        "straight on from the last two": bits(by_straight, after_now),
        f"a forest of random trees over {reach} samples": bits(0.9 * by_forest + 0.1 * by_straight, after_now),
        "the mean of the two": bits((by_forest + by_straight) / 2, after_now),
        "counts of where straight on and a period ago lead": bits(
            0.8 * after_each(both) + 0.1 * by_pitch + 0.1 * by_straight, after_now
        ),
    }


BASELINES: dict[str, Measured] = {
    "gated_pixelcnn": partial(of_pixels, "gated_pixelcnn", labelled=True),
    "pixelcnn": partial(of_pixels, "pixelcnn"),
    "wavenet": of_wavenet,
}
