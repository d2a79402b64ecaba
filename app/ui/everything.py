"""What the command palette finds: commands, and by their names templates, this document's graphs and recent files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import templates
from app.ui import fuzzy
from app.ui.chooser import Choice

if TYPE_CHECKING:
    from app.ui.main_window import MainWindow

COMMAND, TEMPLATE, GRAPH, FILE = "command", "template", "graph", "file"
SUMMARIES_FROM = 5
"""Shorter queries stand in some summary by accident."""
BEFORE_THINGS = 40
"""A command goes before a thing that answers as well."""


def search(window: MainWindow, query: str) -> list[Choice]:
    """Best first; where nothing is typed, the commands alone, in their menus' order."""
    commands = [_keyed(COMMAND, choice) for choice in window.actions_table.search(query)]
    if not query.strip():
        return commands
    scored = [(fuzzy.rank(query, choice.name, window.actions_table.words(_name(choice.key))) + BEFORE_THINGS, choice)
              for choice in commands]  # fmt: skip
    for choice, synonyms, summary in _things(window):
        score = fuzzy.rank(query, choice.name, synonyms, summary if len(query.strip()) >= SUMMARIES_FROM else "")
        if score > 0:
            scored.append((score, choice))
    return [choice for _, choice in sorted(scored, key=lambda entry: -entry[0])]


def choose(window: MainWindow, key: str) -> None:
    """Do what a row of the palette stands for."""
    kind, name = key.partition(":")[0], _name(key)
    if kind == COMMAND:
        window.actions_table[name].trigger()
    elif kind == TEMPLATE:
        window.storage.open_template(name)
    elif kind == GRAPH:
        window.workspace.show_graph(name)
    else:
        window.storage.open_path(Path(name))


def _things(window: MainWindow) -> list[tuple[Choice, tuple[str, ...], str]]:
    found: list[tuple[Choice, tuple[str, ...], str]] = [
        (
            Choice(key=f"{TEMPLATE}:{one.name}", name=one.title, hint=f"New from this template, {one.family}"),
            (one.name, one.family),
            one.summary,
        )
        for one in templates.listing()
    ]
    for graph in window.workspace.document.graphs.values():
        found.append((Choice(key=f"{GRAPH}:{graph.name}", name=graph.name, hint="Go to this graph"), (), graph.summary))
    for path in window.storage.recent():
        found.append((Choice(key=f"{FILE}:{path}", name=path.name, hint=f"Open from {folder(path)}"), (), ""))
    return found


def _keyed(kind: str, choice: Choice) -> Choice:
    return Choice(key=f"{kind}:{choice.key}", name=choice.name, hint=choice.hint, aside=choice.aside)


def _name(key: str) -> str:
    return key.partition(":")[2]


def spoken(path: Path) -> str:
    """A file as a person knows it: its name, then where it lies."""
    return f"{path.name}  –  {folder(path)}"


def folder(path: Path) -> str:
    """A file's folder, from home where it lies in there."""
    home = Path.home()
    if path.parent == home:
        return "~"
    return f"~/{path.parent.relative_to(home)}" if path.is_relative_to(home) else str(path.parent)
