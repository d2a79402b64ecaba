"""Code and weights out of the window into files: asked where, never written over unasked, and told where it went."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from app import takeaway
from app.codegen.source import GenerationError
from app.core.recipe import RecipeError
from app.runs import RunError
from app.takeaway import TakeawayError

if TYPE_CHECKING:
    from app.ui.main_window import MainWindow

WRITE_OVER, CANCEL = "Write over", "Cancel"
MOST_NAMED = 6


def save_code(window: MainWindow) -> None:
    """Everything that runs the document without Netloom, as a folder in one that is asked for."""
    workspace = window.workspace
    text = workspace.source("model.py")
    if isinstance(text, str):
        window.dialogs.tell("There is no code yet", text)
        return
    try:
        contents = takeaway.code_folder(
            workspace.document, workspace.library, workspace.preset or None, workspace.elaboration
        )
    except (GenerationError, RecipeError) as error:
        window.dialogs.tell("There is no code yet", str(error))
        return
    _save(window, "Choose a folder to put the code’s folder in", f"{stem(window)}-code", contents)


def save_weights(window: MainWindow) -> None:
    """The weights of the run that the training panel shows: of its best checkpoint, else of its last."""
    run = window.training.runs.run if window.training is not None else None
    if run is None:
        window.dialogs.tell("There are no weights yet", "Nothing is trained yet. Press F5 to train the model first.")
        return
    try:
        contents = takeaway.weights(run)
    except (TakeawayError, RunError, OSError) as error:
        window.dialogs.tell("There are no weights yet", str(error))
        return
    _save(window, "Choose a folder to put the weights’ folder in", f"{stem(window)}-weights", contents)


def stem(window: MainWindow) -> str:
    """What the document's files are called after: its file, its template, or its title in letters for a path."""
    workspace = window.workspace
    if workspace.path is not None:
        return workspace.path.stem
    title = "".join(letter if letter.isalnum() else "-" for letter in workspace.document.title.lower())
    return workspace.template or title.strip("-") or "untitled"


def _save(window: MainWindow, question: str, name: str, contents: Mapping[str, bytes]) -> None:
    start = window.workspace.path.parent if window.workspace.path is not None else Path.home()
    chosen = window.dialogs.folder(question, str(start))
    if not chosen:
        return
    # The folder itself may be chosen a second time, to bring it up to date.
    folder = Path(chosen) if Path(chosen).name == name else Path(chosen) / name
    try:
        changed = [path for path, data in contents.items() if _differs(folder / path, data)]
        if changed and not _may_write_over(window, folder, changed):
            return
        takeaway.write_files(folder, contents, force=bool(changed))
    except (TakeawayError, OSError) as error:
        window.dialogs.tell("Not saved", str(error))
        return
    count = len(contents)
    window.status.say_place(f"{count} files are in {folder}" if count > 1 else f"{next(iter(contents))} is in {folder}",
                            folder)  # fmt: skip


def _differs(path: Path, data: bytes) -> bool:
    return path.exists() and (not path.is_file() or path.read_bytes() != data)


def _may_write_over(window: MainWindow, folder: Path, changed: list[str]) -> bool:
    named = ", ".join(changed[:MOST_NAMED])
    more = f" and {len(changed) - MOST_NAMED} more" if len(changed) > MOST_NAMED else ""
    text = f"“{folder}” holds files with other content: {named}{more}. They would be written over."
    return window.dialogs.ask("Write over these files?", text, [WRITE_OVER, CANCEL], default=CANCEL) == WRITE_OVER
