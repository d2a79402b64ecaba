"""The one harness that tests every block against torch itself.

``check(block)`` draws many argument values and input types and, for each, runs the real operation on real tensors:
shapes and dtypes, refusals, state, defaults, symbolic and traced sizes, the functional form, randomness. What the
blocks of a family need beside "any tensors" stands in ``tests/blocks/cases/<family>.py``:

* ``INPUTS``: strategies for the tuple of input types by block name, made from the block; an item is a TensorType, a
  ``Wired`` (a type with its own values), None for an optional port that is not wired, a tuple for a variadic port.
* ``ARGUMENTS``: strategies for single arguments, by block name and argument.
* ``STRICTER``: where a block refuses what torch lets pass: by block name, a function of the block and its input types
  that gives the reason, or None.
* ``UNCOUNTED``: multiply-accumulates that torch's counter does not see, by block name, from block and input types.
* ``KNOWN_BATCH``: blocks whose first dimension must be a number: a set of names, or by name a function of the block
  and its input types that says whether it must.
"""

from __future__ import annotations

import copy
import dataclasses
import importlib
import importlib.util
import inspect
import math
import typing
import warnings
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import torch
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F  # noqa: N812
from torch.utils.flop_counter import FlopCounterMode

from app.core.block import Argument, Block, Expression, Metric, Module, Weight
from app.core.problems import ShapeError
from app.core.symbolic import Symbol, Traced
from app.core.tensor_type import ModuleType, TensorType
from blocks import library, module_text

EXAMPLES = 50
COUNTED = 10
"""For how many accepted inputs of each block torch counts the flops."""

HARMLESS = ("LSTM with projections is not supported with oneDNN",)
"""Warnings that say only that something is slower than it could be; every other one counts as a refusal."""

FEWEST_ACCEPTED = 8
"""A block whose inputs are hardly ever accepted has not been tested."""

Inputs = tuple[Any, ...]


@dataclasses.dataclass(frozen=True)
class Wired:
    """An input with values of its own: class indices below the number of classes, probabilities, a module."""

    type: Any
    make: Callable[[], Any]

    def __repr__(self) -> str:
        return f"Wired({self.type})"


class CaughtError(BaseException):
    """Carries a failure past hypothesis, which would run it again to no purpose."""

    def __init__(self, failure: AssertionError) -> None:
        super().__init__(str(failure))
        self.failure = failure


class TooFewAcceptedError(AssertionError):
    """The drawn inputs were hardly ever accepted, so that nothing was tested."""


# --------------------------------------------------------------------------------------------- strategies


def tensor_types(
    low: int = 0, high: int = 5, *, sizes: tuple[int, int] = (1, 6), dtypes: tuple[str, ...] | None = None
) -> st.SearchStrategy[TensorType]:
    """Types of ``low`` to ``high`` dimensions, float32 most of the time."""
    shapes = st.lists(st.integers(*sizes), min_size=low, max_size=high).map(tuple)
    kinds = dtypes or (*["float32"] * 9, "float64", "int64", "bool")
    return st.builds(TensorType, shapes, st.sampled_from(kinds))


def mostly(fitting: st.SearchStrategy[Any], other: st.SearchStrategy[Any] | None = None) -> st.SearchStrategy[Any]:
    """Four times in five what fits, else something that need not (any tensor)."""
    rest = tensor_types() if other is None else other
    return st.integers(0, 4).flatmap(lambda chance: fitting if chance < 4 else rest)  # hypothesis likes 0 best


def related(base: TensorType) -> st.SearchStrategy[TensorType]:
    """Types that often fit beside another one: the same, broadcastable, one size changed, or anything."""
    rank = base.rank
    ones = st.lists(st.booleans(), min_size=rank, max_size=rank).map(
        lambda keep: base.with_shape(*(size if kept else 1 for size, kept in zip(base.shape, keep, strict=True)))
    )
    tails = st.integers(0, rank).map(lambda count: base.with_shape(*base.shape[count:]))
    changed = st.tuples(st.integers(0, max(rank - 1, 0)), st.integers(1, 6)).map(
        lambda at: base.with_shape(*(at[1] if i == at[0] else size for i, size in enumerate(base.shape)))
    )
    return st.one_of(st.just(base), st.just(base), ones, tails, changed, tensor_types())


