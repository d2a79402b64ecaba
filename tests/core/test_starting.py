"""How parameters start: torch's own methods, and edits of a graph's rules."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from app.codegen.generate import GenerationError, model_source
from app.core import starting
from app.core.changes import EditError
from app.core.document import Document, Graph, Initial, Model
from app.core.elaborate import elaborate
from blocks import library

RULE = Initial(nodes=("Conv2d",), parameter="weight", method="kaiming_normal_", arguments={"mode": "fan_out"})


def document(*rules: Initial) -> Document:
    return Document(graphs={"Net": Graph(name="Net", initial=rules)})


def rules(held: Document) -> tuple[Initial, ...]:
    return held.graphs["Net"].initial


@pytest.mark.parametrize("method", list(starting.METHODS))
def test_each_method_is_torchs_own_with_its_defaults(method: str) -> None:
    takes = inspect.signature(getattr(torch.nn.init, method)).parameters
    ours = starting.METHODS[method]
    theirs = {name: p.default for name, p in takes.items() if name not in ("tensor", "generator")}
    assert {name: None if default is inspect.Parameter.empty else default for name, default in theirs.items()} == ours


def test_no_method_of_torch_is_left_out() -> None:
    public = {name for name in dir(torch.nn.init) if name.endswith("_") and not name.startswith("_")}
    assert set(starting.METHODS) == public


@pytest.mark.parametrize("nonlinearity", starting.CHOICES["nonlinearity"])
def test_each_choice_is_taken_by_torch(nonlinearity: str) -> None:
    fill: Any = torch.nn.init.kaiming_uniform_
    for mode in starting.CHOICES["mode"]:
        fill(torch.empty(3, 4), mode=mode, nonlinearity=nonlinearity)


@given(method=st.sampled_from(list(starting.METHODS)), value=st.integers(0, 3) | st.floats(0, 1))
def test_a_rule_that_is_taken_runs(method: str, value: float) -> None:
    takes = starting.METHODS[method]
    arguments = {name: 1 if name == "groups" else value for name, default in takes.items() if default is None}
    rule = Initial(nodes=("a",), parameter="weight", method=method, arguments=arguments)
    assert starting.why_not_initial(rule) is None
    tensor = torch.empty(3, 3, 3) if method == "dirac_" else torch.empty(3, 3)
    getattr(torch.nn.init, method)(tensor, **arguments)


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        (Initial(nodes=(), parameter="weight", method="zeros_"), "nothing came"),
        (Initial(nodes=("a b",), parameter="weight", method="zeros_"), "“a b” came"),
        (Initial(nodes=("a",), parameter="weight)", method="zeros_"), "“weight\\)” came"),
        (
            Initial(nodes=("a",), parameter="weight", method="zeros_(x); import os; os.abort"),
            "There is no torch.nn.init",
        ),
        (Initial(nodes=("a",), parameter="weight", method="constant_"), "needs a value for “val”"),
        (Initial(nodes=("a",), parameter="w", method="normal_", arguments={"gain": 1}), "no argument “gain”"),
        (Initial(nodes=("a",), parameter="w", method="normal_", arguments={"std": "big"}), "a number or a formula"),
        (Initial(nodes=("a",), parameter="w", method="normal_", arguments={"std": "=2 **"}), "std of normal_"),
        (Initial(nodes=("a",), parameter="w", method="kaiming_normal_", arguments={"mode": "out"}), "one of fan_in"),
    ],
)
def test_what_could_not_be_code_is_refused_with_a_sentence(rule: Initial, why: str) -> None:
    with pytest.raises(EditError, match=why):
        starting.add_initial(document(), "Net", rule)


def test_a_held_tensor_has_no_inner_name() -> None:
    rule = Initial(nodes=("layer1.0.bias",), parameter="", method="normal_", arguments={"std": "=width ** -0.5"})
    assert rules(starting.add_initial(document(), "Net", rule).document) == (rule,)


def test_another_method_keeps_what_it_takes_too_and_gets_what_it_needs() -> None:
    made = starting.set_initial(document(RULE), "Net", 0, method="kaiming_uniform_")
    assert rules(made.document)[0].arguments == {"mode": "fan_out"}
    made = starting.set_initial(made.document, "Net", 0, method="constant_")
    assert rules(made.document)[0].arguments == {"val": 0.0}
    assert made.label == "set start of Conv2d.weight"


def test_an_argument_at_torchs_default_is_left_out() -> None:
    made = starting.set_initial_argument(document(RULE), "Net", 0, "mode", "fan_in")
    assert rules(made.document)[0].arguments == {}
    made = starting.set_initial_argument(made.document, "Net", 0, "a", "=5 ** 0.5")
    assert rules(made.document)[0].arguments == {"a": "=5 ** 0.5"}


def test_rules_are_moved_and_removed() -> None:
    other = Initial(nodes=("Linear",), parameter="bias", method="zeros_")
    made = starting.move_initial(document(RULE, other), "Net", 1, 0)
    assert rules(made.document) == (other, RULE)
    made = starting.remove_initial(made.document, "Net", 0)
    assert rules(made.document) == (RULE,)
    with pytest.raises(EditError, match="no number 2"):
        starting.remove_initial(made.document, "Net", 1)


def test_a_rule_from_a_file_that_could_run_anything_is_a_problem_and_one_less_when_mended() -> None:
    wrong = Initial(nodes=("Conv2d",), parameter="weight", method="zeros_(x) or print")
    held = document(wrong)
    held = replace(held, models={"net": Model(name="net", graph="Net")})
    made = elaborate(held, library())
    assert [problem.path.part for problem in made.problems] == ["initial"]
    assert "There is no torch.nn.init.zeros_(x) or print" in made.problems[0].message
    with pytest.raises(GenerationError):
        model_source(held, library())
    mended = starting.set_initial(held, "Net", 0, method="zeros_").document
    assert not elaborate(mended, library(), before=made).problems
