"""The window and what it leans on run no text: nothing in a document can become code there."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from app.codegen.optimisers import schedule_text
from app.core.schedules import FUNCTIONS

APP = Path(__file__).parents[2] / "app"
RUNS_TEXT = {"exec", "eval", "compile", "__import__"}


def ran(text: str) -> set[str]:
    """The built-in functions called in a file that would run text."""
    calls = (node.func for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))
    return {function.id for function in calls if isinstance(function, ast.Name)} & RUNS_TEXT


@pytest.mark.parametrize("room", ["ui", "core", "codegen", "cli"])
def test_no_text_is_run(room: str) -> None:
    files = sorted((APP / room).rglob("*.py"))
    assert files
    assert {str(file): ran(file.read_text()) for file in files if ran(file.read_text())} == {}


def test_running_text_would_be_seen() -> None:
    assert ran("made = {}\nexec('x = 1', made)\nre.compile('x')\nmenu.exec()") == {"exec"}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_is_drawn_is_what_train_py_holds(name: str) -> None:
    text = schedule_text(name)
    (function,) = ast.parse(text).body
    assert isinstance(function, ast.FunctionDef)
    assert function.name == FUNCTIONS[name].__name__
    assert max(map(len, text.splitlines())) <= 88, "generated code has lines of at most 88 characters"
