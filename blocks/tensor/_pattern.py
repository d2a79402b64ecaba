"""Patterns over named axes, ``b c (h p) (w q) -> b (h w) (c p q)``: read, checked, and written as plain torch.

Brackets hold axes that are one dimension together, ``...`` stands for dimensions without names, ``1`` and ``()`` for a
dimension of size 1, another number for an axis of that size. Every pattern becomes the same chain: unflatten and
squeeze, reduce, permute, unsqueeze and expand, flatten. None of these needs a size that is not known while drawing.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from app.core.block import Block, Expression, ints, text
from app.core.problems import ShapeError
from app.core.symbolic import Dim, differ, exact_div, indivisible, product
from app.core.tensor_type import TensorType

TOKEN = re.compile(r"\s*(\.\.\.|[()]|[A-Za-z]\w*|\d+)")
DOTS = "..."
JOINED_DOTS = "(...)"
"""The same within brackets: all of them together are part of one dimension."""
PATTERN_HELP = "Names for the dimensions as they come, ->, and as they shall be. Brackets join axes to one dimension."
AXES_HELP = "Those whose sizes are given, separated by spaces; all others follow from the input."
SIZES_HELP = "One for each of these axes, in their order."

Group = tuple[str, ...]
"""Axes that are one dimension together; an empty one is a dimension of size 1."""


@dataclass
class Plan:
    """A pattern applied to a type: sizes by axis, and the axes on both sides with their brackets."""

    left: list[Group]
    right: list[Group]
    sizes: dict[str, Dim]
    texts: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)

    def reduced(self) -> list[str]:
        """Axes that are on the left alone."""
        kept = _flat(self.right)
        return [axis for axis in _flat(self.left) if axis not in kept]

    def added(self) -> list[str]:
        """Axes that are on the right alone."""
        before = _flat(self.left)
        return [axis for axis in _flat(self.right) if axis not in before]

    def shape(self) -> list[Dim]:
        return [
            self.sizes[group[0]] if len(group) == 1 else product([self.sizes[a] for a in group]) for group in self.right
        ]

    def taken_apart(self) -> str:
        """``torch.unflatten(input, 2, (-1, p))`` for each bracket on the left, the last first, so that no dimension
        moves. The method of the same name has no types.
        """
        found = "input"
        for at, group in reversed(list(enumerate(self.left))):
            if len(group) > 1:
                found = f"torch.unflatten({found}, {at}, ({', '.join(self._parts(group))}))"
        ones = []
        at = 0
        for group in self.left:
            ones += [] if group else [at]
            at += len(group) or 1
        return f"{found}.squeeze({ones[0] if len(ones) == 1 else tuple(ones)})" if ones else found

    def _parts(self, group: Group) -> list[str]:
        return [self.texts.get(axis, "-1") for axis in group]

    def arranged(self) -> str:
        """The axes that stay in their new order; two that change places are transposed."""
        after = [axis for axis in _flat(self.right) if axis not in self.added()]
        before = [axis for axis in _flat(self.left) if axis in after]
        order = [before.index(axis) for axis in after]
        moved = [at for at, place in enumerate(order) if at != place]
        if not moved:
            return ""
        if len(moved) == 2:
            return f".transpose({moved[0]}, {moved[1]})"
        return f".permute({', '.join(map(str, order))})"

    def repeated(self) -> str:
        """New axes, put in with size 1 and expanded."""
        after, added = _flat(self.right), self.added()
        if not added:
            return ""
        steps = [f".unsqueeze({at})" for at, axis in enumerate(after) if axis in added]
        sizes = [self.texts[axis] if axis in added else "-1" for axis in after]
        return "".join(steps) + f".expand({', '.join(sizes)})"

    def put_together(self) -> str:
        """``.flatten(1, 2)`` for each bracket on the right, the last first, then the dimensions of size 1."""
        starts, at = [], 0
        for group in self.right:
            starts.append(at)
            at += len(group)
        steps = []
        end = at
        for start, group in reversed(list(zip(starts, self.right, strict=True))):
            if len(group) > 1:
                last = start + len(group) - 1
                steps.append(f".flatten({start})" if last == end - 1 else f".flatten({start}, {last})")
                end -= len(group) - 1
        steps += [f".unsqueeze({at})" for at, group in enumerate(self.right) if not group]
        return "".join(steps)


@dataclass(frozen=True, kw_only=True)
class Patterned(Block):
    """Base of the blocks that a pattern describes."""

    pattern: str = text("b c (h p) (w q) -> b (h w) (c p q)", label="Pattern", help=PATTERN_HELP)
    axes: str = text("p q", label="Axes with sizes", help=AXES_HELP)
    sizes: tuple[int, ...] = ints((2, 2), low=1, label="Their sizes", help=SIZES_HELP)

    def plan(self, input: TensorType) -> Plan:
        """The pattern applied to the input, or a ShapeError that names the axis."""
        left, arrow, right = self.pattern.partition("->")
        if not arrow or "->" in right:
            raise self.wrong("It must have one “->” between the dimensions as they come and as they shall be.")
        before, after = self._groups(left, "left"), self._groups(right, "right")
        before, after = self._with_dots(before, after, input)
        given = self._given()
        plan = Plan(before, after, {}, {})
        self._name_numbers(plan, "left")
        self._name_numbers(plan, "right")
        self._check_axes(plan, given)
        for axis, (position, size) in given.items():
            plan.sizes[axis], plan.texts[axis] = size, f"size{position}"
            plan.values[f"size{position}"] = size
        for at, group in enumerate(plan.left):
            self._solve(plan, group, input.shape[at], at)
        return plan

    def wrong(self, sentence: str, expected: str = "a pattern such as b c h w -> b (h w) c") -> ShapeError:
        return ShapeError(
            f"The pattern “{self.pattern}” cannot be read. {sentence}",
            expected=expected,
            came=self.pattern,
            part="pattern",
        )

    def _groups(self, side: str, name: str) -> list[Group]:
        """The dimensions of one side; axes that are not in brackets are groups of one."""
        found: list[Group] = []
        inside: list[str] | None = None
        at = 0
        side = side.rstrip()
        while at < len(side):
            token = TOKEN.match(side, at)
            if token is None:
                raise self.wrong(
                    f"“{side[at:].strip()[:1]}” means nothing here: names, numbers, brackets and “...” do."
                )
            at, word = token.end(), token[1]
            if word == "(":
                if inside is not None:
                    raise self.wrong(f"A bracket is opened within a bracket on the {name}.")
                inside = []
            elif word == ")":
                if inside is None:
                    raise self.wrong(f"A bracket is closed on the {name} that was not opened.")
                found.append(tuple(inside))
                inside = None
            elif inside is not None:
                inside += [] if word == "1" else [JOINED_DOTS if word == DOTS else word]
            else:
                found.append(() if word == "1" else (word,))
        if inside is not None:
            raise self.wrong(f"A bracket on the {name} is not closed.")
        return found

    def _with_dots(self, left: list[Group], right: list[Group], input: TensorType) -> tuple[list[Group], list[Group]]:
        """``...`` as so many axes as the input has dimensions without names."""
        if JOINED_DOTS in _flat(left):
            raise self.wrong("“...” may be in brackets only on the right.")
        dots = [sum(axis in (DOTS, JOINED_DOTS) for axis in _flat(side)) for side in (left, right)]
        if max(dots) > 1 or dots[1] > dots[0]:
            raise self.wrong("“...” may stand once on each side, and on the right only if it is on the left.")
        named = len(left) - dots[0]
        if input.rank < named or (input.rank > named and not dots[0]):
            raise ShapeError(
                f"“{self.pattern.partition('->')[0].strip()}” names {named} dimensions; “input” has {input.rank} "
                f"({input}). Name each, or let “...” stand for the others.",
                expected=f"{named} dimensions",
                came=str(input),
                part="input",
            )
        axes = tuple(f"{DOTS}{at}" for at in range(input.rank - named))
        unpacked = [part for group in left for part in ([(a,) for a in axes] if group == (DOTS,) else [group])]
        packed: list[Group] = []
        for group in right:
            if group == (DOTS,):
                packed += [(axis,) for axis in axes]
            else:
                packed.append(tuple(a for axis in group for a in (axes if axis == JOINED_DOTS else (axis,))))
        return unpacked, packed

    def _given(self) -> dict[str, tuple[int, int]]:
        """Position and size of each axis whose size is given."""
        names = self.axes.replace(",", " ").split()
        if len(names) != len(self.sizes) or len(set(names)) < len(names):
            raise ShapeError(
                f"Each axis of “{self.axes}” needs one size; {len(names)} axes and {len(self.sizes)} sizes came.",
                expected=f"{len(set(names))} sizes",
                came=", ".join(map(str, self.sizes)) or "none",
                part="sizes",
            )
        return {name: (at, size) for at, (name, size) in enumerate(zip(names, self.sizes, strict=True))}

    def _name_numbers(self, plan: Plan, side: str) -> None:
        """A number in a pattern is an axis of its own of that size."""
        groups: list[Group] = getattr(plan, side)
        count = 0
        for at, group in enumerate(groups):
            named = []
            for axis in group:
                if axis.isdigit():
                    if int(axis) < 1:
                        raise self.wrong(f"An axis cannot have the size {axis}.")
                    name = f"{axis} {side}{count}"
                    plan.sizes[name], plan.texts[name] = int(axis), str(int(axis))
                    count += 1
                    named.append(name)
                else:
                    named.append(axis)
            groups[at] = tuple(named)

    def _check_axes(self, plan: Plan, given: dict[str, Any]) -> None:
        for side in (plan.left, plan.right):
            twice = [axis for axis, count in Counter(_flat(side)).items() if count > 1]
            if twice:
                raise self.wrong(f"Axis “{twice[0]}” stands twice on one side.")
        for axis in given:
            if axis not in (*_flat(plan.left), *_flat(plan.right)):
                raise ShapeError(
                    f"Axis “{axis}” has a size, but the pattern “{self.pattern}” does not name it.",
                    expected="axes of the pattern",
                    came=axis,
                    part="axes",
                )
        self.check(plan, given)

    def check(self, plan: Plan, given: dict[str, Any]) -> None:
        """Which axes may be on one side alone."""
        for axis in plan.reduced():
            raise self.wrong(f"Axis “{shown(axis)}” is on the left alone. A ReduceAxes takes axes away.")
        for axis in plan.added():
            raise self.wrong(f"Axis “{shown(axis)}” is on the right alone. A RepeatAxes adds axes.")

    def _solve(self, plan: Plan, group: Group, size: Dim, at: int) -> None:
        """The sizes of a dimension's axes; at most one of them follows from the others."""
        unknown = [axis for axis in group if axis not in plan.sizes]
        if len(unknown) > 1:
            raise ShapeError(
                f"The sizes of {_listed(unknown)} cannot be told from dimension {at} alone, which has {size}. "
                "Give the sizes of all axes of a bracket but one.",
                expected=f"a size for “{unknown[0]}”",
                came="none",
                part="axes",
            )
        known: Dim = product([plan.sizes[axis] for axis in group if axis in plan.sizes])
        if not unknown:
            if differ(known, size):
                raise self._misfit(group, size, at, f"the size {known}")
            return
        if indivisible(size, known):
            raise self._misfit(group, size, at, f"a multiple of {known}, to be shared with axis “{unknown[0]}”")
        alone = len(group) == 1
        plan.sizes[unknown[0]] = size if alone else exact_div(size, known)

    def _misfit(self, group: Group, size: Dim, at: int, expected: str) -> ShapeError:
        axes = " ".join(shown(axis) for axis in group)
        what = f"Axis “{axes}”" if len(group) == 1 else f"Axes “({axes})”" if group else "A dimension of size 1"
        return ShapeError(
            f"{what} of the pattern needs {expected} in dimension {at}; {size} came.",
            expected=expected.partition(",")[0],
            came=str(size),
            part="input",
        )

    def written(self, plan: Plan, reduction: str = "") -> Expression:
        chain = plan.taken_apart() + reduction + plan.arranged() + plan.repeated() + plan.put_together()
        used = {name: value for name, value in plan.values.items() if re.search(rf"\b{name}\b", chain)}
        return Expression(chain, **used)

    def detail(self) -> str:
        short = self.pattern.partition("->")[2].strip()
        return f"→ {short}" if len(short) <= 18 else f"→ {short[:17]}…"


def shown(axis: str) -> str:
    """An axis as its author wrote it."""
    return DOTS if axis.startswith(DOTS) else axis.partition(" ")[0]


def _listed(axes: list[str]) -> str:
    return " and ".join(f"“{shown(axis)}”" for axis in axes)


def _flat(groups: list[Group]) -> list[str]:
    return [axis for group in groups for axis in group]
