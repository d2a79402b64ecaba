"""What a gesture means: canvas and palette say what a person did, and here it becomes an edit of the document."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from app.core import edits
from app.core.block import Library, Port
from app.core.changes import Changed, EditError
from app.core.document import BOUNDARY, Document, Edge, End, Frame, Kind
from app.core.draw import use as use_of
from app.core.elaborate import Elaboration, elaborate
from app.core.problems import Problem
from app.core.structure import rename_port
from app.ui import growing, offers, rewiring
from app.ui.own import brings
from app.ui.starter import with_first_graph
from app.ui.workspace import Workspace

Position = tuple[float, float]
BESIDE = 220.0
"""How far right of what it follows a block goes that is added without a place."""


def variadic(end: End, document: Document, graph: str, library: Library) -> bool:
    """Whether an input takes any number of wires."""
    node = document.graphs[graph].nodes.get(end.node) if end.node != BOUNDARY else None
    if node is None or node.use.kind is not Kind.BLOCK:
        return False
    block = library.find(node.use.name)
    inputs: Iterable[Port] = block.inputs if block is not None else ()
    return any(port.name == end.port and port.variadic for port in inputs)


class Gestures:
    """Edits of the graph on the canvas."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.chosen_places: Callable[[], Mapping[str, Position]] = dict
        """Places that the canvas chose for what has none; the first edit of a place keeps them all."""
        self.free_place: Callable[[Position, Collection[str]], Position] = lambda at, ignoring: at
        """The nearest place where a new node covers none of the others, but for these."""

    @property
    def graph(self) -> str:
        return self.workspace.graph_name

    def _settled(self, document: Document, more: Mapping[str, Position] | None = None) -> Document:
        """The document with every place that one sees, and these."""
        places = {**self.chosen_places(), **(more or {})}
        return edits.move_nodes(document, self.graph, places).document if places else document

    def moved(self, positions: Mapping[str, Position]) -> None:
        key = f"move {self.graph} {sorted(positions)}"
        self.workspace.do(lambda document: edits.move_nodes(document, self.graph, positions), merge_key=key)

    def connect(self, source: End, target: End) -> bool:
        many = variadic(target, self.workspace.document, self.graph, self.workspace.library)
        changed = self.workspace.do(lambda document: edits.connect(document, self.graph, source, target, variadic=many))
        return changed is not None

    def _is_variadic(self, end: End) -> bool:
        return variadic(end, self.workspace.document, self.graph, self.workspace.library)

    def rewire(self, moves: Sequence[tuple[Edge, End, End]]) -> bool:
        """Move wires to other ends, as one step."""
        edit = lambda document: rewiring.moved_wires(document, self.graph, moves, self._is_variadic)  # noqa: E731
        return self.workspace.do(edit) is not None

    def join(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Wire nodes in a row."""
        library = self.workspace.library
        self.workspace.do(lambda document: rewiring.joined(document, self.graph, pairs, library, self._is_variadic))

    def swap_inputs(self, node: str) -> None:
        self.workspace.do(lambda document: rewiring.swapped_inputs(document, self.graph, node))

    def why_not(self, source: End, target: End) -> str | None:
        """None where a wire may go from an output to an input, else a sentence."""
        many = variadic(target, self.workspace.document, self.graph, self.workspace.library)
        try:
            edits.connect(self.workspace.document, self.graph, source, target, variadic=many)
        except EditError as error:
            return str(error)
        return None

    def foresee(self, source: End, target: End) -> str | None:
        """What would be wrong at the input if the wire went there, with what would mend it; None where nothing."""
        workspace, name = self.workspace, self.graph
        many = self._is_variadic(target)
        try:
            made = edits.connect(workspace.document, name, source, target, variadic=many).document
        except EditError:
            return None  # that is a refusal, and said as one
        after = elaborate(made, workspace.library, workspace.preset or None, workspace.elaboration)
        problem = _problem_at(after, name, target.node)
        if problem is None or not problem.came or problem == _problem_at(workspace.elaboration, name, target.node):
            return None
        mending = next((fix.label for fix in problem.fixes if fix.label), "")
        return f"{problem.message} To mend it: {mending}." if mending else problem.message

    def disconnect(self, edges: Iterable[Edge]) -> None:
        gone = list(edges)
        self.workspace.do(lambda document: edits.disconnect(document, self.graph, gone))

    def delete(self, nodes: Sequence[str], *, heal: bool = False) -> None:
        inner = [node for node in nodes if not node.startswith(BOUNDARY)]
        if inner:
            self.workspace.do(lambda document: edits.remove_nodes(document, self.graph, inner, heal=heal))

    def rename(self, node: str, name: str) -> None:
        """A node's name, or that of an input or output of the graph (``@in:x``, ``@out:y``)."""
        if node.startswith(BOUNDARY):
            side, _, port = node.removeprefix(BOUNDARY).partition(":")
            which = "inputs" if side == "in" else "outputs"
            self.workspace.do(lambda document: rename_port(document, self.graph, which, port, name))  # type: ignore[arg-type]
        else:
            self.workspace.do(lambda document: edits.rename_node(document, self.graph, node, name))

    # -- adding ---------------------------------------------------------------------------------------------------

    @brings
    def add(self, payload: str, position: Position | None = None) -> Changed | None:
        """A new node, selected. In an empty document it comes with a graph to lie in."""
        use = use_of(payload)

        def edit(document: Document) -> Changed:
            if self.graph not in document.graphs:
                document = with_first_graph(document)
            elif position is not None:
                document = self._settled(document)
            graph = self.graph or next(iter(document.graphs))
            return edits.add_node(document, graph, use, position=position)

        return self.workspace.do(edit, select=True)

    @brings
    def add_here(self, payload: str, position: Position | None) -> Changed | None:
        """A new node at a place (or where there is room), fed by what is selected, else by what leads nowhere yet.

        Where that leads to the graph's output alone, or the graph is still empty, it goes between; what does not take
        what flows there stays unwired.
        """
        workspace = self.workspace
        source = self._grows_from(workspace.selection)
        if source is not None and growing.takes(workspace, payload, source):
            grown = self._grow(payload, source, position)
            if grown is not None:
                return grown
        end = growing.free_end(workspace, payload)
        if position is not None:
            position = self.free_place(position, ())
        elif end is None:
            positions = {**self.chosen_places(), **edits.layout_of(workspace.document, self.graph).positions}
            position = self.free_place(_free_place(positions), ())
        return self.add_wired(payload, position, end)

    @brings
    def add_after(self, payload: str) -> Changed | None:
        """A new node behind the selected one, wired to it where that fits; else beside everything.

        Where the selected one, or the input of a graph that is still empty, leads to the graph's output alone, the new
        one goes between them: so a chain grows by one block after another.
        """
        selected = self.workspace.selection
        positions = edits.layout_of(self.workspace.document, self.graph).positions
        source = self._grows_from(selected)
        if source is not None:
            grown = self._grow(payload, source)
            if grown is not None:
                return grown
        if len(selected) != 1:
            return self.add(payload, _free_place(positions))
        x, y = positions.get(selected[0], _free_place(positions))
        result = self.workspace.node_result(selected[0])
        ends = list(result.outputs) if result is not None else []
        if not ends:
            return self.add(payload, (x + BESIDE, y))
        return self.add_wired(payload, (x + BESIDE, y), End(selected[0], ends[0])) or self.add(payload, (x + BESIDE, y))

    def _grows_from(self, selected: Sequence[str]) -> End | None:
        """Where a chain ends that the graph's only output waits for."""
        graph = self.workspace.graph
        if graph is None or len(graph.outputs) != 1:
            return None
        if not graph.nodes and graph.inputs:
            return End(BOUNDARY, graph.inputs[0].name)
        leaving = graph.edges_from(selected[0]) if len(selected) == 1 else []
        ends = {edge.source for edge in leaving}
        return leaving[0].source if len(ends) == 1 and all(e.target.node == BOUNDARY for e in leaving) else None

    def _grow(self, payload: str, source: End, position: Position | None = None) -> Changed | None:
        """A new node between an end and the graph's output, which moves on where it is in the way."""
        use, name = use_of(payload), self.graph
        library, drawn = self.workspace.library, self.workspace.document
        inputs, outputs = offers.ports_of(use.kind, use.name, library, drawn)
        graph = drawn.graphs[name]
        if not inputs or not outputs or offers.wires_needed(use.kind, use.name, library, drawn) > 1:
            return None
        out = graph.outputs[0].name
        positions = {**self.chosen_places(), **edits.layout_of(self.workspace.document, name).positions}
        start = f"{BOUNDARY}in:{source.port}" if source.node == BOUNDARY else source.node
        beyond = f"{BOUNDARY}out:{out}"
        x, y = positions.get(start, (0.0, 0.0))
        end = positions.get(beyond, (x, y))
        x, y = self.free_place(position or (x + BESIDE, y), (beyond,))

        def edit(document: Document) -> Changed:
            added = edits.add_node(document, name, use, position=(x, y))
            made = edits.disconnect(added.document, name, graph.edges_into(BOUNDARY, out)).document
            made = edits.connect(made, name, source, End(added.node, inputs[0])).document
            made = edits.connect(made, name, End(added.node, outputs[0]), End(BOUNDARY, out)).document
            made = self._settled(made, {beyond: (max(end[0], x + BESIDE), end[1])})
            return Changed(made, added.label, added.nodes)

        return self.workspace.do(edit, select=True)

    @brings
    def add_wired(
        self, payload: str, position: Position | None, end: End | None, *, into: bool = False
    ) -> Changed | None:
        """A new node wired to the end of a wire that was dragged into empty space; ``into``: that end is an input."""
        if end is None:
            return self.add(payload, position)
        use = use_of(payload)
        inputs, outputs = offers.ports_of(use.kind, use.name, self.workspace.library, self.workspace.document)
        own = self._own_port(payload, end, into, inputs, outputs)
        if own is None:
            return self.add(payload, position)

        def edit(document: Document) -> Changed:
            document = self._settled(document) if position is not None else document
            added = edits.add_node(document, self.graph, use, position=position)
            mine = End(added.node, own)
            source, target = (mine, end) if into else (end, mine)
            many = variadic(target, added.document, self.graph, self.workspace.library)
            wired = edits.connect(added.document, self.graph, source, target, variadic=many)
            return Changed(wired.document, added.label, added.nodes)

        return self.workspace.do(edit, select=True)

    def _own_port(
        self, payload: str, end: End, into: bool, inputs: Sequence[str], outputs: Sequence[str]
    ) -> str | None:
        if into:
            return outputs[0] if outputs else None
        result = self.workspace.result
        wire = result.wire(end.node, end.port) if result is not None else None
        offer = offers.Offer(payload=payload, name="", family="")
        fitting = offers.input_fitting(offer, wire, self.workspace.library, self.workspace.document)
        return fitting or (inputs[0] if inputs else None)

    @brings
    def insert(
        self, payload: str, position: Position | None, edge: Edge, others: Mapping[str, Position] | None = None
    ) -> Changed | None:
        """A new node in a wire; ``others`` are the nodes that make room for it, with their new places."""
        use = use_of(payload)
        inputs, outputs = offers.ports_of(use.kind, use.name, self.workspace.library, self.workspace.document)
        if not inputs or not outputs:
            return self.add(payload, position)
        return self.workspace.do(
            lambda document: edits.insert_on_edge(
                self._settled(document, others),
                self.graph,
                edge,
                use,
                input=inputs[0],
                output=outputs[0],
                position=position,
            ),
            select=True,
        )

    def put_on(self, node: str, edge: Edge, positions: Mapping[str, Position] | None = None) -> None:
        """Lead a wire through a node that was dragged onto it, and let it lie there: one step.

        What cannot go into the wire is only moved.
        """
        found = self.workspace.document.graphs[self.graph].nodes.get(node)
        inputs, outputs = (
            offers.node_ports(found, self.workspace.library, self.workspace.document) if found is not None else ([], [])
        )

        def edit(document: Document) -> Changed:
            if positions:
                document = edits.move_nodes(document, self.graph, positions).document
            return edits.put_on_edge(document, self.graph, edge, node, input=inputs[0], output=outputs[0])

        put = inputs and outputs and self.workspace.do(edit) is not None
        if not put and positions:
            self.moved(positions)

    @brings
    def become(self, payload: str, node: str) -> Changed | None:
        """Make a node something else, with the wires and arguments that the new one has too."""
        use, library = use_of(payload), self.workspace.library
        return self.workspace.do(
            lambda document: rewiring.replaced(document, self.graph, node, use, library), select=True
        )

    def duplicate(self, nodes: Sequence[str], offset: Position | None = None) -> None:
        """Copies of nodes, fed by the same wires: beside them, or so far from them."""
        from app.core import clipboard  # not for the first frame

        def edit(document: Document) -> Changed:
            document = self._settled(document)
            made = clipboard.duplicate(document, self.graph, nodes)
            if offset is None:
                return made
            places = edits.layout_of(document, self.graph).positions
            where = {
                new: (places[old][0] + offset[0], places[old][1] + offset[1])
                for old, new in zip(nodes, made.nodes, strict=True)
                if old in places
            }
            moved = edits.move_nodes(made.document, self.graph, where).document
            return Changed(moved, made.label, made.nodes)

        self.workspace.do(edit, select=True)

    # -- frames ---------------------------------------------------------------------------------------------------

    def frame_round(self, nodes: Collection[str]) -> int | None:
        """The number of the smallest frame that holds all these nodes."""
        frames = edits.layout_of(self.workspace.document, self.graph).frames
        holding = [(len(frame.nodes), number) for number, frame in enumerate(frames) if set(nodes) <= set(frame.nodes)]
        return min(holding)[1] if holding and nodes else None

    def frame(self, nodes: Sequence[str], title: str) -> None:
        """A titled frame around nodes."""
        self.workspace.do(
            lambda document: edits.set_frame(document, self.graph, Frame(title=title, nodes=tuple(nodes)))
        )

    def rename_frame(self, number: int, title: str) -> None:
        frame = edits.layout_of(self.workspace.document, self.graph).frames[number]
        made = Frame(title=title, nodes=frame.nodes, colour=frame.colour)
        self.workspace.do(lambda document: edits.set_frame(document, self.graph, made, number))

    def remove_frame(self, number: int) -> None:
        self.workspace.do(lambda document: edits.remove_frame(document, self.graph, number))

    # -- switches -------------------------------------------------------------------------------------------------

    def toggle(self, nodes: Collection[str], what: str) -> None:
        """Bypass or mute the nodes, or use them again if all of them are so already."""
        graph = self.workspace.document.graphs.get(self.graph)
        chosen = [graph.nodes[node] for node in nodes if node in graph.nodes] if graph is not None else []
        if not chosen:
            return
        on = not all(getattr(node, what) for node in chosen)
        switch = edits.set_bypass if what == "bypass" else edits.set_mute

        def edit(document: Document) -> Changed:
            label = ""
            for node in chosen:
                changed = switch(document, self.graph, node.id, on)
                document, label = changed.document, changed.label
            verb = label.split(" ", 1)[0]
            return Changed(document, label if len(chosen) == 1 else f"{verb} {len(chosen)} nodes")

        self.workspace.do(edit)


def _problem_at(elaboration: Elaboration, graph: str, node: str) -> Problem | None:
    view = elaboration.views.get(graph)
    found = view.nodes.get(node) if view is not None else None
    return found.problem if found is not None else None


def _free_place(positions: Mapping[str, Position]) -> Position:
    if not positions:
        return 0.0, 0.0
    xs, ys = zip(*positions.values(), strict=True)
    return max(xs) + BESIDE, min(ys)
