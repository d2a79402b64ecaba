"""What flows where in one graph: sources past nodes that only pass on, uses, and the order of evaluation."""

from __future__ import annotations

import heapq
from collections import Counter
from typing import TYPE_CHECKING

from app.codegen.construct import Constructor
from app.codegen.lines import Lines
from app.codegen.source import GenerationError
from app.codegen.values import (
    GENERIC,
    Key,
    Pending,
    parameter_names,
)
from app.codegen.view import View
from app.core.document import BOUNDARY, SELF, GraphPort, Node
from app.core.problems import Path
from app.core.results import NodeResult
from app.core.tensor_type import ABSENT

if TYPE_CHECKING:
    from app.codegen.classes import ClassWriter


class Flow:
    """The wires of one graph as its ``forward`` meets them."""

    def __init__(
        self, owner: ClassWriter, view: View, constructor: Constructor, declared: frozenset[str] = frozenset()
    ) -> None:
        """``declared``: variables whose first assignment says that they are tensors."""
        self.declared = declared
        self.undeclared: set[str] = set()
        self.owner = owner
        self.view = view
        self.graph = view.graph
        self.constructor = constructor
        self.indent = 2
        self.plan = owner.project.collection.plan(view.graph)
        self._inputs: dict[str, list[tuple[str, Key]]] = {}
        self.lines = Lines()
        self.shapes = owner.shapes
        self.names: dict[Key, str] = {}
        self.pending: dict[Key, Pending] = {}
        self.typed: set[str] = set()
        self.assigned: set[str] = set()
        self.labels = parameter_names(tuple(port.name for port in self.graph.inputs))
        self.parameters = set(self.labels.values())
        self.lists: set[str] = set()
        self.result: dict[str, NodeResult] = self._results()
        needed = self._needed()
        self.active = [node for node in self.graph.nodes.values() if node.id in needed and self._is_active(node)]
        self.uses = self._count_uses()
        self.used = {key for key, count in self.uses.items() if count}
        self.wanted = Counter(self.uses)
        self.going_round = self._going_round()
        self.stands_for: dict[Key, str] = {}
        """Values that end up under a name that is there already."""
        self.is_crowded = self._is_crowded()

    def _results(self) -> dict[str, NodeResult]:
        """For each node a result where it is active, of whichever instance has one first."""
        found: dict[str, NodeResult] = {}
        for identity in self.graph.nodes:
            candidates = [r.nodes[identity] for _, r in self.view.results if identity in r.nodes]
            chosen = next((r for r in candidates if r.active and (r.units or SELF in r.outputs)), None)
            if chosen is not None:
                found[identity] = chosen
            elif candidates:
                found[identity] = candidates[0]
        return found

    def _is_active(self, node: Node) -> bool:
        result = self.result.get(node.id)
        return result is not None and result.active

    def origin(self, source: str, port: str) -> Key | None:
        """The value on a wire, past nodes that only pass on; None where a muted node leaves nothing."""
        while source != BOUNDARY:
            result = self.result.get(source)
            if result is None:
                return None
            if result.active:
                return source, port
            if result.outputs.get(port) is ABSENT:
                return None
            node = self.graph.nodes[source]
            passed = None if node.mute else self._passed(node, result)
            if passed is None:
                return None
            source, port = passed
        return source, port

    def _passed(self, node: Node, result: NodeResult) -> Key | None:
        """The value that a node passes on where it is left out: the first that there is, in the order of its ports."""
        feed, ports = self.plan.feeds[node.id], list(result.inputs)
        order = sorted(range(len(feed.ports)), key=lambda at: ports.index(feed.ports[at]))
        return next((key for at in order if (key := self.origin(*feed.sources[at])) is not None), None)

    def inputs_of(self, node: Node) -> list[tuple[str, Key]]:
        """Port and value of every wire that enters."""
        found = self._inputs.get(node.id)
        if found is None:
            feed = self.plan.feeds[node.id]
            wires = zip(feed.ports, feed.sources, strict=True)
            found = [(target, key) for target, source in wires if (key := self.origin(*source)) is not None]
            self._inputs[node.id] = found
        return found

    def _going_round(self) -> dict[Key, str]:
        """What a value is called in the loop that it enters, where it is carried from step to step or copy to copy."""
        found: dict[Key, str] = {}
        for node in self.active:
            if node.scan or node.repeat:
                carried = [(port, key) for port, key in self.inputs_of(node) if port in self.result[node.id].outputs]
                found.update((key, port) for port, key in carried if port not in GENERIC and key not in found)
        return found

    def output_keys(self) -> list[tuple[GraphPort, Key]]:
        keys = []
        for port in self.graph.outputs:
            source = self.plan.outputs.get(port.name)
            key = self.origin(*source) if source is not None else None
            if key is None:
                why = "has nothing wired to it" if source is None else "comes from a node that is muted"
                message = f"The output “{port.name}” of {self.graph.name} {why}."
                raise GenerationError(message, Path(self.graph.name, "", port.name))
            keys.append((port, key))
        return keys

    def _needed(self) -> set[str]:
        """Nodes that an output depends on; what nothing needs is held, but not called."""
        needed: set[str] = set()
        waiting = [key[0] for _, key in self.output_keys()]
        while waiting:
            identity = waiting.pop()
            if identity not in needed and identity != BOUNDARY:
                needed.add(identity)
                waiting += [key[0] for _, key in self.inputs_of(self.graph.nodes[identity])]
        return needed

    def _count_uses(self) -> Counter[Key]:
        uses: Counter[Key] = Counter()
        for node in self.active:
            for _, key in self.inputs_of(node):
                uses[key] += 1
        for _, key in self.output_keys():
            uses[key] += 1
        return uses

    def _order(self) -> list[Node]:
        """Topological, and as near to document order as that allows."""
        position = {identity: index for index, identity in enumerate(self.graph.nodes)}
        active = {node.id for node in self.active}
        waiting: dict[str, int] = {}
        followers: dict[str, list[str]] = {identity: [] for identity in active}
        for node in self.active:
            sources = {key[0] for _, key in self.inputs_of(node) if key[0] in active}
            waiting[node.id] = len(sources)
            for source in sources:
                followers[source].append(node.id)
        ready = [position[identity] for identity, count in waiting.items() if not count]
        heapq.heapify(ready)
        ids = list(self.graph.nodes)
        order: list[Node] = []
        while ready:
            identity = ids[heapq.heappop(ready)]
            order.append(self.graph.nodes[identity])
            for follower in followers[identity]:
                waiting[follower] -= 1
                if not waiting[follower]:
                    heapq.heappush(ready, position[follower])
        return order

    def _is_crowded(self) -> bool:
        """Whether three values at once wait for a second use, as on the way down of a U-Net: then each gets a name."""
        order = [node.id for node in self._order()]
        last: dict[str, int] = {}
        for position, identity in enumerate(order):
            for _, (source, port) in self.inputs_of(self.graph.nodes[identity]):
                if source != BOUNDARY and self.uses[source, port] > 1:
                    last[source] = position
        spans = [(order.index(source), end) for source, end in last.items()]
        return any(sum(start < at < end for start, end in spans) > 2 for at in range(len(order)))
