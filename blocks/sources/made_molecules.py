"""The made molecules source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.block import Field, Source, whole
from app.core.problems import SetArgument, ShapeError
from app.core.tensor_type import TensorType, symbols

B, V, E = symbols("B", "V", "E")
LABELS = ("no acid", "an acid")


@dataclass(frozen=True, kw_only=True)
class MadeMolecules(Source):
    """Made molecules: does a carbon hold exactly one oxygen by a double bond, and exactly one by a single bond?

    Such a carbon is an acid group. Carbons form a tree by chance, oxygens and a few other atoms hang on them; nobody
    counts valences. Whether there shall be a group is thrown before the oxygens take their places, so that how many
    atoms and bonds there are of each kind tells nothing. A batch is one graph whose parts are the molecules.
    Source: the task of Gilmer et al., Neural message passing for quantum chemistry, 2017, with made molecules.
    """

    kinds: int = whole(4, low=2, high=100, label="Kinds of atoms", help="Carbon, oxygen, and others that mean nothing.")
    bonds: int = whole(2, low=2, high=100, label="Kinds of bonds", help="Single, double, and others that never come.")
    fewest: int = whole(5, low=2, high=20, label="Fewest", help="Carbons, and oxygens by each bond, at least.")
    most: int = whole(7, low=2, high=20, label="Most", help="Carbons, and oxygens by each bond, at most.")
    examples: int = whole(4000, low=10, high=1_000_000, label="Examples", help="Molecules for training.")
    held_out: int = whole(
        1000, low=1, high=1_000_000, label="Held-out examples", help="Molecules for validation and for test, each."
    )
    seed: int = whole(0, low=0, label="Seed", help="Other seeds give other molecules.")

    synonyms: ClassVar[tuple[str, ...]] = ("chemistry", "batched graphs", "graph classification", "synthetic", "QM9")
    reader: ClassVar[str] = "data_made_molecules"
    licence: ClassVar[str] = "made here; free to use"

    def fields(self) -> tuple[Field, ...]:
        if not self.fewest <= self.most <= 2 * self.fewest:
            raise ShapeError(
                f"Expected most to be from {self.fewest} to {2 * self.fewest}, twice the fewest; {self.most} came.",
                expected=f"most from {self.fewest} to {2 * self.fewest}",
                came=str(self.most),
                part="most",
                fixes=(SetArgument("most", self.fewest, label=f"Take {self.fewest}"),),
            )
        label = TensorType((B, 1))
        return (
            Field(name="atoms", type=TensorType((V, self.kinds)), help="Each atom's kind, one-hot."),
            Field(name="edge_index", type=TensorType((2, E), "int64"), help="From and to; each bond in both ways."),
            Field(name="bonds", type=TensorType((E, self.bonds)), help="Each bond's kind, one-hot."),
            Field(name="molecule", type=TensorType((V,), "int64"), help="The number of each atom's molecule."),
            Field(name="size", type=TensorType((B,), "int64"), help="How many atoms each molecule has."),
            Field(name="label", type=label, labels=LABELS, help="1 where there is an acid group."),
        )
