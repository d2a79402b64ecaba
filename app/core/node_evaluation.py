"""One node for one set of incoming types: its ports, its copies or steps, and what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from app.core.block import LARGEST, Block, Port, Weight
from app.core.copies import Copies
from app.core.document import SELF, Kind, Node, Use
from app.core.memory import BlockRules, NodeState, Settled
from app.core.problems import Disconnect, Problem, ShapeError
from app.core.resolve import (
    Refusal,
    Scope,
    Unknown,
    choose,
    count_of,
    graph_arguments,
    is_enabled,
    make_block,
    named,
)
from app.core.results import NOTHING, NodeResult, Totals, Unit, state_of, together
from app.core.sums import weight_at
from app.core.symbolic import Symbol, Traced
from app.core.tensor_type import ABSENT, ModuleType, TensorType, TracedType, WireType, example_size

if TYPE_CHECKING:
    from app.core.instances import Evaluator


DANGLING: Any = object()
"""On a wire that leaves a port which does not exist."""


class UnknownOutputs(dict[str, Any]):
    """Outputs of a node that is wrong: whichever port a wire leaves, what flows there is unknown."""

    def __init__(self, ports: tuple[str, ...]) -> None:
        super().__init__(dict.fromkeys(ports))

    def get(self, key: str, default: Any = None) -> Any:
        return None


class NodeEvaluation:
    """One node for one set of incoming types."""

    def __init__(
        self,
        evaluator: Evaluator,
        scope: Scope,
        state: NodeState,
        ports: tuple[str, ...],
        types: tuple[WireType, ...],
        is_module: bool,
        settled: Settled | None = None,
    ) -> None:
        """``settled``: what is remembered of the node for the values that its formulas' names have here."""
        self.evaluator = evaluator
        self.scope = scope
        self.state = state
        self.node = state.node
        self.settled = settled
        self.ports = ports
        self.types = types
        self.is_module = is_module

    def result(self) -> NodeResult:
        """Never raises for what a user can draw: a refusal is a problem of the node, and its outputs are unknown."""
        self.block: Any = None
        self.outputs: tuple[str, ...] = ()
        self.inputs: Mapping[str, Any] = dict(zip(self.ports, self.types, strict=False))
        try:
            return self._result()
        except Refusal as refusal:
            problem: Problem | None = refusal.problem
        except ShapeError as error:
            problem = error.at(self.scope.path(self.node))
        except Unknown:
            problem = None
        return NodeResult(self.node, self.inputs, UnknownOutputs(self.outputs), True, self.block, (), NOTHING, problem)

    def _result(self) -> NodeResult:
        rules = self._rules() if self.settled is not None and are_tensors(self.types) else None
        if rules is not None:
            return self._called_plainly(rules)
        use, self.written = choose(self.node, self.scope)
        self.use = use
        inputs, outputs = self._target()
        self.outputs = tuple([port.name for port in outputs])
        if self.is_module and use.kind is not Kind.BLOCK:
            return self._inactive({SELF: ABSENT}) if self.node.mute else self._as_module(use)
        if self.node.mute:
            return self._inactive(dict.fromkeys(self.outputs, ABSENT))
        given = self._assigned(inputs)
        self.inputs = given
        if self._lacks(inputs, given):
            return self._inactive(dict.fromkeys(self.outputs, ABSENT))
        if self.node.bypass or not is_enabled(self.node, self.scope):
            return self._passed(inputs, given)
        self._need(inputs, given)
        if _any_unknown(given):
            return NodeResult(self.node, given, dict.fromkeys(self.outputs), True, self.block)
        return self._called(given)

    def _rules(self) -> BlockRules | None:
        """Those of the block, where all that there is to do is to call it with the types that come."""
        settled = self.settled
        assert settled is not None
        if settled.rules is not None and settled.ports == self.ports:
            return settled.rules
        if not self.state.is_bare:
            return None
        node = self.node
        self.block = make_block(self.evaluator.library, node.use.name, node.arguments, self.scope, node, None)
        rules = self._rules_of(self.block)
        if not rules.are_all(self.ports):
            return None
        settled.rules, settled.ports = rules, self.ports
        return rules

    def _rules_of(self, block: Block) -> BlockRules:
        return BlockRules(block) if self.evaluator.tracing else self.evaluator.memory.rules_of(block)

    def _called_plainly(self, rules: BlockRules) -> NodeResult:
        self.block, self.outputs = rules.block, rules.outputs
        self.inputs = given = rules.arranged(self.ports, self.types)
        self.evaluator.spend(self.scope, self.node)
        unit = self._unit(rules, given)
        return NodeResult(self.node, unit.inputs, unit.outputs, True, rules.block, (unit,), unit.totals)

    # -- ports -----------------------------------------------------------------------------------------------------

    def _target(self) -> tuple[tuple[Port, ...], tuple[Port, ...]]:
        """Input and output ports of what the node is; makes the block, or finds the graph."""
        if self.use.kind is Kind.BLOCK:
            index = 0 if self.node.repeat is not None else None
            if self.block is None:
                library = self.evaluator.library
                self.block = make_block(library, self.use.name, self.written, self.scope, self.node, index)
            found: tuple[tuple[Port, ...], tuple[Port, ...]] = self.block.ports()
            return found
        graph = self.evaluator.graph_of(self.use, self.scope, self.node)
        self.graph = graph
        inputs = tuple(Port(name=p.name, optional=p.optional, module=p.module) for p in graph.inputs)
        return inputs, tuple(Port(name=p.name) for p in graph.outputs)

    def _assigned(self, ports: tuple[Port, ...]) -> dict[str, Any]:
        """Types by port: None where nothing is wired, a tuple for a variadic port."""
        known = {port.name: port for port in ports}
        given: dict[str, Any] = {port.name: () if port.variadic else NOT_WIRED for port in ports}
        for name, type_ in zip(self.ports, self.types, strict=True):
            port = known.get(name)
            path = self.scope.path(self.node, name)
            if port is None:
                has = ", ".join(known) or "none"
                message = f"A wire enters “{self.node.name}” at “{name}”, but its inputs are: {has}."
                raise Refusal(
                    Problem(message, path, expected=has, came=name, fixes=(Disconnect(name, "Remove the wire"),))
                )
            if type_ is DANGLING:
                message = (
                    f"The wire into “{self.node.name}.{name}” comes from an output that there is not: no such port, or "
                    "its node is left out here, and of that only the first output is there, as what entered it."
                )
                raise Refusal(Problem(message, path, fixes=(Disconnect(name, "Remove the wire"),)))
            if port.variadic:
                given[name] = (*given[name], type_) if type_ is not ABSENT else given[name]
            elif given[name] is not NOT_WIRED:
                message = f"“{self.node.name}.{name}” takes one wire; several enter it."
                raise Refusal(Problem(message, path, fixes=(Disconnect(name, "Remove the wires"),)))
            else:
                given[name] = type_
        return given

    def _lacks(self, ports: tuple[Port, ...], given: dict[str, Any]) -> bool:
        """Whether a wire that the node needs comes from a muted node; what it can do without becomes unwired."""
        for port in ports:
            if given[port.name] is ABSENT:
                if not port.optional:
                    return True
                given[port.name] = NOT_WIRED
        return False

    def _need(self, ports: tuple[Port, ...], given: dict[str, Any]) -> None:
        """Refuse an input that needs a wire and has none; optional ones become None for the block's rules."""
        for port in ports:
            value = given[port.name]
            path = self.scope.path(self.node, port.name)
            if port.variadic:
                if len(value) < port.least:
                    message = (
                        f"“{self.node.name}” needs at least {port.least} wires at “{port.name}”; it has {len(value)}."
                    )
                    raise Refusal(Problem(message, path, expected=f"{port.least} wires", came=str(len(value))))
            elif value is NOT_WIRED and not port.optional:
                message = f"“{self.node.name}” has nothing wired to its input “{port.name}”."
                raise Refusal(Problem(message, path, expected="a wire", came="nothing"))
            elif port.module != isinstance(value, ModuleType) and value is not None and value is not NOT_WIRED:
                wanted = "a module (the “self” output of a model or graph)" if port.module else "a tensor"
                message = f"“{self.node.name}.{port.name}” takes {wanted}; {named(value)} came."
                raise Refusal(Problem(message, path, expected=wanted, came=named(value)))

    # -- nodes that do nothing ---------------------------------------------------------------------------------------

    def _inactive(self, outputs: Mapping[str, WireType]) -> NodeResult:
        return NodeResult(self.node, self.inputs, outputs, False, self.block)

    def _passed(self, ports: tuple[Port, ...], given: Mapping[str, Any]) -> NodeResult:
        """Bypassed or not enabled: the output is the first input."""
        first = next((given[port.name] for port in ports if given[port.name] is not NOT_WIRED), None)
        if isinstance(first, tuple):
            first = first[0] if first else ABSENT
        return self._inactive({self.outputs[0]: first} if self.outputs else {})

    def _as_module(self, use: Use) -> NodeResult:
        """Wired by its ``self`` port: it takes no inputs and is called by another."""
        if self.ports:
            message = f"“{self.node.name}” gives its module to another node, which calls it: it takes no wires itself."
            raise Refusal(
                Problem(message, self.scope.path(self.node), fixes=(Disconnect(self.ports[0], "Remove the wire"),))
            )
        arguments = self._graph_arguments(None)
        evaluator, graph = self.evaluator, self.graph

        def call(types: tuple[WireType, ...]) -> tuple[WireType, ...]:
            if len(types) != len(graph.inputs):
                wanted = ", ".join(port.name for port in graph.inputs)
                raise ShapeError(
                    f"{graph.name} takes {len(graph.inputs)} inputs ({wanted}); it is called with {len(types)}."
                )
            result = evaluator.instance(graph, arguments, types)
            module.instances.append(result)
            return tuple(result.outputs.values())

        def state() -> Mapping[str, Weight] | None:
            declared = evaluator.types.get(use.name) if use.kind is Kind.MODEL and not evaluator.tracing else None
            return None if declared is None else state_of(evaluator.instance(graph, arguments, declared))

        inputs, outputs = (tuple(p.name for p in ports) for ports in (graph.inputs, graph.outputs))
        module = ModuleType(use.name, inputs, outputs, call, state)
        return NodeResult(self.node, {}, {SELF: module}, True)

    # -- calling -----------------------------------------------------------------------------------------------------

    def _called(self, given: dict[str, Any]) -> NodeResult:
        self.optional = {name: None if value is NOT_WIRED else value for name, value in given.items()}
        if self.node.repeat is not None:
            units, outputs = Copies(self).made(self.optional)
            totals = together([unit.totals for unit in units])
        elif self.node.scan is not None:
            unit, outputs, steps = self._scanned(self.optional)
            units, totals = (unit,), unit.totals.times(steps)
        else:
            unit = self.once(self.optional, None)
            units, outputs, totals = (unit,), unit.outputs, unit.totals
        if self.use.kind is Kind.MODEL or self.node.shares:
            totals = totals.without_weights()
        elif self.node.ties:
            totals = _untied(self.node, units, totals)
        return NodeResult(self.node, self.optional, outputs, True, self.block, units, totals)

    def by_index(self, known: tuple[Unit, ...]) -> tuple[Unit, ...]:
        """The copies of a repeat, each after the first said by its own number ``i``; none where they are all alike, or
        cannot be said so. ``known``: the copies as they are.
        """
        self.block = None
        copies = Copies(self)
        if not known or copies.are_alike(known):
            return ()
        self.use, self.written = choose(self.node, self.scope)
        _, outputs = self._target()
        self.outputs = tuple([port.name for port in outputs])
        return copies.by_index(known)

    def once(self, inputs: Mapping[str, Any], index: int | None) -> Unit:
        """What the node stands for, called once: as copy number ``index`` of a repeat, where it is one."""
        self.evaluator.spend(self.scope, self.node)
        if self.use.kind is Kind.BLOCK:
            return self._block_once(inputs, index)
        arguments = self._graph_arguments(index)
        types = tuple([ABSENT if p.optional and inputs[p.name] is None else inputs[p.name] for p in self.graph.inputs])
        instance = self.evaluator.instance(self.graph, arguments, types)
        return Unit(arguments, inputs, instance.outputs, None, instance, {}, instance.totals)

    def _graph_arguments(self, index: int | None) -> dict[str, Any]:
        if self.use.kind is Kind.MODEL:
            return dict(self.evaluator.models[self.use.name])
        return graph_arguments(self.graph, self.written, self.scope, self.node, index)

    def _block_once(self, inputs: Mapping[str, Any], index: int | None) -> Unit:
        block = self.block
        if (index or isinstance(index, Traced)) and self.state.uses_index:
            block = make_block(self.evaluator.library, self.use.name, self.written, self.scope, self.node, index)
        rules = self._rules_of(block)
        node = self.node
        is_bare = not (node.repeat or node.scan or node.shares or node.ties)
        if self.settled is not None and is_bare and rules.is_simple:
            self.settled.rules, self.settled.ports = rules, self.ports
        return self._unit(rules, inputs)

    def _unit(self, rules: BlockRules, inputs: Mapping[str, Any]) -> Unit:
        """What a block gives for these inputs; what equal blocks gave for them before is theirs, too."""
        given = tuple(inputs.values())
        unit = None if self.evaluator.tracing else rules.units.get(given)
        if unit is None:
            unit = self._worked_out(rules, inputs, given)
            if not self.evaluator.tracing and ModuleType not in map(type, given):
                rules.remember(given, unit)
        return unit

    def _worked_out(self, rules: BlockRules, inputs: Mapping[str, Any], given: tuple[Any, ...]) -> Unit:
        block, name = rules.block, type(rules.block).__name__
        try:
            types = block.infer(*given)
            types = types if isinstance(types, tuple) else (types,)
            weights: Mapping[str, Weight] = block.weights(*given)
            macs = 0 if self.evaluator.tracing else block.macs(*given)
        except (TypeError, ValueError, IndexError, ZeroDivisionError, OverflowError, AttributeError) as error:
            came = ", ".join(named(type_) for type_ in self.types)
            message = f"{name} cannot take {came or 'no input'} with these arguments ({error})."
            raise ShapeError(message, came=came) from error
        if weights == rules.weights and not self.evaluator.tracing:
            weights = rules.weights
        else:
            rules.weights = weights
        _check_sizes(name, types)
        outputs = dict(zip(rules.outputs, types, strict=True))
        if self.evaluator.tracing:  # text needs no sums, and sums of expressions cost
            return Unit({}, inputs, outputs, block, None, weights, NOTHING)
        learnt = kept = 0
        for weight in weights.values():
            if weight.learnt:
                learnt += _elements(weight.shape)
            else:
                kept += _elements(weight.shape)
        totals = Totals(learnt, kept, example_size(macs), sum([example_bytes(type_) for type_ in types]))
        return Unit({}, inputs, outputs, block, None, weights, totals)

    def _scanned(self, inputs: dict[str, Any]) -> tuple[Unit, Mapping[str, WireType], int]:
        scan = self.node.scan
        assert scan is not None
        stepped = dict(inputs)
        length: Any = None
        for name in scan.sliced:
            type_ = inputs.get(name)
            if not isinstance(type_, TensorType) or not -type_.rank <= scan.dim < type_.rank:
                message = f"“{self.node.name}” steps along dimension {scan.dim} of “{name}”, which is {named(type_)}."
                raise Refusal(Problem(message, self.scope.path(self.node, "scan"), came=named(type_)))
            dim = scan.dim % type_.rank
            length = type_.shape[dim]
            stepped[name] = type_.with_shape(*type_.shape[:dim], *type_.shape[dim + 1 :])
        if length is None:
            length = count_of(scan.count, self.scope, self.node, "scan")
        unit = self.once(stepped, None)
        outputs: dict[str, WireType] = {}
        for name, type_ in unit.outputs.items():
            if name in stepped and name not in scan.sliced:
                self._check_carried(name, stepped[name], type_)
                outputs[name] = type_
            elif isinstance(type_, TensorType):
                dim = scan.dim % (type_.rank + 1)
                outputs[name] = type_.with_shape(*type_.shape[:dim], length, *type_.shape[dim:])
            else:
                outputs[name] = None
        return unit, outputs, example_size(length)

    def _check_carried(self, name: str, before: Any, after: Any) -> None:
        if before is None or after is None or before == after or isinstance(before, ModuleType):
            return
        if isinstance(before, TensorType) and isinstance(after, TensorType) and _agree(before, after):
            return
        message = (
            f"“{self.node.name}” carries “{name}” from step to step, so it must keep its type: "
            f"it goes in as {named(before)} and comes out as {named(after)}."
        )
        raise Refusal(Problem(message, self.scope.path(self.node, name), expected=named(before), came=named(after)))


