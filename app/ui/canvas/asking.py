"""What a person may do on the canvas, as signals: each asks for an edit or for a place to go to."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget


class Asking(QWidget):
    """The canvas's part about signals."""

    moved = Signal(object)
    """{node id: (x, y)}. With the first move come all positions that the canvas had chosen itself."""
    connect_asked = Signal(object, object)
    """End source, End target. A single input's wire is to be replaced."""
    rewire_asked = Signal(object)
    """[(Edge, End source, End target)]: wires were picked up and dropped on another port, in one gesture."""
    disconnect_asked = Signal(object)
    """[Edge]"""
    delete_asked = Signal(object, bool)
    """Node ids (``@in:x`` and ``@out:y`` for the graph's own), and whether to heal the wires through them."""
    insert_asked = Signal(object, object, object)
    """Node id, Edge, {node id: (x, y)}: an unwired node was dropped on a wire, and where it and others go."""
    block_dropped = Signal(str, object, object)
    """Palette payload (``block:Conv2d``), scene position, Edge or None."""
    search_asked = Signal(object, object)
    """Scene position, End or None: wire dragged into empty space, double-click, Tab. ``search_gives`` says whether the
    End is an output (what is added takes it) or an input (what is added feeds it)."""
    entered = Signal(str)
    """Id of a graph or model node that was double-clicked."""
    left = Signal()
    """Esc."""
    selection_changed = Signal(object)
    """Node ids."""
    rename_asked = Signal(str, str)
    """Node id, new name."""
    frame_rename_asked = Signal(int, str)
    """A frame's number, new title."""
    duplicate_asked = Signal(object, object)
    """Node ids, and how far (x, y) from the originals their copies were let go."""
    menu_asked = Signal(object, object)
    """Global position, scene position; the node under the cursor is selected."""
    looked = Signal()
    """What is in sight has changed."""
