"""The layered layout: no overlaps, wires point right, straight chains, few crossings, any graph, always the same."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.layout import Link, Spacing, layered

SIZE = (160.0, 62.0)


def chain(count: int) -> tuple[dict[str, tuple[float, float]], list[Link]]:
    names = [f"n{number}" for number in range(count)]
    return dict.fromkeys(names, SIZE), [Link(a, b) for a, b in pairwise(names)]


@st.composite
def drawn_graphs(draw: st.DrawFn) -> tuple[dict[str, tuple[float, float]], list[Link]]:
    """Any nodes of any sizes, any wires between them: cycles, doubles and loops included."""
    count = draw(st.integers(1, 24))
    side = st.floats(20, 300)
    sizes = {f"n{number}": (draw(side), draw(side)) for number in range(count)}
    names = st.sampled_from(sorted(sizes))
    links = draw(st.lists(st.builds(Link, names, names), max_size=50))
    return sizes, links


@given(drawn_graphs(), st.sampled_from([0.0, 600.0, 2000.0]))
def test_no_two_nodes_overlap(graph, wrap):
    sizes, links = graph
    points = layered(sizes, links, spacing=Spacing(wrap=wrap))
    assert set(points) == set(sizes)
    boxes = [(*points[name], *sizes[name]) for name in sizes]
    for number, (x, y, width, height) in enumerate(boxes):
        for other_x, other_y, other_width, other_height in boxes[number + 1 :]:
            apart_x = x + width <= other_x + 1e-6 or other_x + other_width <= x + 1e-6
            apart_y = y + height <= other_y + 1e-6 or other_y + other_height <= y + 1e-6
            assert apart_x or apart_y


@given(drawn_graphs())
def test_without_cycles_every_wire_points_right(graph):
    sizes, links = graph
    rank = {name: number for number, name in enumerate(sizes)}
    forward = [link for link in links if rank[link.source] < rank[link.target]]
    points = layered(sizes, forward)
    for link in forward:
        assert points[link.source][0] + sizes[link.source][0] <= points[link.target][0]


@given(drawn_graphs())
def test_the_same_graph_gives_the_same_picture(graph):
    sizes, links = graph
    assert layered(sizes, links) == layered(dict(sizes), list(links))


def test_a_chain_is_one_straight_row_even_between_nodes_of_different_heights():
    sizes, links = chain(30)
    sizes["n7"] = (200.0, 180.0)
    points = layered(sizes, links)
    middles = [points[name][1] + sizes[name][1] / 2 for name in sizes]
    assert max(middles) - min(middles) < 0.5


def test_wires_are_straight_between_the_ports_and_not_between_the_middles():
    sizes = {"a": (100.0, 60.0), "b": (100.0, 200.0)}
    points = layered(sizes, [Link("a", "b", leaves=40.0, enters=150.0)])
    assert points["a"][1] + 40.0 == pytest.approx(points["b"][1] + 150.0)


def test_a_long_chain_takes_no_recursion_and_little_time():
    sizes, links = chain(1200)
    started = process_time()  # of this process alone: others may share the machine
    points = layered(sizes, links)
    assert process_time() - started < 5
    assert points["n1199"][0] == pytest.approx(1199 * (SIZE[0] + Spacing().column))


def test_skips_from_everywhere_to_everywhere_stay_affordable():
    sizes, links = chain(220)
    links += [Link(f"n{source}", "n219") for source in range(218)]
    started = process_time()
    layered(sizes, links)
    assert process_time() - started < 10


def test_a_residual_body_stays_in_line_and_its_shortcut_has_room_beside_it():
    sizes = {**dict.fromkeys(["x", "conv1", "bn1", "relu", "conv2", "add", "out"], SIZE)}
    body = ["x", "conv1", "bn1", "relu", "conv2", "add", "out"]
    links = [*(Link(a, b) for a, b in pairwise(body)), Link("x", "add")]
    points = layered(sizes, links)
    inner = [points[name][1] for name in body[1:5]]
    assert max(inner) - min(inner) < 0.5


def test_the_branches_of_a_residual_are_straight_though_both_ends_pull():
    body = ["x", "conv1", "bn1", "relu", "conv2", "bn2", "add", "out"]
    sizes = {**dict.fromkeys([*body, "shortcut"], SIZE)}
    links = [*(Link(a, b) for a, b in pairwise(body)), Link("x", "shortcut"), Link("shortcut", "add", enters=20.0)]
    points = layered(sizes, links)
    inner = [points[name][1] for name in body[1:6]]
    assert max(inner) - min(inner) < 0.5
    assert points["add"][1] == pytest.approx(points["out"][1], abs=0.5)


def test_two_crossed_pairs_are_uncrossed():
    sizes = dict.fromkeys(["a", "b", "c", "d"], SIZE)
    points = layered(sizes, [Link("a", "d"), Link("b", "c"), Link("a", "d")])
    assert (points["a"][1] < points["b"][1]) == (points["d"][1] < points["c"][1])


def test_branches_come_in_the_order_of_the_ports_that_they_enter():
    sizes = dict.fromkeys(["x", "a", "b", "join"], SIZE)
    lower_first = [Link("x", "a"), Link("x", "b"), Link("a", "join", enters=50.0), Link("b", "join", enters=20.0)]
    points = layered(sizes, lower_first)
    assert points["b"][1] < points["a"][1]


def test_inputs_are_leftmost_and_outputs_rightmost():
    sizes = dict.fromkeys(["in", "late", "a", "b", "c", "out", "aux"], SIZE)
    links = [Link("in", "a"), Link("a", "b"), Link("b", "c"), Link("late", "c"), Link("c", "out"), Link("a", "aux")]
    points = layered(sizes, links, first=["in", "late"], last=["out", "aux"])
    assert points["late"][0] == points["in"][0] == min(x for x, _ in points.values())
    assert points["aux"][0] == points["out"][0] == max(x for x, _ in points.values())
    near = layered(sizes, links, first=["in"])
    assert near["late"][0] == near["b"][0]


def test_only_a_selection_is_laid_out():
    sizes, links = chain(6)
    points = layered(sizes, links, only={"n2", "n3"})
    assert set(points) == {"n2", "n3"}
    assert points["n2"][0] < points["n3"][0]


def test_long_drawings_continue_below_in_rows_of_like_length():
    sizes, links = chain(40)
    points = layered(sizes, links, spacing=Spacing(wrap=1500.0))
    assert max(x + SIZE[0] for x, _ in points.values()) <= 1700.0
    rows = Counter(round(y) for _, y in points.values())
    assert len(rows) == 7
    assert max(rows.values()) - min(rows.values()) <= 2


def test_rows_break_only_where_one_wire_passes():
    sizes, links = chain(12)
    links += [Link("n0", "n5"), Link("n6", "n11")]
    points = layered(sizes, links, spacing=Spacing(wrap=1500.0))
    assert points["n5"][0] > points["n0"][0]
    assert points["n6"][0] == 0.0
    assert points["n6"][1] > points["n5"][1]


def test_no_row_is_left_with_a_node_or_two():
    sizes, links = chain(14)
    links += [Link("n0", f"n{number}") for number in range(2, 12)]
    points = layered(sizes, links, spacing=Spacing(wrap=2400.0))
    assert points["n13"][0] > points["n11"][0] > points["n0"][0]


def test_a_long_drawing_is_folded_even_where_a_few_wires_pass():
    sizes, links = chain(18)
    links += [Link(f"n{number}", f"n{17 - number}") for number in range(4)]
    points = layered(sizes, links, spacing=Spacing(wrap=2400.0))
    assert max(x + SIZE[0] for x, _ in points.values()) < 3000


def test_what_stays_together_is_not_torn_apart_by_rows():
    sizes, links = chain(12)
    frame = {"n4", "n5", "n6", "n7"}
    points = layered(sizes, links, together=[frame], spacing=Spacing(wrap=1500.0))
    assert len({round(points[name][1]) for name in frame}) == 1
    assert len({round(y) for _, y in points.values()}) == 2


def test_a_cycle_is_drawn_all_the_same():
    sizes = dict.fromkeys(["a", "b", "c"], SIZE)
    points = layered(sizes, [Link("a", "b"), Link("b", "c"), Link("c", "a"), Link("a", "a")])
    assert points["a"][0] < points["b"][0] < points["c"][0]


def test_nothing_gives_nothing():
    assert layered({}, []) == {}
