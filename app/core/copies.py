"""Copies of a repeat: one after the other, and, where text is written, said by their number.

What enters a copy is what the one before gave. What is true of it for any number of copies is proven by induction. A
size that is the same in all copies after the first, or grows from each to the next by the same, is supposed to do so
for ever; a copy is worked out over its number ``i`` from what is supposed, and where it does not give what is supposed
of the next one, nothing is supposed. Any other size is what the copy before gives, if that hangs on ``i`` alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from app.core.growth import increment, origin
from app.core.problems import Problem, ShapeError
from app.core.resolve import INDEX, Refusal, Unknown, count_of
from app.core.results import Unit
from app.core.symbolic import LOST, Poly, Traced
from app.core.tensor_type import ABSENT, TensorType, WireType

if TYPE_CHECKING:
    from app.core.node_evaluation import NodeEvaluation

Inputs = Mapping[str, Any]
"""Types by port; a tuple of them for a port that takes several wires."""

Place = tuple[str, int, int]
"""One size of what enters a copy: port, wire, dimension."""

SHOWN = 3
"""Copies that suggest how a size grows, the first left aside."""

HERE = Poly.atom(INDEX)
ZERO, ONE = Poly.constant(0), Poly.constant(1)


class Copies:
    """The copies of one repeated node."""

    def __init__(self, node: NodeEvaluation) -> None:
        self._node = node
        self._same = node.evaluator._same_types

    def made(self, inputs: dict[str, Any]) -> tuple[tuple[Unit, ...], Mapping[str, WireType]]:
        """Each copy, and what the last gives."""
        node, repeat = self._node, self._node.node.repeat
        assert repeat is not None
        count = count_of(repeat.count, node.scope, node.node, "repeat")
        units: list[Unit] = []
        current = inputs
        while len(units) < count:
            unit = node.once(current, len(units))
            units.append(unit)
            if None in unit.outputs.values():
                return tuple(units), dict.fromkeys(node.outputs)
            if any(type_ is ABSENT for type_ in unit.outputs.values()):  # something inside is muted
                return (unit,) * count, dict.fromkeys(node.outputs, ABSENT)
            following = self._following(current, unit.outputs)
            if not node.state.uses_index and self._same(following, current):
                units.extend([unit] * (count - len(units)))
            current = following
        outputs = units[-1].outputs
        if node.evaluator.tracing and isinstance(count, Traced) and count.poly.number is None:
            outputs = self._said_by_count(units, outputs, count)
        return tuple(units), outputs

    def by_index(self, units: Sequence[Unit]) -> tuple[Unit, ...]:
        """The copies, those after the first said by their number; none where they are alike, or cannot be said so."""
        try:
            proof = self._proof(units)
            if proof is None:
                return ()
            said, kinds = [units[0]], [_kind(unit) for unit in units]
            for n in range(1, len(units)):
                is_like_last = n > 2 and kinds[n] == kinds[n - 1]
                said.append(said[-1] if is_like_last else self._node.once(proof.at(n, HERE), Traced(n, HERE)))
            return tuple(said)
        except (Refusal, ShapeError, Unknown):
            return ()

    def are_alike(self, units: Sequence[Unit]) -> bool:
        """Whether any further copy is as the last one is: the same enters it."""
        last = units[-1]
        return not self._node.state.uses_index and self._same(
            self._following(dict(last.inputs), last.outputs), last.inputs
        )

    # -- what follows --------------------------------------------------------------------------------------------------

    def _said_by_count(self, units: list[Unit], last: Mapping[str, WireType], count: Traced) -> Mapping[str, WireType]:
        """What the last copy gives, said by the number of copies where it hangs on that."""
        try:
            proof = self._proof(units)
            if proof is None:
                return last
            ports = self._ports(proof.entered[0], last)
            entering = {name: proof.after(ports.get(name, ""), type_, count.poly) for name, type_ in last.items()}
            if all(_is_said(type_, entering[name]) for name, type_ in last.items()):
                return {name: _said(type_, entering[name], type_) for name, type_ in last.items()}
            number, index = int(count) - 1, count.poly - ONE
            given = self._node.once(proof.from_first(number, index), Traced(number, index)).outputs
        except (Refusal, ShapeError, Unknown):
            return {name: _lost(type_) for name, type_ in last.items()}
        return {name: _said(type_, entering[name], given[name]) for name, type_ in last.items()}

    def _proof(self, units: Sequence[Unit]) -> Proof | None:
        """What enters any copy after the first; None where all of these are alike."""
        if self.are_alike(units):
            return None
        entered = self._entered(units)
        if not self._node.state.uses_index and self._same(entered[-1], entered[-2]):
            return None
        proof = Proof(entered)
        last = len(entered) - 2  # what enters one more is known, but not whether there may be one
        while last and proof.drop_wrong(self._next(proof.at(last, HERE), last, HERE), last):
            continue
        if not last:
            proof.drop_all()
        if proof.unknown:
            before = max(last - 1, 0)
            proof.learn(self._next(proof.from_first(before, HERE - ONE), before, HERE - ONE))
        return proof

    def _next(self, entering: dict[str, Any], number: int, index: Poly) -> Inputs:
        """What enters the copy after this one."""
        return self._following(entering, self._node.once(entering, Traced(number, index)).outputs)

    def _entered(self, units: Sequence[Unit]) -> list[Inputs]:
        """What enters each copy, and those that would follow, until it is seen how that grows."""
        entered: list[Inputs] = [unit.inputs for unit in units]
        entered.append(self._following(dict(entered[-1]), units[-1].outputs))
        while len(entered) < 3 or (len(entered) <= SHOWN and not self._same(entered[-1], entered[-2])):
            try:
                outputs = self._node.once(entered[-1], len(entered) - 1).outputs
            except (Refusal, ShapeError, Unknown):
                break
            if any(not isinstance(type_, TensorType) or type_ is ABSENT for type_ in outputs.values()):
                break
            entered.append(self._following(dict(entered[-1]), outputs))
        return entered

    def _following(self, inputs: dict[str, Any], outputs: Mapping[str, WireType]) -> dict[str, Any]:
        """Inputs of the next copy: what came out of this one, and what is given to every copy."""
        ports = self._ports(inputs, outputs)
        if not ports:
            message = (
                f"“{self._node.node.name}” is repeated, but no output is named like an input, so that nothing says "
                f"where what comes out of one copy ({', '.join(outputs)}) enters the next ({', '.join(inputs)})."
            )
            raise Refusal(Problem(message, self._node.scope.path(self._node.node, "repeat")))
        following = dict(inputs)
        for name, port in ports.items():
            following[port] = (outputs[name],) if isinstance(inputs[port], tuple) else outputs[name]
        return following

    def _ports(self, inputs: Inputs, outputs: Mapping[str, WireType]) -> dict[str, str]:
        """Where each output enters the next copy: at the input of its name, or the only one at the first."""
        matched = {name: name for name in outputs if name in inputs}
        if not matched and inputs and len(outputs) == 1:
            return {next(iter(outputs)): next(iter(inputs))}
        return matched


class Proof:
    """What enters copy number ``i``, for all of them after the first. ``entered``: what is known to enter each."""

    def __init__(self, entered: Sequence[Inputs]) -> None:
        self.entered = entered
        self._known = [dict(_sizes(inputs)) for inputs in entered]
        self._said: dict[Place, Poly | None] = {}
        self._by_one_before: set[Place] = set()
        later = self._known[1:]
        if any(known.keys() != later[0].keys() for known in later):
            raise Unknown
        for place in later[0]:
            sizes = [known[place] for known in later]
            if all(isinstance(size, int) for size in sizes):
                self._said[place] = _supposed(sizes)
            elif any(size != sizes[0] for size in sizes):
                raise Unknown

    @property
    def unknown(self) -> bool:
        """Whether nothing is said of some size."""
        return None in self._said.values()

    def at(self, number: int, index: Poly) -> dict[str, Any]:
        """What enters a copy, its number said as ``index``."""
        return self._with(number, {place: self._over(poly, index) for place, poly in self._said.items()})

    def from_first(self, number: int, index: Poly) -> dict[str, Any]:
        """The same where it may be the first copy, too: without what is not true of that."""
        first = self._known[0]
        said = {
            place: None if place in self._by_one_before or origin(first.get(place)) != self._over(poly, ZERO) else poly
            for place, poly in self._said.items()
        }
        return self._with(number, {place: self._over(poly, index) for place, poly in said.items()})

    def drop_wrong(self, following: Inputs, number: int) -> list[Place]:
        """Drop what is supposed, but not given by the copy before; gives the places of that."""
        given = dict(_sizes(following))
        wrong = [
            place
            for place, poly in self._said.items()
            if poly is not None and not self._is_given(given.get(place), poly, self._known[number][place])
        ]
        self._said.update(dict.fromkeys(wrong))
        return wrong

    def drop_all(self) -> None:
        """Suppose nothing."""
        self._said = dict.fromkeys(self._said)

    def _is_given(self, size: Any, poly: Poly, before: int) -> bool:
        found = origin(size)
        if found is None:
            return False
        # what a stride leaves counts with its number
        is_kept = found.has_floor and LOST not in found.atoms() and INDEX not in poly.atoms() and size == before
        return is_kept or found == self._over(poly, HERE + ONE)

    def learn(self, following: Inputs) -> None:
        """Say what nothing is supposed of as the copy before gives it."""
        given = dict(_sizes(following))
        for place in [place for place, poly in self._said.items() if poly is None]:
            poly = origin(given.get(place))
            if poly is not None and LOST not in poly.atoms():
                self._said[place] = poly
                self._by_one_before.add(place)

    def after(self, port: str, type_: WireType, count: Poly) -> list[Poly | None]:
        """The sizes that come out of the last of ``count`` copies: what would enter one more, where that is known."""
        places = [(port, 0, dim) for dim in range(type_.rank)] if isinstance(type_, TensorType) else []
        known = [None if place in self._by_one_before else self._said.get(place) for place in places]
        return [self._over(poly, count) for poly in known]

    def _with(self, number: int, polys: Mapping[Place, Poly | None]) -> dict[str, Any]:
        known = self._known[number]
        return _with_sizes(
            self.entered[number], {p: _traced(int(known[p]), poly) for p, poly in polys.items() if p in known}
        )

    @staticmethod
    def _over(poly: Poly | None, index: Poly) -> Poly | None:
        """With ``index`` for the number of the copy."""
        if poly is None or index is HERE or INDEX not in poly.atoms():
            return poly
        return poly.over(lambda atom: index if atom == INDEX else Poly.atom(atom))


def _kind(unit: Unit) -> Any:
    """What of a copy is no number, and so cannot be said by its own."""
    values = vars(unit.block) if unit.block is not None else unit.arguments
    return type(unit.block), [
        repr(value) for value in values.values() if type(value) is bool or not isinstance(value, int)
    ]


def _supposed(sizes: Sequence[int]) -> Poly | None:
    """How a size goes on, as the copies from number 1 on suggest."""
    polys = [origin(size) for size in sizes]
    first = polys[0]
    if first is None or LOST in first.atoms():
        return None
    if all(poly == first for poly in polys):
        return first
    step = increment(sizes)
    return None if step is None else first + (HERE - ONE) * step


def _traced(size: int, poly: Poly | None) -> int:
    if poly is None:
        return Traced.lost(size)
    return size if poly.number is not None else Traced(size, poly)


def _is_said(type_: WireType, sizes: Sequence[Poly | None]) -> bool:
    """Whether that says all sizes that are numbers."""
    shape = type_.shape if isinstance(type_, TensorType) else ()
    return all(poly is not None or not isinstance(size, int) for size, poly in zip(shape, sizes, strict=True))


def _said(type_: WireType, sizes: Sequence[Poly | None], other: WireType) -> WireType:
    """A type with its sizes said so; those that are None as the other has them."""
    if not isinstance(type_, TensorType) or not isinstance(other, TensorType) or other.rank != type_.rank:
        return _lost(type_)
    return type_.with_shape(
        *(
            _traced(int(size), poly if poly is not None else origin(given)) if isinstance(size, int) else size
            for size, poly, given in zip(type_.shape, sizes, other.shape, strict=True)
        )
    )


def _lost(type_: WireType) -> WireType:
    """A type of which nothing is said but its numbers."""
    if not isinstance(type_, TensorType) or type_ is ABSENT:
        return type_
    return type_.with_shape(*(Traced.lost(int(size)) if isinstance(size, Traced) else size for size in type_.shape))


def _sizes(inputs: Inputs) -> Iterator[tuple[Place, Any]]:
    for name, value in inputs.items():
        for wire, type_ in enumerate(value if isinstance(value, tuple) else (value,)):
            if isinstance(type_, TensorType) and type_ is not ABSENT:
                yield from (((name, wire, dim), size) for dim, size in enumerate(type_.shape))


def _with_sizes(inputs: Inputs, sizes: Mapping[Place, Any]) -> dict[str, Any]:
    def changed(name: str, wire: int, type_: Any) -> Any:
        if not isinstance(type_, TensorType) or type_ is ABSENT:
            return type_
        return type_.with_shape(*(sizes.get((name, wire, dim), size) for dim, size in enumerate(type_.shape)))

    return {
        name: tuple(changed(name, wire, type_) for wire, type_ in enumerate(value))
        if isinstance(value, tuple)
        else changed(name, 0, value)
        for name, value in inputs.items()
    }
