"""What further convolutional classifiers must beat: neighbours that remember placings, and linear models."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from sklearn.linear_model import LogisticRegression
from torch import Tensor
from torch.nn import functional

from tests.baselines import Measured
from tests.baselines.answers import logistic
from tests.baselines.classes import of_classes
from tests.baselines.data import quick_data, reader

SCALES = (1.0, 0.8, 0.625, 0.5)
"""As the template looks at scenes."""


def of_larger_images(name: str) -> dict[str, float]:
    """As of any classifier of placed digits, but with one view of each example in memory at a time."""
    test = quick_data(name, "test")
    source = quick_data(name, "train")
    found = {"logistic regression": logistic(source["image"], source["label"], test["image"], test["label"])}
    nearest = torch.full((len(test["label"]),), float("inf"))
    answers = torch.zeros_like(test["label"])
    load = partial(reader("data_placed_digits").load, size=64, digit_size=24, noise=0.3, value_range="-1..1")
    train = load("train")
    for view in range(100):
        batch = train.batch(torch.arange(len(train)), torch.Generator().manual_seed(view))
        distance, which = torch.cdist(test["image"].flatten(1), batch["image"].flatten(1)).min(1)
        answers = torch.where(distance < nearest, batch["label"][which], answers)
        nearest = torch.minimum(distance, nearest)
        if view + 1 in (1, 20, 100):
            accuracy = float((answers == test["label"]).float().mean())
            found[f"the nearest of {view + 1} views of each example"] = accuracy
    return found


def of_windows(name: str) -> dict[str, float]:
    """Mean average precision of windows that are classified by themselves, then suppressed as the template does."""
    test, train = quick_data(name, "test"), quick_data(name, "train", 20)
    x, y = train["window"].flatten(1), train["window_label"]
    line = LogisticRegression(C=0.1, max_iter=300, tol=1e-3).fit(x.numpy(), y.numpy())
    few = 3 * len(y) // 20
    return {
        "logistic regression, window by window": _precision(
            test, lambda windows: torch.from_numpy(line.predict_proba(windows.numpy())).float()
        ),
        "the nearest window of each class": _precision(test, lambda windows: _by_nearness(windows, x[:few], y[:few])),
    }


def _by_nearness(windows: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """The nearer a class's nearest window is than those of others, the surer."""
    distances = [torch.cdist(windows, x[y == kind]).amin(1) for kind in range(11)]
    return torch.stack(distances, dim=1).mul(-4).softmax(1)


def _precision(test: dict[str, Tensor], answers: Callable[[Tensor], Tensor]) -> float:
    suppress = reader("non_maximum_suppression").non_maximum_suppression
    metric: Any = reader("mean_average_precision").MeanAveragePrecision()
    for start in range(0, len(test["labels"]), 32):
        part = {key: value[start : start + 32] for key, value in test.items()}
        boxes, scores = zip(*(_seen(part["image"], scale, answers) for scale in SCALES), strict=True)
        found = suppress(torch.cat(boxes, 1), torch.cat(scores, 1), 12, 0.3, 0.05, each_class=False)
        metric.update(*found, part["boxes"], part["labels"])
    return float(metric.compute())


def _seen(image: Tensor, scale: float, answers: Callable[[Tensor], Tensor]) -> tuple[Tensor, Tensor]:
    """Boxes and scores of all windows of one scale, one for every second pixel."""
    if scale != 1:
        image = functional.interpolate(image, scale_factor=scale, mode="bilinear")
    windows = functional.unfold(image, 16, stride=2).transpose(1, 2)
    side = (image.shape[-1] - 16) // 2 + 1
    boxes = reader("window_boxes").window_boxes(image.new_zeros(len(image), 1, side, side), 16, 2, scale)
    return boxes, answers(windows.flatten(0, 1)).view(len(image), side**2, -1)[..., 1:]


BASELINES: dict[str, Measured] = {
    **{
        name: partial(of_classes, name, epochs=(1, 20, 100))
        for name in ("vgg19", "resnet34", "resnet101", "cnn_mnist", "mobilenet_v1", "efficientnet_b0")
    },
    "alexnet": partial(of_larger_images, "alexnet"),
    "sliding_window_cnn": partial(of_windows, "sliding_window_cnn"),
}
