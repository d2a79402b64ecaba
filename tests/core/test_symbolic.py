"""Traced and symbolic sizes agree with plain arithmetic, whatever the names turn out to be."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from app.core.symbolic import (
    Poly,
    Symbol,
    Traced,
    differ,
    exact_div,
    indivisible,
    merge,
    product,
    smaller,
)

NAMES = ("a", "b", "c")
numbers = st.fixed_dictionaries({name: st.integers(1, 30) for name in NAMES})
Program = list[tuple[str, Any]]
steps = st.tuples(
    st.sampled_from(["+", "-", "*", "//", "%", "r+", "r-", "r*", "neg"]), st.sampled_from(NAMES) | st.integers(1, 9)
)
programs = st.lists(steps, max_size=6)


def run(first: Any, program: Program, names: dict[str, Any]) -> Any:
    """Apply steps one after the other; each works on the result so far."""
    value = first
    for what, other in program:
        operand = names[other] if isinstance(other, str) else other
        match what:
            case "+":
                value = value + operand
            case "-":
                value = value - operand
            case "*":
                value = value * operand
            case "//":
                value = value // operand
            case "%":
                value = value % operand
            case "r+":
                value = operand + value
            case "r-":
                value = operand - value
            case "r*":
                value = operand * value
            case _:
                value = -value
    return value


@given(programs, numbers)
def test_traced_arithmetic_is_that_of_ints(program: Program, names: dict[str, int]) -> None:
    traced = {name: Traced.of(value, name) for name, value in names.items()}
    expected = run(names["a"], program, names)
    found = run(traced["a"], program, traced)
    assert found == expected
    if isinstance(found, Traced):
        assert found.poly.value(names) == expected


@given(programs, numbers)
def test_a_symbol_agrees_with_what_it_turns_out_to_be(program: Program, names: dict[str, int]) -> None:
    symbols = {name: Symbol(name) for name in NAMES}
    expected = run(names["a"], program, names)
    found = run(symbols["a"], program, symbols)
    assert (found.poly.value(names) if isinstance(found, Symbol) else found) == expected


@given(programs, st.sampled_from(NAMES) | st.integers(1, 9), numbers)
def test_dividing_exactly_and_multiplying_back_gives_the_same(program: Program, by: Any, names: dict[str, int]) -> None:
    traced = {name: Traced.of(value, name) for name, value in names.items()}
    divisor = traced[by] if isinstance(by, str) else by
    dividend = run(traced["a"], program, traced) * divisor
    quotient = exact_div(dividend, divisor)
    assert quotient == int(dividend) // int(divisor)
    back = quotient * divisor
    assert back == dividend
    if isinstance(dividend, Traced) and isinstance(back, Traced):
        assert back.poly == dividend.poly


@given(numbers)
def test_heads_give_the_features_again(names: dict[str, int]) -> None:
    features, heads = Traced.of(names["a"] * names["b"], "features"), Traced.of(names["b"], "heads")
    head = exact_div(features, heads)
    assert str((head * heads).poly) == "features"
    assert head == names["a"]


@given(programs, programs, numbers)
def test_equal_polynomials_are_equal_in_every_order(one: Program, two: Program, names: dict[str, int]) -> None:
    symbols = {name: Symbol(name) for name in NAMES}
    a, b = run(symbols["a"], one, symbols), run(symbols["b"], two, symbols)
    assert a + b == b + a
    assert a * b == b * a
    assert hash(a + b) == hash(b + a)
    assert a - a == 0


@given(programs, programs, numbers)
def test_what_is_certain_is_true(one: Program, two: Program, names: dict[str, int]) -> None:
    symbols = {name: Symbol(name) for name in NAMES}
    a, b = run(symbols["a"], one, symbols), run(symbols["b"], two, symbols)
    x, y = run(names["a"], one, names), run(names["b"], two, names)
    if differ(a, b):
        assert x != y
    if smaller(a, 5):
        assert x < 5
    if indivisible(a, b):
        assert y == 0 or x % y
    if not differ(a, b) and isinstance(b, int):
        assert merge(a, b) == b


@given(st.lists(st.sampled_from([*NAMES, 1, 2, 3]), max_size=5), numbers)
def test_a_product_counts_elements(dims: list[Any], names: dict[str, int]) -> None:
    plain = product([names.get(dim, dim) if isinstance(dim, str) else dim for dim in dims])
    traced = product([Traced.of(names[dim], dim) if isinstance(dim, str) else dim for dim in dims])
    symbolic = product([Symbol(dim) if isinstance(dim, str) else dim for dim in dims])
    assert traced == plain
    assert (symbolic.poly.value(names) if isinstance(symbolic, Symbol) else symbolic) == plain


@given(programs, numbers)
def test_substituting_numbers_and_printing_agree(program: Program, names: dict[str, int]) -> None:
    symbols = {name: Symbol(name) for name in NAMES}
    found = run(symbols["a"], program, symbols)
    assume(isinstance(found, Symbol))
    text = str(found).replace("^", "**")
    assert eval(text, {"__builtins__": {}}, names) == found.poly.value(names)  # our own print, as its oracle


def test_constants_divide_as_floors() -> None:
    assert Poly.constant(7).floor_divided(Poly.constant(2)).number == 3
    assert (Symbol("T") * 4) // 2 == Symbol("T") * 2
    assert str((Symbol("T") - 1) // 2 + 1) == "(T - 1)//2 + 1"
