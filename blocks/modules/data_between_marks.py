"""Words, each tagged by the last mark before it and the next one after it."""

import torch
from torch import Tensor

SPLITS = ("train", "validation", "test")


class Sentences:
    """One split, read in whole batches."""

    def __init__(self, tokens: Tensor, tags: Tensor) -> None:
        """Keep words (N, length) and tags (N, length)."""
        self.tokens = tokens
        self.tags = tags

    def __len__(self) -> int:
        """Count the sequences."""
        return len(self.tokens)

    def batch(self, indices: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Give tokens (B, length) and tags (B, length)."""
        return {"tokens": self.tokens[indices], "tags": self.tags[indices]}


def tagged(tokens: Tensor, before: int, after: int) -> Tensor:
    """Look both ways from each word (N, T): kind before * after + kind after."""
    is_mark = tokens < before * after
    place = torch.arange(tokens.shape[1]).expand_as(tokens)
    last = torch.where(is_mark, place, -1).cummax(dim=1).values
    far = tokens.shape[1]
    here = torch.where(is_mark, place, far)
    beyond = torch.full_like(here[:, :1], far)
    later = torch.cat([here[:, 1:], beyond], dim=1)
    coming = later.flip(1).cummin(dim=1).values.flip(1)
    opened = tokens.gather(1, last.clamp(min=0)) // after
    closed = tokens.gather(1, coming.clamp(max=far - 1)) % after
    return opened * (last >= 0) * after + closed * (coming < far)


def load(
    split: str,
    *,
    vocabulary: int = 1000,
    before: int = 2,
    after: int = 5,
    share: float = 0.15,
    length: int = 32,
    examples: int = 3000,
    held_out: int = 300,
    seed: int = 0,
) -> Sentences:
    """Make one split, each from a seed of its own."""
    if split not in SPLITS:
        raise ValueError(f"Expected a split of {', '.join(SPLITS)}; {split!r} came.")
    marks = before * after
    if vocabulary <= marks:
        raise ValueError(
            f"Expected more words than the {marks} marks; {vocabulary} came."
        )
    generator = torch.Generator().manual_seed(len(SPLITS) * seed + SPLITS.index(split))
    shape = (examples if split == "train" else held_out, length)
    is_mark = torch.rand(shape, generator=generator) < share
    mark = torch.randint(marks, shape, generator=generator)
    word = torch.randint(marks, vocabulary, shape, generator=generator)
    tokens = torch.where(is_mark, mark, word)
    return Sentences(tokens, tagged(tokens, before, after))
