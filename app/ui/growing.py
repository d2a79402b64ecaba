"""What feeds a node that is added without being told: the port that it is most likely meant for. No Qt."""

from __future__ import annotations

from app.core.document import BOUNDARY, End
from app.core.tensor_type import WireType
from app.ui import offers
from app.ui.offers import Offer
from app.ui.workspace import Workspace


def takes(workspace: Workspace, payload: str, end: End) -> bool:
    """Whether an input of what is offered takes what flows at an end."""
    offer = Offer(payload=payload, name="", family="")
    wire = _flowing(workspace, end)
    return offers.input_fitting(offer, wire, workspace.library, workspace.document) is not None


def _flowing(workspace: Workspace, end: End) -> WireType:
    return workspace.result.wire(end.node, end.port) if workspace.result is not None else None


def free_end(workspace: Workspace, payload: str) -> End | None:
    """The output of the selected node, else the newest that leads nowhere, that what is offered takes."""
    return next((end for end in _candidates(workspace) if takes(workspace, payload, end)), None)


def _candidates(workspace: Workspace) -> list[End]:
    graph = workspace.graph
    if graph is None:
        return []
    if len(workspace.selection) == 1:
        return _outputs(workspace, workspace.selection[0])[:1]
    leading = {edge.source.node for edge in graph.edges}
    loose = [identity for identity in reversed(list(graph.nodes)) if identity not in leading]
    given = {edge.source.port for edge in graph.edges if edge.source.node == BOUNDARY}
    inputs = [End(BOUNDARY, port.name) for port in graph.inputs if port.name not in given]
    return [*(end for identity in loose for end in _outputs(workspace, identity)[:1]), *inputs]


def _outputs(workspace: Workspace, identity: str) -> list[End]:
    result = workspace.node_result(identity)
    names = list(result.outputs) if result is not None else []
    if not names and workspace.graph is not None:
        node = workspace.graph.nodes[identity]
        names = offers.node_ports(node, workspace.library, workspace.document)[1]
    return [End(identity, name) for name in names]
