"""The copy task source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.block import Field, Source, whole
from app.core.problems import SetArgument, ShapeError
from app.core.tensor_type import TensorType, symbols

B, L = symbols("B", "L")


@dataclass(frozen=True, kw_only=True)
class CopyTask(Source):
    """Random bits to remember and to give back: the copy task of the Neural Turing Machine.

    The input holds L vectors of random bits, then a delimiter on a channel of its own, then L steps of zeros in which
    the vectors are to be recalled in order: B×(2L + 1)×(width + 1). The target is the L vectors. Each batch has one
    length: in training it is drawn from low to high, and all bits are new each time; in validation the trained lengths
    are gone through evenly; in test it is ``test_length``, which was never trained.
    Source: Graves, Wayne and Danihelka, Neural Turing Machines, 2014, section 4.1.
    """

    width: int = whole(8, low=1, high=1024, label="Width", help="Bits in a vector.")
    low: int = whole(1, low=1, high=10_000, label="Shortest", help="Shortest sequence in training.")
    high: int = whole(20, low=1, high=10_000, label="Longest", help="Longest sequence in training.")
    test_length: int | None = whole(
        None, low=1, high=10_000, label="Test length", help="Length in test; empty for twice the longest."
    )
    examples: int = whole(10_000, low=1, label="Examples", help="Sequences in a training epoch.")
    held_out: int = whole(
        1280, low=1, high=1_000_000, label="Held-out examples", help="Sequences in validation and in test."
    )
    seed: int = whole(0, low=0, label="Seed", help="Other seeds give other held-out bits.")

    synonyms: ClassVar[tuple[str, ...]] = ("memory", "sequence", "bits", "Neural Turing Machine", "synthetic")
    reader: ClassVar[str] = "data_copy_task"
    licence: ClassVar[str] = "made here; free to use"

    def fields(self) -> tuple[Field, ...]:
        if self.low > self.high:
            raise ShapeError(
                f"Expected a shortest length of at most the longest, {self.high}; {self.low} came.",
                expected=f"low of at most {self.high}",
                came=str(self.low),
                part="low",
                fixes=(SetArgument("low", self.high, label=f"Train length {self.high} alone"),),
            )
        bits = TensorType((B, 2 * L + 1, self.width + 1))
        return (
            Field(name="input", type=bits, help="Bits, the delimiter in the last channel, zeros while recalling."),
            Field(name="target", type=TensorType((B, L, self.width)), help="The bits to recall."),
        )
