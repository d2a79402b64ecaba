"""A made language in which words that mean alike stand together: sentences are about
something, and each word is drawn by how well it fits.
"""

import math

import torch
from torch import Tensor

SPLITS = ("train", "validation", "test")
VIEWS = ("pairs", "gaps", "cells", "spelled")
SYLLABLES = [first + second for first in "bdfghklmnprstvz" for second in "aeiou"]
ENDINGS = ("", "n", "lo", "mis", "tu", "ra", "kin", "ves")
CHUNK = 4096
# Of the table's cells, in tenths: those before are for training.
CELLS = {"train": (0, 8), "validation": (8, 9), "test": (9, 10)}


def spelled(stems: int, forms: int) -> tuple[str, ...]:
    """Name each word: two syllables, all different, and the ending of its form."""
    count = len(SYLLABLES)
    names = [
        SYLLABLES[stem % count] + SYLLABLES[(7 * stem + stem // count) % count]
        for stem in range(stems)
    ]
    return tuple(name + ending for name in names for ending in ENDINGS[:forms])


class Pairs:
    """Neighbours in a sentence: a word, and one of those around it."""

    labels: tuple[str, ...] = ()

    def __init__(
        self, text: Tensor, frequency: Tensor, window: int, *, moving: bool
    ) -> None:
        """Keep sentences (N, length); ``moving`` ones give another pair each time."""
        self.text = text
        self.frequency = frequency
        self.window = window
        self.kept = None if moving else self.places(len(text), torch.Generator())

    def __len__(self) -> int:
        """Count the sentences: each gives one pair at a time."""
        return len(self.text)

    def places(self, count: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Draw a place in each sentence and another one, at most a window away.

        The window's own size is drawn, too, so that near neighbours come more often.
        """
        length = self.text.shape[1]
        place = torch.randint(length, (count,), generator=generator)
        reach = torch.rand(count, generator=generator) * self.window
        distance = (torch.rand(count, generator=generator) * reach.ceil()).floor() + 1
        side = torch.randint(2, (count,), generator=generator) * 2 - 1
        other = place + side * distance.long()
        other = torch.where((other < 0) | (other >= length), 2 * place - other, other)
        return place, other.clamp(0, length - 1)

    def batch(self, indices: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Give centre (B,), context (B,) and how often each word comes (V,)."""
        if self.kept is None:
            place, other = self.places(len(indices), generator)
        else:
            place, other = (kept[indices] for kept in self.kept)
        return {
            "centre": self.text[indices, place],
            "context": self.text[indices, other],
            "frequency": self.frequency,
        }


class Spelled(Pairs):
    """Neighbours again; those held out are words that the training text never has."""

    spelling: Tensor

    def batch(self, indices: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Give the pairs' fields, and the pieces of each word (V, P)."""
        return super().batch(indices, generator) | {"spelling": self.spelling}

    def keep(self, centres: Tensor, contexts: Tensor) -> None:
        """Keep the sentences whose pair has its words among these."""
        place, other = self.places(len(self.text), torch.Generator())
        row = torch.arange(len(self.text))
        kept = torch.isin(self.text[row, place], centres)
        kept &= torch.isin(self.text[row, other], contexts)
        self.text, self.kept = self.text[kept], (place[kept], other[kept])


class Gaps:
    """A word of a sentence, and those on both sides of it."""

    labels: tuple[str, ...] = ()

    def __init__(
        self, text: Tensor, frequency: Tensor, window: int, *, moving: bool
    ) -> None:
        """Keep sentences (N, length); ``moving`` ones give another gap each time."""
        self.text = text
        self.frequency = frequency
        self.window = window
        self.kept = None if moving else self.places(len(text), torch.Generator())
        around = torch.arange(-window, window + 1)
        self.around = around[around != 0]

    def __len__(self) -> int:
        """Count the sentences: each gives one gap at a time."""
        return len(self.text)

    def places(self, count: int, generator: torch.Generator) -> Tensor:
        """Draw a place in each sentence with a whole window around it."""
        last = self.text.shape[1] - self.window
        return torch.randint(self.window, last, (count,), generator=generator)

    def batch(self, indices: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Give contexts (B, 2 * window), centre (B,) and how often words come (V,)."""
        place = (
            self.places(len(indices), generator)
            if self.kept is None
            else self.kept[indices]
        )
        row = indices.unsqueeze(1)
        return {
            "contexts": self.text[row, place.unsqueeze(1) + self.around],
            "centre": self.text[indices, place],
            "frequency": self.frequency,
        }


class Cells:
    """Cells of the table that says how often two words stand near each other."""

    labels: tuple[str, ...] = ()

    def __init__(self, word: Tensor, context: Tensor, count: Tensor) -> None:
        """Keep the cells that are not empty: two words (N,) each and a number (N,)."""
        self.word = word
        self.context = context
        self.count = count

    def __len__(self) -> int:
        """Count the cells."""
        return len(self.word)

    def batch(self, indices: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Give word (B,), context (B,) and how often they stood together (B,)."""
        return {
            "word": self.word[indices],
            "context": self.context[indices],
            "count": self.count[indices],
        }


def piece(text: str, buckets: int) -> int:
    """Find the row of a run of letters: FNV-1a's hash of it; row 0 stays empty."""
    number = 2166136261
    for letter in text.encode():
        number = (number ^ letter) * 16777619 % 2**32
    return 1 + number % (buckets - 1)


def pieces(
    words: tuple[str, ...], unseen: Tensor, runs: tuple[int, int], buckets: int
) -> Tensor:
    """List the rows (V, P) of each word: its own, if it was seen, and its runs of
    letters, with marks for begin and end; 0 fills up.
    """
    hidden = set(unseen.tolist())
    rows = []
    for index, word in enumerate(words):
        marked = f"<{word}>"
        found = [0 if index in hidden else buckets + index]
        for size in range(runs[0], runs[1] + 1):
            starts = range(len(marked) - size + 1)
            found += [piece(marked[at : at + size], buckets) for at in starts]
        rows.append(torch.tensor(found))
    return torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)


def draw_unseen(stems: int, forms: int, generator: torch.Generator) -> Tensor:
    """Draw words (stems,) that the training text never has: one form of each stem."""
    form = torch.randint(forms, (stems,), generator=generator)
    return torch.arange(stems) * forms + form


def draw_meanings(
    stems: int, forms: int, topics: int, strength: float, generator: torch.Generator
) -> Tensor:
    """Draw the meaning of each word (V, topics): that of its stem plus its form's."""
    of_stems = torch.randn(stems, 1, topics, generator=generator)
    of_forms = torch.randn(1, forms, topics, generator=generator)
    return (of_stems + of_forms).flatten(0, 1) * strength / math.sqrt(2 * topics)


def draw_text(
    shape: tuple[int, int],
    meanings: Tensor,
    commonness: Tensor,
    generator: torch.Generator,
) -> Tensor:
    """Draw sentences (N, length): each is about something, and its words fit that."""
    subject = torch.randn(shape[0], meanings.shape[1], generator=generator)
    sentences = []
    for begin in range(0, shape[0], CHUNK):
        fit = subject[begin : begin + CHUNK] @ meanings.T
        chances = (commonness + fit).softmax(1)
        sentences.append(
            torch.multinomial(chances, shape[1], replacement=True, generator=generator)
        )
    return torch.cat(sentences)


def counted(text: Tensor, words: int, window: int) -> Tensor:
    """Count how often two words (V, V) stand at most a window apart.

    Those at a distance of d count 1/d.
    """
    table = torch.zeros(words * words)
    for distance in range(1, window + 1):
        pairs = text[:, :-distance] * words + text[:, distance:]
        table += pairs.flatten().bincount(minlength=words * words) / distance
    square = table.view(words, words)
    return square + square.T


def load(
    split: str,
    *,
    view: str = "pairs",
    stems: int = 60,
    forms: int = 5,
    topics: int = 6,
    strength: float = 3.0,
    evenness: float = 1.0,
    sentences: int = 6000,
    length: int = 12,
    window: int = 5,
    shortest: int = 3,
    longest: int = 6,
    buckets: int = 1000,
    seed: int = 0,
) -> Pairs | Gaps | Cells:
    """Load one split: sentences of its own, or cells of its own of one table."""
    if split not in SPLITS:
        raise ValueError(f"Expected a split of {', '.join(SPLITS)}; {split!r} came.")
    if view not in VIEWS:
        raise ValueError(f"Expected a view of {', '.join(VIEWS)}; {view!r} came.")
    words = stems * forms
    generator = torch.Generator().manual_seed(seed)
    meanings = draw_meanings(stems, forms, topics, strength, generator)
    rank = torch.randperm(words, generator=generator) + 1
    commonness = -evenness * (rank + 2.7).log()
    names = spelled(stems, forms)
    often = commonness
    if view == "spelled":
        unseen = draw_unseen(stems, forms, generator)
        often = commonness.index_fill(0, unseen, -torch.inf)
    text = draw_text((sentences, length), meanings, often, generator)
    data: Pairs | Gaps | Cells
    if view == "cells":
        table = counted(text, words, window)
        part = torch.randint(10, table.shape, generator=generator)
        part = part.triu() + part.triu(1).T  # a cell and its mirror image go together
        begin, end = CELLS[split]
        chosen = (table > 0) & (part >= begin) & (part < end)
        word, context = chosen.nonzero(as_tuple=True)
        data = Cells(word, context, table[chosen])
    else:
        frequency = text.flatten().bincount(minlength=words).float() + 1
        if split != "train":
            other = generator.manual_seed(3 * seed + SPLITS.index(split) + 10**6)
            text = draw_text((sentences, length), meanings, commonness, other)
        kinds: dict[str, type[Pairs | Gaps]]
        kinds = {"pairs": Pairs, "gaps": Gaps, "spelled": Spelled}
        kind = kinds[view]
        data = kind(text, frequency, window, moving=split == "train")
    if isinstance(data, Spelled):
        data.spelling = pieces(names, unseen, (shortest, longest), buckets)
        if split != "train":
            seen = torch.isin(torch.arange(words), unseen, invert=True).nonzero()
            data.keep(unseen[SPLITS.index(split) - 1 :: 2], seen)
    data.labels = names
    return data
