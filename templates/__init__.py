"""The templates, found by looking: ``templates/<family>/<name>.py`` holds a function of that name that draws it.

Each file opens with its lesson (``_lesson.py`` says how it is written), which is also what the gallery lists, so that
listing every template reads text and imports nothing.
"""

from __future__ import annotations

import ast
import importlib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from msgspec import Struct
from msgspec.structs import replace

from app.core.document import Document
from templates._lesson import Lesson, read

QUOTES = '"""'


class UnknownTemplateError(LookupError):
    """No template of that name; the message lists what there is."""


class Listing(Struct, frozen=True, kw_only=True):
    """What the gallery shows of a template before it is drawn."""

    name: str
    family: str
    title: str
    year: int | None
    parameters: int
    summary: str


@cache
def _found() -> dict[str, tuple[str, Traversable]]:
    """Folder and file of every template, by name."""
    found: dict[str, tuple[str, Traversable]] = {}
    for folder in sorted(files(__package__).iterdir(), key=lambda entry: entry.name):
        if not folder.is_dir() or folder.name.startswith(("_", ".")):
            continue
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
            stem, dot, suffix = entry.name.partition(".")
            if (dot, suffix) != (".", "py") or stem.startswith("_"):
                continue
            if stem in found:
                raise ImportError(f"Two templates are called {stem}: in {found[stem][0]} and in {folder.name}.")
            found[stem] = (folder.name, entry)
    return found


def names() -> list[str]:
    """Every template's name, by family and name."""
    return list(_found())


def load(name: str) -> Document:
    """Draw a template."""
    if name not in _found():
        raise UnknownTemplateError(f"There is no template “{name}”. There are: {', '.join(names())}.")
    family, _ = _found()[name]
    drawn = getattr(importlib.import_module(f"{__package__}.{family}.{name}"), name)()
    if not isinstance(drawn, Document):
        raise TypeError(f"{name}() in templates/{family}/{name}.py must return a Document.")
    return replace(drawn, template=name)


@cache
def listing() -> tuple[Listing, ...]:
    """What the gallery shows of every template, read from the files' docstrings without importing them."""
    return tuple(_listed(name, family, _lesson(entry)) for name, (family, entry) in _found().items())


def _listed(name: str, folder: str, lesson: Lesson) -> Listing:
    return Listing(
        name=name,
        family=family_title(folder),
        title=lesson.title,
        year=lesson.credit.year,
        parameters=lesson.parameters,
        summary=lesson.summary,
    )


def _lesson(entry: Traversable) -> Lesson:
    text = entry.read_text(encoding="utf-8")
    head = text[: text.find(QUOTES, len(QUOTES)) + len(QUOTES)]  # what follows would take most of the time to read
    return read(ast.get_docstring(ast.parse(head)) or "")


_TITLES = {"cnn": "CNN", "gan": "GAN", "rnn": "RNN"}


def family_title(folder: str) -> str:
    """``cnn_classification`` is “CNN classification”."""
    first, *rest = folder.split("_")
    return " ".join([_TITLES.get(first, first.capitalize()), *rest])
