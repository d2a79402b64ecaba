"""The lookup source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.block import Field, Source, whole
from app.core.problems import SetArgument, ShapeError
from app.core.tensor_type import TensorType, symbols

B = symbols("B")


@dataclass(frozen=True, kw_only=True)
class Lookup(Source):
    """Places with a name and a content, each of which asks for the content of another place by its name.

    Names and contents are drawn anew for every sequence, so that nothing can be learnt by heart: what has to be learnt
    is to compare. A quarter of a place's numbers are its name, a quarter the name that it asks for, the rest its
    content.
    """

    length: int = whole(16, low=1, high=65536, label="Length", help="Places in a sequence.")
    width: int = whole(64, low=4, high=65536, label="Width", help="Numbers at each place; a multiple of four.")
    examples: int = whole(4000, low=10, high=1_000_000, label="Examples", help="Sequences for training.")
    held_out: int = whole(
        500, low=1, high=1_000_000, label="Held-out examples", help="Sequences for validation and for test, each."
    )
    seed: int = whole(0, low=0, label="Seed", help="Other seeds give other sequences.")

    synonyms: ClassVar[tuple[str, ...]] = ("associative recall", "key and value", "attention", "retrieval", "synthetic")
    reader: ClassVar[str] = "data_lookup"
    licence: ClassVar[str] = "made here; free to use"

    def fields(self) -> tuple[Field, ...]:
        if self.width % 4:
            nearest = self.width // 4 * 4
            raise ShapeError(
                f"Expected a width that four divides; {self.width} came.",
                expected="a multiple of 4",
                came=str(self.width),
                part="width",
                fixes=(SetArgument("width", nearest, label=f"Set it to {nearest}"),),
            )
        return (
            Field(name="x", type=TensorType((B, self.length, self.width)), help="Name, asked name and content."),
            Field(
                name="target", type=TensorType((B, self.length, self.width // 2)), help="The content that is asked for."
            ),
        )
