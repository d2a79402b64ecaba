"""A made graph whose vertices fall into classes: a stochastic block model with noisy
features.
"""

import torch
from torch import Tensor

SPLITS = ("train", "validation", "test")


class WholeGraph:
    """A graph that is one batch; masks tell the splits apart."""

    def __init__(self, tensors: dict[str, Tensor], labels: tuple[str, ...]) -> None:
        """Keep the tensors by name."""
        self.tensors = tensors
        self.labels = labels

    def __len__(self) -> int:
        """Count the graphs."""
        return 1

    def batch(self, indices: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Give features (V, F), edge_index (2, E), label (V,) and three masks (V,)."""
        return dict(self.tensors)


def draw_edges(
    label: Tensor, degree: int, homophily: float, generator: torch.Generator
) -> Tensor:
    """Draw edges (2, E), all different and in both directions; a share joins vertices
    of one class.
    """
    vertices = len(label)
    pairs = torch.triu_indices(vertices, vertices, offset=1)
    is_inside = label[pairs[0]] == label[pairs[1]]
    edges = vertices * degree // 2
    inside = round(homophily * edges)
    wanted = {
        "one class": (inside, is_inside),
        "two classes": (edges - inside, ~is_inside),
    }
    chosen = []
    for name, (count, allowed) in wanted.items():
        candidates = allowed.nonzero().squeeze(1)
        if count > len(candidates):
            raise ValueError(
                f"Expected at most {len(candidates)} edges between vertices of {name}; "
                f"{count} are asked for: take a smaller degree."
            )
        chosen.append(
            candidates[torch.randperm(len(candidates), generator=generator)[:count]]
        )
    undirected = pairs[:, torch.cat(chosen)]
    both = torch.cat([undirected, undirected.flip(0)], dim=1)
    return both[:, (both[0] * vertices + both[1]).argsort()]


def draw_masks(
    label: Tensor, labelled: int, validation: int, generator: torch.Generator
) -> tuple[Tensor, ...]:
    """Draw the vertices for training, some of each class, for validation, and for test,
    all others: (V,) each.
    """
    order = torch.randperm(len(label), generator=generator)
    train = torch.zeros(len(label), dtype=torch.bool)
    for index in range(int(label.max()) + 1):
        train[order[label[order] == index][:labelled]] = True
    held_out = order[~train[order]]
    chosen = torch.zeros_like(train).index_fill(0, held_out[:validation], True)
    return train, chosen, ~train & ~chosen


def load(
    split: str,
    *,
    vertices: int = 1000,
    classes: int = 5,
    features: int = 64,
    degree: int = 6,
    homophily: float = 0.6,
    noise: float = 4.0,
    labelled: int = 20,
    validation: int = 200,
    seed: int = 0,
) -> WholeGraph:
    """Make the graph; it is the same for every split."""
    if split not in SPLITS:
        raise ValueError(f"Expected a split of {', '.join(SPLITS)}; {split!r} came.")
    if classes * labelled + validation >= vertices:
        raise ValueError(
            f"Expected vertices to be left for test; {vertices} are too few."
        )
    generator = torch.Generator().manual_seed(seed)
    label = torch.randperm(vertices, generator=generator) % classes
    centres = torch.randn(classes, features, generator=generator)
    hints = centres[label] + noise * torch.randn(
        vertices, features, generator=generator
    )
    edges = draw_edges(label, degree, homophily, generator)
    train, chosen, test = draw_masks(label, labelled, validation, generator)
    tensors = {"features": hints, "edge_index": edges, "label": label}
    tensors |= {"train_mask": train, "validation_mask": chosen, "test_mask": test}
    return WholeGraph(tensors, tuple(f"class {index}" for index in range(classes)))
