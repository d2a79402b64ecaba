"""The files of ``blocks/modules`` are primitives: named apart, without layers inside, and each known by who uses it.

``modules.txt`` lists each with the blocks that carry it and the templates that use it; ``--accept`` writes it anew.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from importlib.resources import files as resources
from pathlib import Path

import pytest
from torch import nn

import templates
from app.core.elaborate import elaborate, walk
from app.receipts import modules_used
from blocks import library, module_text

BLOCKS = Path(__file__).parents[2] / "blocks"
LISTING = Path(__file__).with_name("modules.txt")
MODULES = sorted(
    entry.name.removesuffix(".py")
    for entry in resources("blocks").joinpath("modules").iterdir()
    if entry.name.endswith(".py") and entry.name != "__init__.py"
)
READERS = [name for name in MODULES if name.startswith("data_")]


def defined(module: str) -> Iterator[str]:
    """Names at the top level, as they would stand in a file that carries the module along."""
    for statement in ast.parse(module_text(module)).body:
        match statement:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Assign(targets=targets):
                yield from (target.id for target in targets if isinstance(target, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name


def test_no_two_define_one_name() -> None:
    """A model may carry any of them, and then they stand in one file."""
    owners = defaultdict(list)
    for module in MODULES:
        if module not in READERS:  # each is a file of its own beside train.py
            for name in defined(module):
                owners[name].append(module)
    assert {name: found for name, found in owners.items() if len(found) > 1} == {}


def layers_inside(module: str) -> list[str]:
    """Layers of torch.nn that learn and that the file makes."""
    calls = [node.func for node in ast.walk(ast.parse(module_text(module))) if isinstance(node, ast.Call)]
    made = [call.attr for call in calls if isinstance(call, ast.Attribute) and ast.unparse(call.value) == "nn"]
    learning = (nn.Linear, nn.Bilinear, nn.Embedding, nn.RNNBase, nn.RNNCellBase, nn.MultiheadAttention)
    convolutions = (nn.modules.conv._ConvNd, nn.modules.batchnorm._NormBase, nn.LayerNorm, nn.GroupNorm)
    kinds = (getattr(nn, name, None) for name in made)
    return [kind.__name__ for kind in kinds if isinstance(kind, type) and issubclass(kind, (*learning, *convolutions))]


@pytest.mark.parametrize("module", MODULES)
def test_holds_no_network(module: str) -> None:
    """What consists of layers is drawn, so that it can be seen and changed."""
    assert len(layers_inside(module)) <= 1


def named_in(text: str) -> set[str]:
    """Modules that a block's file names, also as ``f"masked_conv{self.dims}d"``."""
    quoted = re.findall(r'"([a-z][\w{}.]+)"', text)
    patterns = {re.sub(r"\\{.*?\\}", ".+", re.escape(found)) for found in quoted}
    return {module for module in MODULES if any(re.fullmatch(pattern, module) for pattern in patterns)}


def reached(name: str) -> set[str]:
    """Modules and functions that a template's code carries along, and its reader."""
    document = templates.load(name)
    found = elaborate(document, library(), "quick")
    made = [
        unit.block.call(*unit.inputs.values())
        for result in (*found.models.values(), *found.steps.values())
        for inner in walk(result)
        for node in inner.nodes.values()
        for unit in node.units[:1]
        if unit.block is not None
    ]
    return modules_used(document) | {call.source for call in made if call is not None and call.source is not None}


def users() -> dict[str, str]:
    """Each module with the blocks that name it and the templates that reach it."""
    paths = [path for path in BLOCKS.rglob("*.py") if "modules" not in path.parts]
    named = {path.stem: named_in(path.read_text(encoding="utf-8")) for path in paths}
    used = {name: reached(name) for name in templates.names()}
    found = {}
    for module in MODULES:
        blocks = sorted(stem for stem, modules in named.items() if module in modules)
        found[module] = (
            f"{', '.join(blocks)} | {', '.join(name for name in sorted(used) if module in used[name]) or '-'}"
        )
    return found


def test_each_is_listed_with_who_uses_it(request: pytest.FixtureRequest) -> None:
    assert library().names()
    text = "".join(f"{module}: {who}\n" for module, who in users().items())
    if request.config.getoption("--accept"):
        LISTING.write_text(text, encoding="utf-8")
    assert LISTING.read_text(encoding="utf-8") == text, "write it anew with --accept, and look at the difference"
    assert ":  |" not in text, "a module that no block carries"
