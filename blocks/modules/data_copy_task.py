"""Random bits to remember and to give back."""

import math

import torch
from torch import Tensor
from torch.nn import functional

SPLITS = ("train", "validation", "test")
GOLDEN = (math.sqrt(5) - 1) / 2


class CopyTask:
    """One split. Every batch has one length; ``bits`` (N, longest, width) is given
    where they are always the same.
    """

    def __init__(
        self, examples: int, bits: Tensor | None, *, width: int, low: int, high: int
    ) -> None:
        """Keep lengths and, for a held-out split, its bits."""
        self.examples = examples
        self.bits = bits
        self.width = width
        self.low = low
        self.high = high

    def __len__(self) -> int:
        """Count the sequences of an epoch."""
        return self.examples

    def batch(self, indices: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Give input (B, 2 * length + 1, width + 1) and target (B, length, width)."""
        if self.bits is None:
            length = int(
                torch.randint(self.low, self.high + 1, (), generator=generator)
            )
            target = torch.randint(
                2, (len(indices), length, self.width), generator=generator
            ).float()
        else:
            length = self.fixed_length(int(indices[0]))
            target = self.bits[indices, :length]
        shown = functional.pad(target, (0, 1, 0, length + 1))
        shown[:, length, self.width] = 1  # the delimiter: from here on, recall
        return {"input": shown, "target": target}

    def fixed_length(self, first: int) -> int:
        """Give the length of the batch that begins with this index; batches of any size
        go evenly through all.
        """
        return self.low + int(first * GOLDEN % 1 * (self.high - self.low + 1))


def load(
    split: str,
    *,
    width: int = 8,
    low: int = 1,
    high: int = 20,
    test_length: int | None = None,
    examples: int = 10_000,
    held_out: int = 1280,
    seed: int = 0,
) -> CopyTask:
    """Make one split: new sequences in training, the same in validation and test."""
    if split not in SPLITS:
        raise ValueError(f"Expected a split of {', '.join(SPLITS)}; {split!r} came.")
    if low > high:
        raise ValueError(
            f"Expected a shortest length of at most the longest, {high}; {low} came."
        )
    if split == "train":
        return CopyTask(examples, None, width=width, low=low, high=high)
    if split == "test":
        low = high = test_length or 2 * high
    generator = torch.Generator().manual_seed(len(SPLITS) * seed + SPLITS.index(split))
    bits = torch.randint(2, (held_out, high, width), generator=generator).float()
    return CopyTask(held_out, bits, width=width, low=low, high=high)
