"""Shapes written beside generated lines are those that flow there: every comment is compared with the real tensor."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Mapping
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from app.codegen.generate import model_source, steps_source
from app.core.elaborate import Elaboration, GraphResult, elaborate
from tests.codegen import compare
from tests.codegen.documents import CASES, Given, Written

COMMENT = re.compile(r"  # (\(.*\))$")
LETTERS = {1: "N", 2: "BF", 3: "BTF", 4: "BCHW", 5: "BCDHW"}
"""What the letters of a shape of so many dimensions are: sides of the first input."""


class Watch:
    """Called where a comment stands: it evaluates the comment and compares."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self.wrong: list[str] = []
        self._calls: dict[int, dict[str, int]] = {}

    def begin(self, given: Mapping[str, Any]) -> dict[str, int]:
        """At the start of a forward: sizes by name, of the constructor and of the first input."""
        module = given["self"]
        names = {name: value for name, value in module.__dict__.get("_given", {}).items() if isinstance(value, int)}
        first = next((value for name, value in given.items() if name != "self" and isinstance(value, Tensor)), None)
        if first is not None:
            letters = zip(LETTERS.get(first.dim(), ""), first.shape, strict=False)
            names |= {letter: size for letter, size in letters if letter in "THWD"} | names
        return names

    def check(self, value: Any, text: str, names: dict[str, int], line: str) -> Any:
        """Every size of the comment; a name that is not known yet is what it is here, and must stay so."""
        self.seen.add(line)
        if not isinstance(value, Tensor):
            self.wrong.append(f"{line}: {text} stands beside {type(value).__name__}")
            return value
        written = ast.parse(re.sub("(?<!/)/(?!/)", "//", text), mode="eval").body
        assert isinstance(written, ast.Tuple)
        sizes = [self._size(part, size, names) for part, size in itertools.zip_longest(written.elts, value.shape)]
        if sizes != list(value.shape):
            self.wrong.append(f"{line}: {text} stands beside {tuple(value.shape)}")
        return value

    def _size(self, part: ast.expr | None, real: int | None, names: dict[str, int]) -> int | None:
        if part is None or real is None:
            return None
        if isinstance(part, ast.Name):
            return names.setdefault(part.id, real)
        asked = {node.id for node in ast.walk(part) if isinstance(node, ast.Name)}
        if not asked <= names.keys() | {"min", "max", "len", "sum"}:
            return real  # over a size that nothing has named so far
        return int(eval(compile(ast.Expression(part), "comment", "eval"), {}, names))  # generated text, nothing given


def watched(text: str, watch: str) -> tuple[str, int]:
    """The text with a check after each line that has a comment; and how many there are."""
    tree, lines, count = ast.parse(text), text.splitlines(), 0
    for function in [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]:
        if function.name == "__init__":
            function.body.insert(0, _statement("object.__setattr__(self, '_given', dict(locals()))"))
        if function.name == "forward":
            for body in _bodies(function):
                count += _watch_body(body, lines, watch)
            function.body.insert(0, _statement(f"_names = {watch}.begin(dict(locals()))"))
    return ast.unparse(ast.fix_missing_locations(tree)), count


def _statement(text: str) -> ast.stmt:
    return ast.parse(text).body[0]


def _bodies(function: ast.FunctionDef) -> list[list[ast.stmt]]:
    found = [getattr(node, field, None) for node in ast.walk(function) for field in ("body", "orelse")]
    return [body for body in found if isinstance(body, list)]


def _watch_body(body: list[ast.stmt], lines: list[str], watch: str) -> int:
    count = 0
    for statement in list(body):
        told = COMMENT.search(lines[(statement.end_lineno or 1) - 1]) if statement.end_lineno else None
        if told is None or not isinstance(statement, ast.Assign | ast.AnnAssign | ast.Return) or not statement.value:
            continue
        arguments = f"{told.group(1)!r}, _names, {lines[statement.end_lineno - 1].strip()!r}"  # type: ignore[operator]
        call = ast.parse(f"{watch}.check(value, {arguments})", mode="eval").body
        assert isinstance(call, ast.Call)
        call.args[0] = statement.value
        statement.value = call
        count += 1
    return count


def run(written: Written, watch: Watch) -> int:
    """Build and run everything under the smallest preset, under watch; gives how many comments there are in it."""
    document, preset, name = written.document, written.smallest, written.name
    elaboration = written.elaborations[preset]
    model_text, count = watched(model_source(document, written.library, preset, elaboration).text, "_watch")
    module = _loaded(model_text, f"watched_{name}", watch)
    models = {}
    for model, result in elaboration.models.items():
        models[model] = compare.build(module, document, model, preset).train()
        _call(models[model], result)
    if document.recipe is None:
        return count
    steps_text, more = watched(steps_source(document, written.library, preset, elaboration).text, "_watch")
    _run_steps(_loaded(steps_text, f"watched_{name}_steps", watch), elaboration, models)
    return count + more


def _loaded(text: str, name: str, watch: Watch) -> Any:
    module = compare.types.ModuleType(name)
    vars(module)["_watch"] = watch
    compare.sys.modules[name] = module
    exec(compile(text, name, "exec"), vars(module))
    return module


def _run_steps(module: Any, elaboration: Elaboration, models: Mapping[str, nn.Module]) -> None:
    for name, result in elaboration.steps.items():
        taken = getattr(module, name).__init__.__code__
        names = taken.co_varnames[1 : taken.co_argcount]
        values = {key: models[key] if key in models else result.arguments[key] for key in names}
        _call(getattr(module, name)(**values), result)


def _call(module: nn.Module, result: GraphResult) -> None:
    torch.manual_seed(0)
    with torch.no_grad():
        module(*compare.inputs_of(result))


@pytest.mark.parametrize("given", CASES, ids=str)
def test_comments_are_the_shapes_that_flow(given: Given) -> None:
    watch = Watch()
    stand = run(Written(given), watch)
    assert bool(watch.seen) == bool(stand)
    assert not watch.wrong, "\n".join(sorted(set(watch.wrong)))


def test_a_wrong_comment_is_found() -> None:
    given = next(case for case in CASES if case.name == "mlp_classifier")
    document, library = given.document(), given.library()
    text, count = watched(model_source(document, library).text.replace("# (B, ", "# (B, 2 * "), "_watch")
    assert count
    watch = Watch()
    module = _loaded(text, "watched_wrong", watch)
    result = elaborate(document, library).models["mlp_classifier"]
    _call(compare.build(module, document, "mlp_classifier", None), result)
    assert watch.wrong
