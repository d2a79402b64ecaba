"""Pad."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.block import Block, Expression, choice, ints, real
from app.core.problems import SetArgument, ShapeError
from app.core.symbolic import Dim, smaller
from app.core.tensor_type import TensorType
from blocks.elementwise import INEXACT, dtype_among

MODES = ("constant", "reflect", "replicate", "circular")


@dataclass(frozen=True, kw_only=True)
class Pad(Block):
    """Adds positions at the ends of the last dimensions, or cuts them off where numbers are negative.

    Shapes: B×C×H×W → B×C×(top + H + bottom)×(left + W + right).
    Source: torch.nn.functional.pad.
    """

    synonyms = ("zero pad", "reflection", "border", "margin")

    pad: tuple[int, ...] = ints((1, 1, 1, 1), label="Positions", help="Left, right, top, bottom: the last size first.")
    mode: str = choice("constant", *MODES, label="Filled with", help="A number, or what is at the border.")
    value: float = real(0.0, label="Number", help="What constant padding holds.")

    def infer(self, input: TensorType) -> TensorType:
        self._check(input)
        shape: list[Dim] = list(input.shape)
        for at in range(len(self.pad) // 2):
            before, after = self.pad[2 * at : 2 * at + 2]
            place = input.rank - 1 - at
            self._check_room(shape[place], before, after)
            shape[place] = shape[place] + (before + after)
            if smaller(shape[place], 1):
                raise ShapeError(
                    f"Nothing would be left of a size of {input.shape[place]} after padding by {before} and {after}.",
                    expected="at least one position",
                    came=str(input),
                    part="pad",
                )
        return input.with_shape(*shape)

    def _check(self, input: TensorType) -> None:
        if len(self.pad) % 2 or not 0 < len(self.pad) <= 2 * input.rank:
            raise ShapeError(
                f"Pad takes two numbers for each dimension that grows, so 2 to {2 * input.rank}; {len(self.pad)} came.",
                expected="two numbers for each dimension",
                came=str(len(self.pad)),
                part="pad",
                fixes=(SetArgument("pad", (0, 0), "Start with the last dimension"),) if input.rank else (),
            )
        if self.mode == "constant":
            return
        if min(self.pad) < 0:
            raise ShapeError(
                f"Only constant padding can cut off; {', '.join(map(str, self.pad))} came in mode {self.mode}.",
                expected="numbers of at least 0",
                came=str(min(self.pad)),
                part="pad",
                fixes=(SetArgument("mode", "constant", "Pad with a number"),),
            )
        dtype_among(input, INEXACT)
        if len(self.pad) // 2 != input.rank - 2 or input.rank > 5:
            raise ShapeError(
                f"Mode {self.mode} pads all dimensions after the channels: {2 * max(1, input.rank - 2)} numbers for "
                f"{input}; {len(self.pad)} came.",
                expected=f"{2 * max(1, input.rank - 2)} numbers",
                came=str(len(self.pad)),
                part="pad",
                fixes=(SetArgument("mode", "constant", "Pad with a number"),),
            )

    def _check_room(self, size: Dim, before: int, after: int) -> None:
        least = {"reflect": max(before, after) + 1, "circular": max(before, after)}.get(self.mode, 1)
        if self.mode != "constant" and smaller(size, least):
            raise ShapeError(
                f"Padding by {before} and {after} in mode {self.mode} needs a size of at least {least}; {size} came.",
                expected=f"at least {least}",
                came=str(size),
                part="pad",
                fixes=(SetArgument("mode", "constant", "Pad with a number"),),
            )

    def call(self, input: TensorType) -> Expression:
        values: dict[str, Any] = {f"side{at}": size for at, size in enumerate(self.pad)}
        parts = ["input", f"({', '.join(values)})"]
        if self.mode != "constant":
            parts.append(f'mode="{self.mode}"')
        elif self.value:
            parts.append("value=value")
            values["value"] = self.value
        return Expression(f"F.pad({', '.join(parts)})", **values)

    def detail(self) -> str:
        return " ".join(map(str, self.pad))[:20]
