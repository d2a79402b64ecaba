"""Accuracies that need no network, of any template that tells classes apart."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from tests.baselines.answers import (
    logistic,
    nearest_neighbour,
)
from tests.baselines.data import quick_data


def accuracies(x: Tensor, y: Tensor, test_x: Tensor, test_y: Tensor) -> dict[str, float]:
    return {
        "logistic regression": logistic(x, y, test_x, test_y),
        "the nearest neighbour": nearest_neighbour(x, y, test_x, test_y),
    }


def of_classes(
    name: str, *, field: str = "image", label: str = "label", epochs: Sequence[int] = (1,)
) -> dict[str, float]:
    """On what the template's ``quick`` preset sees; ``epochs``: how often each example may be looked at, drawn anew."""
    test = quick_data(name, "test")
    found = {}
    for count in epochs:
        train = quick_data(name, "train", count)
        arguments = train[field], train[label], test[field], test[label]
        if count == 1:
            found["logistic regression"] = logistic(*arguments)
        what = "the nearest neighbour" if count == 1 else f"the nearest of {count} views of each example"
        found[what] = nearest_neighbour(*arguments)
    return found
