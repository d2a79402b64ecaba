"""Wires being dragged: which ports they may go to, what that would do, and why not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING, Literal

from app.core.document import Edge, End
from app.ui.canvas.view import end_of

if TYPE_CHECKING:
    from app.ui.canvas.items import NodeCard, PortSpot
    from app.ui.canvas.wires import Wire

Judge = Callable[[End, End], str | None]
"""For an output and an input: None where a wire may go between them, else a sentence."""
Verdict = Literal["fits", "doubtful", "refused"]
LOOKING_AHEAD = 0.03
"""Seconds to spend, as a wire is taken up, on what each port in sight would make of it; the rest is asked when met."""


def anything_goes(source: End, target: End) -> str | None:
    return None


@dataclass(slots=True)
class WireDrag:
    """From the port that stays (``fixed``) to wherever the cursor is.

    ``lifted`` is the wire that was picked up, ``more`` those that were taken up with it from the same port. ``judge``
    says why a wire may not go somewhere, ``foresee`` what would be wrong if it did.
    """

    fixed: PortSpot
    judge: Judge
    lifted: Wire | None = None
    more: tuple[Wire, ...] = ()
    foresee: Judge = anything_goes
    verdicts: dict[tuple[End, End], str | None] = field(default_factory=dict)
    doubts: dict[tuple[End, End], str | None] = field(default_factory=dict)

    @property
    def all_fixed(self) -> list[PortSpot]:
        """The ports that stay: one for each wire."""
        return [self.fixed, *(wire.target if self.fixed.is_input else wire.source for wire in self.more)]

    @property
    def all_lifted(self) -> list[Wire]:
        return [*([self.lifted] if self.lifted is not None else []), *self.more]

    def ends(self, other: PortSpot, fixed: PortSpot | None = None) -> tuple[End, End]:
        """The wire's ends if it were dropped on ``other``: source and target."""
        fixed = fixed or self.fixed
        first, second = (other, fixed) if fixed.is_input else (fixed, other)
        return end_of(first.card.id, first.view.name), end_of(second.card.id, second.view.name)

    def moves(self, other: PortSpot) -> list[tuple[Edge, End, End]]:
        """Each wire that was picked up, with its ends if all were dropped on ``other``."""
        pairs = zip(self.all_lifted, self.all_fixed, strict=True)
        return [(wire.view.edge, *self.ends(other, fixed)) for wire, fixed in pairs]

    def refusal(self, other: PortSpot) -> str | None:
        """Why the wire may not go to ``other``; None where it may."""
        if other.is_input == self.fixed.is_input:
            return f"Both are {'inputs' if other.is_input else 'outputs'}: a wire goes from an output to an input."
        if any(other.card is fixed.card for fixed in self.all_fixed):
            return "A node cannot feed itself. To feed a result back, scan or repeat a graph."
        if self.lifted is not None and other in (self.lifted.source, self.lifted.target):
            return None
        if self.more and other.is_input and not other.view.variadic:
            return f"{other.view.name} takes one wire, and {len(self.more) + 1} were picked up."
        return next((reason for fixed in self.all_fixed if (reason := self._verdict(other, fixed))), None)

    def _verdict(self, other: PortSpot, fixed: PortSpot) -> str | None:
        ends = self.ends(other, fixed)
        if ends not in self.verdicts:
            self.verdicts[ends] = self.judge(*ends)
        return self.verdicts[ends]

    def doubt(self, other: PortSpot) -> str | None:
        """What would be wrong with the wire at a port that it may go to; None where nothing would."""
        if self.lifted is not None and other in (self.lifted.source, self.lifted.target):
            return None
        ends = self.ends(other)
        if ends not in self.doubts:
            self.doubts[ends] = self.foresee(*ends)
        return self.doubts[ends]

    def light(self, cards: Iterable[NodeCard]) -> None:
        """Mark the ports of these nodes: those that fit, those that the wire could go to, and those that it may not."""
        until = perf_counter() + LOOKING_AHEAD
        for card in cards:
            spots = (*card.inputs, *card.outputs)
            verdicts = {(spot.is_input, spot.index): self._lit(spot, until) for spot in spots}
            card.light({key: verdict for key, verdict in verdicts.items() if verdict is not None})

    def _lit(self, spot: PortSpot, until: float) -> Verdict | None:
        """How a port is marked; None where there was no time to ask."""
        if spot is self.fixed:
            return "fits"
        if spot.is_input == self.fixed.is_input:
            return "refused"
        if perf_counter() > until:
            return None
        if self.refusal(spot):
            return "refused"
        return "doubtful" if self.doubt(spot) else "fits"

    def changes_nothing(self, other: PortSpot) -> bool:
        """Whether dropping on ``other`` leaves everything as it was."""
        if self.lifted is not None:
            return other in (self.lifted.source, self.lifted.target)
        source, target = (other, self.fixed) if self.fixed.is_input else (self.fixed, other)
        return any(wire.target is target for wire in source.connected_pipes)
