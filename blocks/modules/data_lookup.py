"""Places that each have a name, a content, and the name of another place whose content
they ask for.
"""

import torch
from torch import Tensor

SPLITS = ("train", "validation", "test")


class Lookup:
    """One split, read in whole batches."""

    def __init__(self, x: Tensor, target: Tensor) -> None:
        """Keep what stands at the places (N, T, width), and what they ask for."""
        self.x = x
        self.target = target

    def __len__(self) -> int:
        """Count the sequences."""
        return len(self.x)

    def batch(self, indices: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Give x (B, T, width) and target (B, T, width / 2)."""
        return {"x": self.x[indices], "target": self.target[indices]}


def load(
    split: str,
    *,
    length: int = 16,
    width: int = 64,
    examples: int = 4000,
    held_out: int = 500,
    seed: int = 0,
) -> Lookup:
    """Make one split, each from a seed of its own: a quarter of the numbers of a place
    are its name, a quarter the name that it asks for, the rest its content.
    """
    if split not in SPLITS:
        raise ValueError(f"Expected a split of {', '.join(SPLITS)}; {split!r} came.")
    if width % 4:
        raise ValueError(f"Expected a width that four divides; {width} came.")
    generator = torch.Generator().manual_seed(len(SPLITS) * seed + SPLITS.index(split))
    count = examples if split == "train" else held_out
    shape = (count, length, width // 4)
    names = torch.randint(2, shape, generator=generator) * 2.0 - 1
    contents = torch.randn(count, length, width // 2, generator=generator)
    asked = torch.randint(length, (count, length, 1), generator=generator)
    wanted = names.gather(1, asked.expand_as(names))
    target = contents.gather(1, asked.expand_as(contents))
    return Lookup(torch.cat([names, wanted, contents], dim=2), target)