@st.composite
def any_inputs(draw: st.DrawFn, block: Block) -> Inputs:
    """Input types for a block about which nothing is said: one drawn, the others related to it."""
    base = draw(tensor_types())
    found: list[Any] = []
    for position, port in enumerate(block.ports()[0]):
        one = related(base) if position or port.variadic else st.just(base)
        if port.variadic:
            found.append(tuple(draw(st.lists(one, min_size=port.least, max_size=4))))
        else:
            found.append(draw(st.none() | one) if port.optional else draw(one))
    return tuple(found)


def values_of(argument: Argument, default: Any) -> st.SearchStrategy[Any]:
    """Valid values of an argument, small ones: tensors are really made."""
    found = _VALUES[argument.kind](argument, default)
    return st.none() | found if argument.optional else found


def _whole(argument: Argument, default: Any, reach: int = 4) -> st.SearchStrategy[int]:
    low = int(argument.low) if argument.low is not None else -reach
    high = min(int(argument.high), low + 2 * reach) if argument.high is not None else low + 2 * reach
    return st.integers(max(low, -reach) if low < 0 else low, high)


def _real(argument: Argument, default: Any) -> st.SearchStrategy[float]:
    low = -3.0 if argument.low is None else argument.low
    high = low + 4.0 if argument.high is None else min(argument.high, low + 4.0)
    steps = [max(low, round(low + (high - low) * step / 8, 4)) for step in range(9)]
    return st.sampled_from(steps if default is None else [default] * 4 + steps)


def _several(argument: Argument, default: Any) -> st.SearchStrategy[Any]:
    count = argument.length or 2
    one = _whole(argument, default, 2)
    return one | st.lists(one, min_size=count, max_size=count).map(tuple)


def _wholes(argument: Argument, default: Any) -> st.SearchStrategy[Any]:
    count = argument.length
    return st.lists(_whole(argument, default, 2), min_size=count or 1, max_size=count or 4).map(tuple)


_VALUES: dict[str, Callable[[Argument, Any], st.SearchStrategy[Any]]] = {
    "int": _whole,
    "float": _real,
    "bool": lambda a, d: st.booleans(),
    "choice": lambda a, d: st.sampled_from(a.choices),
    "pair": _several,
    "ints": _wholes,
    "floats": lambda a, d: st.lists(_real(a, None), min_size=a.length or 1, max_size=a.length or 4).map(tuple),
    "str": lambda a, d: st.just(d),
    "path": lambda a, d: st.just(d),
    "table": lambda a, d: st.just(d),
}


@cache
def cases(family: str) -> Any:
    """The module that says what a family's blocks take, or None."""
    name = f"tests.blocks.cases.{family}"
    return importlib.import_module(name) if importlib.util.find_spec(name) else None


def _case(block: type[Block], table: str) -> Any:
    found = getattr(cases(library().family(block.__name__)), table, {})
    return block.__name__ in found if isinstance(found, set | frozenset) else found.get(block.__name__)


@st.composite
def instances(draw: st.DrawFn, kind: type[Block]) -> Block:
    """A block with drawn arguments; now and then its defaults."""
    special = _case(kind, "ARGUMENTS") or {}
    defaults = kind.defaults()
    chosen = {
        name: draw(special[name] if name in special else values_of(argument, defaults[name]))
        for name, argument in kind.arguments().items()
        if name in special or draw(st.integers(0, 3)) or _is_large(defaults[name])
    }
    return kind(**chosen)


def _is_large(value: Any) -> bool:
    items = value if isinstance(value, tuple) else (value,)
    return any(isinstance(item, int) and item > 16 for item in items)


def inputs_of(block: Block) -> st.SearchStrategy[Inputs]:
    special = _case(type(block), "INPUTS")
    return special(block) if special else any_inputs(block)


# --------------------------------------------------------------------------------------- the real operation


def types_of(inputs: Inputs) -> Inputs:
    """What ``infer`` sees of the inputs."""
    return tuple(
        types_of(item) if isinstance(item, tuple) else item.type if isinstance(item, Wired) else item for item in inputs
    )


def values_for(inputs: Inputs) -> Inputs:
    """Real values for the inputs: normal numbers, whole numbers 0 and 1, coin flips."""
    return tuple(_value(item) for item in inputs)


