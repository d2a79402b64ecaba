"""Equal steps between two bounds."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, real, whole
from app.core.problems import SetArgument, ShapeError


@dataclass(frozen=True, kw_only=True)
class Bins(Block):
    """Base of blocks that turn numbers into bins, and back."""

    bins: int = whole(10, low=1, label="Bins", help="How many steps there are between the bounds.")
    low: float = real(0.0, label="From", help="Where the first bin begins.")
    high: float = real(1.0, label="To", help="Where the last bin ends.")

    def check_bounds(self) -> None:
        if self.high <= self.low:
            raise ShapeError(
                f"The last bin must end above where the first begins; {self.low:g} to {self.high:g} came.",
                expected=f"more than {self.low:g}",
                came=f"{self.high:g}",
                part="high",
                fixes=(SetArgument("high", self.low + 1, f"End at {self.low + 1:g}"),),
            )

    def width(self) -> float:
        return (self.high - self.low) / self.bins

    def detail(self) -> str:
        return f"{self.bins} bins"
