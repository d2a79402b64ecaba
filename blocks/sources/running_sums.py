"""The running sums source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.block import Field, Source, whole
from app.core.tensor_type import TensorType, symbols

B = symbols("B")


@dataclass(frozen=True, kw_only=True)
class RunningSums(Source):
    """Random digits, each with the last digit of the sum so far: what a state can tell and no window of digits.

    With two digits it is the running parity. Every digit since the beginning counts as much as the newest, so that who
    sees but a few of them can only guess. Held-out sequences may be longer than those of the training.
    """

    modulus: int = whole(
        2, low=2, high=10, label="Modulus", help="How many digits there are; sums are taken modulo it."
    )
    length: int = whole(32, low=1, high=65536, label="Length", help="Digits in a training sequence.")
    test_length: int | None = whole(
        low=1, high=65536, label="Held-out length", help="Digits in a held-out sequence; empty: as in training."
    )
    examples: int = whole(3000, low=10, high=1_000_000, label="Examples", help="Sequences for training.")
    held_out: int = whole(
        300, low=1, high=1_000_000, label="Held-out examples", help="Sequences for validation and for test, each."
    )
    seed: int = whole(0, low=0, label="Seed", help="Other seeds give other sequences.")

    synonyms: ClassVar[tuple[str, ...]] = ("parity", "modular addition", "tagging", "many to many", "xor", "synthetic")
    reader: ClassVar[str] = "data_running_sums"
    licence: ClassVar[str] = "made here; free to use"

    def fields(self) -> tuple[Field, ...]:
        longer = self.test_length is not None and self.test_length != self.length
        digits = TensorType((B, symbols("T") if longer else self.length), "int64")
        labels = tuple("0123456789"[: self.modulus])
        return (
            Field(name="tokens", type=digits, labels=labels, help="The digits."),
            Field(name="targets", type=digits, labels=labels, help="The last digit of the sum up to each of them."),
        )
