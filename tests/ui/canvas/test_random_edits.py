"""Any series of edits, undone and redone, leaves the scene saying exactly what the document says."""

from __future__ import annotations

import random

import pytest

from app.core import edits
from app.core.changes import EditError
from app.core.document import Document, End, Kind, Use
from tests.ui.canvas.host import Host, small_net

KINDS = ("Conv2d", "ReLU", "Add", "Linear", "Flatten", "Concatenate", "LSTM", "Dropout")


def any_edit(document: Document, graph: str, draw: random.Random, host: Host) -> Document:
    """One edit that a person might make; EditError where it is refused."""
    place = document.graphs[graph]
    nodes = list(place.nodes)
    choice = draw.randrange(8)
    if choice == 0 or not nodes:
        use = Use(Kind.BLOCK, draw.choice(KINDS))
        position = (draw.uniform(-500, 1500), draw.uniform(-500, 900)) if draw.random() < 0.7 else None
        return edits.add_node(document, graph, use, position=position).document
    if choice == 1:
        chosen = draw.sample(nodes, min(len(nodes), draw.randint(1, 3)))
        return edits.remove_nodes(document, graph, chosen, heal=draw.random() < 0.5).document
    if choice in (2, 3, 4):
        view = host.canvas.view
        outs = [(key, port.name) for key, node in view.nodes.items() for port in node.outputs]
        ins = [(key, port.name, port.variadic) for key, node in view.nodes.items() for port in node.inputs]
        (source, out), (target, into, many) = draw.choice(outs), draw.choice(ins)
        ends = [End("@" if key.startswith("@") else key, port) for key, port in ((source, out), (target, into))]
        return edits.connect(document, graph, ends[0], ends[1], variadic=many).document
    if choice == 5 and place.edges:
        return edits.disconnect(document, graph, draw.choice(place.edges)).document
    if choice == 6:
        return edits.rename_node(document, graph, draw.choice(nodes), f"name{draw.randrange(10_000)}").document
    return edits.move_nodes(document, graph, {draw.choice(nodes): (draw.uniform(0, 900), 0.0)}).document


def check(host: Host) -> None:
    """The scene against the document, and its two lists of connections against each other."""
    canvas, graph = host.canvas, host.document.graphs[host.graph]
    assert list(canvas._cards) == list(canvas.view.nodes)
    assert {edge for edge, _ in canvas._wires} == set(graph.edges)
    assert canvas.viewer.wires() == list(canvas._wires.values())
    for (edge, slot), wire in canvas._wires.items():
        ends = (wire.source.card.id, wire.source.view.name, wire.target.card.id, wire.target.view.name)
        source = edge.source.node if edge.source.node != "@" else f"@in:{edge.source.port}"
        target = edge.target.node if edge.target.node != "@" else f"@out:{edge.target.port}"
        assert ends == (source, edge.source.port, target, edge.target.port)
        assert wire.target.view.slot == slot
        assert wire in wire.source.connected_pipes
        assert wire.target.connected_pipes == [wire]
        assert wire.path().currentPosition() == wire.target.centre
        assert wire.path().elementAt(0).x == wire.source.centre.x()
    joined = sum(len(spot.connected_pipes) for card in canvas._cards.values() for spot in (*card.inputs, *card.outputs))
    assert joined == 2 * len(canvas._wires)
    places = host.document.layout[host.graph].positions
    for key, card in canvas._cards.items():
        assert key not in places or (card.x(), card.y()) == tuple(places[key])


@pytest.mark.parametrize("seed", range(6))
def test_the_scene_says_what_the_document_says(qtbot, seed):
    draw = random.Random(seed)
    host = Host(small_net())
    qtbot.addWidget(host.canvas)
    past = [host.document]
    for _ in range(60):
        if draw.random() < 0.15:
            host.set(draw.choice(past))
        else:
            try:
                document = any_edit(host.document, host.graph, draw, host)
            except EditError:
                continue
            host.set(document)
            past.append(document)
        check(host)
    assert host.canvas.graph.undo_stack().count() == 0
