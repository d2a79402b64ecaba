"""Patterns over named axes against their meaning, element by element, and what is said of wrong ones."""

from __future__ import annotations

import math
from itertools import product
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from app.core.problems import ShapeError
from app.core.symbolic import Symbol
from app.core.tensor_type import TensorType
from blocks import library
from tests.blocks.test_values import value

Groups = list[list[str]]


def written(groups: Groups) -> str:
    return " ".join(group[0] if len(group) == 1 else f"({' '.join(group)})" for group in groups)


def place(group: list[str], at: dict[str, int], sizes: dict[str, int]) -> int:
    """Where an element stands in a dimension that its axes share, the first axis moving slowest."""
    found = 0
    for axis in group:
        found = found * sizes[axis] + at[axis]
    return found


def by_hand(x: Tensor, left: Groups, right: Groups, sizes: dict[str, int]) -> Tensor:
    """Every element of the result from the elements that it comes from; axes only on the left are summed."""
    kept = [axis for group in right for axis in group]
    gone = [axis for group in left for axis in group if axis not in kept]
    before, result = x.flatten().tolist(), [0.0] * math.prod(sizes[axis] for axis in kept)
    for where in product(*(range(sizes[axis]) for axis in (*kept, *gone))):
        at = dict(zip((*kept, *gone), where, strict=True))
        result[place(kept, at, sizes)] += before[place([axis for group in left for axis in group], at, sizes)]
    return torch.tensor(result).view([math.prod(sizes[axis] for axis in group) for group in right])


@st.composite
def grouped(draw: st.DrawFn, axes: list[str]) -> Groups:
    """The axes in some order and some brackets, now and then with a dimension of size 1."""
    groups: Groups = []
    for axis in draw(st.permutations(axes)):
        if groups and groups[-1] and draw(st.integers(0, 2)) == 0:
            groups[-1].append(axis)
        else:
            groups.append([axis])
    if draw(st.integers(0, 3)) == 0:
        groups.insert(draw(st.integers(0, len(groups))), [])
    return groups


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.data())
def test_patterns_mean_what_they_say(data: st.DataObject) -> None:
    common = ["a", "b", "c"][: data.draw(st.integers(0, 3))]
    name = data.draw(st.sampled_from(["Rearrange", "ReduceAxes", "RepeatAxes"]))
    extra = [] if name == "Rearrange" else data.draw(st.sampled_from([["r"], ["r", "s"]]))
    left = data.draw(grouped(common + (extra if name == "ReduceAxes" else [])))
    right = data.draw(grouped(common + (extra if name == "RepeatAxes" else [])))
    sizes = {axis: data.draw(st.integers(1, 3)) for axis in (*common, *extra)}
    open_ones = {group[-1] for group in left if group}  # one of each dimension follows from the others
    named = [axis for axis in sizes if axis not in open_ones]
    x = torch.randn([math.prod(sizes[axis] for axis in group) for group in left])
    arguments: dict[str, Any] = {
        "pattern": f"{written(left)} -> {written(right)}",
        "axes": " ".join(named),
        "sizes": tuple(sizes[axis] for axis in named),
    }
    if name == "ReduceAxes":
        arguments["reduction"] = "sum"
    found = value(name, x, **arguments)
    torch.testing.assert_close(found, by_hand(x, left, right, sizes), msg=str(arguments))


@pytest.mark.parametrize(
    ("name", "arguments", "code"),
    [
        ("Rearrange", {}, "torch.unflatten(torch.unflatten(input, 3, (-1, size1)), 2, (-1, size0))"
         ".permute(0, 2, 4, 1, 3, 5).flatten(3).flatten(1, 2)"),
        ("Rearrange", {"pattern": "b c h w -> b (h w) c"}, "input.permute(0, 2, 3, 1).flatten(1, 2)"),
        ("Rearrange", {"pattern": "b c ... -> b (...) c"}, "input.permute(0, 2, 3, 1).flatten(1, 2)"),
        ("Rearrange", {"pattern": "b c h w -> b c w h"}, "input.transpose(2, 3)"),
        ("Rearrange", {"pattern": "b c h w -> (b c h w)"}, "input.flatten(0)"),
        ("ReduceAxes", {"pattern": "b c h w -> b c"}, "input.mean(dim=(2, 3))"),
        ("ReduceAxes", {"pattern": "b c h w -> b c 1 1", "reduction": "max"},
         "input.amax(dim=(2, 3)).unsqueeze(2).unsqueeze(3)"),
        ("RepeatAxes", {"pattern": "b c h w -> b 3 c h w"}, "input.unsqueeze(1).expand(-1, 3, -1, -1, -1)"),
    ],
)  # fmt: skip
def test_the_code_is_what_a_person_would_write(name: str, arguments: dict[str, Any], code: str) -> None:
    plain = {} if not arguments else {"axes": "", "sizes": ()}
    block = library().get(name)(**plain, **arguments)
    batch = TensorType((Symbol("B"), 6, 8, 12))
    block.infer(batch)
    assert block.call(batch).template == code


def test_an_image_of_unknown_height_becomes_a_sequence_of_unknown_length() -> None:
    height = Symbol("H")
    found = library().get("Rearrange")().infer(TensorType((Symbol("B"), 3, height, 8)))
    assert str(found) == "B×2*H×12"


@pytest.mark.parametrize(
    ("name", "arguments", "part", "named"),
    [
        ("Rearrange", {"pattern": "b c h w -> b c h"}, "pattern", "“w”"),
        ("Rearrange", {"pattern": "b c h w -> b c h w t"}, "pattern", "“t”"),
        ("Rearrange", {"pattern": "b c h h -> b c h"}, "pattern", "“h”"),
        ("Rearrange", {"pattern": "b c (h w -> b c h w"}, "pattern", "left is not closed"),
        ("Rearrange", {"pattern": "b c h w, b"}, "pattern", "->"),
        ("Rearrange", {"pattern": "b c (h t) w -> b h t c w"}, "axes", "“h” and “t”"),
        ("Rearrange", {"pattern": "b c h -> b h c"}, "input", "3 dimensions"),
        ("Rearrange", {"pattern": "b (c g) h w -> b c g h w", "axes": "g", "sizes": (4,)}, "input", "“(c g)”"),
        ("Rearrange", {"pattern": "b c h w -> b h w c", "axes": "c", "sizes": (5,)}, "input", "“c”"),
        ("Rearrange", {"pattern": "b c h w -> b h w c", "axes": "t", "sizes": (5,)}, "axes", "“t”"),
        ("Rearrange", {"pattern": "b c h w -> b h w c", "axes": "h w", "sizes": (5,)}, "sizes", "2 axes and 1"),
        ("RepeatAxes", {"pattern": "b c h w -> b t c h w"}, "axes", "“t”"),
        ("RepeatAxes", {"pattern": "b c h w -> b c h"}, "pattern", "ReduceAxes"),
        ("ReduceAxes", {"pattern": "b c h w -> b c t"}, "pattern", "RepeatAxes"),
    ],
)
def test_a_wrong_pattern_is_told_with_its_axis(name: str, arguments: dict[str, Any], part: str, named: str) -> None:
    block = library().get(name)(**{"axes": "", "sizes": (), **arguments})
    with pytest.raises(ShapeError) as caught:
        block.infer(TensorType((2, 6, 8, 12)))
    assert caught.value.part == part
    assert named in caught.value.message
