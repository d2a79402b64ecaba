"""Commands that arrange and rewire what is selected, and that keep places to come back to."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, get_args

from app.ui.actions import EDIT, GRAPH, VIEW, Command
from app.ui.canvas.arranging import Side

if TYPE_CHECKING:
    from app.ui.main_window import MainWindow

ARRANGE = "Arrange"
BOOKMARKS = 4
_ALIGN_KEYS = {"left": "Ctrl+Shift+Left", "right": "Ctrl+Shift+Right", "top": "Ctrl+Shift+Up",
               "bottom": "Ctrl+Shift+Down"}  # fmt: skip
_ALIGN_TEXTS = {"centre": "Align centres across", "middle": "Align centres up and down"}


def _several(window: MainWindow) -> bool:
    return len(window.workspace.selection) > 1


def _many(window: MainWindow) -> bool:
    return len(window.workspace.selection) > 2


def _one(window: MainWindow) -> bool:
    return window.workspace.selected_node is not None


def drawing_commands() -> list[Command]:
    """All of them, in the order of their menus."""
    return [*_rewiring(), *_aligning(), *_bookmarks()]


def _rewiring() -> list[Command]:
    return [
        Command(id="paste_wired", menu=EDIT, text="Paste with its wires", run=lambda w: w.stage.paste(incoming=True),
                shortcuts=("Ctrl+Shift+V",), when=lambda w: w.workspace.graph is not None, words=("incoming", "copy")),
        Command(id="replace", menu=GRAPH, text="Replace by…", run=lambda w: w.stage.drawing.replace(),
                shortcuts=("Ctrl+R",), when=_one, after_separator=True, words=("swap", "change block", "exchange")),
        Command(id="join", menu=GRAPH, text="Connect in a row", run=lambda w: w.stage.drawing.join(),
                shortcuts=("Ctrl+K",), when=_several, words=("wire", "chain", "link")),
        Command(id="swap_inputs", menu=GRAPH, text="Swap inputs", run=lambda w: w.stage.drawing.swap_inputs(),
                shortcuts=("Ctrl+I",), when=_one, words=("exchange", "wires")),
    ]  # fmt: skip


def _align(side: Side, window: MainWindow) -> None:
    window.stage.drawing.align(side)


def _aligning() -> list[Command]:
    sides: tuple[Side, ...] = get_args(Side)
    aligned = [
        Command(id=f"align_{side}", menu=ARRANGE, text=_ALIGN_TEXTS.get(side, f"Align {side} sides"),
                run=partial(_align, side), shortcuts=tuple(filter(None, [_ALIGN_KEYS.get(side)])), when=_several,
                after_separator=side == "top", words=("line up", "arrange"))
        for side in sides
    ]  # fmt: skip
    return [
        *aligned,
        Command(id="distribute_across", menu=ARRANGE, text="Equal gaps across",
                run=lambda w: w.stage.drawing.distribute(across=True), when=_many,
                after_separator=True, words=("distribute", "horizontal", "space")),
        Command(id="distribute_down", menu=ARRANGE, text="Equal gaps up and down",
                run=lambda w: w.stage.drawing.distribute(across=False), when=_many,
                words=("distribute", "vertical", "space")),
    ]  # fmt: skip


def _set(number: int, window: MainWindow) -> None:
    window.stage.drawing.bookmark(number)


def _go(number: int, window: MainWindow) -> None:
    window.stage.drawing.go_to_bookmark(number)


def _bookmarks() -> list[Command]:
    numbers = range(1, BOOKMARKS + 1)
    return [
        *(Command(id=f"bookmark_{number}", menu=VIEW, text=f"Set bookmark {number} here", run=partial(_set, number),
                  shortcuts=(f"Ctrl+Alt+{number}",), after_separator=number == 1, words=("remember", "place"))
          for number in numbers),
        *(Command(id=f"go_{number}", menu=VIEW, text=f"Go to bookmark {number}", run=partial(_go, number),
                  shortcuts=(f"Ctrl+Shift+{number}",), after_separator=number == 1, words=("jump", "place"))
          for number in numbers),
    ]  # fmt: skip
