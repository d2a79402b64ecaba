"""What energy-based templates must beat."""

from __future__ import annotations

from functools import partial
from math import log

import torch
from torch import Tensor

from tests.baselines import Measured
from tests.baselines.classes import of_classes
from tests.baselines.data import quick_data


def mixture(train: Tensor, test: Tensor, size: int, rounds: int = 60) -> float:
    """Nats of a test image under a mixture of independent pixels, fitted by expectation and maximisation."""
    generator = torch.Generator().manual_seed(0)
    chance = train[torch.randperm(len(train), generator=generator)[:size]] * 0.5 + 0.25
    share = torch.full((size,), 1 / size)
    for _ in range(rounds):
        belongs = likelihoods(train, chance, share).softmax(1)
        counts = belongs.sum(0)
        chance = ((belongs.T @ train + 0.5) / (counts[:, None] + 1)).clamp(1e-3, 1 - 1e-3)
        share = (counts + 1e-3) / (counts + 1e-3).sum()
    return -float(likelihoods(test, chance, share).logsumexp(1).mean())


def likelihoods(x: Tensor, chance: Tensor, share: Tensor) -> Tensor:
    return x @ chance.log().T + (1 - x) @ (1 - chance).log().T + share.log()


def tree(train: Tensor, test: Tensor) -> float:
    """Nats under the best tree of pixels, each depending on one other (Chow and Liu, 1968)."""
    count, pixels = train.shape
    ones = (train.sum(0) + 0.5) / (count + 1)
    both = (train.T @ train + 0.25) / (count + 1)
    joint = torch.stack([1 - ones[:, None] - ones + both, ones - both, ones[:, None] - both, both]).clamp(min=1e-6)
    edges = torch.stack([1 - ones, ones])
    apart = torch.stack([edges[a][:, None] * edges[b] for a in (0, 1) for b in (0, 1)])
    shared = (joint * (joint / apart).log()).sum(0)
    nats = -torch.where(test[:, 0] > 0, ones[0].log(), (1 - ones[0]).log())
    known, parent = torch.zeros(pixels, dtype=torch.bool), torch.zeros(pixels, dtype=torch.long)
    known[0], best = True, shared[0].clone()
    for _ in range(pixels - 1):
        new = int(best.masked_fill(known, -1).argmax())
        old = int(parent[new])
        state = (2 * test[:, old] + test[:, new]).long()
        nats = nats - (joint[state, old, new] / edges[test[:, old].long(), old]).log()
        known[new] = True
        parent = torch.where(shared[new] > best, new, parent)
        best = torch.maximum(best, shared[new])
    return float(nats.mean())


def nats() -> dict[str, float]:
    """Of a test image whose pixels are on or off."""
    train, test = ((quick_data("rbm", split)["image"].flatten(1) >= 0.5).float() for split in ("train", "test"))
    mixtures = {size: mixture(train, test, size) for size in (20, 40, 80, 160)}
    best = min(mixtures, key=lambda size: mixtures[size])
    return {
        "each pixel's share": mixture(train, test, 1, rounds=3),
        f"the best mixture of images ({best} of them)": mixtures[best],
        "the best tree of pixels": tree(train, test),
        "fair coins": test.shape[1] * log(2),
    }


BASELINES: dict[str, Measured] = {
    "rbm": nats,
    "dbn": partial(of_classes, "dbn", epochs=(1, 50)),
}
