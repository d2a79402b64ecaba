"""Characters of a text in windows, each with the character that follows it."""

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


class Windows:
    """One split of the text as windows of equal length."""

    def __init__(
        self, tokens: Tensor, labels: tuple[str, ...], *, length: int, moving: bool
    ) -> None:
        """Keep the split's characters (N,) by number; ``moving`` windows begin at a new
        place each time.
        """
        self.tokens = tokens
        self.labels = labels
        self.length = length
        self.moving = moving

    def __len__(self) -> int:
        """Count the windows that fit without overlap."""
        return (len(self.tokens) - 1) // self.length

    def batch(self, indices: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Give tokens (B, length) and targets (B, length), the same one character
        later.
        """
        starts = indices * self.length
        if self.moving:
            starts = starts + torch.randint(
                self.length, indices.shape, generator=generator
            )
            starts = starts.clamp(max=len(self.tokens) - self.length - 1)
        windows = self.tokens[starts.unsqueeze(1) + torch.arange(self.length + 1)]
        return {
            "tokens": windows[:, :-1].contiguous(),
            "targets": windows[:, 1:].contiguous(),
        }

    def encode(self, text: str) -> Tensor:
        """Turn a text into numbers (len(text),)."""
        return numbers(text, self.labels)

    def decode(self, ids: Tensor) -> str:
        """Turn numbers back into a text."""
        return "".join(
            self.labels[index] if index < len(self.labels) else UNKNOWN
            for index in ids.flatten().tolist()
        )


def numbers(text: str, labels: tuple[str, ...]) -> Tensor:
    """Look up the number of each character; 0 is the unknown one."""
    if not text:
        return torch.zeros(0, dtype=torch.int64)
    codes = torch.frombuffer(
        bytearray(text.encode("utf-32-le")), dtype=torch.int32
    ).long()
    known = torch.tensor([ord(label) for label in labels])
    table = torch.zeros(max(int(known.max()), int(codes.max())) + 1, dtype=torch.int64)
    table[known] = torch.arange(len(known))
    return table[codes]


def characters(text: str, vocabulary: int) -> tuple[str, ...]:
    """Choose the unknown character and the most frequent ones of the training part, in
    the order of their codes.
    """
    counts = Counter(text[: min(len(text) * SPLITS["train"][1] // 100, COUNTED)])
    counts.pop(UNKNOWN, None)
    frequent = sorted(counts, key=lambda character: (-counts[character], character))[
        : vocabulary - 1
    ]
    return (UNKNOWN, *sorted(frequent))


def reference() -> str:
    """Read Python's language reference; a fifth of it is said twice, which would put
    training text into the test.
    """
    return "\n\n".join(dict.fromkeys("".join(topics.values()).split("\n\n")))


@lru_cache(maxsize=4)
def everything(path: str, vocabulary: int) -> tuple[Tensor, tuple[str, ...]]:
    """Read the whole text as numbers, and what they stand for."""
    text = Path(path).expanduser().read_text(encoding="utf-8") if path else reference()
    labels = characters(text, vocabulary)
    return numbers(text, labels), labels


def load(
    split: str, *, path: str = "", length: int = 64, vocabulary: int = 96
) -> Windows:
    """Load one split of a text file in UTF-8, or of Python's language reference where
    no path is given.
    """
    if split not in SPLITS:
        raise ValueError(f"Expected a split of {', '.join(SPLITS)}; {split!r} came.")
    tokens, labels = everything(path, vocabulary)
    begin, end = (len(tokens) * share // 100 for share in SPLITS[split])
    if end - begin <= length:
        raise ValueError(
            f"Expected the {split} part of the text to be longer than a window of "
            f"{length} characters; it has {end - begin}. "
            "Take a longer text or a smaller length."
        )
    return Windows(
        tokens[begin:end].clone(), labels, length=length, moving=split == "train"
    )
