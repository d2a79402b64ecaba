"""A template's docstring, read: title, credit, parameter count, summary and lesson, each said once.

The first line is the title. A block of ``Name: value`` lines follows (Paper, Authors, Year, Link, Parameters), then
the summary (one paragraph: the idea), then the lesson (the rest).
"""

from __future__ import annotations

import inspect

from msgspec import Struct

from app.core.document import Credit


class Lesson(Struct, frozen=True, kw_only=True):
    """What a template's docstring says."""

    title: str
    credit: Credit
    parameters: int
    summary: str
    text: str


def read(docstring: str) -> Lesson:
    """The parts of a template's docstring."""
    title, _, rest = inspect.cleandoc(docstring).partition("\n\n")
    header, _, body = rest.partition("\n\n")
    summary, _, text = body.partition("\n\n")
    facts = dict(_fact(line) for line in header.splitlines())
    return Lesson(
        title=title,
        credit=Credit(
            title=facts["Paper"],
            authors=facts["Authors"],
            year=int(facts["Year"]),
            link=facts["Link"],
        ),
        parameters=int(facts["Parameters"].replace(",", "")),
        summary=" ".join(summary.split()),
        text=text,
    )


def _fact(line: str) -> tuple[str, str]:
    name, _, value = line.partition(": ")
    return name.strip(), value.strip()
