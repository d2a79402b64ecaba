"""Blocks of one's own in the window: kept from the graph on the canvas, taken in from a file, put into a drawing."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

from app.core.changes import Changed
from app.core.document import Document
from app.ui.dialogs import DOCUMENTS
from app.ui.offers import FILE

if TYPE_CHECKING:
    from app.ui.gestures import Gestures
    from app.ui.main_window import MainWindow
    from app.ui.workspace import Workspace

REPLACE, CANCEL = "Replace it", "Cancel"
Rest = ParamSpec("Rest")


def brings(
    gesture: Callable[Concatenate[Gestures, str, Rest], Changed | None],
) -> Callable[Concatenate[Gestures, str, Rest], Changed | None]:
    """A gesture that adds what a payload stands for: a block of one's own is brought into the document first, and both
    are undone as one step.
    """

    @wraps(gesture)
    def whole(self: Gestures, payload: str, /, *arguments: Rest.args, **named: Rest.kwargs) -> Changed | None:
        if not payload.startswith(FILE):
            return gesture(self, payload, *arguments, **named)
        workspace, before = self.workspace, self.workspace.document
        with workspace.one_step():
            name = _brought(workspace, payload.removeprefix(FILE))
            made = gesture(self, f"graph:{name}", *arguments, **named) if name else None
        if made is None and workspace.document is not before:
            workspace.undo()  # what it was brought for was refused
        return made

    return whole


def _brought(workspace: Workspace, path: str) -> str:
    """What the block is called in the document that has it now; nothing, and a sentence, where it cannot be read."""
    from app.core.files import FileError
    from app.own_blocks import OwnBlockError, take

    names: list[str] = []

    def edit(document: Document) -> Changed:
        grown, name = take(document, path)
        names.append(name)
        return Changed(grown, f"add {name}", ())

    try:
        workspace.do(edit)
    except (FileError, OwnBlockError) as error:
        workspace.said.emit(str(error))
    return names[0] if names else ""


def keep_graph(window: MainWindow) -> None:
    """Keep the graph on the canvas as a block; it is asked where another has its name."""
    from app.own_blocks import keep

    workspace = window.workspace
    name = workspace.graph_name
    if _done(window, f"Replace your block “{name}”?", lambda over: keep(workspace.document, name, over=over)):
        workspace.said.emit(f"“{name}” is among your blocks now, for every document.")


def take_in(window: MainWindow) -> None:
    """Take a block that somebody shared among one's own."""
    from app.own_blocks import bring

    path = window.dialogs.open_path("Take in a shared block", "", DOCUMENTS)
    if path:
        made = _done(window, "Replace your block of this name?", lambda over: bring(path, over=over))
        if made:
            workspace = window.workspace
            workspace.said.emit(f"“{made.stem}” is among your blocks now, for every document.")


def _done(window: MainWindow, question: str, make: Callable[[bool], Any]) -> Any:
    """What was made, at once or after asking whether to write over another; None where it came to nothing."""
    from app.core.files import FileError
    from app.own_blocks import OwnBlockError, TakenError

    try:
        try:
            made = make(False)
        except TakenError as error:
            if window.dialogs.ask(question, str(error), [REPLACE, CANCEL], default=CANCEL) != REPLACE:
                return None
            made = make(True)
    except (FileError, OwnBlockError) as error:
        window.dialogs.tell("There is no block to keep", str(error))
        return None
    window.workspace.own_blocks_changed.emit()
    return made


def forget(window: MainWindow, payload: str) -> None:
    """Take a block out of one's own, once it is sure; documents keep their copies."""
    from app.own_blocks import forget, own_blocks

    path = payload.removeprefix(FILE)
    block = next((block for block in own_blocks() if str(block.path) == path), None)
    if block is None:
        return
    text = "Its file is deleted. Documents that have it keep their copy."
    if window.dialogs.ask(f"Delete your block “{block.name}”?", text, ["Delete", CANCEL], default=CANCEL) == "Delete":
        forget(block)
        window.workspace.own_blocks_changed.emit()
