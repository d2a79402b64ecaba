"""The verbs that list and make: templates, new, schema."""

from __future__ import annotations

from pathlib import Path

import msgspec

import templates
from app.cli import console, results
from app.cli.console import Exit, RefusedError
from app.cli.opened import open_document
from app.core import files


def list_templates(*, as_json: bool) -> None:
    """Every template: its name, family, year, size and title."""
    listed = templates.listing()
    result = results.Templates(templates=tuple(results.TemplateRow(**msgspec.structs.asdict(one)) for one in listed))
    lines = [(one.name, one.family, str(one.year or ""), f"{one.parameters:,}", one.title) for one in listed]
    header = ("name", "family", "year", "parameters", "title")
    console.give(result, console.table(header, lines, right=(3,)), as_json=as_json)


def make_new(template: str, file: Path, *, as_json: bool) -> None:
    """A document of the user's own; a file that is there stays as it is."""
    document = open_document(template, runs=False).document
    if not file.name:
        raise RefusedError(f"“{file}” is a folder. Name the file to make in it.", console.Exit.USAGE)
    target = file if file.suffix else file.with_suffix(".netloom")
    if target.exists():
        raise RefusedError(f"“{target}” is there already and was left as it is. Choose another name.")
    try:
        files.write(target, document)
    except files.FileError as error:
        raise RefusedError(str(error)) from error
    console.give(results.New(template=template, file=str(target.resolve())), str(target.resolve()), as_json=as_json)


def give_schema(verb: str | None) -> None:
    """JSON Schema of one verb's result, or of all."""
    if verb is not None and verb not in results.BY_VERB:
        there = ", ".join(results.BY_VERB)
        raise RefusedError(f"“{verb}” gives no JSON; these do: {there}.", Exit.USAGE)
    chosen = results.BY_VERB if verb is None else {verb: results.BY_VERB[verb]}
    schemas, components = msgspec.json.schema_components([*chosen.values(), console.Failure])
    named = dict(zip([*chosen, "failure"], schemas, strict=True))
    console.put(msgspec.json.format(msgspec.json.encode({"verbs": named, "$defs": components}), indent=2).decode())
