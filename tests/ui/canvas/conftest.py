"""A shown canvas with a document, and a mouse and keyboard over it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from app.ui.canvas.canvas import Canvas
from tests.ui.canvas.host import Host, small_net

NONE = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton


class Hand:
    """Real events at places of the scene."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas

    def at(self, x: float, y: float) -> QPoint:
        return self.canvas.viewer.mapFromScene(QPointF(x, y))

    def port(self, node: str, name: str, slot: int = 0, *, is_input: bool) -> QPoint:
        spot = self.canvas._cards[node].spot(name, slot, is_input=is_input)
        assert spot is not None, f"{node} shows no port {name}"
        return self.canvas.viewer.mapFromScene(spot.centre)

    def out(self, node: str, name: str = "output") -> QPoint:
        return self.port(node, name, is_input=False)

    def into(self, node: str, name: str = "input", slot: int = 0) -> QPoint:
        return self.port(node, name, slot, is_input=True)

    def middle(self, node: str) -> QPoint:
        """On the node's title."""
        rect = self.canvas._cards[node].rect
        return self.at(rect.center().x(), rect.top() + 12)

    def press(self, at: QPoint, button: Qt.MouseButton = LEFT, held: Qt.KeyboardModifier = NONE) -> None:
        QTest.mousePress(self.canvas.viewer.viewport(), button, held, at)

    def move(self, at: QPoint) -> None:
        QTest.mouseMove(self.canvas.viewer.viewport(), at)

    def release(self, at: QPoint, button: Qt.MouseButton = LEFT, held: Qt.KeyboardModifier = NONE) -> None:
        QTest.mouseRelease(self.canvas.viewer.viewport(), button, held, at)

    def click(self, at: QPoint, held: Qt.KeyboardModifier = NONE) -> None:
        self.press(at, held=held)
        self.release(at, held=held)

    def double_click(self, at: QPoint) -> None:
        self.click(at)
        QTest.mouseDClick(self.canvas.viewer.viewport(), LEFT, NONE, at)
        self.release(at)

    def drag(self, start: QPoint, end: QPoint, *, let_go: bool = True, button: Qt.MouseButton = LEFT) -> None:
        self.press(start, button)
        for step in range(1, 6):
            self.move(start + (end - start) * step / 5)
        if let_go:
            self.release(end, button)

    def key(self, key: Qt.Key, held: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(self.canvas.viewer, key, held)


@pytest.fixture
def host(qtbot) -> Iterator[Host]:
    made = Host(small_net())
    qtbot.addWidget(made.canvas)
    made.canvas.resize(1100, 700)
    made.canvas.show()
    qtbot.waitExposed(made.canvas)
    made.canvas.viewer.setFocus()
    made.canvas.fit()
    yield made
    assert made.canvas.graph.undo_stack().count() == 0, "NodeGraphQt's own undo took something up"
    assert made.canvas.graph.undo_stack().index() == 0


@pytest.fixture
def hand(host) -> Hand:
    return Hand(host.canvas)
