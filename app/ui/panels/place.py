"""What a form edits, and edits whose refusal is said in the form itself."""

from __future__ import annotations

from collections.abc import Callable

from app.core.block import Argument
from app.core.changes import Changed, EditError
from app.core.document import Document, Graph, Kind, Node, Use, Value
from app.core.elaborate import NodeResult
from app.ui.panels.fields import FieldRow
from app.ui.panels.values import as_argument
from app.ui.workspace import Workspace

Edit = Callable[[Document], Changed]


def attempt(
    workspace: Workspace, edit: Edit, row: FieldRow | None = None, held: Value = None, merge_key: str | None = None
) -> bool:
    """Do an edit. What it refuses stands under the field that it came from; what was typed is kept there to be mended.

    ``held``: the value that the document goes on having.
    """
    refusal = refused(workspace, edit, merge_key)
    if refusal and row is not None:
        row.refuse(refusal, held)
    return not refusal


def refused(workspace: Workspace, edit: Edit, merge_key: str | None = None) -> str:
    """Do an edit; the sentence that refuses it, or nothing."""
    refusals: list[str] = []

    def tried(document: Document) -> Changed:
        try:
            return edit(document)
        except EditError as error:
            refusals.append(str(error))
            raise

    workspace.do(tried, merge_key=merge_key)
    return refusals[0] if refusals else ""


class Place:
    """One node of a graph of the open document, wherever it is by now."""

    def __init__(self, workspace: Workspace, graph: str, node_id: str) -> None:
        self.workspace, self.graph_name, self.node_id = workspace, graph, node_id

    @property
    def graph(self) -> Graph | None:
        return self.workspace.document.graphs.get(self.graph_name)

    @property
    def node(self) -> Node | None:
        return self.graph.nodes.get(self.node_id) if self.graph is not None else None

    @property
    def result(self) -> NodeResult | None:
        result = self.workspace.result
        if result is None or result.graph.name != self.graph_name:
            return None
        return result.nodes.get(self.node_id)

    @property
    def names(self) -> dict[str, Value]:
        """What formulas on the node may name, in the instance on the canvas."""
        result = self.workspace.result
        return {} if result is None else {**result.arguments, **result.inputs}

    def do(
        self,
        edit: Callable[..., Changed],
        *values: object,
        row: FieldRow | None = None,
        held: Value = None,
        merge_key: str | None = None,
        **more: object,
    ) -> bool:
        """Do ``edit(document, graph, node, *values, **more)``."""

        def run(document: Document) -> Changed:
            return edit(document, self.graph_name, self.node_id, *values, **more)

        return attempt(self.workspace, run, row, held, merge_key)


def taken(use: Use, workspace: Workspace) -> tuple[dict[str, Argument], dict[str, Value]]:
    """What a block or graph takes and its defaults: from its class, or from the graph's declared arguments."""
    if use.kind is Kind.BLOCK:
        block = workspace.library.find(use.name)
        return (block.arguments(), block.defaults()) if block is not None else ({}, {})
    graph = workspace.document.graphs.get(use.name)
    if graph is None or use.kind is Kind.MODEL:
        return {}, {}
    return {a.name: as_argument(a) for a in graph.arguments}, {a.name: a.default for a in graph.arguments}
