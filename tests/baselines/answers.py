"""Cheap answers: linear models, neighbours, counts. No network learns features here."""

from __future__ import annotations

from collections import Counter, defaultdict
from math import log2
from warnings import catch_warnings, simplefilter

import torch
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from torch import Tensor
from torch.nn import functional


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


def perceptron(x: Tensor, y: Tensor, test_x: Tensor, test_y: Tensor) -> float:
    """Accuracy of a multi-layer perceptron at the best of some regularisations."""
    models = [MLPClassifier((64,), solver="lbfgs", alpha=alpha, max_iter=300, random_state=0) for alpha in (1, 10, 100)]
    with catch_warnings():
        simplefilter("ignore", ConvergenceWarning)  # to stop early is one more regularisation
        return max(float(model.fit(x.numpy(), y.numpy()).score(test_x.numpy(), test_y.numpy())) for model in models)


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


def bernoulli_loss(chances: Tensor, test: Tensor) -> float:
    """Mean cross-entropy of a test image in nats, pixels' greys as chances."""
    limited = chances.clamp(1e-3, 1 - 1e-3).expand_as(test)
    return float(functional.binary_cross_entropy(limited, test, reduction="sum") / len(test))


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


def patches(image: Tensor, side: int) -> Tensor:
    """Each pixel's surroundings (pixels, channels * side * side)."""
    return functional.unfold(image, side, padding=side // 2).transpose(1, 2).flatten(0, 1)


def mean_iou(predicted: Tensor, mask: Tensor, classes: int = 4) -> float:
    """Intersection over union, averaged over classes."""
    both = (predicted * classes + mask).bincount(minlength=classes**2).view(classes, classes)
    union = both.sum(0) + both.sum(1) - both.diag()
    return float((both.diag() / union.clamp(min=1)).mean())


def by_class(labels: Tensor) -> list[Tensor]:
    """The places of each class."""
    return [(labels == index).nonzero().squeeze(1) for index in range(int(labels.max()) + 1)]
