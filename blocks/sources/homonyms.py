"""The made language of homonyms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.block import Field, Source, whole
from app.core.problems import SetArgument, ShapeError
from app.core.tensor_type import TensorType, symbols
from blocks.sources.made_language import ENDINGS, spelled

B = symbols("B")


@dataclass(frozen=True, kw_only=True)
class Homonyms(Source):
    """Sentences of a made language whose words mean one of several things; which, only the sentence tells.

    A sentence goes from sense to sense: after each mostly comes the same next one. What is said of a sense is any of
    the stems that have it, in any of their forms, and each stem has several senses, so that a word by itself tells
    little, a neighbour little more, and the whole sentence nearly all. The senses of a few training sentences come
    with every batch, whatever its split; all others are for measuring.
    Source: a hidden Markov model, as Rabiner, A tutorial on hidden Markov models, 1989, has it.
    """

    senses: int = whole(6, low=2, high=1000, label="Senses", help="Different things that can be meant.")
    meanings: int = whole(3, low=1, high=10, label="Meanings", help="Senses that each word has.")
    stems: int = whole(40, low=2, high=5625, label="Stems", help="Words without their endings.")
    forms: int = whole(8, low=1, high=len(ENDINGS), label="Forms", help="Endings of a stem, which mean nothing.")
    length: int = whole(16, low=2, high=1000, label="Length", help="Words of a sentence.")
    characters: int = whole(12, low=9, high=1000, label="Characters", help="Room for a word's spelling and two marks.")
    sentences: int = whole(3000, low=1, high=1_000_000, label="Sentences", help="In training.")
    held_out: int = whole(500, low=1, high=100_000, label="Held out", help="Sentences of validation, and of test.")
    labelled: int = whole(16, low=1, high=100_000, label="Labelled", help="Training sentences whose senses are known.")
    seed: int = whole(0, low=0, label="Seed", help="Other seeds give other languages.")

    synonyms: ClassVar[tuple[str, ...]] = ("word senses", "ELMo", "ambiguity", "tagging", "hidden Markov model", "text")
    reader: ClassVar[str] = "data_homonyms"
    licence: ClassVar[str] = "made here; free to use"

    def fields(self) -> tuple[Field, ...]:
        self._check()
        words = spelled(self.stems, self.forms)
        sentence = TensorType((B, self.length), "int64")
        known = min(self.labelled, self.sentences)
        return (
            Field(
                name="characters",
                type=TensorType((B, self.length, self.characters), "int64"),
                help="Each word spelled: bytes between marks (258 and 259), filled up with 260.",
            ),
            Field(name="words", type=sentence, labels=words, help="Words by number."),
            Field(name="sense", type=sentence, help="What each is meant as, by number."),
            Field(
                name="labelled_characters",
                type=TensorType((known, self.length, self.characters), "int64"),
                help="The sentences whose senses are known.",
            ),
            Field(
                name="labelled_sense",
                type=TensorType((known, self.length), "int64"),
                help="What their words are meant as.",
            ),
        )

    def _check(self) -> None:
        if self.meanings > self.senses:
            raise ShapeError(
                f"A word cannot have more meanings than there are senses, {self.senses}; {self.meanings} came.",
                expected=f"at most {self.senses}",
                came=str(self.meanings),
                part="meanings",
                fixes=(SetArgument("meanings", self.senses, label=f"Take {self.senses}"),),
            )
        if self.stems < self.senses:
            raise ShapeError(
                f"Each sense needs a word; {self.senses} senses and {self.stems} stems came.",
                expected=f"at least {self.senses} stems",
                came=str(self.stems),
                part="stems",
                fixes=(SetArgument("stems", self.senses, label=f"Make {self.senses} stems"),),
            )
