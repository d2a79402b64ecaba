"""Friendships in Zachary's karate club, which split in two; from networkx."""

import networkx
import torch
from torch import Tensor

SPLITS = ("train", "validation", "test")
LABELS = ("Mr. Hi", "Officer")
INSTRUCTOR, OFFICER = 0, 33
HELD_OUT = 5  # every fifth of the other members is for validation


class WholeGraph:
    """A graph that is one batch; masks tell the splits apart."""

    labels = LABELS

    def __init__(self, tensors: dict[str, Tensor]) -> None:
        """Keep the tensors by name."""
        self.tensors = tensors

    def __len__(self) -> int:
        """Count the graphs."""
        return 1

    def batch(self, indices: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Give features (34, 34), edge_index (2, 156), label (34,) and three masks
        (34,).
        """
        return dict(self.tensors)


def load(split: str) -> WholeGraph:
    """Load the graph; it is the same for every split."""
    if split not in SPLITS:
        raise ValueError(f"Expected a split of {', '.join(SPLITS)}; {split!r} came.")
    club = networkx.karate_club_graph()
    edges = torch.tensor(
        sorted([*club.edges, *((last, first) for first, last in club.edges)])
    ).T.contiguous()
    label = torch.tensor(
        [LABELS.index(name) for _, name in sorted(club.nodes(data="club"))]
    )
    train = torch.zeros(len(label), dtype=torch.bool)
    train[[INSTRUCTOR, OFFICER]] = True
    others = (~train).nonzero().squeeze(1)
    validation = torch.zeros_like(train).index_fill(0, others[::HELD_OUT], True)
    return WholeGraph(
        {
            "features": torch.eye(len(label)),
            "edge_index": edges,
            "label": label,
            "train_mask": train,
            "validation_mask": validation,
            "test_mask": ~train & ~validation,
        }
    )