def _value(item: Any) -> Any:
    if item is None:
        return None
    if isinstance(item, tuple):
        return tuple(_value(part) for part in item)
    if isinstance(item, Wired):
        return item.make()
    dtype = getattr(torch, item.dtype)
    if item.dtype == "bool":
        return torch.rand(item.shape) > 0.5
    if dtype.is_floating_point or dtype.is_complex:
        return torch.randn(item.shape, dtype=dtype)
    return torch.randint(0, 2, item.shape, dtype=dtype)


@cache
def _source(name: str) -> Mapping[str, Any]:
    space: dict[str, Any] = {"__name__": f"carried_{name}"}
    exec(compile(module_text(name), f"blocks/modules/{name}.py", "exec"), space)
    return space


def namespace(call: Module | Expression) -> dict[str, Any]:
    """What the code around a call knows: torch, its usual abbreviations, and the file that it carries along."""
    carried = dict(_source(call.source)) if call.source else {}
    return carried | {"torch": torch, "nn": nn, "F": F, "math": math}


def constructed(call: Module) -> Any:
    """The module as the generated line makes it: first arguments without names, defaults left out."""
    if "(" in call.target:
        return eval(call.target, namespace(call) | dict(call.arguments))
    target = eval(call.target, namespace(call))
    names = list(call.arguments)
    first = [call.arguments[name] for name in names[: call.positional]]
    rest = {name: call.arguments[name] for name in names[call.positional :] if not _left_out(call, name)}
    made = target(*first, **rest)
    return made if call.around is None else eval(call.around, namespace(call) | {"module": made})


def _left_out(call: Module, name: str) -> bool:
    if name not in call.defaults:
        return False
    value, default = call.arguments[name], call.defaults[name]
    return (type(value) is type(default) and bool(value == default)) or (value is None and default is None)


def outputs_of(block: Block, call: Module | Expression, module: Any, values: Inputs) -> tuple[Any, ...]:
    """What the generated ``forward`` gets, by output port."""
    inputs, _ = block.ports()
    named = {port.name: value for port, value in zip(inputs, values, strict=True)}
    if isinstance(call, Expression):
        result = eval(call.template, namespace(call) | dict(call.values) | named)
    elif call.forward is not None:
        result = eval(call.forward, namespace(call) | dict(call.arguments) | named | {"module": module})
    else:
        wired = [value for value in values if value is not None]
        result = module(*(part for value in wired for part in (value if isinstance(value, tuple) else (value,))))
    return unpacked(block, call, result)


def unpacked(block: Block, call: Module | Expression, result: Any) -> tuple[Any, ...]:
    """The result by output port, taken apart as ``returns`` says."""
    _, outputs = block.ports()
    if call.returns is None:
        return (result,) if len(outputs) == 1 else tuple(result)
    space: dict[str, Any] = {"result": result}
    exec(f"{call.returns} = result", space)
    return tuple(space[port.name] for port in outputs)


def type_of(value: Any) -> Any:
    """The type of a real value."""
    if isinstance(value, torch.Tensor):
        return TensorType(tuple(value.shape), str(value.dtype).removeprefix("torch."))
    return value


@dataclasses.dataclass(frozen=True)
class Run:
    """A real run in eval mode: the module (None for an expression) and what came out by output port."""

    call: Module | Expression
    module: Any
    values: Inputs
    outputs: tuple[Any, ...]


def run(block: Block, inputs: Inputs, seed: int = 0) -> Run:
    """Run the real operation; raises whatever torch raises."""
    torch.default_generator.manual_seed(seed)
    call = block.call(*types_of(inputs))
    module = constructed(call) if isinstance(call, Module) else None
    if isinstance(module, nn.Module):
        module.eval()
    values = values_for(inputs)
    with torch.no_grad():
        return Run(call, module, values, outputs_of(block, call, module, _kept(values)))


def _kept(values: Inputs) -> Inputs:
    """Copies, so that an operation in place is seen."""
    return tuple(
        value.clone() if isinstance(value, torch.Tensor) else _kept(value) if isinstance(value, tuple) else value
        for value in values
    )


