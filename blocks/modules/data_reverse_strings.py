"""Random strings to be written backwards, sorted or copied, for models that read one
sequence and write another.
"""

from functools import lru_cache
from string import ascii_lowercase

import torch
from torch import Tensor
from torch.nn import functional

PAD, BEGIN, END = 0, 1, 2
SPECIAL = ("<pad>", "<bos>", "<eos>")
# Shares of the strings in percent: where each split begins and ends.
SPLITS = {"train": (0, 80), "validation": (80, 90), "test": (90, 100)}
TASKS = ("reverse", "sort", "copy")


class Strings:
    """One split, read in whole batches."""

    def __init__(self, source: Tensor, answer: Tensor, alphabet: int) -> None:
        """Keep strings and answers (N, longest), padded on the right."""
        self.source = source
        self.decoder_input = functional.pad(answer, (1, 0), value=BEGIN)
        lengths = (answer != PAD).sum(1, keepdim=True)
        self.target = functional.pad(answer, (0, 1), value=PAD).scatter(1, lengths, END)
        self.labels = (*SPECIAL, *ascii_lowercase[:alphabet])

    def __len__(self) -> int:
        """Count the strings."""
        return len(self.source)

    def batch(self, indices: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Give source (B, S), decoder_input (B, S + 1) and target (B, S + 1)."""
        return {
            "source": self.source[indices],
            "decoder_input": self.decoder_input[indices],
            "target": self.target[indices],
        }

    def decode(self, ids: Tensor) -> str:
        """Write numbers (S,) as letters, up to the end mark."""
        text = ""
        for index in ids.flatten().tolist():
            if index == END:
                break
            text += self.labels[index] if index > END else ""
        return text


def answers(source: Tensor, task: str) -> Tensor:
    """Write each string (N, S) backwards, sorted or as it is; padding stays on the
    right.
    """
    if task not in TASKS:
        raise ValueError(f"Expected a task of {', '.join(TASKS)}; {task!r} came.")
    is_letter = source != PAD
    if task == "copy":
        return source
    if task == "sort":
        beyond = int(source.max()) + 1
        ordered = source.where(is_letter, torch.tensor(beyond)).sort(1).values
        return ordered.where(ordered < beyond, torch.tensor(PAD))
    last = is_letter.sum(1, keepdim=True) - 1
    backwards = source.gather(1, (last - torch.arange(source.shape[1])).clamp(min=0))
    return backwards.where(is_letter, torch.tensor(PAD))


@lru_cache(maxsize=4)
def everything(alphabet: int, low: int, high: int, examples: int, seed: int) -> Tensor:
    """Draw strings (N, high), all different, in random order."""
    generator = torch.Generator().manual_seed(seed)
    letters = torch.randint(
        END + 1, END + 1 + alphabet, (examples, high), generator=generator
    )
    lengths = torch.randint(low, high + 1, (examples, 1), generator=generator)
    padded = letters.where(torch.arange(high) < lengths, torch.tensor(PAD))
    different: Tensor = torch.unique(padded, dim=0)
    return different[torch.randperm(len(different), generator=generator)]


def load(
    split: str,
    *,
    task: str = "reverse",
    alphabet: int = 10,
    low: int = 8,
    high: int = 8,
    examples: int = 20_000,
    seed: int = 0,
) -> Strings:
    """Make one split."""
    if split not in SPLITS:
        raise ValueError(f"Expected a split of {', '.join(SPLITS)}; {split!r} came.")
    if low > high:
        raise ValueError(
            f"Expected a shortest length of at most the longest, {high}; {low} came."
        )
    strings = everything(alphabet, low, high, examples, seed)
    begin, end = (len(strings) * share // 100 for share in SPLITS[split])
    if begin == end:
        raise ValueError(
            f"Expected strings for {split}; "
            f"{len(strings)} different ones are too few to divide."
        )
    source = strings[begin:end]
    return Strings(source, answers(source, task), alphabet)
