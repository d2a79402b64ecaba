"""The strongest cheap answers to what the templates' goals ask, on exactly the splits that the templates use.

``python tests/baselines.py [DATA...]`` prints a table. A goal is worth something only where all of these miss it.
Everything here is a few lines of linear algebra, counts or a linear model: no network learns features.
"""

from __future__ import annotations

import importlib.util
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from math import log2
from pathlib import Path
from types import ModuleType
from typing import Any
from warnings import catch_warnings, simplefilter

import torch
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neural_network import MLPClassifier
from torch import Tensor, nn
from torch.nn import functional

import templates
from app.codegen.generate import model_source
from app.core.recipe import plain_recipe
from blocks import library

MODULES = Path(__file__).parents[1] / "blocks" / "modules"
EPOCHS_SEEN = (1, 20, 100)
"""How many placings of each training digit the baselines may see, as a short training would show them."""


@cache
def reader(name: str) -> ModuleType:
    """The reader in ``blocks/modules/<name>.py``, loaded by its path as generated code has it."""
    spec = importlib.util.spec_from_file_location(name, MODULES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def whole(name: str, split: str, epochs: int = 1, **arguments: Any) -> dict[str, Tensor]:
    """A whole split as one batch; several epochs of it, where each is drawn anew."""
    data = reader(name).load(split, **arguments)
    indices = torch.arange(len(data))
    batches = [data.batch(indices, torch.Generator().manual_seed(epoch)) for epoch in range(epochs)]
    return {key: torch.cat([batch[key] for batch in batches]) for key in batches[0]}


def logistic(
    x: Tensor, y: Tensor, test_x: Tensor, test_y: Tensor, strengths: tuple[float, ...] = (0.01, 0.1, 1.0)
) -> float:
    """Accuracy of logistic regression at the best of some regularisations, chosen on the test: an upper bound."""
    x, test_x = x.flatten(1), test_x.flatten(1)
    models = [LogisticRegression(C=strength, max_iter=2000, tol=1e-3) for strength in strengths]
    return max(float(model.fit(x.numpy(), y.numpy()).score(test_x.numpy(), test_y.numpy())) for model in models)


def nearest_neighbour(x: Tensor, y: Tensor, test_x: Tensor, test_y: Tensor) -> float:
    """Accuracy of the nearest training example's class."""
    nearest = torch.cdist(test_x.flatten(1), x.flatten(1)).argmin(1)
    return float((y[nearest] == test_y).float().mean())


def digits() -> Iterator[tuple[str, float]]:
    """Classes of digits as they are."""
    train, test = whole("data_digits", "train", flat=True), whole("data_digits", "test", flat=True)
    arguments = train["image"], train["label"], test["image"], test["label"]
    yield "logistic regression, accuracy", logistic(*arguments)
    yield "1-NN, accuracy", nearest_neighbour(*arguments)


def placed_digits() -> Iterator[tuple[str, float]]:
    """Classes of digits that lie anywhere."""
    for noise in (0.0, 0.3):
        test = whole("data_placed_digits", "test", noise=noise)
        for epochs in EPOCHS_SEEN:
            train = whole("data_placed_digits", "train", epochs, noise=noise)
            arguments = train["image"], train["label"], test["image"], test["label"]
            if epochs == 1:
                yield f"noise {noise}: logistic regression, accuracy", logistic(*arguments)
            yield f"noise {noise}: 1-NN on {epochs} placings, accuracy", nearest_neighbour(*arguments)


def toy_tables() -> Iterator[tuple[str, float]]:
    """Classes of the small tables; of diabetes, the share of the variance that a line explains."""
    for name in ("wine", "breast_cancer", "iris"):
        train, test = (whole("data_toy_tables", split, dataset=name) for split in ("train", "test"))
        arguments = train["features"], train["label"], test["features"], test["label"]
        yield f"{name}: logistic regression, accuracy", logistic(*arguments)
        yield f"{name}: 1-NN, accuracy", nearest_neighbour(*arguments)
    train, test = (whole("data_toy_tables", split, dataset="diabetes") for split in ("train", "test"))
    line = LinearRegression().fit(train["features"].numpy(), train["target"].numpy())
    yield "diabetes: linear regression, R2", float(line.score(test["features"].numpy(), test["target"].numpy()))


def counts_after(text: list[int], order: int) -> dict[tuple[int, ...], Counter[int]]:
    """How often each character follows each run of ``order`` characters."""
    found: dict[tuple[int, ...], Counter[int]] = defaultdict(Counter)
    for index in range(order, len(text)):
        found[tuple(text[index - order : index])][text[index]] += 1
    return found


def ngram_bits(train: list[int], test: list[int], longest: int, vocabulary: int) -> list[float]:
    """Bits per character of interpolated Witten-Bell models of 1 to ``longest`` characters."""
    chances = [1 / vocabulary] * len(test)
    bits = []
    for order in range(longest):
        following = counts_after(train, order)
        for index in range(order, len(test)):
            counts = following.get(tuple(test[index - order : index]))
            if counts is not None:
                seen, kinds = counts.total(), len(counts)
                chances[index] = (counts[test[index]] + kinds * chances[index]) / (seen + kinds)
        bits.append(-sum(map(log2, chances)) / len(chances))
    return bits


def text_file() -> Iterator[tuple[str, float]]:
    """The next character of the language reference."""
    module = reader("data_text_file")
    train, test = (module.load(split).tokens.tolist() for split in ("train", "test"))
    for length, bits in enumerate(ngram_bits(train, test, 7, 96), start=1):
        yield f"{length}-gram, bits per character", bits


def rule_bits(tokens: Tensor, kinds: int = 4, deepest: int = 8, opening: float = 0.5) -> float:
    """Bits per mark of nested brackets for who knows the rule and what is open."""
    opens = tokens < kinds
    steps = 2 * opens.long() - 1
    depth = steps.cumsum(1) - steps
    chance = torch.full(tokens.shape, opening).masked_fill(depth == 0, 1.0).masked_fill(depth == deepest, 0.0)
    return float(-torch.where(opens, chance / kinds, 1 - chance).log2()[:, 1:].mean())


def nested_brackets() -> Iterator[tuple[str, float]]:
    """The next mark of nested brackets."""
    module = reader("data_nested_brackets")
    train, test = (module.load(split).tokens for split in ("train", "test"))
    for length, bits in enumerate(ngram_bits(train.flatten().tolist(), test.flatten().tolist(), 8, 8), start=1):
        yield f"{length}-gram, bits per mark", bits
    yield "who knows the rule, bits per mark", rule_bits(test)


def bernoulli_loss(chances: Tensor, test: Tensor) -> float:
    """Mean cross-entropy of a test image in nats, pixels' greys as chances."""
    limited = chances.clamp(1e-3, 1 - 1e-3).expand_as(test)
    return float(functional.binary_cross_entropy(limited, test, reduction="sum") / len(test))


def autoencoder() -> Iterator[tuple[str, float]]:
    """What a variational autoencoder's bound must be better than, in nats for an image of 64 pixels.

    A Bernoulli decoder pays the pixels' own entropy even where it is perfect; PCA of the same size is given its
    codes for nothing, so its loss is a bound that only counts once the code's own cost (the KL term) is added.
    """
    train, test = (whole("data_digits", split, flat=True)["image"] for split in ("train", "test"))
    yield "pixels' own entropy (perfect reconstruction), nats", bernoulli_loss(test, test)
    yield "per-pixel Bernoulli, nats", bernoulli_loss(train.mean(0), test)
    means = torch.stack([train[whole("data_digits", "train")["label"] == digit].mean(0) for digit in range(10)])
    labels = whole("data_digits", "test")["label"]
    yield "mean of the class and log 10 for its name, nats", bernoulli_loss(means[labels], test) + 2.3026
    for size in (2, 8, 16):
        loss, cost = pca_bound(train, test, size)
        yield f"PCA to {size}, code for nothing, nats", loss
        yield f"PCA to {size}, with the code's cost, nats", loss + cost


def pca_bound(train: Tensor, test: Tensor, size: int) -> tuple[float, float]:
    """Cross-entropy of PCA's reconstructions, and the best KL term of Gaussian codes around its own.

    Codes are whitened, so the prior is a standard normal. A posterior of deviation s costs
    (code^2 + s^2 - 1)/2 - log s for each number; noise s in the code blurs the reconstruction. The best s of a few.
    """
    mean = train.mean(0)
    _, values, directions = torch.linalg.svd(train - mean, full_matrices=False)
    scale = values[:size] / len(train) ** 0.5
    codes = (test - mean) @ directions[:size].T / scale
    generator = torch.Generator().manual_seed(0)
    free = bernoulli_loss(mean + codes * scale @ directions[:size], test)
    best = float("inf")
    for deviation in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0):
        noisy = codes + deviation * torch.randn(codes.shape, generator=generator)
        loss = bernoulli_loss(mean + noisy * scale @ directions[:size], test)
        cost = ((codes.square() + deviation**2 - 1) / 2 - torch.tensor(deviation).log()).sum(1).mean()
        best = min(best, loss + float(cost))
    return free, best - free


