"""A made graph in which some vertices loudly claim to be of a class, to everybody."""

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


def draw_friends(
    label: Tensor, degree: int, homophily: float, generator: torch.Generator
) -> Tensor:
    """Draw different pairs (2, E), of which a share is of one class."""
    count = len(label)
    pairs = torch.triu_indices(count, count, offset=1)
    alike = label[pairs[0]] == label[pairs[1]]
    edges = count * degree // 2
    inside = round(homophily * edges)
    chosen = []
    for number, allowed in ((inside, alike), (edges - inside, ~alike)):
        candidates = allowed.nonzero().squeeze(1)
        if number > len(candidates):
            raise ValueError(
                f"Expected a smaller degree: {number} pairs are asked for, and there "
                f"are {len(candidates)}."
            )
        order = torch.randperm(len(candidates), generator=generator)
        chosen.append(candidates[order[:number]])
    return pairs[:, torch.cat(chosen)]


def draw_shouts(quiet: int, loud: int, each: int, generator: torch.Generator) -> Tensor:
    """Draw which of the loud vertices each quiet one hears: pairs (2, quiet * each)."""
    chance = torch.rand(quiet, loud, generator=generator)
    heard = chance.topk(each, dim=1).indices + quiet
    return torch.stack([torch.arange(quiet).repeat_interleave(each), heard.flatten()])


def load(
    split: str,
    *,
    vertices: int = 1000,
    classes: int = 5,
    features: int = 64,
    loud: int = 200,
    degree: int = 6,
    shouts: int = 6,
    homophily: float = 0.6,
    noise: float = 4.0,
    volume: float = 6.0,
    labelled: int = 20,
    validation: int = 200,
    seed: int = 0,
) -> WholeGraph:
    """Make the graph; it is the same for every split."""
    if split not in SPLITS:
        raise ValueError(f"Expected a split of {', '.join(SPLITS)}; {split!r} came.")
    quiet = vertices - loud
    if classes * labelled + validation >= quiet:
        raise ValueError(
            f"Expected quiet vertices to be left for test; {quiet} are too few."
        )
    generator = torch.Generator().manual_seed(seed)
    label = torch.randperm(vertices, generator=generator) % classes
    centres = torch.randn(classes, features, generator=generator)
    mark = torch.randn(features, generator=generator)
    is_loud = torch.arange(vertices) >= quiet
    claims = volume * centres[label] + noise * mark
    told = torch.where(is_loud.unsqueeze(1), claims, centres[label])
    hints = told / noise + torch.randn(vertices, features, generator=generator)
    pairs = torch.cat(
        [
            draw_friends(label[:quiet], degree, homophily, generator),
            draw_shouts(quiet, loud, shouts, generator),
        ],
        dim=1,
    )
    order = torch.randperm(quiet, generator=generator)
    train = torch.zeros(vertices, dtype=torch.bool)
    for index in range(classes):
        train[order[label[order] == index][:labelled]] = True
    held_out = order[~train[order]]
    chosen = torch.zeros_like(train).index_fill(0, held_out[:validation], True)
    tensors = {
        "features": hints,
        "edge_index": torch.cat([pairs, pairs.flip(0)], dim=1),
        "label": label,
        "train_mask": train,
        "validation_mask": chosen,
        "test_mask": ~train & ~chosen & ~is_loud,
    }
    return WholeGraph(tensors, tuple(f"class {index}" for index in range(classes)))
