"""Bringing the scene to what a view says, by the difference to what is there."""

from __future__ import annotations

from app.core.document import Edge
from app.ui.canvas.frames import FrameBox
from app.ui.canvas.items import NodeCard, PortSpot
from app.ui.canvas.placing import Drawn, Places
from app.ui.canvas.sight import Sight
from app.ui.canvas.view import GraphView, WireView
from app.ui.canvas.wires import Wire

WireKey = tuple[Edge, int]


class Shown:
    """The items of one graph, in its order. What a view has in common with the one before is not touched."""

    def __init__(self, viewer: Sight) -> None:
        self.viewer = viewer
        self.cards: dict[str, NodeCard] = {}
        self.wires: dict[WireKey, Wire] = {}
        self.places = Places()

    def apply(self, view: GraphView, same_graph: bool) -> None:
        """Show a view; items of another graph are not reused, even where names are the same."""
        changed = self._apply_nodes(view, same_graph)
        changed |= self._apply_wires(view)
        self.viewer.hold(self.cards.values(), self.wires.values())
        changed |= self._apply_frames(view)
        changed |= self.put(view)
        if changed or not same_graph:
            self.viewer.reroute()

    def put(self, view: GraphView) -> bool:
        """Put every node where it belongs; True if one lay elsewhere."""
        places = self.places.of(view, self.drawn())
        changed = False
        for identity, card in self.cards.items():
            x, y = places[identity]
            if card.x() != x or card.y() != y:
                card.setPos(x, y)
                changed = True
        return changed

    def drawn(self) -> Drawn:
        """What a layout needs to know."""
        frames = [[card.id for card in frame.cards] for frame in self.viewer.frames]
        return Drawn(self.cards, list(self.wires.values()), frames)

    def _apply_nodes(self, view: GraphView, same_graph: bool) -> bool:
        gone = [identity for identity in self.cards if not same_graph or identity not in view.nodes]
        for identity in gone:
            self.cards.pop(identity).delete()
        changed = bool(gone)
        cards: dict[str, NodeCard] = {}
        for identity, node in view.nodes.items():
            card = cards[identity] = self.cards.get(identity) or NodeCard(node)
            if card.scene() is None:
                self.viewer.scene().addItem(card)
                changed = True
            elif card.view is not node:
                before = card.measured
                card.take(node)
                changed |= card.measured.form != before.form
        self.cards = cards
        return changed

    def _apply_wires(self, view: GraphView) -> bool:
        changed = False
        kept: dict[WireKey, Wire] = {}
        for data in view.wires:
            ends = self._ends(data)
            if ends is None:
                continue
            key = (data.edge, data.target[2])
            wire = self.wires.pop(key, None)
            if wire is not None and (wire.scene() is None or (wire.source, wire.target) != ends):
                wire.delete()
                wire = None
            if wire is None:
                wire = Wire(data, *ends)
                self.viewer.scene().addItem(wire)
                changed = True
            wire.take(data)
            kept[key] = wire
        for wire in self.wires.values():
            wire.delete()
            changed = True
        self.wires = kept
        return changed

    def _ends(self, data: WireView) -> tuple[PortSpot, PortSpot] | None:
        source = self.cards[data.source[0]].spot(data.source[1], is_input=False)
        target = self.cards[data.target[0]].spot(data.target[1], data.target[2], is_input=True)
        return (source, target) if source is not None and target is not None else None

    def _apply_frames(self, view: GraphView) -> bool:
        frames, scene = self.viewer.frames, self.viewer.scene()
        changed = len(frames) != len(view.frames)
        while len(frames) > len(view.frames):
            scene.removeItem(frames.pop())
        for index, frame in enumerate(view.frames):
            if index == len(frames):
                frames.append(FrameBox(frame))
                scene.addItem(frames[-1])
            cards = [self.cards[identity] for identity in frame.nodes if identity in self.cards]
            changed |= frames[index].hold(frame, cards)
        return changed