def sample_figures(samples: Tensor, train: Tensor, test: Tensor) -> dict[str, float]:
    """How samples of digits compare with held-out ones: distance, coverage, and how well they are told apart."""
    distance = torch.cdist(samples, test).min(1).values.mean() / torch.cdist(train, test).min(1).values.mean()
    return {
        "distance to test, of training images' 1": float(distance),
        "coverage of test images": coverage(samples, test),
        "linear real-or-fake, accuracy": told_apart(samples, train),
        "1-NN real-or-fake, accuracy (0.5 is perfect)": told_apart_by_neighbours(samples, test),
    }


def told_apart_by_neighbours(samples: Tensor, test: Tensor) -> float:
    """Accuracy of each image's nearest neighbour, among as many real and made ones, in telling which it is."""
    count = min(len(samples), len(test))
    both = torch.cat([samples[:count], test[:count]])
    is_real = torch.arange(2 * count) >= count
    nearest = (torch.cdist(both, both) + torch.eye(2 * count) * 1e9).argmin(1)
    return float((is_real[nearest] == is_real).float().mean())


def coverage(samples: Tensor, test: Tensor, neighbours: int = 5) -> float:
    """Share of test images with a sample nearer than their fifth neighbour among the test images."""
    radius = torch.cdist(test, test).kthvalue(neighbours + 1, dim=1).values
    return float((torch.cdist(test, samples).min(1).values < radius).float().mean())


