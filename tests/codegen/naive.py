"""The naive emission: one module for each node, one value for each port, nothing folded, nothing inferred twice.

It builds straight from an elaborated instance and interprets the wires, so it shares no code with the generator. What
the generated text computes must equal what this computes.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from app.core.block import Expression, Metric, Module
from app.core.document import BOUNDARY, SELF, Kind, Node
from app.core.elaborate import GraphResult
from app.core.results import NodeResult, Unit, unit_key
from app.core.tensor_type import ABSENT
from blocks import module_text


def namespace(source: str | None, texts: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What a call's text may name."""
    names: dict[str, Any] = {"torch": torch, "nn": nn, "F": functional, "math": math, "Tensor": Tensor}
    if source is not None:
        text = texts[source] if texts and source in texts else module_text(source)
        exec(compile(text, source, "exec"), names)
    return names


class Naive(nn.Module):
    """One instance of a graph. ``models``: modules that step graphs call, by name."""

    def __init__(
        self, result: GraphResult, models: Mapping[str, nn.Module] | None = None, texts: Mapping[str, str] | None = None
    ) -> None:
        super().__init__()
        self.result = result
        self.texts = texts
        self.called = dict(models or {})
        for node_result in result.nodes.values():
            node = node_result.node
            if node.shares or node.use.kind is Kind.MODEL or not node_result.active:
                continue
            for index, unit in enumerate(node_result.units):
                made = self._made(unit)
                if made is not None:
                    self._place(unit_key(node, index), made)
        for node in result.graph.nodes.values():
            for own, path in node.ties.items() if result.nodes[node.id].active else ():
                other = result.graph.named(path.partition(".")[0])
                if other is not None and not result.nodes[other.id].active:
                    continue
                self._tie(f"{node.name}.{own}", path)

    def _made(self, unit: Unit) -> Any:
        if unit.instance is not None:
            return Naive(unit.instance, texts=self.texts)
        call = unit.block.call(*unit.inputs.values()) if unit.block is not None else None
        if not isinstance(call, Module):
            return None
        names = namespace(call.source, self.texts)
        if "(" in call.target:  # a whole call over the arguments: nn.Parameter(torch.zeros(size0))
            return eval(call.target, {**names, **call.arguments})
        made = eval(call.target, names)(**call.arguments)
        return made if call.around is None else eval(call.around, {**names, "module": made})

    def _place(self, key: str, made: Any) -> None:
        owner: nn.Module = self
        *path, last = key.split(".")
        for part in path:
            if part not in owner._modules:
                owner.add_module(part, nn.Module())
            owner = owner.get_submodule(part)
        if isinstance(made, Tensor):  # a parameter or buffer that the class holds itself
            setattr(owner, last, made)
        else:
            owner.add_module(last, made)

    def _tie(self, own: str, path: str) -> None:
        holder, _, name = own.rpartition(".")
        setattr(self.get_submodule(holder), name, self.get_parameter(path))

    # -- calling ---------------------------------------------------------------------------------------------------

    def forward(self, *inputs: Any) -> Any:
        values: dict[tuple[str, str], Any] = {
            (BOUNDARY, port.name): value for port, value in zip(self.result.graph.inputs, inputs, strict=False)
        }
        needed = self._needed()
        for node in self._order():
            if node.id not in needed:
                continue
            outputs = self._outputs(self.result.nodes[node.id], values)
            values.update({(node.id, port): value for port, value in outputs.items()})
        found = []
        for port in self.result.graph.outputs:
            edge = next(e for e in self.result.graph.edges if e.target.node == BOUNDARY and e.target.port == port.name)
            found.append(values[edge.source.node, edge.source.port])
        return found[0] if len(found) == 1 else tuple(found)

    def _needed(self) -> set[str]:
        """Nodes from which wires lead to an output."""
        edges = self.result.graph.edges
        needed = {edge.source.node for edge in edges if edge.target.node == BOUNDARY}
        for _ in self.result.graph.nodes:
            needed |= {edge.source.node for edge in edges if edge.target.node in needed}
        return needed

    def _order(self) -> list[Node]:
        """Topological, and in document order where that leaves a choice."""
        graph = self.result.graph
        ids = list(graph.nodes)
        before = {i: {e.source.node for e in graph.edges_into(i)} - {BOUNDARY} for i in ids}
        ready = [ids.index(i) for i in ids if not before[i]]
        heapq.heapify(ready)
        order: list[Node] = []
        while ready:
            done = ids[heapq.heappop(ready)]
            order.append(graph.nodes[done])
            for identity in ids:
                if done in before[identity]:
                    before[identity].discard(done)
                    if not before[identity]:
                        heapq.heappush(ready, ids.index(identity))
        return order

    def _outputs(self, found: NodeResult, values: Mapping[tuple[str, str], Any]) -> dict[str, Any]:
        node = found.node
        if SELF in found.outputs:
            return {SELF: self._module(node, 0)}
        given: dict[str, Any] = {port: () if isinstance(t, tuple) else None for port, t in found.inputs.items()}
        for edge in self.result.graph.edges_into(node.id):
            if (edge.source.node, edge.source.port) not in values:
                continue  # it came from a muted node
            value = values[edge.source.node, edge.source.port]
            port = edge.target.port
            if isinstance(found.inputs.get(port), tuple):
                given[port] = (*given[port], value)
            else:
                given[port] = value
        if not found.active:
            given_any = [v[0] if isinstance(v, tuple) else v for v in given.values() if v is not None and v != ()]
            if node.mute or any(type_ is ABSENT for type_ in found.outputs.values()):
                return {}
            return {next(iter(found.outputs)): given_any[0]}
        if node.scan is not None:
            return self._scanned(found, given)
        for index, unit in enumerate(found.units):
            outputs = self._called(node, index, unit, given)
            carried = [port for port in outputs if port in given]
            for port in carried:
                given[port] = outputs[port]
            if not carried and given:
                given[next(iter(given))] = next(iter(outputs.values()))
        return outputs

    def _module(self, node: Node, index: int) -> Any:
        if node.use.kind is Kind.MODEL:
            return self.called[node.use.name]
        if node.shares:
            node = self.result.graph.nodes.get(node.shares) or self.result.graph.named(node.shares) or node
        key = unit_key(node, index)
        held = {**self._parameters, **self._buffers}
        return held[key] if key in held else self.get_submodule(key)

    def _called(self, node: Node, index: int, unit: Unit, given: Mapping[str, Any]) -> dict[str, Any]:
        ports = list(unit.outputs)
        if unit.instance is not None:
            args = list(given.values())
            while args and args[-1] is None:
                args.pop()
            found = self._module(node, index)(*args)
            return dict(zip(ports, found if len(ports) > 1 else (found,), strict=True))
        assert unit.block is not None
        call = unit.block.call(*unit.inputs.values())
        names = namespace(call.source, self.texts)
        if isinstance(call, Expression):
            names.update(call.values)
            template = call.template
        else:
            module = self._module(node, index)
            names.update(call.arguments)
            names["module"] = module
            wired = [f"*{p}" if isinstance(v, tuple) else p for p, v in given.items() if v is not None and v != ()]
            template = call.forward or f"module({', '.join(wired)})"
        names.update(given)
        found = eval(template, names)
        if call.returns is None:
            return dict(zip(ports, found if len(ports) > 1 else (found,), strict=True))
        exec(f"{call.returns} = found", names | {"found": found}, names)
        return {port: names[port] for port in ports}

    def _scanned(self, found: NodeResult, given: dict[str, Any]) -> dict[str, Any]:
        node, unit = found.node, found.units[0]
        scan = node.scan
        assert scan is not None
        steps = given[scan.sliced[0]].shape[scan.dim] if scan.sliced else self.result_count(found)
        collected: dict[str, list[Tensor]] = {}
        current = dict(given)
        times = range(steps - 1, -1, -1) if scan.reverse else range(steps)
        for time in times:
            for port in scan.sliced:
                current[port] = given[port].select(scan.dim, time)
            outputs = self._called(node, 0, unit, current)
            for port, value in outputs.items():
                if port in given and port not in scan.sliced:
                    current[port] = value
                else:
                    collected.setdefault(port, []).append(value)
        stacked = {p: torch.stack(v[::-1] if scan.reverse else v, dim=scan.dim) for p, v in collected.items()}
        return {port: stacked[port] if port in stacked else current[port] for port in unit.outputs}

    def result_count(self, found: NodeResult) -> int:
        """How often a scan without slices steps."""
        from app.core.resolve import Scope, count_of

        assert found.node.scan is not None
        scope = Scope(self.result.graph, {**self.result.inputs, **self.result.arguments})
        return count_of(found.node.scan.count, scope, found.node, "scan")


def is_metric(unit: Unit) -> bool:
    return unit.block is not None and isinstance(unit.block.call(*unit.inputs.values()), Metric)