NOT_WIRED: Any = type("NotWired", (), {"__repr__": lambda self: "not wired"})()


def _any_unknown(given: Mapping[str, Any]) -> bool:
    return any(value is None or (value.__class__ is tuple and None in value) for value in given.values())


def _agree(a: TensorType, b: TensorType) -> bool:
    if a.rank != b.rank or a.dtype != b.dtype:
        return False
    return all(x == y or isinstance(x, Symbol) or isinstance(y, Symbol) for x, y in zip(a.shape, b.shape, strict=True))


def _check_sizes(name: str, types: tuple[Any, ...]) -> None:
    for type_ in types:
        if not isinstance(type_, TensorType):
            continue
        for dim in type_.shape:
            if isinstance(dim, int) and not 0 <= dim <= LARGEST:
                raise ShapeError(f"{name} would give {type_}, which is larger than anything can be.", came=str(type_))


def _elements(shape: tuple[Any, ...]) -> int:
    count = 1
    for dim in shape:
        count *= dim if dim.__class__ is int else example_size(dim)
    return count


def example_bytes(type_: Any) -> int:
    """Bytes that flow along a wire of this type, for a batch of one."""
    return type_.example_bytes if isinstance(type_, TensorType) else 0


def are_tensors(types: tuple[Any, ...]) -> bool:
    """Whether nothing is unknown, absent, dangling or a module."""
    for type_ in types:
        kind = type_.__class__
        if (kind is not TensorType and kind is not TracedType) or type_ is ABSENT:
            return False
    return True


def _untied(node: Node, units: tuple[Unit, ...], totals: Totals) -> Totals:
    """Totals without the parameters that are another node's."""
    tied = 0
    for own in node.ties:
        for unit in units:
            weight = weight_at(unit, own)
            if weight is not None and weight.learnt:
                tied += _elements(weight.shape)
    return Totals(totals.parameters - tied, totals.buffers, totals.macs, totals.activation_bytes)