def told_apart(samples: Tensor, real: Tensor) -> float:
    """Accuracy of a linear classifier, trained on half of as many real and made images and tried on the other half."""
    count = min(len(samples), len(real)) // 2 * 2
    x = torch.cat([samples[:count:2], real[:count:2], samples[1:count:2], real[1:count:2]])
    y = torch.tensor([0, 1, 0, 1]).repeat_interleave(count // 2)
    return logistic(x[:count], y[:count], x[count:], y[count:])


def generator_of_digits() -> Iterator[tuple[str, float]]:
    """What samples of digits look like that nobody learnt to make."""
    train, test = whole("data_digits", "train", flat=True), whole("data_digits", "test", flat=True)["image"]
    image, label = train["image"], train["label"]
    means = torch.stack([image[label == digit].mean(0) for digit in range(10)])
    normal = torch.distributions.MultivariateNormal(image.mean(0), torch.cov(image.T) + 1e-4 * torch.eye(64))
    torch.manual_seed(0)
    each = [image[label == digit] for digit in range(10)]
    normals = [torch.distributions.MultivariateNormal(x.mean(0), torch.cov(x.T) + 1e-3 * torch.eye(64)) for x in each]
    made = {
        "held-out images themselves": whole("data_digits", "validation", flat=True)["image"],
        "class means, repeated": means.repeat(36, 1)[:353],
        "one Gaussian": normal.sample((353,)).clamp(0, 1),
        "one Gaussian a class": torch.cat([one.sample((36,)) for one in normals])[torch.randperm(360)[:353]].clamp(
            0, 1
        ),
        "each pixel by itself": image.gather(0, torch.randint(len(image), (353, 64))),
        "noise": torch.rand(353, 64),
    }
    shuffled = image[torch.randperm(len(image))]
    for name, samples in made.items():
        for figure, value in sample_figures(samples, shuffled, test).items():
            yield f"{name}: {figure}", value


def label_spreading(graph: dict[str, Tensor]) -> float:
    """Accuracy of labels that spread along edges, at the best of some strengths."""
    label, known = graph["label"], graph["train_mask"]
    count = len(label)
    adjacency = torch.zeros(count, count)
    adjacency[graph["edge_index"][0], graph["edge_index"][1]] = 1
    root = adjacency.sum(1).clamp(min=1).rsqrt()
    smooth = root[:, None] * adjacency * root[None, :]
    given = functional.one_hot(label).float() * known[:, None]
    spread = [torch.linalg.solve(torch.eye(count) - share * smooth, given) for share in (0.5, 0.8, 0.9, 0.95, 0.99)]
    return max(float((one.argmax(1) == label)[graph["test_mask"]].float().mean()) for one in spread)


def perceptron(x: Tensor, y: Tensor, test_x: Tensor, test_y: Tensor) -> float:
    """Accuracy of a multi-layer perceptron at the best of some regularisations."""
    models = [MLPClassifier((64,), solver="lbfgs", alpha=alpha, max_iter=300, random_state=0) for alpha in (1, 10, 100)]
    with catch_warnings():
        simplefilter("ignore", ConvergenceWarning)  # to stop early is one more regularisation
        return max(float(model.fit(x.numpy(), y.numpy()).score(test_x.numpy(), test_y.numpy())) for model in models)


def graphs() -> Iterator[tuple[str, float]]:
    """Classes of a graph's vertices, by features alone or by edges alone."""
    for seed in range(3):
        graph = whole("data_block_graph", "train", seed=seed)
        train, test = graph["train_mask"], graph["test_mask"]
        x, y = graph["features"], graph["label"]
        arguments = x[train], y[train], x[test], y[test]
        yield f"block graph {seed}: logistic regression, accuracy", logistic(*arguments, (0.001, 0.01, 0.1))
        yield f"block graph {seed}: MLP, accuracy", perceptron(*arguments)
        yield f"block graph {seed}: label spreading, accuracy", label_spreading(graph)
    yield "karate club: label spreading, accuracy", label_spreading(whole("data_karate_club", "train"))


def untrained_features(image: Tensor) -> Tensor:
    """What a small convolutional network of random weights makes of images."""
    torch.manual_seed(0)
    layers: list[nn.Module] = []
    for before, after in ((image.shape[1], 32), (32, 64), (64, 128)):
        layers += [nn.Conv2d(before, after, 3, padding=1), nn.BatchNorm2d(after), nn.ReLU(), nn.MaxPool2d(2)]
    network = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(2), nn.Flatten())
    with torch.no_grad():
        features: Tensor = network(image)
    return features


