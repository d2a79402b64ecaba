"""Pairs of sentences in a made language: the first opens brackets, the second closes
them, or belongs to another.
"""

from string import ascii_letters

import torch
from torch import Tensor

SPLITS = ("train", "validation", "test")
OPENING, CLOSING = "([{<" + ascii_letters[4:26], ")]}>" + ascii_letters[30:]
END, HIDDEN, FIRST = 2, 3, 4  # the numbers of marks; 0 and 1 are padding and beginning


class Pairs:
    """One split, read in whole batches."""

    def __init__(
        self,
        first: Tensor,
        lengths: Tensor,
        second: Tensor,
        *,
        kinds: int,
        padding: int,
    ) -> None:
        """Keep kinds of brackets (N, longest) with their lengths (N,), and whose
        sentence comes second (N,).
        """
        self.first = first
        self.lengths = lengths
        self.second = second
        self.kinds = kinds
        self.padding = padding
        marks = ["<pad>", "<cls>"] if padding == 0 else ["<cls>", "<pad>"]
        brackets = (*OPENING[:kinds], *CLOSING[:kinds])
        self.labels = (*marks, "<sep>", "<mask>", *brackets)

    def __len__(self) -> int:
        """Count the pairs."""
        return len(self.first)

    def batch(self, indices: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Give tokens (B, T), segments (B, T), 0 and 1, and follows (B,): 0 where the
        second sentence is the first one's, 1 where it is another's.
        """
        other = self.second[indices]
        length = self.lengths[indices].unsqueeze(1)  # both have the same
        place = torch.arange(2 * self.first.shape[1] + 3)
        begins = length + 2  # of the second sentence
        is_second = (place >= begins) & (place < begins + length)
        opened = self.first[indices].gather(1, (place - 1).clamp(min=0) % length)
        closed = self.first[other].gather(
            1, (begins + length - 1 - place).clamp(min=0) % length
        )
        tokens = torch.where(is_second, FIRST + self.kinds + closed, FIRST + opened)
        tokens[:, 0] = 1 - self.padding
        is_end = (place == length + 1) | (place == begins + length)
        tokens[is_end] = END
        tokens[place.expand_as(tokens) > begins + length] = self.padding
        return {
            "tokens": tokens,
            "segments": ((place >= begins) & (place <= begins + length)).long(),
            "follows": (other != indices).long(),
        }

    def decode(self, ids: Tensor) -> str:
        """Turn numbers into marks, without padding."""
        return "".join(
            self.labels[index]
            for index in ids.flatten().tolist()
            if index != self.padding
        )


def load(
    split: str,
    *,
    kinds: int = 8,
    low: int = 8,
    high: int = 8,
    swapped: float = 0.5,
    examples: int = 8000,
    held_out: int = 1000,
    padding: int = 0,
    seed: int = 0,
) -> Pairs:
    """Make one split, each from a seed of its own. Where sentences are swapped, it is
    with the next pair of the same length.
    """
    if split not in SPLITS:
        raise ValueError(f"Expected a split of {', '.join(SPLITS)}; {split!r} came.")
    generator = torch.Generator().manual_seed(len(SPLITS) * seed + SPLITS.index(split))
    count = examples if split == "train" else held_out
    first = torch.randint(kinds, (count, high), generator=generator)
    lengths = torch.randint(low, high + 1, (count,), generator=generator)
    second = torch.arange(count)
    for length in range(low, high + 1):
        same = (lengths == length).nonzero().squeeze(1)
        is_swapped = torch.rand(len(same), generator=generator) < swapped
        second[same] = torch.where(is_swapped, same.roll(1), same)
    return Pairs(first, lengths, second, kinds=kinds, padding=padding)
