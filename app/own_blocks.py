"""Blocks of one's own: graphs that are kept in a folder, a file for each, and can be put into any drawing.

Such a file is a document that holds the graph and every graph inside it, and nothing else. It can be shared, opened and
changed as any other; its title names the graph that is the block. What is put into a drawing is a copy, so that a
document never needs a file beside it. No Qt, no torch.
"""

from __future__ import annotations

import os
from pathlib import Path

from msgspec import Struct

from app import paths
from app.core import clipboard, files
from app.core.changes import EditError, graph_of
from app.core.document import Document, Graph, Kind
from app.core.files import FileError

SUFFIX = ".netloom"


class OwnBlock(Struct, frozen=True, kw_only=True):
    """One file of the folder. ``wrong`` says why it cannot be used, if it cannot."""

    name: str
    path: Path
    summary: str = ""
    wrong: str = ""


class OwnBlockError(Exception):
    """A graph that cannot be kept, or a file that holds no block; the message is a sentence."""


class TakenError(OwnBlockError):
    """Another block has the name."""


def own_blocks() -> list[OwnBlock]:
    """All there are, by name; a file that is broken is listed with what is wrong with it."""
    folder = paths.blocks()
    found = sorted(folder.glob(f"*{SUFFIX}")) if folder.is_dir() else []
    return [_listed(path) for path in found]


def _listed(path: Path) -> OwnBlock:
    try:
        graph = _block_of(files.read(path), path)
    except (FileError, OwnBlockError) as error:
        return OwnBlock(name=path.stem, path=path, wrong=str(error))
    return OwnBlock(name=graph.name, path=path, summary=graph.summary)


def _block_of(document: Document, path: Path) -> Graph:
    graph = document.graphs.get(document.title)
    if graph is None:
        raise OwnBlockError(
            f"{path.name} holds no block: its title, “{document.title}”, should name one of its graphs. "
            "Open it, and give the document the name of the graph that is the block."
        )
    return graph


def keep(document: Document, name: str, *, over: bool = False) -> Path:
    """Write a graph and what is inside it to the folder; raises OwnBlockError, and TakenError where another has its
    name.
    """
    graph = graph_of(document, name)
    inner = clipboard.needed(document, graph.nodes.values())
    graphs = {one: document.graphs[one] for one in (name, *sorted(inner))}
    for one in graphs.values():
        _refuse_models(one)
    path = paths.blocks() / f"{name}{SUFFIX}"
    made = Document(
        title=name,
        summary=graph.summary,
        graphs=graphs,
        codes=clipboard.codes_needed(document, [node for one in graphs.values() for node in one.nodes.values()]),
        layout={one: document.layout[one] for one in graphs if one in document.layout},
    )
    if path.exists() and not over and files.encode(made) != path.read_bytes():
        raise TakenError(f"There is another block of your own called “{name}”. Rename the graph, or replace it.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OwnBlockError(f"{path.parent} cannot be made: {error.strerror or error}.") from error
    files.write(path, made)
    return path


def _refuse_models(graph: Graph) -> None:
    for node in graph.nodes.values():
        if any(use.kind is Kind.MODEL for use in node.uses):
            raise OwnBlockError(
                f"“{graph.name}” calls the model “{node.use.name}” and is part of how this document trains. A block "
                "of your own is made of layers and graphs alone."
            )


def bring(path: str | os.PathLike[str], *, over: bool = False) -> Path:
    """Take a file that somebody shared into the folder, once it is known to hold a block."""
    source = Path(path)
    document = files.read(source)
    graph = _block_of(document, source)
    return keep(document, graph.name, over=over)


def take(document: Document, path: str | os.PathLike[str]) -> tuple[Document, str]:
    """The document with the block's graphs in it, and what the block is called there; raises FileError and
    OwnBlockError. Graphs that are there already are used; others of the same name get another one.
    """
    source = Path(path)
    found = files.read(source)
    graph = _block_of(found, source)
    try:
        grown, called = clipboard.with_definitions(document, found)
    except EditError as error:
        raise OwnBlockError(f"{source.name} cannot be put into this document: {error}") from error
    return grown, called.get(graph.name, graph.name)


def forget(block: OwnBlock) -> None:
    """Take a block out of the folder; documents that hold a copy keep it."""
    block.path.unlink(missing_ok=True)
