"""The rated trees source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.block import Field, Source, real, whole
from app.core.problems import SetArgument, ShapeError
from app.core.tensor_type import TensorType, symbols

B = symbols("B")
WORDS = (
    *("-", "awful", "terrible", "bad", "dull", "film", "plot", "nice", "fine", "great", "superb"),
    *("not", "very", "hardly"),
)


@dataclass(frozen=True, kw_only=True)
class RatedTrees(Source):
    """Made phrases as binary trees, with a rating of five at each node: how good is what is said here?

    Words are awful (0) to superb (4). Two phrases side by side add up; “not” before a phrase turns its rating around,
    “very” drives it to the end, “hardly” says a little of the opposite. What a word does to the whole depends on where
    in the tree it stands, so that counting words is of little use. Nodes are numbered: leaves from left to right, then
    each joint after its children, the root last; where a tree is small, unused leaves hold word 0, and unused joints,
    whose rating is -100, come first.
    Source: the task of Socher et al., Recursive deep models for semantic compositionality, 2013, with made phrases.
    """

    shortest: int = whole(2, low=2, high=100, label="Shortest", help="Words in the shortest phrase.")
    longest: int = whole(10, low=2, high=100, label="Longest", help="Words in the longest phrase.")
    modified: float = real(
        0.5, low=0.0, high=1.0, label="Modified", help="Chance that a phrase is a modifier and another phrase."
    )
    examples: int = whole(4000, low=10, high=1_000_000, label="Examples", help="Trees for training.")
    held_out: int = whole(
        500, low=1, high=1_000_000, label="Held-out examples", help="Trees for validation and for test, each."
    )
    seed: int = whole(0, low=0, label="Seed", help="Other seeds give other trees.")

    synonyms: ClassVar[tuple[str, ...]] = ("sentiment", "treebank", "recursive", "parse trees", "synthetic", "phrases")
    reader: ClassVar[str] = "data_rated_trees"
    licence: ClassVar[str] = "made here; free to use"

    def fields(self) -> tuple[Field, ...]:
        if self.shortest > self.longest:
            raise ShapeError(
                f"Expected a shortest length of at most the longest, {self.longest}; {self.shortest} came.",
                expected=f"shortest of at most {self.longest}",
                came=str(self.shortest),
                part="shortest",
                fixes=(SetArgument("shortest", 2, label="Take two words"),),
            )
        leaves, joints = self.longest, self.longest - 1
        return (
            Field(name="words", type=TensorType((B, leaves), "int64"), labels=WORDS, help="The leaves' words."),
            Field(
                name="children", type=TensorType((B, joints, 2), "int64"), help="The numbers of each joint's children."
            ),
            Field(
                name="ratings",
                type=TensorType((B, leaves + joints), "int64"),
                help="0 to 4 for each node; -100 where there is none.",
            ),
        )
