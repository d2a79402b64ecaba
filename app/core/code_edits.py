"""Edits of a document's own Python: a text comes in, changes (its class's name with it) and goes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from app.core.block import Library
from app.core.changes import Changed, EditError, rekeyed, uses_of, without
from app.core.code_blocks import DocumentLibrary
from app.core.document import Code, Document, Graph, Kind, Node, Use
from app.core.python_code import CodeError, Reading, read
from app.core.references import each_node, used_as


def lines_of(text: str) -> tuple[str, ...]:
    """A text as a document keeps it: line by line, without empty ones at its end."""
    return tuple(text.replace("\r\n", "\n").replace("\r", "\n").rstrip().split("\n"))


def why_not_code(document: Document, library: Library, text: str, name: str = "") -> str | None:
    """None where the text may be (or take the place of) the document's Python, else a sentence. ``name``: what it has
    now.
    """
    try:
        _checked(document, library, text, name)
    except EditError as error:
        return str(error)
    return None


def add_code(document: Document, library: Library, text: str) -> Changed:
    """One more block of the document's own."""
    reading = _checked(document, library, text, "")
    code = Code(name=reading.name, lines=lines_of(text))
    return Changed(replace(document, codes={**document.codes, code.name: code}), f"add {code.name}")


def set_code(document: Document, library: Library, name: str, text: str) -> Changed:
    """Another text for one that is there; where its class has another name, nodes follow."""
    if name not in document.codes:
        raise EditError(f"There is no Python “{name}” in this document; it may have been removed meanwhile.")
    reading = _checked(document, library, text, name)
    code = Code(name=reading.name, lines=lines_of(text))
    if code == document.codes[name]:
        return Changed(document, f"change {name}")
    document = replace(document, codes=rekeyed(document.codes, name, code.name, code))
    if code.name != name:
        document = _renamed(document, name, code.name)
    return Changed(document, f"change {name}")


def remove_code(document: Document, name: str) -> Changed:
    """Take away a text that no node uses."""
    for graph in document.graphs.values():
        for node in graph.nodes.values():
            if Use(Kind.BLOCK, name) in uses_of(node):
                raise EditError(f"“{node.name}” in {graph.name} is a {name}. Remove it first.")
    return Changed(replace(document, codes=without(document.codes, name)), f"remove {name}")


def _checked(document: Document, library: Library, text: str, name: str) -> Reading:
    base = library.base if isinstance(library, DocumentLibrary) else library
    try:
        reading = read("\n".join((*lines_of(text), "")))
    except CodeError as error:
        raise EditError(str(error)) from None
    new = reading.name
    others = {key: code for key, code in document.codes.items() if key != name}
    if new in others:
        raise EditError(f"This document has Python called {new} already. Give the class another name.")
    if base.find(new) is not None:
        raise EditError(f"{new} is a block of Netloom. Give the class another name.")
    names = _owners(document, others)
    for bound, meaning in reading.bound.items():
        owner, meant = names.get(bound, ("", meaning))
        if owner and not (meaning and meaning == meant):
            raise EditError(f"“{bound}” is the name of {owner}. Give it another name here.")
    return reading


def _owners(document: Document, others: Mapping[str, Code]) -> dict[str, tuple[str, str]]:
    """Names that stand beside the generated classes, with whose they are and what they mean."""
    found: dict[str, tuple[str, str]] = {}
    for code in others.values():
        try:
            bound = read(code.text).bound
        except CodeError:
            continue
        for name, meaning in bound.items():
            found.setdefault(name, (f"something in the Python of {code.name}", meaning))
    found.update(dict.fromkeys(document.graphs, ("a graph of this document", "")))
    found.update(dict.fromkeys(document.models, ("a model of this document", "")))
    return found


def _renamed(document: Document, old: str, new: str) -> Document:
    """Nodes and starting values that name the class by its old name get the new one."""
    before, after = Use(Kind.BLOCK, old), Use(Kind.BLOCK, new)
    document = each_node(document, lambda _, node: used_as(node, before, after))
    return replace(document, graphs={name: _initial_renamed(g, old, new) for name, g in document.graphs.items()})


def _initial_renamed(graph: Graph, old: str, new: str) -> Graph:
    if not any(old in entry.nodes for entry in graph.initial) or graph.named(old) is not None:
        return graph
    initial = tuple(
        replace(entry, nodes=tuple(new if name == old else name for name in entry.nodes)) for entry in graph.initial
    )
    return replace(graph, initial=initial)


def codes_in(document: Document, nodes: Iterable[Node]) -> Iterator[str]:
    """Names of the document's own Python that the nodes use."""
    for node in nodes:
        for use in uses_of(node):
            if use.kind is Kind.BLOCK and use.name in document.codes:
                yield use.name


def with_codes(document: Document, codes: Mapping[str, Code]) -> Document:
    """The document with texts from another; EditError where it has another text of that name."""
    for name, code in codes.items():
        if name in document.codes and document.codes[name] != code:
            raise EditError(f"This document has other Python called {name}. Rename one of the two first.")
        if name not in document.codes and (name in document.graphs or name in document.models):
            raise EditError(
                f"{name} is Python there, and a graph or model in this document. Rename one of the two first."
            )
    new = {name: code for name, code in codes.items() if name not in document.codes}
    return replace(document, codes={**document.codes, **new}) if new else document