def same(one: Any, other: Any) -> bool:
    """Bit for bit, not-a-number included."""
    if isinstance(one, torch.Tensor) and isinstance(other, torch.Tensor):
        return one.dtype == other.dtype and torch.equal(torch.nan_to_num(one), torch.nan_to_num(other))
    return bool(one == other)


def whole_numbers(block: Block, *types: Any) -> str | None:
    """A reason for being stricter that many blocks share."""
    if any(isinstance(item, TensorType) and not item.is_floating for item in _flat(types)):
        return "torch computes it for whole numbers, without gradients; in a network that is a forgotten cast"
    return None


PARAMETRIZATIONS = st.sampled_from(["none", "none", "spectral norm", "spectral norm", "weight norm"])
"""Often enough spectral norm: small weights hide that it goes on improving in training."""


def other_numbers(block: Block, *types: Any) -> str | None:
    """A reason for being stricter that blocks with fixed tables share."""
    if any(isinstance(item, TensorType) and item.dtype != "float32" for item in _flat(types)):
        return "torch lifts the table to the other dtype; what comes out then fits no layer behind it"
    return None


# ------------------------------------------------------------------------------------------------- checks


def check(kind: type[Block], examples: int = EXAMPLES) -> None:
    """Every check of one block, over drawn arguments and inputs; AssertionError says what disagrees."""
    accepted = 0
    seen: set[str] = set()

    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],  # examples are small as they are drawn; shrinking takes a minute a block
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    @given(st.data())
    def over_examples(data: st.DataObject) -> None:
        nonlocal accepted
        block = data.draw(instances(kind))
        inputs = data.draw(inputs_of(block))
        with warnings.catch_warnings():
            for message in HARMLESS:
                warnings.filterwarnings("ignore", message)
            try:
                found = check_case(block, inputs, accepted < COUNTED)
            except AssertionError as error:
                error.add_note(f"Block: {block}. Inputs: {inputs}.")
                raise CaughtError(error) from None
        accepted += found is not None
        seen.update(found or ())

    try:
        over_examples()
    except CaughtError as caught:
        raise caught.failure from None
    least = min(FEWEST_ACCEPTED, examples // 4)
    if accepted < least:
        raise TooFewAcceptedError(
            f"{kind.__name__}: only {accepted} of {examples} drawn inputs were accepted; say in "
            f"tests/blocks/cases/{library().family(kind.__name__)}.py what it takes."
        )
    always = kind.trains is True  # where an argument decides, few of the drawn blocks may be large enough to show it
    assert "modes" in seen or not always, f"{kind.__name__} says trains, but both modes always gave the same"
    assert "draws" in seen or "says random" not in seen, f"{kind.__name__} says random, but never drew"


def check_case(block: Block, inputs: Inputs, counted: bool = True) -> set[str] | None:
    """All checks for one block and its inputs. None where it refused them, else what was seen of its randomness.
    ``counted``: have torch count the flops as well, which takes longer than all the rest.
    """
    types = types_of(inputs)
    try:
        inferred = block.infer(*types)
    except ShapeError as refusal:
        check_refusal(block, inputs, refusal)
        return None
    expected = inferred if isinstance(inferred, tuple) else (inferred,)
    try:
        real = run(block, inputs)
    except Exception as error:
        raise AssertionError(f"{block} accepts {types}, torch refuses: {error}") from error
    found = tuple(type_of(value) for value in real.outputs)
    for one, other in zip(found, expected, strict=True):
        if not isinstance(other, ModuleType):
            assert one == other, f"{block} of {types}: infer says {other}, torch gives {one}"
    check_signature(block, real.call)
    check_weights(block, types, real)
    check_functional(block, real)
    check_macs(block, types, real, counted)
    seen = check_modes(block, real)
    check_symbolic(block, types, expected)
    check_traced(block, types, expected)
    return seen | ({"says random"} if real.call.random else set())


def check_refusal(block: Block, inputs: Inputs, refusal: ShapeError) -> None:
    """A refusal is a sentence, and torch refuses as well, or a reason is on record."""
    types = types_of(inputs)
    assert refusal.message.rstrip().endswith((".", "?")), f"{block}: “{refusal.message}” is no sentence"
    assert refusal.expected, f"{block}: “{refusal.message}” does not say in short what was expected"
    parts = {port.name for port in block.ports()[0]} | set(block.arguments()) | {""}
    assert refusal.part in parts, f"{block}: the problem is at “{refusal.part}”, which is no port or argument"
    for fix in refusal.fixes:
        check_fix(block, fix)
    reason = _case(type(block), "STRICTER")
    if reason is not None and reason(block, *types):
        return
    try:
        run(block, inputs)
    except Exception:
        return
    raise AssertionError(f"{block} refuses {types} (“{refusal.message}”), but torch accepts it.")


def check_fix(block: Block, fix: Any) -> None:
    """A proposed repair names what there is."""
    if hasattr(fix, "block"):
        proposed = library().find(fix.block)
        assert proposed is not None, f"{block} proposes the block {fix.block}, which there is not"
        for name, value in fix.arguments.items():
            wrong = proposed.arguments()[name].accepts(value)
            assert wrong is None, f"{block} proposes {fix.block}({name}={value!r}): {wrong}"
    elif hasattr(fix, "argument"):
        wrong = block.arguments()[fix.argument].accepts(fix.value)
        assert wrong is None, f"{block} proposes {fix.argument}={fix.value!r}: {wrong}"


def check_signature(block: Block, call: Module | Expression) -> None:
    """Argument names, their order and their defaults are those of the real constructor."""
    if isinstance(call, Expression) or "(" in call.target:
        return
    parameters = parameters_of(eval(call.target, namespace(call)))
    for name in call.arguments:
        assert name in parameters, f"{block}: {call.target} has no argument {name}"
    first = list(call.arguments)[: call.positional]
    assert first == list(parameters)[: call.positional], f"{block}: {first} are not the first arguments"
    for name, default in call.defaults.items():
        assert name in call.arguments, f"{block}: a default for {name}, which is never given"
        real = parameters[name].default
        assert type(real) is type(default), f"{block}: default of {name} is {real!r}, not {default!r}"
        assert real == default, f"{block}: default of {name} is {real!r}, not {default!r}"
    missing = [
        name
        for name, parameter in parameters.items()
        if parameter.default is parameter.empty
        and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        and name not in call.arguments
    ]
    assert not missing, f"{block}: {call.target} also needs {missing}"


def parameters_of(target: Any) -> dict[str, inspect.Parameter]:
    """A constructor's parameters; torch states those of LSTM, GRU and RNN in an overload."""
    overloads = typing.get_overloads(target.__init__) if isinstance(target, type) else []
    if overloads:
        found = dict(inspect.signature(overloads[0]).parameters)
        found.pop("self")
        return found
    return dict(inspect.signature(target).parameters)


def check_weights(block: Block, types: Inputs, real: Run) -> None:
    """Keys, their order, shapes, dtypes, and which are learnt."""
    stated = block.weights(*types)
    if isinstance(real.module, torch.Tensor):
        learnt = isinstance(real.module, nn.Parameter)
        found = type_of(real.module)
        assert stated == {"": Weight(found.shape, learnt, found.dtype)}, f"{block}: a tensor's own state"
        return
    if not isinstance(real.module, nn.Module):
        assert not stated, f"{block}: an expression holds no weights"
        return
    state = real.module.state_dict()
    assert list(stated) == list(state), f"{block}: weights {list(stated)}, state_dict {list(state)}"
    learnt = dict(real.module.named_parameters())
    for key, weight in stated.items():
        found = type_of(state[key])
        assert TensorType(weight.shape, weight.dtype) == found, f"{block}: {key} is {found}, not {weight}"
        assert weight.learnt == (key in learnt), f"{block}: {key} is {'' if key in learnt else 'not '}a parameter"


def _flat(values: Inputs) -> list[Any]:
    return [part for value in values for part in (_flat(value) if isinstance(value, tuple) else [value])]


def check_functional(block: Block, real: Run) -> None:
    """The expression that stands for the module gives the same."""
    if isinstance(real.call, Expression) or real.call.functional is None:
        return
    assert not real.module.state_dict(), f"{block} has state and a functional form"
    assert not block.trains, f"{block} depends on the mode and has a functional form"
    named = {port.name: value for port, value in zip(block.ports()[0], real.values, strict=True)}
    before = _kept(real.values)
    with torch.no_grad():
        result = eval(real.call.functional, namespace(real.call) | dict(real.call.arguments) | named)
    for one, other in zip(_flat(before), _flat(real.values), strict=True):
        assert same(one, other), f"{block}: {real.call.functional} changes its input in place"
    for one, other in zip(unpacked(block, real.call, result), real.outputs, strict=True):
        assert same(one, other), f"{block}: {real.call.functional} differs from {real.call.target}"


def check_modes(block: Block, real: Run) -> set[str]:
    """``random`` and ``trains`` say the truth: nothing is drawn without the one, and both modes give the same without
    the other. Gives what was seen: "draws" and "modes".
    """
    seen: set[str] = set()
    evaluated = _again(block, real, False, 1)
    pairs = [(real.outputs, evaluated)]
    if isinstance(real.module, nn.Module):
        trained = _again(block, real, True, 1)
        pairs.append((trained, _again(block, real, True, 2)))
        if not _agree(evaluated, trained):
            assert block.trains, f"{block} differs between training and evaluation, but does not say trains"
            seen.add("modes")
        if _state_moves(block, real):
            assert block.trains, f"{block} changes its state in training, but does not say trains"
            seen.add("modes")
    if not all(_agree(one, other) for one, other in pairs):
        assert real.call.random, f"{block} draws at random, but does not say so"
        seen.add("draws")
    return seen


def _again(block: Block, real: Run, training: bool, seed: int) -> tuple[Any, ...] | None:
    """What comes out in that mode; None where torch refuses, as a batch norm does for single values in training."""
    module = copy.deepcopy(real.module) if block.trains else real.module
    if isinstance(module, nn.Module):
        module.train(training)
    given = _kept(real.values)
    torch.default_generator.manual_seed(seed)
    try:
        with torch.no_grad():
            outputs = outputs_of(block, real.call, module, given)
    except ValueError:
        if block.trains and training:
            return None
        raise
    for before, after in zip(_flat(real.values), _flat(given), strict=True):
        assert same(before, after), f"{block} changes its input in place"
    return outputs


def _state_moves(block: Block, real: Run) -> bool:
    """Whether a forward in training changes buffers, as running means and estimates of singular values do."""
    if not any(True for _ in real.module.buffers()):
        return False
    module = copy.deepcopy(real.module).train()
    before = {key: value.clone() for key, value in module.state_dict().items()}
    try:
        with torch.no_grad():
            outputs_of(block, real.call, module, _kept(real.values))
    except ValueError:
        return False
    return any(not same(before[key], value) for key, value in module.state_dict().items())


def _agree(one: tuple[Any, ...] | None, other: tuple[Any, ...] | None) -> bool:
    if one is None or other is None:
        return one is other
    return all(same(first, second) for first, second in zip(one, other, strict=True))


def check_macs(block: Block, types: Inputs, real: Run, counted: bool) -> None:
    """Multiply-accumulates are a whole number and, wherever torch counts the operation, half of its flops."""
    macs = block.macs(*types)
    assert isinstance(macs, int), f"{block}: {macs} multiply-accumulates for known sizes"
    assert macs >= 0, f"{block}: {macs} multiply-accumulates"
    if not counted or isinstance(real.call, Metric):
        return
    if isinstance(real.call, Metric):
        return  # what it costs to judge a model is no cost of the model
    with FlopCounterMode(display=False) as counter:  # with gradients: without, attention takes a path of its own
        outputs_of(block, real.call, copy.deepcopy(real.module), _kept(real.values))
    flops = counter.get_total_flops()
    uncounted = _case(type(block), "UNCOUNTED")
    expected = macs - (uncounted(block, *types) if uncounted else 0)
    assert flops in (0, 2 * expected), f"{block} of {types}: {macs} multiply-accumulates, torch counts {flops} flops"


def _mapped(types: Inputs, change: Callable[[int, int, int], Any]) -> Inputs:
    """The types with every size changed by (input, dimension, size)."""

    def one(position: int, item: Any) -> Any:
        if isinstance(item, tuple):
            return tuple(one(100 * (position + 1) + at, part) for at, part in enumerate(item))
        if not isinstance(item, TensorType):
            return item
        return item.with_shape(*(change(position, dim, size) for dim, size in enumerate(item.shape)))

    return tuple(one(position, item) for position, item in enumerate(types))


def check_symbolic(block: Block, types: Inputs, expected: tuple[Any, ...]) -> None:
    """An unknown batch gives the concrete result after substitution; other unknown sizes do or are refused."""
    first = next((item for item in _flat(types) if isinstance(item, TensorType) and item.rank), None)
    if first is None:
        return
    batch = first.shape[0]
    if batch > 1:
        unknown = _mapped(types, lambda _, dim, size: Symbol("B") if dim == 0 and size == batch else size)
        known = _case(type(block), "KNOWN_BATCH")
        excused = first.rank == 1 or bool(known(block, *types) if callable(known) else known)
        _compare_symbolic(block, unknown, expected, {"B": batch}, excused)
    for odd in (0, 1):
        names = {f"s{size}": size for item in _flat(types) if isinstance(item, TensorType) for size in item.shape}
        chosen = {name: size for name, size in names.items() if size > 1 and size % 2 == odd}
        unknown = _mapped(types, lambda _, dim, size, c=chosen: Symbol(f"s{size}") if f"s{size}" in c else size)
        _compare_symbolic(block, unknown, expected, chosen, True)


def _compare_symbolic(
    block: Block, unknown: Inputs, expected: tuple[Any, ...], sizes: Mapping[str, int], excused: bool
) -> None:
    try:
        inferred = block.infer(*unknown)
    except ShapeError as refusal:
        if excused:
            return
        raise AssertionError(f"{block} refuses an unknown batch: {refusal.message}") from refusal
    found = inferred if isinstance(inferred, tuple) else (inferred,)
    for one, other in zip(found, expected, strict=True):
        if isinstance(one, TensorType):
            shape = tuple(dim.poly.value(sizes) if isinstance(dim, Symbol) else dim for dim in one.shape)
            assert one.with_shape(*shape) == other, f"{block} of {unknown}: {one} is not {other} for {dict(sizes)}"


def check_traced(block: Block, types: Inputs, expected: tuple[Any, ...]) -> None:
    """With traced sizes the results are the same, what they say of their provenance is true, and it is not lost."""
    sizes: dict[str, int] = {}

    def named(name: str, size: int) -> Traced:
        sizes[name] = size
        return Traced.of(size, name)

    traced_types = _mapped(types, lambda position, dim, size: named(f"x{position}_{dim}", size))
    traced_block = dataclasses.replace(block, **_traced_arguments(block, named))
    inferred = traced_block.infer(*traced_types)
    found = inferred if isinstance(inferred, tuple) else (inferred,)
    for one, other in zip(found, expected, strict=True):
        assert one == other, f"{block}: traced sizes give {one}, plain ones {other}"
        _check_provenance(block, one.shape if isinstance(one, TensorType) else (), sizes)
    weights = traced_block.weights(*traced_types)
    for weight in weights.values():
        _check_provenance(block, weight.shape, sizes)
    call = traced_block.call(*traced_types)
    if not isinstance(call, Module):
        _check_provenance(block, tuple(call.values.values()), sizes)
        return
    for name, value in call.arguments.items():
        items = value if isinstance(value, tuple) else (value,)
        _check_provenance(block, items, sizes)
        for item in items:
            lost = isinstance(item, int) and not isinstance(item, bool | Traced) and name not in call.defaults
            assert not lost, f"{block}: the provenance of {name} is lost"


def _traced_arguments(block: Block, named: Callable[[str, int], Traced]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, argument in block.arguments().items():
        value = getattr(block, name)
        if isinstance(value, bool) or argument.kind not in ("int", "pair", "ints"):
            continue
        if isinstance(value, int):
            found[name] = named(name, value)
        elif isinstance(value, tuple):
            found[name] = tuple(named(f"{name}_{at}", item) for at, item in enumerate(value))
    return found


def _check_provenance(block: Block, dims: tuple[Any, ...], sizes: Mapping[str, int]) -> None:
    for dim in dims:
        if isinstance(dim, Traced):
            value = dim.poly.value(sizes)
            assert value == int(dim), f"{block}: {int(dim)} claims to be {dim.poly}, which is {value}"


__all__ = [
    "PARAMETRIZATIONS",
    "Wired",
    "any_inputs",
    "check",
    "check_case",
    "instances",
    "mostly",
    "other_numbers",
    "related",
    "tensor_types",
    "values_of",
    "whole_numbers",
]
