"""What templates with a memory must beat."""

from __future__ import annotations

from functools import partial

import torch

from tests.baselines import Measured
from tests.baselines.classes import of_classes
from tests.baselines.data import quick_data


def of_bits() -> dict[str, float]:
    """Share of wrong bits, by the likelier value of each."""
    target = quick_data("ntm", "test")["target"]
    return {"the likelier bit, always": float(torch.minimum(target.mean(), 1 - target.mean()))}


BASELINES: dict[str, Measured] = {
    "capsnet": partial(of_classes, "capsnet", epochs=(1, 20, 100)),
    "ntm": of_bits,
}
