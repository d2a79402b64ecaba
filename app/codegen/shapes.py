"""Shapes as comments: ``(B, planes * 4, 28, 28)``, the same for every instance, or nothing."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from app.codegen.instance import Instance
from app.codegen.printer import flat
from app.codegen.solve import is_lost, solve
from app.codegen.trees import name
from app.codegen.view import View
from app.core.document import BOUNDARY
from app.core.symbolic import Symbol
from app.core.tensor_type import TensorType

LONGEST = 48
"""Characters of a size; a longer one explains nothing."""

LETTERS = {1: "N", 2: "BF", 3: "BTF", 4: "BCHW", 5: "BCDHW"}


class Shapes:
    """Spells the shapes of one graph's values without asking for further constructor arguments.

    ``seen``: the instances that presets have; what sizes others would give says nothing to a reader.
    """

    def __init__(self, view: View, seen: Callable[[Instance], bool]) -> None:
        self.view = view
        self.results = [pair for pair in view.results if seen(pair[0])] or view.results
        self._texts: dict[Any, str] = {}

    def comment(self, key: tuple[str, str], sources: list[tuple[str, str]]) -> str:
        """The shape of a value, if it differs from that of what it was made from."""
        text = self.text(key)
        return "" if sources and text == self.text(sources[0]) else text

    def text(self, key: tuple[str, str]) -> str:
        """``(B, 64, H, W)``, or nothing where instances differ in a way that has no short name."""
        known = (key, self.view.signature.number_of_sizes)  # a size may have got a name since
        if known not in self._texts:
            self._texts[known] = self._text(*key)
        return self._texts[known]

    def _text(self, node: str, port: str) -> str:
        return self.of([(instance, result.wire(node, port)) for instance, result in self.results])

    def of(self, types: list[tuple[Any, Any]]) -> str:
        """The same for types given with their instances."""
        known = [(instance, type_) for instance, type_ in types if isinstance(type_, TensorType)]
        if not known or len({type_.rank for _, type_ in known}) != 1:
            return ""
        rank = known[0][1].rank
        sizes = [self._size([(i, type_.shape[index]) for i, type_ in known], rank, index) for index in range(rank)]
        if None in sizes:
            return ""
        inner = ", ".join(str(size) for size in sizes)
        return f"({inner},)" if rank == 1 else f"({inner})"

    def _size(self, pairs: list[tuple[Any, Any]], rank: int, index: int) -> str | None:
        first = pairs[0][1]
        if any(isinstance(size, Symbol) for _, size in pairs):
            return str(first).replace("^", "**") if all(size == first for _, size in pairs) else None
        tree = solve(pairs, self._spell)
        text = flat(tree) if tree is not None else "?"
        if "?" not in text and len(text) <= LONGEST:
            return text
        letters = LETTERS.get(rank, "")
        if index >= len(letters) or letters[index] not in "THWD":
            return None
        is_number = all(is_lost(size) and size == first for _, size in pairs)
        return self._scaled(pairs, index, letters[index], by_halves=is_number) or (
            str(int(first)) if is_number else None
        )

    def _scaled(self, pairs: list[tuple[Any, Any]], index: int, letter: str, *, by_halves: bool) -> str | None:
        """A side that is the first input's, or a whole fraction or multiple of it, in every instance.

        ``by_halves``: only a factor that repeated halving or doubling gives.
        """
        factors: set[tuple[str, int]] = set()
        for instance, size in pairs:
            first = next(iter(instance.result.inputs.values()), None)
            if not isinstance(first, TensorType) or index >= first.rank or isinstance(first.shape[index], Symbol):
                return None
            side = int(str(first.shape[index]))
            if int(size) == side:
                factors.add(("", 1))
            elif size and side % int(size) == 0:
                factors.add(("/", side // int(size)))
            elif side and int(size) % side == 0:
                factors.add(("*", int(size) // side))
            else:
                return None
        if len(factors) != 1:
            return None
        sign, factor = factors.pop()
        if by_halves and factor & (factor - 1):
            return None
        return letter if not sign else f"{letter}{sign}{factor}" if sign == "/" else f"{factor}*{letter}"

    def _spell(self, text: str) -> ast.expr:
        """Names that the constructor has anyway; an input's size that it does not have is no name here."""
        port, dot, size = text.partition(".shape[")
        if dot and port in self.view.inputs:
            known = self.view.signature.known_size(port, int(size[:-1]))
            return name(known if known is not None else "?")
        return name(text) if text.isidentifier() else self.view.spell(text)


def boundary(port: str) -> tuple[str, str]:
    return (BOUNDARY, port)
