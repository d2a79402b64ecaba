"""What Fold and Unfold have in common: windows that slide over a map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.block import Block, Module
from app.core.problems import SetArgument, ShapeError
from app.core.symbolic import Dim, smaller
from blocks.rules import each, functional, square

DEFAULTS = {"dilation": 1, "padding": 0, "stride": 1}


@dataclass(frozen=True, kw_only=True)
class Windows(Block):
    """Base of Fold and Unfold."""

    kernel_size: int | tuple[int, ...] = 3
    dilation: int | tuple[int, ...] = 1
    padding: int | tuple[int, ...] = 0
    stride: int | tuple[int, ...] = 1

    def _counts(self, sizes: tuple[Dim, ...]) -> list[Dim]:
        """How many windows there are along each side of a map."""
        values = (self.kernel_size, self.dilation, self.padding, self.stride)
        return [
            self._count(size, *numbers) for size, *numbers in zip(sizes, *(each(v, 2) for v in values), strict=True)
        ]

    def _count(self, size: Dim, kernel: int, dilation: int, padding: int, stride: int) -> Dim:
        reach = dilation * (kernel - 1) + 1
        room = size + 2 * padding
        if smaller(room, reach):
            raise ShapeError(
                f"A window reaches over {reach} positions, but the map has {size} ({room} with padding). "
                "Take smaller windows or more padding.",
                expected=f"at least {reach - 2 * padding}",
                came=str(size),
                part="kernel_size",
                fixes=(SetArgument("kernel_size", 1, "Take windows of 1"),),
            )
        return (room - reach) // stride + 1

    def _module(self, target: str, name: str, first: dict[str, Any]) -> Module:
        arguments = first | {"kernel_size": self.kernel_size, "dilation": self.dilation}
        arguments |= {"padding": self.padding, "stride": self.stride}
        positional = ("input", *first, "kernel_size")
        return Module(
            target,
            arguments,
            positional=len(first) + 1,
            defaults=DEFAULTS,
            functional=functional(name, positional, arguments, DEFAULTS),
        )

    def detail(self) -> str:
        return square(self.kernel_size, 2)[:20]
