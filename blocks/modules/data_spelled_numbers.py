"""Numbers and their English names, for models that make a text of one vector."""

import torch
from torch import Tensor
from torch.nn import functional

PAD, BEGIN, END = 0, 1, 2
LABELS = ("<pad>", "<bos>", "<eos>", " ", *"defghilnorstuvwxyz")
# Shares of the numbers in percent: where each split begins and ends.
SPLITS = {"train": (0, 70), "validation": (70, 80), "test": (80, 100)}
SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen "
    "fourteen fifteen sixteen seventeen eighteen nineteen"
).split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()


class Names:
    """One split, read in whole batches."""

    labels = LABELS

    def __init__(self, context: Tensor, names: Tensor) -> None:
        """Keep contexts (N, digits * 10) and names (N, longest), padded."""
        self.context = context
        self.decoder_input = functional.pad(names, (1, 0), value=BEGIN)
        lengths = (names != PAD).sum(1, keepdim=True)
        self.target = functional.pad(names, (0, 1), value=PAD).scatter(1, lengths, END)

    def __len__(self) -> int:
        """Count the numbers."""
        return len(self.context)

    def batch(self, indices: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Give context (B, digits * 10), decoder_input (B, L) and target (B, L)."""
        return {
            "context": self.context[indices],
            "decoder_input": self.decoder_input[indices],
            "target": self.target[indices],
        }

    def decode(self, ids: Tensor) -> str:
        """Write numbers (L,) as letters, up to the end mark."""
        text = ""
        for index in ids.flatten().tolist():
            if index == END:
                break
            text += self.labels[index] if index > END else ""
        return text


def spelled(number: int) -> str:
    """Name a number from 0 to 999."""
    if number < len(SMALL):
        return SMALL[number]
    if number < 100:
        tens, rest = TENS[number // 10 - 2], number % 10
        return f"{tens} {SMALL[rest]}" if rest else tens
    hundreds, rest = f"{SMALL[number // 100]} hundred", number % 100
    return f"{hundreds} {spelled(rest)}" if rest else hundreds


def load(split: str, *, digits: int = 3, seed: int = 0) -> Names:
    """Load one split of the numbers with so many digits or fewer."""
    if split not in SPLITS:
        raise ValueError(f"Expected a split of {', '.join(SPLITS)}; {split!r} came.")
    count = 10**digits
    names = [[LABELS.index(letter) for letter in spelled(n)] for n in range(count)]
    longest = max(map(len, names))
    padded = torch.tensor([name + [PAD] * (longest - len(name)) for name in names])
    powers = torch.tensor([10**place for place in reversed(range(digits))])
    places = torch.arange(count).unsqueeze(1) // powers % 10  # (count, digits)
    context = functional.one_hot(places, 10).flatten(1).float()
    order = torch.randperm(count, generator=torch.Generator().manual_seed(seed))
    begin, end = (count * share // 100 for share in SPLITS[split])
    chosen = order[begin:end]
    return Names(context[chosen], padded[chosen])
