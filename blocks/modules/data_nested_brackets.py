"""A made language of nested brackets of several kinds, which only a memory can
foretell.
"""

from string import ascii_letters

import torch
from torch import Tensor

SPLITS = ("train", "validation", "test")
OPENING, CLOSING = "([{<" + ascii_letters[4:26], ")]}>" + ascii_letters[30:]


class Windows:
    """One split: windows that each begin with nothing open."""

    def __init__(self, tokens: Tensor, kinds: int) -> None:
        """Keep marks (N, length + 1) by number: opening ones first."""
        self.tokens = tokens
        self.labels = (*OPENING[:kinds], *CLOSING[:kinds])

    def __len__(self) -> int:
        """Count the windows."""
        return len(self.tokens)

    def batch(self, indices: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Give tokens (B, length) and targets (B, length), the same one mark later."""
        windows = self.tokens[indices]
        return {
            "tokens": windows[:, :-1].contiguous(),
            "targets": windows[:, 1:].contiguous(),
        }

    def decode(self, ids: Tensor) -> str:
        """Turn numbers into marks."""
        return "".join(self.labels[index] for index in ids.flatten().tolist())


def draw(
    shape: tuple[int, int],
    kinds: int,
    deepest: int,
    opening: float,
    generator: torch.Generator,
) -> Tensor:
    """Draw windows (N, length) of marks, each beginning with nothing open."""
    count, length = shape
    kind = torch.randint(kinds, shape, generator=generator)
    would_open = torch.rand(shape, generator=generator) < opening
    depth = torch.zeros(count, dtype=torch.int64)
    open_kinds = torch.zeros(count, deepest + 1, dtype=torch.int64)
    row = torch.arange(count)
    marks = torch.empty(shape, dtype=torch.int64)
    for position in range(length):
        opens = (depth == 0) | (would_open[:, position] & (depth < deepest))
        marks[:, position] = torch.where(
            opens, kind[:, position], kinds + open_kinds[row, depth]
        )
        depth = depth + torch.where(opens, 1, -1)
        open_kinds[row, depth] = torch.where(
            opens, kind[:, position], open_kinds[row, depth]
        )
    return marks


def load(
    split: str,
    *,
    kinds: int = 4,
    deepest: int = 8,
    opening: float = 0.5,
    length: int = 128,
    examples: int = 3000,
    held_out: int = 300,
    seed: int = 0,
) -> Windows:
    """Make one split, each from a seed of its own."""
    if split not in SPLITS:
        raise ValueError(f"Expected a split of {', '.join(SPLITS)}; {split!r} came.")
    generator = torch.Generator().manual_seed(len(SPLITS) * seed + SPLITS.index(split))
    count = examples if split == "train" else held_out
    return Windows(draw((count, length + 1), kinds, deepest, opening, generator), kinds)
