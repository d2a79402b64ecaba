"""The made language source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.block import Field, Source, choice, real, whole
from app.core.problems import SetArgument, ShapeError
from app.core.tensor_type import TensorType, symbols

B = symbols("B")
SYLLABLES = tuple(first + second for first in "bdfghklmnprstvz" for second in "aeiou")
ENDINGS = ("", "n", "lo", "mis", "tu", "ra", "kin", "ves")


def spelled(stems: int, forms: int) -> tuple[str, ...]:
    """The words' names, as the reader has them: two syllables, and the ending of the form."""
    count = len(SYLLABLES)
    names = (SYLLABLES[stem % count] + SYLLABLES[(7 * stem + stem // count) % count] for stem in range(stems))
    return tuple(name + ending for name in names for ending in ENDINGS[:forms])


@dataclass(frozen=True, kw_only=True)
class MadeLanguage(Source):
    """A made language whose words mean something: each sentence has a subject, and words come by how well they fit.

    A word is a stem in one of some forms, and its meaning the sum of both: vectors of as many numbers as there are
    topics. A sentence draws a subject, and then each word with a chance that grows with e^(meaning · subject); by
    themselves words are as common as Zipf's law has them. So which words stand together follows from few numbers for
    each, which no count of pairs shows by itself. Held-out sentences are others of the same language; with spelling,
    those of one word of each stem that the training text never has.
    Source: Arora et al., A latent variable model approach to PMI-based word embeddings, 2016.
    """

    view: str = choice(
        "pairs",
        "pairs",
        "gaps",
        "cells",
        "spelled",
        label="View",
        help="Two neighbours; a word and all around it; cells of the table of neighbours; neighbours and spelling.",
    )
    stems: int = whole(60, low=2, high=5625, label="Stems", help="Things that there are words for.")
    forms: int = whole(5, low=1, high=len(ENDINGS), label="Forms", help="Words that each stem has.")
    topics: int = whole(6, low=1, high=1000, label="Topics", help="Numbers of which a meaning consists.")
    strength: float = real(3.0, low=0.0, high=100.0, label="Strength", help="How much the subject decides.")
    evenness: float = real(1.0, low=0.0, high=10.0, label="Zipf's exponent", help="0: all words are equally common.")
    sentences: int = whole(6000, low=10, high=1_000_000, label="Sentences", help="In each split.")
    length: int = whole(12, low=3, high=1000, label="Length", help="Words of a sentence.")
    window: int = whole(5, low=1, high=100, label="Window", help="How far away a word still is a neighbour.")
    shortest: int = whole(3, low=1, high=20, label="Shortest run", help="Letters of a word's smallest pieces.")
    longest: int = whole(6, low=0, high=20, label="Longest run", help="Of the largest; less than those: no pieces.")
    buckets: int = whole(1000, low=2, high=2_000_000, label="Buckets", help="Rows that pieces share by their hash.")
    seed: int = whole(0, low=0, label="Seed", help="Other seeds give other languages.")

    synonyms: ClassVar[tuple[str, ...]] = ("word2vec", "corpus", "co-occurrence", "word vectors", "text", "synthetic")
    reader: ClassVar[str] = "data_made_language"
    licence: ClassVar[str] = "made here; free to use"

    def fields(self) -> tuple[Field, ...]:
        if self.length <= 2 * self.window and self.view == "gaps":
            raise ShapeError(
                f"Expected sentences longer than the words on both sides of a gap; {self.length} words and a window "
                f"of {self.window} came.",
                expected=f"more than {2 * self.window}",
                came=str(self.length),
                part="length",
                fixes=(SetArgument("length", 2 * self.window + 2, label=f"Make it {2 * self.window + 2} words"),),
            )
        labels = spelled(self.stems, self.forms)
        word = TensorType((B,), "int64")
        frequency = Field(
            name="frequency",
            type=TensorType((self.stems * self.forms,)),
            help="How often each word of the vocabulary comes in the training text, and once more.",
        )
        pairs = (
            Field(name="centre", type=word, labels=labels, help="A word of a sentence."),
            Field(name="context", type=word, labels=labels, help="One of its neighbours."),
            frequency,
        )
        spelling = Field(
            name="spelling",
            type=TensorType((self.stems * self.forms, self._pieces()), "int64"),
            help="The rows of each word's pieces, 0 filling up; the word's own, if it was seen, comes first.",
        )
        views = {
            "pairs": pairs,
            "spelled": (*pairs, spelling),
            "gaps": (
                Field(
                    name="contexts",
                    type=TensorType((B, 2 * self.window), "int64"),
                    labels=labels,
                    help="The words on both sides.",
                ),
                Field(name="centre", type=word, labels=labels, help="The word between them."),
                frequency,
            ),
            "cells": (
                Field(name="word", type=word, labels=labels, help="A word."),
                Field(name="context", type=word, labels=labels, help="Another one, which stood near it."),
                Field(name="count", type=TensorType((B,)), help="How often they did; 1/d at a distance of d."),
            ),
        }
        return views[self.view]

    def _pieces(self) -> int:
        """Pieces of the longest word, itself among them."""
        letters = 6 + max(map(len, ENDINGS[: self.forms]))
        return 1 + sum(max(0, letters - size + 1) for size in range(self.shortest, self.longest + 1))
