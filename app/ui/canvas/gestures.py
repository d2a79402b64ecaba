"""A wire being dragged: which ports it may go to, what it would do, and why not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.core.document import Edge, End
from app.ui.canvas.view import end_of

if TYPE_CHECKING:
    from app.ui.canvas.items import NodeCard, PortSpot
    from app.ui.canvas.wires import Wire

Judge = Callable[[End, End], str | None]
"""For an output and an input: None where a wire may go between them, else a sentence that says why not."""


def anything_goes(source: End, target: End) -> str | None:
    return None


@dataclass(slots=True)
class WireDrag:
    """From the port that stays (``fixed``) to wherever the cursor is; ``lifted`` is the wire that was picked up."""

    fixed: PortSpot
    judge: Judge
    lifted: Wire | None = None
    verdicts: dict[tuple[End, End], str | None] = field(default_factory=dict)

    def ends(self, other: PortSpot) -> tuple[End, End]:
        """The wire's ends if it were dropped on ``other``: source and target."""
        first, second = (other, self.fixed) if self.fixed.is_input else (self.fixed, other)
        return end_of(first.card.id, first.view.name), end_of(second.card.id, second.view.name)

    def refusal(self, other: PortSpot) -> str | None:
        """Why the wire may not go to ``other``; None where it may."""
        if other.is_input == self.fixed.is_input:
            return f"Both are {'inputs' if other.is_input else 'outputs'}: a wire goes from an output to an input."
        if other.card is self.fixed.card:
            return "A node cannot feed itself. To feed a result back, scan or repeat a graph."
        if self.lifted is not None and other in (self.lifted.source, self.lifted.target):
            return None
        ends = self.ends(other)
        if ends not in self.verdicts:
            self.verdicts[ends] = self.judge(*ends)
        return self.verdicts[ends]

    def light(self, cards: Iterable[NodeCard]) -> None:
        """Mark the ports of these nodes: those that fit, and those that do not."""
        for card in cards:
            spots = (*card.inputs, *card.outputs)
            card.light({(spot.is_input, spot.index): spot is self.fixed or not self.refusal(spot) for spot in spots})

    def changes_nothing(self, other: PortSpot) -> bool:
        """Whether dropping on ``other`` leaves everything as it was."""
        if self.lifted is not None:
            return other in (self.lifted.source, self.lifted.target)
        source, target = (other, self.fixed) if self.fixed.is_input else (self.fixed, other)
        return any(wire.target is target for wire in source.connected_pipes)

    def edge(self) -> Edge | None:
        return self.lifted.view.edge if self.lifted is not None else None