def two_views() -> Iterator[tuple[str, float]]:
    """Classes of digits by a linear probe with few labels of each class: on pixels or on what untrained nets see.

    Measured as the template's goal is, on the very views; ``net`` is the template's own before it is trained.
    """
    recipe = plain_recipe(templates.load("byol"), "quick")
    assert recipe is not None
    test = whole("data_two_views", "test", **recipe.data.arguments)
    view, label = test["view_a"], test["label"]
    kinds = (("pixels", torch.clone), ("an untrained convolutional net", untrained_features), ("net", untrained_byol))
    for name, make in kinds:
        features = make(view).flatten(1)
        for labels, repeats in ((1, 30), (5, 7)):
            probe = reader("linear_probe").LinearProbe(labels, repeats)
            yield f"probe on {name}, {labels} a class, accuracy", float(probe(features, label))
        yield f"1-NN on {name}, one a class, accuracy", one_shot_neighbour(features, label)


def one_shot_neighbour(x: Tensor, y: Tensor, repeats: int = 30) -> float:
    """Accuracy of the class of the nearest of ten, one of each class; the mean over different tens."""
    one_hot = functional.one_hot(y)
    place = (one_hot.cumsum(0) * one_hot).sum(1) - 1
    tens = [place == turn for turn in range(repeats)]
    return sum(nearest_neighbour(x[ten], y[ten], x[~ten], y[~ten]) for ten in tens) / repeats


