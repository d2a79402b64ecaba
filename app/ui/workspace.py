"""The open document as evented state: what panels listen to and ask for edits. No panel knows another panel.

The flow has one direction: a gesture calls ``do``; the history takes the new document; the elaboration follows; every
view redraws from the new values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path as FilePath
from time import monotonic, perf_counter

from msgspec import Struct
from PySide6.QtCore import QObject, QTimer, Signal

from app.codegen.source import Source
from app.core.block import Library
from app.core.changes import Changed, EditError
from app.core.code_blocks import library_of
from app.core.document import Document, Graph, Kind, Node
from app.core.elaborate import Elaboration, GraphResult, NodeResult, elaborate
from app.core.facts import Facts
from app.core.history import History
from app.core.problems import Path, Problem
from app.ui import sources
from app.ui.writing import Wanted, Writer, is_large

SOURCES_AFTER_MS = 50

Edit = Callable[[Document], Changed]


class Step(Struct, frozen=True):
    """One crumb of the way in: a graph, and the node of the previous crumb's graph that was entered (or none)."""

    graph: str
    node: str = ""


class Workspace(QObject):
    """Document, history, elaboration, place, selection and preset of one window."""

    document_changed = Signal(object)
    elaboration_changed = Signal(object)
    selection_changed = Signal(tuple)
    graph_changed = Signal(str)
    preset_changed = Signal(str)
    saved_changed = Signal()
    sources_changed = Signal()
    source_written = Signal(str)
    """The name of a file whose text took a while, and is there now."""
    edited = Signal()
    opened = Signal()
    went_to = Signal(object)
    said = Signal(str)
    own_blocks_changed = Signal()
    code_wanted = Signal(str)
    """The name of the document's own Python that a person wants to see or change."""

    def __init__(self, library: Library, document: Document | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._joining: tuple[str, float] | None = None
        self._library = library
        self.facts = Facts()
        """What is known of the document's own Python, and which of it may run."""
        self.path: FilePath | None = None
        self.elaboration_ms = 0.0
        self._generated: dict[str, Source | str] = {}
        self._sources_timer = QTimer(self, singleShot=True, interval=SOURCES_AFTER_MS)
        self._sources_timer.timeout.connect(self.sources_changed)
        self._writer = Writer(self)
        self._writer.written.connect(self._take_written)
        self._begin(document or Document())

    # -- the document ---------------------------------------------------------------------------------------------

    @property
    def document(self) -> Document:
        return self.history.document

    @property
    def is_saved(self) -> bool:
        """Whether the document is what its file or template holds."""
        return not self.history.is_modified

    @property
    def title(self) -> str:
        return self.path.name if self.path is not None else self.document.title

    @property
    def template(self) -> str:
        """The template that is open, as long as it is no file of its own."""
        return self.document.template if self.path is None else ""

    def open(self, document: Document, path: FilePath | None = None, *, saved: bool = True) -> None:
        """Show another document. ``saved`` False: as an edited one (a recovered one)."""
        self.path = path
        self._begin(document, saved=saved)
        for signal, value in (
            (self.document_changed, self.document),
            (self.elaboration_changed, self.elaboration),
            (self.graph_changed, self.graph_name),
            (self.selection_changed, ()),
            (self.preset_changed, self.preset),
        ):
            signal.emit(value)
        self.saved_changed.emit()
        self.opened.emit()
        self._sources_timer.start()

    def saved_as(self, path: FilePath, document: Document | None = None) -> None:
        """Remember that the file now holds what is open (or the document that was written meanwhile)."""
        self.path = path
        self.history.mark_saved(document)
        self.saved_changed.emit()

    def mark_unsaved(self) -> None:
        """The file no longer holds what is open (it was changed or taken away)."""
        self.history.mark_unsaved()
        self.saved_changed.emit()

    @property
    def library(self) -> Library:
        """Every block there is, the document's own Python among them."""
        return library_of(self.document, self._library, self.facts)

    def _begin(self, document: Document, *, saved: bool = True) -> None:
        self.history = History(document)
        self._knows_allowed = False
        if not saved:
            self.history.mark_unsaved()
        self.preset = document.preset or next(iter(document.presets), "")
        self.selection: tuple[str, ...] = ()
        self.crumbs: tuple[Step, ...] = (Step(first_graph(document)),)
        self._built_problems: tuple[Problem, ...] = ()
        self.elaboration = self._elaborate(None)
        self._generated = {}

    def know(self, facts: Facts) -> None:
        """Take in what was found out about the document's own Python, or was allowed."""
        self.facts = facts
        self.elaboration = self._elaborate(self.elaboration)
        self._generated = {}
        self.elaboration_changed.emit(self.elaboration)
        self._sources_timer.start()

    def allow(self, digests: Iterable[str]) -> None:
        """Let Python of the document's own run, here and in later sessions."""
        from app import allowed  # few documents have any

        chosen = [*digests]
        try:
            allowed.allow(chosen)
        except allowed.AllowedError as error:
            self.said.emit(f"It is allowed until the window is closed. {error}")
        self.know(self.facts.allowing(chosen))

    # -- edits ----------------------------------------------------------------------------------------------------

    def do(self, edit: Edit, *, merge_key: str | None = None, select: bool = False) -> Changed | None:
        """Apply an edit. What it refuses is said in a sentence; the document then stays as it was.

        ``merge_key``: steps in a row with the same key become one (dragging a node, stepping a number). ``select``:
        select what it made.
        """
        try:
            changed = edit(self.document)
        except EditError as error:
            self.said.emit(str(error))
            return None
        if changed.document is not self.document:
            key, at = self._joining or (merge_key, monotonic())
            self.history.push(changed.document, changed.label, key, at)
            self._follow()
        if select:
            self.select(changed.nodes)
        return changed

    @contextmanager
    def one_step(self) -> Iterator[None]:
        """What is done in here is undone at once."""
        at = monotonic()
        self._joining = (f"one step {at}", at)  # one moment for all of it, however long it takes
        try:
            yield
        finally:
            self._joining = None

    def undo(self) -> None:
        label = self.history.undo_label
        if label is not None:
            self.history.undo()
            self._follow()
            self.said.emit(f"Undone: {label}")

    def redo(self) -> None:
        label = self.history.redo_label
        if label is not None:
            self.history.redo()
            self._follow()
            self.said.emit(f"Done again: {label}")

    def _follow(self) -> None:
        """Bring everything that is derived after the document."""
        document = self.document
        self._built_problems = ()
        self.elaboration = self._elaborate(self.elaboration)
        self._generated = {}
        if self.preset not in document.presets:
            self.preset = document.preset or next(iter(document.presets), "")
            self.preset_changed.emit(self.preset)
        place = self.crumbs
        self._keep_place()
        self.document_changed.emit(document)
        self.elaboration_changed.emit(self.elaboration)
        if place != self.crumbs:
            self.graph_changed.emit(self.graph_name)
        self._keep_selection()
        self.saved_changed.emit()
        self.edited.emit()
        self._sources_timer.start()

    def _elaborate(self, before: Elaboration | None) -> Elaboration:
        if self.document.codes and not self._knows_allowed:
            from app.allowed import allowed

            self._knows_allowed = True
            self.facts = self.facts.allowing(allowed())
        began = perf_counter()
        result = elaborate(self.document, self.library, self.preset or None, before)
        self.elaboration_ms = (perf_counter() - began) * 1000
        return result

    # -- preset ---------------------------------------------------------------------------------------------------

    def choose_preset(self, name: str) -> None:
        """Look at the document under another preset; the document itself does not change."""
        if name == self.preset or name not in self.document.presets:
            return
        self.preset = name
        self._built_problems = ()
        self.elaboration = self._elaborate(self.elaboration)
        self._generated = {}
        self.preset_changed.emit(name)
        self.elaboration_changed.emit(self.elaboration)
        self._sources_timer.start()

    # -- place ----------------------------------------------------------------------------------------------------

    @property
    def graph_name(self) -> str:
        return self.crumbs[-1].graph

    @property
    def graph(self) -> Graph | None:
        return self.document.graphs.get(self.graph_name)

    @property
    def result(self) -> GraphResult | None:
        """The instance on the canvas: the one that was entered, else the document's first of that graph."""
        found = self._root_result(self.crumbs[0].graph)
        for step in self.crumbs[1:]:
            node = found.nodes.get(step.node) if found is not None else None
            found = node.copies[0] if node is not None and node.copies else None
        if found is None or found.graph.name != self.graph_name:
            found = self.elaboration.views.get(self.graph_name)
        return found

    def _root_result(self, name: str) -> GraphResult | None:
        return self.elaboration.views.get(name)

    def node_result(self, identity: str) -> NodeResult | None:
        result = self.result
        return result.nodes.get(identity) if result is not None else None

    def show_graph(self, name: str) -> None:
        """Go to a graph as a new way in."""
        self._go((Step(name),))

    def enter(self, identity: str) -> bool:
        """Go into the graph that a node is an instance of."""
        node = self.graph.nodes.get(identity) if self.graph is not None else None
        inner = graph_of(self.document, node) if node is not None else ""
        if not inner:
            return False
        self._go((*self.crumbs, Step(inner, identity)))
        return True

    def leave(self) -> None:
        """Back out to where the node lies that was entered, with it selected."""
        if len(self.crumbs) > 1:
            node = self.crumbs[-1].node
            self._go(self.crumbs[:-1])
            self.select([node])

    def back_to(self, depth: int) -> None:
        """Out to one of the crumbs."""
        if 0 <= depth < len(self.crumbs) - 1:
            self._go(self.crumbs[: depth + 1])

    def _go(self, crumbs: tuple[Step, ...]) -> None:
        if crumbs == self.crumbs or crumbs[-1].graph not in self.document.graphs:
            return
        self.crumbs = crumbs
        self.selection = ()
        self.graph_changed.emit(self.graph_name)
        self.selection_changed.emit(())

    def _keep_place(self) -> None:
        """After an edit, stay as deep as what was entered still exists."""
        graphs = self.document.graphs
        kept: list[Step] = []
        for step in self.crumbs:
            above = graphs.get(kept[-1].graph) if kept else None
            if step.graph not in graphs or (kept and (above is None or step.node not in above.nodes)):
                break
            kept.append(step)
        self.crumbs = tuple(kept) or (Step(first_graph(self.document)),)

    # -- selection ------------------------------------------------------------------------------------------------

    def select(self, identities: Iterable[str]) -> None:
        nodes = self.graph.nodes if self.graph is not None else {}
        chosen = tuple(identity for identity in identities if identity in nodes)
        if chosen != self.selection:
            self.selection = chosen
            self.selection_changed.emit(chosen)

    def _keep_selection(self) -> None:
        nodes = self.graph.nodes if self.graph is not None else {}
        kept = tuple(identity for identity in self.selection if identity in nodes)
        if kept != self.selection:
            self.selection = kept
            self.selection_changed.emit(kept)

    @property
    def selected_node(self) -> Node | None:
        """The one selected node, if it is exactly one."""
        if self.graph is None or len(self.selection) != 1:
            return None
        return self.graph.nodes.get(self.selection[0])

    def go_to(self, path: Path) -> None:
        """Show where a problem or a line of code comes from, and select it."""
        if path.graph and path.graph != self.graph_name:
            self.show_graph(path.graph)
        self.select([path.node] if path.node else [])
        self.went_to.emit(path)

    # -- problems and code ----------------------------------------------------------------------------------------

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What elaboration found, and what PyTorch did when it last built this very document."""
        return (*self.elaboration.problems, *self._built_problems)

    def show_built(self, problems: tuple[Problem, ...]) -> None:
        """Take in what went wrong when PyTorch built the document; the next edit forgets it."""
        if problems != self._built_problems:
            self._built_problems = problems
            self.elaboration_changed.emit(self.elaboration)

    def source_soon(self, part: str) -> Source | str | None:
        """The same as far as it is known at once; None where it takes a while: ``source_written`` says when it is."""
        found = self._generated.get(part)
        if found is None and (self.document.codes or not is_large(self.elaboration)):
            return self.source(part)
        if found is None:
            self._writer.write(Wanted(part, self.document, self.library, self.preset or None))
        return found

    def _take_written(self, wanted: object) -> None:
        assert isinstance(wanted, Wanted)
        if wanted.document is self.document and wanted.preset == (self.preset or None):
            self._generated[wanted.part] = wanted.written
            self.source_written.emit(wanted.part)

    def close(self) -> None:
        """The window goes: nothing is written any more."""
        self._writer.stop()

    def source(self, part: str) -> Source | str:
        """``model.py``, ``steps.py`` or ``train.py``; a sentence where the document cannot become code yet."""
        found = self._generated.get(part)
        if found is None:
            found = self._generated[part] = sources.generate(
                part, self.document, self.library, self.preset or None, self.elaboration
            )
        return found


def first_graph(document: Document) -> str:
    """The graph to open on: the first model's, else the first there is."""
    for model in document.models.values():
        if model.graph in document.graphs:
            return model.graph
    return next(iter(document.graphs), "")


def graph_of(document: Document, node: Node) -> str:
    """The graph that a node is an instance of, or nothing for a block."""
    use = node.use
    if use.kind is Kind.GRAPH and use.name in document.graphs:
        return use.name
    if use.kind is Kind.MODEL and use.name in document.models:
        return document.models[use.name].graph
    return ""
