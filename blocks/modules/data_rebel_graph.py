"""Three made graphs of red and blue vertices, in which some rebel against their
neighbours.
"""

import torch
from torch import Tensor
from torch.nn import functional

SPLITS = ("train", "validation", "test")
LABELS = ("fewer than half", "half or more")
# Shares of the vertices in percent: where each split's begin and end.
SHARES = {"train": (0, 60), "validation": (60, 75), "test": (75, 100)}


class WholeGraph:
    """All vertices as one batch; masks tell the splits apart."""

    labels = LABELS

    def __init__(self, tensors: dict[str, Tensor]) -> None:
        """Keep the tensors by name."""
        self.tensors = tensors

    def __len__(self) -> int:
        """Count the batches."""
        return 1

    def batch(self, indices: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Give features (V, 2), edge_index (2, E), label (V,) and three masks (V,)."""
        return dict(self.tensors)


def draw_edges(vertices: int, degree: int, generator: torch.Generator) -> Tensor:
    """Draw edges (2, E) by pure chance, each in both ways."""
    pairs = torch.triu_indices(vertices, vertices, offset=1)
    wanted = vertices * degree // 2
    if wanted > pairs.shape[1]:
        raise ValueError(f"Expected a degree below {vertices}; {degree} came.")
    order = torch.randperm(pairs.shape[1], generator=generator)
    chosen = pairs[:, order[:wanted]]
    return torch.cat([chosen, chosen.flip(0)], dim=1)


def heard(values: Tensor, edges: Tensor) -> Tensor:
    """Add up what the neighbours of each vertex hold (V,)."""
    return torch.zeros_like(values).index_add(0, edges[1], values[edges[0]])


def load(
    split: str,
    *,
    vertices: int = 3000,
    degree: int = 5,
    seed: int = 0,
) -> WholeGraph:
    """Make the graphs, one for each split, without an edge from one to another."""
    if split not in SPLITS:
        raise ValueError(f"Expected a split of {', '.join(SPLITS)}; {split!r} came.")
    generator = torch.Generator().manual_seed(seed)
    parts, masks = [], {}
    for name, (first, last) in SHARES.items():
        begin, end = vertices * first // 100, vertices * last // 100
        parts.append(begin + draw_edges(end - begin, degree, generator))
        place = torch.arange(vertices)
        masks[f"{name}_mask"] = (place >= begin) & (place < end)
    edges = torch.cat(parts, dim=1)
    colour = torch.randint(2, (vertices,), generator=generator)
    neighbours = heard(torch.ones_like(colour), edges)
    blue = heard(colour, edges)
    others = torch.where(colour == 1, neighbours - blue, blue)
    rebels = heard((2 * others > neighbours).long(), edges)
    return WholeGraph(
        {
            "features": functional.one_hot(colour, 2).float(),
            "edge_index": edges,
            "label": ((rebels > 0) & (2 * rebels >= neighbours)).long(),
            **masks,
        }
    )
