"""Random digits, each with the last digit of the sum so far."""

import torch
from torch import Tensor

SPLITS = ("train", "validation", "test")


class Sums:
    """One split, read in whole batches."""

    def __init__(self, tokens: Tensor, modulus: int) -> None:
        """Keep digits (N, length)."""
        self.tokens = tokens
        self.targets = tokens.cumsum(1) % modulus
        self.labels = tuple("0123456789"[:modulus])

    def __len__(self) -> int:
        """Count the sequences."""
        return len(self.tokens)

    def batch(self, indices: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Give tokens (B, length) and targets (B, length)."""
        return {"tokens": self.tokens[indices], "targets": self.targets[indices]}

    def decode(self, ids: Tensor) -> str:
        """Turn numbers into digits."""
        return "".join(self.labels[index] for index in ids.flatten().tolist())


def load(
    split: str,
    *,
    modulus: int = 2,
    length: int = 32,
    test_length: int | None = None,
    examples: int = 3000,
    held_out: int = 300,
    seed: int = 0,
) -> Sums:
    """Make one split, each from a seed of its own."""
    if split not in SPLITS:
        raise ValueError(f"Expected a split of {', '.join(SPLITS)}; {split!r} came.")
    generator = torch.Generator().manual_seed(len(SPLITS) * seed + SPLITS.index(split))
    if split == "train":
        shape = examples, length
    else:
        shape = held_out, test_length or length
    return Sums(torch.randint(modulus, shape, generator=generator), modulus)
