"""A made graph of coloured vertices, whose classes are counts along two steps."""

import torch
from torch import Tensor

SPLITS = ("train", "validation", "test")
LABELS = ("none or one", "two", "three", "four or more")
# Shares of the vertices in percent: where each split's begin and end.
SHARES = {"train": (0, 60), "validation": (60, 75), "test": (75, 100)}


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
        """Give features (V, F), edge_index (2, E), label (V,) and three masks (V,)."""
        return dict(self.tensors)


def heard(values: Tensor, edges: Tensor) -> Tensor:
    """Add up what the neighbours of each vertex hold (V,)."""
    return torch.zeros_like(values).index_add(0, edges[1], values[edges[0]])


def load(
    split: str,
    *,
    vertices: int = 2000,
    colours: int = 4,
    degree: int = 6,
    seed: int = 0,
) -> WholeGraph:
    """Make the graph; it is the same for every split."""
    if split not in SPLITS:
        raise ValueError(f"Expected a split of {', '.join(SPLITS)}; {split!r} came.")
    generator = torch.Generator().manual_seed(seed)
    pairs = torch.triu_indices(vertices, vertices, offset=1)
    order = torch.randperm(pairs.shape[1], generator=generator)
    if vertices * degree // 2 > len(order):
        raise ValueError(f"Expected a degree below {vertices}; {degree} came.")
    pairs = pairs[:, order[: vertices * degree // 2]]
    edges = torch.cat([pairs, pairs.flip(0)], dim=1)
    colour = torch.randint(colours, (vertices,), generator=generator)
    finds_one = (heard((colour == 0).long(), edges) == 1).long()
    place = torch.randperm(vertices, generator=generator)
    masks = {}
    for name, (begin, end) in SHARES.items():
        chosen = (place >= vertices * begin // 100) & (place < vertices * end // 100)
        masks[f"{name}_mask"] = chosen
    return WholeGraph(
        {
            "features": torch.nn.functional.one_hot(colour, colours).float(),
            "edge_index": edges,
            "label": heard(finds_one, edges).clamp(1, 4) - 1,
            **masks,
        }
    )
