"""Einsum."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from app.core.block import Block, Expression, port, text
from app.core.problems import ShapeError
from app.core.symbolic import Dim, differ, merge, product
from app.core.tensor_type import TensorType
from blocks.elementwise import NUMBERS, dtype_among
from blocks.rules import same_dtype

SYNTAX = re.compile(r"[a-zA-Z]*(,[a-zA-Z]*)*->[a-zA-Z]*")


@dataclass(frozen=True, kw_only=True)
class Einsum(Block):
    """Sums of products over named dimensions: matrix products, batches of them, contractions of any kind.

    y[output letters] = Σ over all other letters of the product of the inputs
    Shapes: bhid, bhjd → bhij, as the equation says; every letter is a size.
    Source: torch.einsum.
    """

    inputs = (port("inputs", "One tensor for each part of the equation.", variadic=True, least=1),)
    synonyms = ("einstein sum", "contraction", "tensor product", "attention scores")

    equation: str = text("bid,bjd->bij", label="Equation", help="Letters of each input, commas, -> and the output's.")

    def infer(self, inputs: tuple[TensorType, ...]) -> TensorType:
        operands, output = self._parts()
        if len(operands) != len(inputs):
            raise ShapeError(
                f"The equation {self.equation} takes {len(operands)} tensors; {len(inputs)} came.",
                expected=f"{len(operands)} tensors",
                came=str(len(inputs)),
                part="inputs",
            )
        for given in inputs:
            dtype_among(given, NUMBERS, "inputs")
            same_dtype(given, inputs[0], "inputs", "inputs")
        sizes = self._sizes(operands, inputs)
        return inputs[0].with_shape(*(sizes[letter] for letter in output))

    def _parts(self) -> tuple[list[str], str]:
        """The letters of each input and of the output."""
        if not SYNTAX.fullmatch(self.equation):
            raise self._unreadable("letters, commas between the inputs, “->” and the output's letters")
        left, _, output = self.equation.partition("->")
        if not set(output) <= set(left) or len(set(output)) < len(output):
            raise self._unreadable("an output whose letters are among those of the inputs, each once")
        if any(count > 1 for part in left.split(",") for count in Counter(part).values()):
            raise self._unreadable("no letter twice in one input")
        return left.split(","), output

    def _unreadable(self, expected: str) -> ShapeError:
        return ShapeError(
            f"The equation must have {expected}, as in bid,bjd->bij; “{self.equation}” came.",
            expected="bid,bjd->bij",
            came=self.equation,
            part="equation",
        )

    def _sizes(self, operands: list[str], inputs: tuple[TensorType, ...]) -> dict[str, Dim]:
        """The size of each letter; a size of 1 broadcasts, as it does in torch."""
        sizes: dict[str, Dim] = {}
        for letters, given in zip(operands, inputs, strict=True):
            if len(letters) != given.rank:
                raise ShapeError(
                    f"“{letters}” names {len(letters)} dimensions; {given} came.",
                    expected=f"{len(letters)} dimensions",
                    came=str(given),
                    part="inputs",
                )
            for letter, size in zip(letters, given.shape, strict=True):
                before = sizes.get(letter, 1)
                if _is_one(before) or _is_one(size):
                    sizes[letter] = size if _is_one(before) else before
                    continue
                if differ(before, size):
                    raise ShapeError(
                        f"“{letter}” must stand for one size in {self.equation}; {before} and {size} came.",
                        expected=str(before),
                        came=str(size),
                        part="inputs",
                    )
                sizes[letter] = merge(before, size)
        return sizes

    def call(self, inputs: tuple[TensorType, ...]) -> Expression:
        return Expression("torch.einsum(equation, *inputs)", equation=self.equation)

    def macs(self, inputs: tuple[TensorType, ...]) -> Dim:
        operands, _ = self._parts()
        if len(inputs) < 2:
            return 0
        total: Dim = product(list(self._sizes(operands, inputs).values()))
        return total

    def detail(self) -> str:
        return self.equation[:20]


def _is_one(size: Dim) -> bool:
    return isinstance(size, int) and size == 1
