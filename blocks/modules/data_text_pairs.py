"""Characters of a text in pairs of pieces: the second follows the first, or stands
somewhere else.
"""

from collections import Counter
from functools import lru_cache
from pathlib import Path
from pydoc_data.topics import topics

import torch
from torch import Tensor

# Shares of the text in percent: where each split begins and ends.
SPLITS = {"train": (0, 90), "validation": (90, 95), "test": (95, 100)}
UNKNOWN = "\ufffd"
COUNTED = (
    4_000_000  # characters of the training part that decide the vocabulary, at most
)
END, FIRST = 2, 4  # the numbers of marks; 0 and 1 are padding and beginning, 3 hides
DRAWING_SEED = 1


class Pairs:
    """One split of the text; held-out pieces are always the same ones."""

    def __init__(
        self,
        text: Tensor,
        labels: tuple[str, ...],
        *,
        length: int,
        swapped: float,
        padding: int,
        moving: bool,
    ) -> None:
        """Keep the split's characters (N,) by number; ``moving`` pieces begin at a new
        place each time.
        """
        self.text = text
        self.labels = labels
        self.piece = (length - 3) // 2
        self.length = length
        self.swapped = swapped
        self.padding = padding
        self.moving = moving

    def __len__(self) -> int:
        """Count the pairs that fit without overlap."""
        return len(self.text) // (2 * self.piece)

    def batch(self, indices: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Give tokens (B, length), segments (B, length), 0 and 1, and follows (B,): 0
        where the second piece follows the first, 1 where it does not.
        """
        last = len(self.text) - 2 * self.piece
        first = indices * 2 * self.piece
        if self.moving:
            moved = torch.randint(2 * self.piece, indices.shape, generator=generator)
            first = (first + moved).clamp(max=last)
            chance, other = self.drawn(indices, generator)
        else:
            every = torch.arange(len(self))
            drawn = self.drawn(every, torch.Generator().manual_seed(DRAWING_SEED))
            chance, other = drawn[0][indices], drawn[1][indices]
        is_swapped = chance < self.swapped
        second = torch.where(is_swapped, other, first + self.piece)
        pieces = torch.arange(self.piece)
        begin = torch.full((len(indices), 1), 1 - self.padding)
        end = torch.full_like(begin, END)
        halves = [self.text[start.unsqueeze(1) + pieces] for start in (first, second)]
        tokens = torch.cat([begin, halves[0], end, halves[1], end], dim=1)
        short = self.length - tokens.shape[1]
        tokens = torch.nn.functional.pad(tokens, (0, short), value=self.padding)
        place = torch.arange(self.length)
        is_second = (place >= self.piece + 2) & (place <= 2 * self.piece + 2)
        return {
            "tokens": tokens,
            "segments": is_second.long().expand_as(tokens).contiguous(),
            "follows": is_swapped.long(),
        }

    def drawn(
        self, indices: Tensor, generator: torch.Generator
    ) -> tuple[Tensor, Tensor]:
        """Draw a chance and another place (B,) for the second piece of each pair."""
        chance = torch.rand(indices.shape, generator=generator)
        places = len(self.text) - self.piece + 1
        return chance, torch.randint(places, indices.shape, generator=generator)

    def encode(self, text: str) -> Tensor:
        """Turn a text into numbers (len(text),)."""
        return numbers(text, self.labels)

    def decode(self, ids: Tensor) -> str:
        """Turn numbers back into a text, without padding."""
        return "".join(
            self.labels[index] if index < len(self.labels) else UNKNOWN
            for index in ids.flatten().tolist()
            if index != self.padding
        )


def numbers(text: str, labels: tuple[str, ...]) -> Tensor:
    """Look up the number of each character."""
    known = {label: number for number, label in enumerate(labels)}
    unknown = known[UNKNOWN]
    return torch.tensor([known.get(character, unknown) for character in text]).long()


def characters(text: str, vocabulary: int, padding: int) -> tuple[str, ...]:
    """Choose the marks, the unknown character and the most frequent ones of the
    training part, in the order of their codes.
    """
    counts = Counter(text[: min(len(text) * SPLITS["train"][1] // 100, COUNTED)])
    counts.pop(UNKNOWN, None)
    frequent = sorted(counts, key=lambda character: (-counts[character], character))
    marks = ("<pad>", "<cls>") if padding == 0 else ("<cls>", "<pad>")
    kept = sorted(frequent[: vocabulary - FIRST - 1])
    return (*marks, "<sep>", "<mask>", UNKNOWN, *kept)


def reference() -> str:
    """Read Python's language reference; a fifth of it is said twice, which would put
    training text into the test.
    """
    return "\n\n".join(dict.fromkeys("".join(topics.values()).split("\n\n")))


@lru_cache(maxsize=4)
def everything(
    path: str, vocabulary: int, padding: int
) -> tuple[Tensor, tuple[str, ...]]:
    """Read the whole text as numbers, and what they stand for."""
    text = Path(path).expanduser().read_text(encoding="utf-8") if path else reference()
    labels = characters(text, vocabulary, padding)
    return numbers(text, labels), labels


def load(
    split: str,
    *,
    path: str = "",
    length: int = 64,
    vocabulary: int = 100,
    swapped: float = 0.5,
    padding: int = 0,
) -> Pairs:
    """Load one split of a text file in UTF-8, or of Python's language reference where
    no path is given.
    """
    if split not in SPLITS:
        raise ValueError(f"Expected a split of {', '.join(SPLITS)}; {split!r} came.")
    text, labels = everything(path, vocabulary, padding)
    begin, end = (len(text) * share // 100 for share in SPLITS[split])
    if end - begin < length:
        raise ValueError(
            f"Expected the {split} part of the text to be longer than a pair of "
            f"{length} characters; it has {end - begin}. "
            "Take a longer text or a smaller length."
        )
    return Pairs(
        text[begin:end].clone(),
        labels,
        length=length,
        swapped=swapped,
        padding=padding,
        moving=split == "train",
    )
