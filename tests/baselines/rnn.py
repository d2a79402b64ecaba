"""What recurrent templates must beat: counts of what follows what."""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor

from tests.baselines import Measured
from tests.baselines.answers import (
    ngram_bits,
)
from tests.baselines.data import quick_data


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


BASELINES: dict[str, Measured] = {
    "lstm": partial(of_brackets, "lstm"),
}
