"""What must be beaten by who marks each pixel: its surroundings alone, or outlines without forms."""

from __future__ import annotations

from functools import partial

import torch
from sklearn.neural_network import MLPClassifier

from tests.baselines import Measured
from tests.baselines.answers import (
    by_class,
    mean_iou,
    patches,
)
from tests.baselines.data import quick_data


def of_pixels(name: str) -> dict[str, float]:
    """Mean intersection over union, from each pixel's surroundings alone, or by who sees shapes but not forms."""
    train, test = quick_data(name, "train"), quick_data(name, "test")
    target, labels = test["mask"].flatten(), train["mask"].flatten()
    found = {
        "all background": mean_iou(torch.zeros_like(target), target),
        "perfect outlines, every form called a circle": mean_iou((target > 0).long(), target),
    }
    generator = torch.Generator().manual_seed(0)
    some = torch.cat([one[torch.randperm(len(one), generator=generator)[:2000]] for one in by_class(labels)])
    for side in (1, 7):
        model = MLPClassifier((64,), max_iter=200, early_stopping=True, random_state=0)
        model.fit(patches(train["image"], side)[some].numpy(), labels[some].numpy())
        predicted = torch.from_numpy(model.predict(patches(test["image"], side).numpy()))
        found[f"a perceptron on {side}×{side} pixels"] = mean_iou(predicted, target)
    return found


BASELINES: dict[str, Measured] = {name: partial(of_pixels, name) for name in ("unet", "fcn", "deeplabv3")}
