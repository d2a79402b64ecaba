"""What Transformers must beat."""

from __future__ import annotations

from functools import partial

import torch
from torch.nn import functional

from tests.baselines import Measured
from tests.baselines.classes import of_classes
from tests.baselines.data import quick_data
from tests.baselines.rnn import of_brackets


def linear_map() -> dict[str, float]:
    """Share of strings that a linear map from all letters to each place writes backwards without a mistake."""
    train, test = (quick_data("transformer", split) for split in ("train", "test"))
    kinds = int(train["source"].max()) + 1
    x, given = (functional.one_hot(split["source"], kinds).flatten(1).float() for split in (train, test))
    y = functional.one_hot(train["target"], kinds).flatten(1).float()
    weights = torch.linalg.lstsq(functional.pad(x, (0, 1), value=1.0), y, driver="gelsd").solution
    written = (functional.pad(given, (0, 1), value=1.0) @ weights).unflatten(1, (-1, kinds)).argmax(2)
    return {"a linear map from all letters to each place": float((written == test["target"]).all(1).float().mean())}


BASELINES: dict[str, Measured] = {
    "gpt": partial(of_brackets, "gpt"),
    "vit": partial(of_classes, "vit", epochs=(1, 20, 100)),
    "gpt2": partial(of_brackets, "gpt2"),
    "transformer": linear_map,
}
