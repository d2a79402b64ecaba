"""Sentences of a made language whose words mean one of several things; which, only
the sentence tells.
"""

from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

import torch
from torch import Tensor

SPLITS = ("train", "validation", "test")
SYLLABLES = tuple(a + b for a in "bdfghklmnprstvz" for b in "aeiou")
ENDINGS = ("", "n", "lo", "mis", "tu", "ra", "kin", "ves")
BEGIN, END, FILL = 258, 259, 260  # marks beside the 256 bytes and two of sentences


class Language(NamedTuple):
    """What follows what, and what says it."""

    following: Tensor  # (senses, senses)
    saying: Tensor  # (senses, stems)


class Sentences:
    """One split, read in whole batches."""

    labels: tuple[str, ...] = ()

    def __init__(
        self, words: Tensor, senses: Tensor, spelling: Tensor, labelled: Tensor
    ) -> None:
        """Keep words and their senses (N, T), how words are spelled (V, C), and the
        words and senses of the few labelled sentences (2, L, T).
        """
        self.words = words
        self.senses = senses
        self.spelling = spelling
        known_words, self.labelled_sense = labelled
        self.labelled_characters = spelling[known_words]

    def __len__(self) -> int:
        """Count the sentences."""
        return len(self.words)

    def batch(self, indices: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Give characters (B, T, C), words and sense (B, T), and of the labelled
        sentences labelled_characters (L, T, C) and labelled_sense (L, T).
        """
        words = self.words[indices]
        return {
            "characters": self.spelling[words],
            "words": words,
            "sense": self.senses[indices],
            "labelled_characters": self.labelled_characters,
            "labelled_sense": self.labelled_sense,
        }


def made(senses: int, meanings: int, stems: int, seed: int) -> Language:
    """Draw a language: each stem has some of the senses, each sense its followers."""
    generator = torch.Generator().manual_seed(seed)
    more = [(0, *others) for others in combinations(range(1, senses), meanings - 1)]
    order = torch.randperm(len(more), generator=generator)
    stem = torch.arange(stems)
    apart = torch.tensor(more)[order][stem // senses % len(more)]
    has = (stem.unsqueeze(1) + apart) % senses  # (stems, meanings)
    saying = torch.zeros(stems, senses).scatter(1, has, 1.0).T
    order = torch.randperm(senses, generator=generator)
    follower = torch.empty_like(order).scatter(0, order, order.roll(-1))
    second = torch.empty_like(order).scatter(0, order, order.roll(-2))
    chances = torch.full((senses, senses), 0.05 / senses)
    rows = torch.arange(senses)
    chances[rows, follower] += 0.85
    chances[rows, second] += 0.1
    return Language(chances, saying)


def told(
    language: Language, shape: tuple[int, int], forms: int, seed: int
) -> tuple[Tensor, Tensor]:
    """Draw sentences: the words (N, T), and in which sense each is meant (N, T)."""
    generator = torch.Generator().manual_seed(seed)
    count, length = shape
    sense = torch.randint(len(language.following), (count,), generator=generator)
    senses = [sense]
    for _ in range(length - 1):
        chances = language.following[senses[-1]]
        sense = torch.multinomial(chances, 1, generator=generator)
        senses.append(sense.squeeze(1))
    meant = torch.stack(senses, 1)
    chances = language.saying[meant.flatten()]
    stem = torch.multinomial(chances, 1, generator=generator).view(shape)
    return stem * forms + torch.randint(forms, shape, generator=generator), meant


def names(stems: int, forms: int) -> tuple[str, ...]:
    """Name the words: two syllables for the stem, and an ending that means nothing."""
    count = len(SYLLABLES)
    return tuple(
        SYLLABLES[stem % count] + SYLLABLES[(7 * stem + stem // count) % count] + ending
        for stem in range(stems)
        for ending in ENDINGS[:forms]
    )


def spelled(words: tuple[str, ...], size: int) -> Tensor:
    """Spell words by the numbers of their characters (V, size), between marks."""
    rows = [[BEGIN, *word.encode(), END] for word in words]
    return torch.tensor([row + [FILL] * (size - len(row)) for row in rows])


@lru_cache(maxsize=6)
def everything(
    senses: int,
    meanings: int,
    stems: int,
    forms: int,
    shape: tuple[int, int],
    seed: int,
) -> tuple[Tensor, Tensor]:
    """Draw the sentences of one split."""
    language = made(senses, meanings, stems, seed // len(SPLITS))
    return told(language, shape, forms, seed)


def load(
    split: str,
    *,
    senses: int = 6,
    meanings: int = 3,
    stems: int = 40,
    forms: int = 8,
    length: int = 16,
    characters: int = 12,
    sentences: int = 3000,
    held_out: int = 500,
    labelled: int = 16,
    seed: int = 0,
) -> Sentences:
    """Make one split; the labelled sentences are the first ones of training."""
    if split not in SPLITS:
        raise ValueError(f"Expected a split of {', '.join(SPLITS)}; {split!r} came.")
    size = (senses, meanings, stems, forms)
    seeds = [len(SPLITS) * seed + place for place in range(len(SPLITS))]
    train = everything(*size, (sentences, length), seeds[0])
    words, meant = train
    if split != "train":
        mine = seeds[SPLITS.index(split)]
        words, meant = everything(*size, (held_out, length), mine)
    called = names(stems, forms)
    known = torch.stack([part[:labelled] for part in train])
    data = Sentences(words, meant, spelled(called, characters), known)
    data.labels = called
    return data
