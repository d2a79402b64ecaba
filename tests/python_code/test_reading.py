"""What is read off a text by its syntax alone, and what is refused with its line."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.python_code import CodeError, digest, read
from tests.python_code.documents import GATED, SWISH

KINDS: dict[str, tuple[str, st.SearchStrategy[Any]]] = {
    "int": ("int", st.integers(-(2**40), 2**40)),
    "float": ("float", st.floats(-1e6, 1e6)),
    "bool": ("bool", st.booleans()),
    "str": ("str", st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=8)),
    "tuple[int, ...]": ("ints", st.lists(st.integers(0, 99), max_size=4).map(tuple)),
    "tuple[float, ...]": ("floats", st.lists(st.floats(0, 9), max_size=3).map(tuple)),
    "Literal['a', 'b']": ("choice", st.sampled_from(["a", "b"])),
}
names = st.sampled_from(["width", "beta", "depth", "kernel", "mode", "scale", "left", "right", "mask", "state"])


@st.composite
def modules(draw: Any) -> tuple[str, dict[str, Any]]:
    """A small module, and what should be read of it."""
    taken = draw(st.lists(names, max_size=7, unique=True))
    cut = draw(st.integers(0, len(taken)))
    arguments, ports = taken[:cut], taken[cut:]
    kinds = {name: draw(st.sampled_from(sorted(KINDS))) for name in arguments}
    with_default = draw(st.integers(0, len(arguments)))
    defaults = {name: draw(KINDS[kinds[name]][1]) for name in arguments[with_default:]}
    optional = ports[draw(st.integers(0, len(ports))) :]
    outputs = draw(st.lists(st.sampled_from(["first", "second", "third"]), min_size=1, max_size=3, unique=True))
    takes = [f"{name}: {kinds[name]}" + (f" = {defaults[name]!r}" if name in defaults else "") for name in arguments]
    given_ = [f"{name}: Tensor" if name not in optional else f"{name}: Tensor | None = None" for name in ports]
    is_tuple = len(outputs) > 1
    text = "\n".join([
        "from typing import Literal", "from torch import Tensor, nn",
        "class Own(nn.Module):", '    """Says what it is."""',
        f"    def __init__({', '.join(['self', *takes])}):", "        super().__init__()",
        f"    def forward({', '.join(['self', *given_])}) -> "
        + (f"tuple[{', '.join(['Tensor'] * len(outputs))}]:" if is_tuple else "Tensor:"),
        f"        return {', '.join(outputs)}",
    ])  # fmt: skip
    expected = {
        "kinds": {name: KINDS[kinds[name]][0] for name in arguments},
        "defaults": defaults,
        "inputs": {name: name in optional for name in ports},
        "outputs": tuple(outputs) if is_tuple else ("output",),
    }
    return text, expected


@settings(max_examples=40)
@given(modules())
def test_arguments_inputs_and_outputs_are_those_of_the_signatures(made: tuple[str, dict[str, Any]]) -> None:
    text, expected = made
    found = read(text)
    assert (found.name, found.summary) == ("Own", "Says what it is.")
    assert {name: argument.kind for name, argument in found.arguments.items()} == expected["kinds"]
    assert found.defaults == expected["defaults"]
    assert {port.name: port.optional for port in found.inputs} == expected["inputs"]
    assert found.outputs == expected["outputs"]


def test_a_text_with_helpers() -> None:
    found = read(GATED)
    assert [port.name for port in found.inputs] == ["input", "bias"]
    assert found.outputs == ("value", "gate")
    assert found.defaults == {"width": 10, "beta": 1.0}
    assert {name for name, meaning in found.bound.items() if not meaning} == {"SHIFT", "shifted", "Gated"}


OPTIONAL = "from torch import Tensor, nn\nclass A(nn.Module):\n    def __init__(self, n: {} = None):\n        pass\n"
FORWARD = "    def forward(self, x):\n        return x\n"


@pytest.mark.parametrize("annotation", ["int | None", "None | int", "Optional[int]", "'int | None'", "int"])
def test_a_default_of_none_makes_it_optional(annotation: str) -> None:
    argument = read(OPTIONAL.format(annotation) + FORWARD).arguments["n"]
    assert (argument.kind, argument.optional) == ("int", True)


def test_other_defaults_of_forward_are_no_inputs() -> None:
    text = SWISH.replace("input: Tensor)", "input: Tensor, *, steps: int = 3)")
    assert [port.name for port in read(text).inputs] == ["input"]


HEAD = "from torch import Tensor, nn\n"
OWN = HEAD + "class A(nn.Module):\n"


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", 0, "there is no class"),
        ("class A(nn.Module:\n", 1, "this is not Python"),
        ("x = '\\d'\n", 1, "this is not Python"),
        (OWN + FORWARD + "x = '\u202e'\n", 5, "cannot be seen"),
        ("a\0b", 1, "this is not Python"),
        ("(" * 5000, 1, ""),
        ("x = " + "1+" * 20000 + "1\n" + OWN + FORWARD, 1, ""),
        (OWN + FORWARD + "class B(nn.Module):\n" + FORWARD, 5, "a second class, B"),
        (HEAD + "class A:\n" + FORWARD, 2, "class A(nn.Module):"),
        (HEAD + "class A(nn.Linear):\n" + FORWARD, 2, "class A(nn.Module):"),
        (HEAD + "@final\nclass A(nn.Module):\n" + FORWARD, 3, "no decorator"),
        (HEAD + "class nn(nn.Module):\n" + FORWARD, 2, "nn"),
        (OWN + "    pass\n", 2, "has no “forward”"),
        (OWN + "    def forward(self, *xs):\n        return xs[0]\n", 3, "takes any number"),
        (OWN + "    def forward(self, x, **more):\n        return x\n", 3, "takes any number"),
        (OWN + "    def forward(self, x, /):\n        return x\n", 3, "“/”"),
        (OWN + "    def forward(x):\n        return x\n", 3, "“self”"),
        (OWN + "    @torch.no_grad()\n    def forward(self, x):\n        return x\n", 4, "decorator"),
        (OWN + "    async def forward(self, x):\n        return x\n", 3, "async"),
        (OWN + "    forward = nn.Identity.forward\n", 3, "written out"),
        (OWN + "    def forward(self, n: int):\n        return n\n", 3, "wires carry tensors"),
        (OWN + "    def forward(self, x, *, y):\n        return x\n", 3, "by name alone"),
        (OWN + "    def forward(self, x):\n        pass\n", 3, "returns nothing"),
        (OWN + "    def forward(self, x) -> dict:\n        return x\n", 3, "gives “dict”"),
        (
            OWN + "    def forward(self, x):\n        if x:\n            return x, x, x\n        return x, x\n",
            5,
            "elsewhere",
        ),
        (OWN + "    def forward(self, x):\n        yield x\n        return x\n", 4, "at once"),
        (OWN + "    def __init__(self, n):\n        pass\n" + FORWARD, 3, "its type"),
        (OWN + "    def __init__(self, n: Tensor):\n        pass\n" + FORWARD, 3, "is a Tensor"),
        (OWN + "    def __init__(self, n: int = f()):\n        pass\n" + FORWARD, 3, "plain value"),
        (OWN + "    def __init__(self, n: int = 'a'):\n        pass\n" + FORWARD, 3, "not what its type says"),
        (OWN + "    def __init__(self, weights: int = 1):\n        pass\n" + FORWARD, 3, "keeps for itself"),
        (OWN + "    def __init__(self, x: int = 1):\n        pass\n" + FORWARD, 5, "rename one"),
        (OWN + "    def parameters(self):\n        pass\n" + FORWARD, 3, "every nn.Module has"),
        (OWN + FORWARD + FORWARD, 5, "there twice"),
        ("import numpy\n" + OWN + FORWARD, 1, "standard library"),
        ("from . import other\n" + OWN + FORWARD, 1, "file by itself"),
        ("from torch import *\n" + OWN + FORWARD, 1, "takes everything"),
        ("import math as F\n" + OWN + FORWARD, 1, "generated files mean"),
        ("print('hello')\n" + OWN + FORWARD, 1, "none of them"),
        ("if True:\n    x = 1\n" + OWN + FORWARD, 1, "none of them"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, line: int, said: str) -> None:
    with pytest.raises(CodeError) as refused:
        read(text)
    assert refused.value.line == line
    assert said in str(refused.value)
    assert str(refused.value).endswith(".")


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(CodeError):
        assert read(text).inputs is not None


@given(st.integers(0, len(SWISH)), st.integers(0, 20), st.sampled_from(["", "(", "\n", "*", "x", "\t", "'''", ": int"]))
def test_a_broken_text_is_read_or_refused(at: int, length: int, other: str) -> None:
    with contextlib.suppress(CodeError):
        assert read(SWISH[:at] + other + SWISH[at + length :]).outputs


def test_another_text_has_another_digest() -> None:
    assert digest(SWISH) == digest(SWISH)
    assert digest(SWISH) != digest(SWISH + " ")
