"""What feed-forward templates must beat."""

from __future__ import annotations

from functools import partial

import torch
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor, NearestCentroid
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures
from sklearn.tree import DecisionTreeClassifier

from tests.baselines import Measured
from tests.baselines.answers import nearest_neighbour
from tests.baselines.classes import of_classes
from tests.baselines.data import quick_data


def mistakes() -> dict[str, float]:
    """Share of rows on the wrong side, by what does not learn from its mistakes.

    The unit is a linear model itself: how others of its kind are fitted is no baseline of it, but the same answer.
    """
    train, test = quick_data("perceptron", "train"), quick_data("perceptron", "test")
    x, y, test_x, test_y = (part[key].numpy() for part in (train, test) for key in ("features", "label"))
    models = {
        "the nearer mean of the two classes": NearestCentroid(),
        "each column's likelihoods (naive Bayes)": GaussianNB(),
        "the best single column": DecisionTreeClassifier(max_depth=1),
        "the nearest neighbour": KNeighborsClassifier(1),
        "the fifteen nearest neighbours": KNeighborsClassifier(15),
    }
    return {what: 1 - float(model.fit(x, y).score(test_x, test_y)) for what, model in models.items()}


def by_nearness() -> dict[str, float]:
    """Accuracy by distances. The layer is logistic regression itself, so that this is no baseline of it."""
    test = quick_data("single_layer", "test")
    found = {}
    for count in (1, 50):
        train = quick_data("single_layer", "train", count)
        arguments = train["image"], train["label"], test["image"], test["label"]
        found[f"the nearest of {count} differently lit copies of each image"] = nearest_neighbour(*arguments)
    x, y, test_x, test_y = (tensor.flatten(1) if tensor.dim() > 1 else tensor for tensor in arguments)
    means = torch.stack([x[y == digit].mean(0) for digit in range(10)])
    return found | {"the nearest mean of a class": nearest_neighbour(means, torch.arange(10), test_x, test_y)}


def explained() -> dict[str, float]:
    """R² of linear models on powers and products of the columns, and of neighbours."""
    train, test = quick_data("mlp_regression", "train"), quick_data("mlp_regression", "test")
    x, y, test_x, test_y = (part[key].numpy() for part in (train, test) for key in ("features", "target"))
    models = {
        "a plane": LinearRegression(),
        "squares and products": make_pipeline(PolynomialFeatures(2), Ridge(10)),
        "cubes, squares and products": make_pipeline(PolynomialFeatures(3), Ridge(10)),
        "the ten nearest rows": KNeighborsRegressor(10),
    }
    return {what: float(model.fit(x, y).score(test_x, test_y)) for what, model in models.items()}


BASELINES: dict[str, Measured] = {
    "perceptron": mistakes,
    "single_layer": by_nearness,
    "mlp_regression": explained,
    "mlp_classifier": partial(of_classes, "mlp_classifier", epochs=(1, 50)),
}