def untrained_byol(image: Tensor) -> Tensor:
    """What the template's encoder of random weights makes of images."""
    names: dict[str, Any] = {"__name__": "generated"}
    exec(model_source(templates.load("byol"), library(), "quick").text, names)  # what a training would start from
    torch.manual_seed(0)
    online = names["online"]().eval()
    with torch.no_grad():
        features: Tensor = online(image)[1]
    return features


def patches(image: Tensor, side: int) -> Tensor:
    """Each pixel's surroundings (pixels, channels * side * side)."""
    return functional.unfold(image, side, padding=side // 2).transpose(1, 2).flatten(0, 1)


def mean_iou(predicted: Tensor, mask: Tensor, classes: int = 4) -> float:
    """Intersection over union, averaged over classes."""
    both = (predicted * classes + mask).bincount(minlength=classes**2).view(classes, classes)
    union = both.sum(0) + both.sum(1) - both.diag()
    return float((both.diag() / union.clamp(min=1)).mean())


def shapes() -> Iterator[tuple[str, float]]:
    """Masks of shapes, from each pixel's surroundings alone, or by who sees shapes but not forms."""
    train, test = whole("data_shapes", "train", examples=200), whole("data_shapes", "test", examples=200)
    target = test["mask"].flatten()
    yield "all background, mean IoU", mean_iou(torch.zeros_like(target), target)
    yield "outlines perfect, form always circle, mean IoU", mean_iou((target > 0).long(), target)
    labels = train["mask"].flatten()
    generator = torch.Generator().manual_seed(0)
    some = torch.cat([found[torch.randperm(len(found), generator=generator)[:4000]] for found in by_class(labels)])
    for side in (1, 7, 15):
        x, y = patches(train["image"], side)[some], labels[some]
        for name, model in (
            ("line", LogisticRegression(max_iter=300)),
            ("MLP", MLPClassifier((64,), max_iter=200, early_stopping=True, random_state=0)),
        ):
            model.fit(x.numpy(), y.numpy())
            predicted = torch.from_numpy(model.predict(patches(test["image"], side).numpy()))
            yield f"{name} on {side}x{side} pixels, mean IoU", mean_iou(predicted, target)


def by_class(labels: Tensor) -> list[Tensor]:
    """The places of each class."""
    return [(labels == index).nonzero().squeeze(1) for index in range(int(labels.max()) + 1)]


TABLE: dict[str, Callable[[], Iterator[tuple[str, float]]]] = {
    "Digits": digits,
    "PlacedDigits": placed_digits,
    "ToyTables": toy_tables,
    "TextFile": text_file,
    "NestedBrackets": nested_brackets,
    "VAE": autoencoder,
    "GAN": generator_of_digits,
    "BlockGraph": graphs,
    "TwoViews": two_views,
    "Shapes": shapes,
}


def main(names: list[str]) -> None:
    """Print the table, or parts of it."""
    for name in names or TABLE:
        begun = time.perf_counter()
        print(f"{name}: {(TABLE[name].__doc__ or '').splitlines()[0]}")
        for what, value in TABLE[name]():
            print(f"  {what:<72} {value:8.3f}", flush=True)
        print(f"  ({time.perf_counter() - begun:.0f} s)")


if __name__ == "__main__":
    main(sys.argv[1:])
