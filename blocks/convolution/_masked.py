"""What the masked convolutions have in common."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from app.core.block import Module, choice, flag, whole
from app.core.problems import SetArgument, ShapeError
from app.core.symbolic import indivisible
from app.core.tensor_type import TensorType
from blocks.convolution._convolution import Forward
from blocks.rules import text


@dataclass(frozen=True, kw_only=True)
class Masked(Forward):
    """Base of MaskedConv1d and MaskedConv2d."""

    mask_type: str = choice(
        "B", "A", "B", label="Mask", help="A hides the position itself, for the first layer; B shows it, for the rest."
    )
    colours: int = whole(
        1, low=1, label="Colours", help="Groups of channels in order, each of which sees those before it: 3 for RGB."
    )
    interleaved: bool = flag(
        False,
        label="Colours take turns",
        help="Each next channel is of the next colour; else those of one colour lie together.",
    )

    def infer(self, input: TensorType) -> TensorType:
        self._check_kernel()
        self._check_colours(self._checked(input))
        return super().infer(input)

    def _check_kernel(self) -> None:
        if any(reach % 2 == 0 for reach in self._kernel()):
            raise ShapeError(
                f"A masked kernel has a centre, so its sizes are odd; {text(self.kernel_size)} came.",
                expected="odd sizes",
                came=text(self.kernel_size),
                part="kernel_size",
                fixes=(SetArgument("kernel_size", 3, "Take a kernel of 3"),),
            )

    def _check_colours(self, channels: int) -> None:
        if self.colours == 1:
            return
        fixes = (SetArgument("colours", 1, "Take one colour"),)
        if self.groups != 1:
            raise ShapeError(
                f"Colours see one another, so they go with a single group; {self.groups} came.",
                expected="1 group",
                came=str(self.groups),
                part="groups",
                fixes=(SetArgument("groups", 1, "Take one group"), *fixes),
            )
        if self.interleaved:  # colours take turns in any number of channels
            return
        for what, count in (("input", channels), ("output", self.out_channels)):
            if indivisible(count, self.colours):
                raise ShapeError(
                    f"The {count} {what} channels cannot be split among {self.colours} colours. "
                    "Choose numbers of channels that they divide.",
                    expected=f"a multiple of {self.colours}",
                    came=str(count),
                    part="colours",
                    fixes=fixes,
                )

    def call(self, input: TensorType) -> Module:
        made = super().call(input)
        return dataclasses.replace(
            made,
            target=f"MaskedConv{self.dims}d",
            arguments={
                **made.arguments,
                "mask_type": self.mask_type,
                "colours": self.colours,
                "interleaved": self.interleaved,
            },
            defaults={**made.defaults, "mask_type": "B", "colours": 1, "interleaved": False},
            source=f"masked_conv{self.dims}d",
        )

    def detail(self) -> str:
        return f"{self.mask_type} {super().detail()}"
