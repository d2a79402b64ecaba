"""What one sees first of a graph, and the first blocks that one adds, with real keys and a window that changes size."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QCursor, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.demand import too_large
from app.core.document import BOUNDARY, End, Preset
from app.runs import Metric, PreviewFile, Status
from app.ui.canvas.canvas import Canvas
from app.ui.canvas.looking import READABLE, WHOLE, opening
from app.ui.canvas.placing import free_place
from app.ui.canvas.viewer import Viewer
from app.ui.main_window import MainWindow
from app.ui.run_watch import RunWatch
from tests.ui.window.conftest import Answers
from tests.ui.window.example import example

pytest_plugins = ["tests.ui.window.shared"]

FIRST = ["mlp_classifier", "lenet5", "unet", "ntm", "transformer", "gcn", "resnet152"]


@pytest.mark.parametrize("name", FIRST)
def test_titles_can_be_read_where_a_template_opens_and_its_start_is_in_sight(
    shared_window: MainWindow, name: str
) -> None:
    shared_window.resize(1280, 800)
    assert shared_window.storage.open_template(name)
    canvas = shared_window.stage.canvas
    whole = all(canvas.viewer.visible_rect().contains(card.rect) for card in canvas._cards.values())
    assert canvas.zoom >= (WHOLE if whole else READABLE)
    first = next(iter(canvas._cards.values()))
    assert canvas.viewer.visible_rect().contains(first.rect)


def _under(canvas: Canvas) -> list[str]:
    """Nodes that lie under the overview."""
    minimap = canvas._minimap
    if minimap.isHidden():
        return []
    place = canvas.viewer.mapToScene(minimap.geometry()).boundingRect()
    return [name for name, card in canvas._cards.items() if card.rect.intersects(place)]


@pytest.mark.parametrize("name", ["resnet18", "unet", "lenet5", "resnet152"])
def test_the_overview_covers_no_node_where_a_template_opens(shared_window: MainWindow, qtbot: QtBot, name: str) -> None:
    shared_window.resize(1280, 800)
    assert shared_window.storage.open_template(name)
    canvas = shared_window.stage.canvas
    qtbot.waitUntil(lambda: not _under(canvas))
    assert not canvas._minimap.covers


def test_the_overview_gives_way_when_one_pans_and_shines_through_where_nodes_are_everywhere(
    shared_window: MainWindow, qtbot: QtBot
) -> None:
    shared_window.resize(1280, 800)
    assert shared_window.storage.open_template("ntm")
    canvas = shared_window.stage.canvas
    minimap, viewer = canvas._minimap, canvas.viewer
    card = canvas._cards["cell"]
    viewer.look_at(card.rect.center(), 0.7)
    middle = QPointF(minimap.geometry().center()) - QPointF(viewer.rect().center())
    viewer.look_at(card.rect.center() - middle / 0.7, 0.7)
    assert _under(canvas), "a node was brought under it"
    qtbot.waitUntil(lambda: not _under(canvas))
    viewer.look_at(card.rect.center(), 3.0)  # one node over all of the canvas
    qtbot.waitUntil(lambda: minimap.covers)
    assert minimap.isVisible()


def test_what_can_be_read_whole_is_shown_whole() -> None:

    whole = QRectF(0, 0, 700, 300)
    centre, zoom = opening(whole, QRectF(0, 0, 150, 74), QSize(1000, 600))
    assert centre == whole.center()
    assert READABLE < zoom <= 1.15


def _scroll(viewer: Viewer) -> None:
    at = QPointF(viewer.viewport().rect().center())
    turn = QWheelEvent(
        at, viewer.viewport().mapToGlobal(at), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(viewer.viewport(), turn)


def test_the_graph_is_framed_anew_while_the_window_changes_until_one_zooms(
    shared_window: MainWindow, qtbot: QtBot
) -> None:
    window = shared_window
    window.resize(1280, 800)
    window.storage.open_template("mlp_classifier")
    canvas = window.stage.canvas
    window.resize(1880, 1000)
    qtbot.waitUntil(lambda: canvas.zoom > 0.9)
    assert all(canvas.viewer.visible_rect().contains(card.rect) for card in canvas._cards.values())
    QTest.keyClick(canvas.viewer, Qt.Key.Key_F)
    window.resize(1280, 800)
    qtbot.waitUntil(lambda: canvas.zoom < 0.9)
    assert all(canvas.viewer.visible_rect().contains(card.rect) for card in canvas._cards.values())
    _scroll(canvas.viewer)
    zoom = canvas.zoom
    window.resize(1880, 1000)
    qtbot.waitUntil(lambda: canvas.viewer.viewport().width() > 1000)
    assert canvas.zoom == zoom


def _add(window: MainWindow, qtbot: QtBot, name: str) -> str:
    viewer = window.stage.canvas.viewer
    viewer.setFocus()
    QTest.keyClick(viewer, Qt.Key.Key_Tab)
    chooser = window.stage.chooser
    qtbot.waitUntil(chooser.isVisible)
    QTest.keyClicks(chooser.line, name)
    QTest.keyClick(chooser.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not chooser.isVisible())
    return str(window.workspace.selection[0])


def _new(window: MainWindow) -> None:
    window.workspace.history.mark_saved()
    window.resize(1280, 800)
    window.storage.new()
    QCursor.setPos(window.mapToGlobal(QPoint(5, 5)))


def test_the_first_blocks_are_wired_lie_free_and_nothing_is_red(shared_window: MainWindow, qtbot: QtBot) -> None:
    window = shared_window
    _new(window)
    for name in ("Flatten", "Linear", "ReLU"):
        node = _add(window, qtbot, name)
        canvas = window.stage.canvas
        own = canvas._cards[node].rect
        assert not [card.id for card in canvas._cards.values() if card.id != node and card.rect.intersects(own)]
        assert window.workspace.problems == ()
    edges = window.workspace.graph.edges
    assert [(edge.source.node, edge.target.node) for edge in edges if edge.target.node == BOUNDARY] == [
        ("relu", BOUNDARY)
    ]
    assert window.status.problems.text() == "No problems"


def test_under_the_cursor_it_still_covers_nothing(shared_window: MainWindow, qtbot: QtBot) -> None:
    window = shared_window
    _new(window)
    viewer = window.stage.canvas.viewer
    out = window.stage.canvas._cards["@out:output"]
    QCursor.setPos(viewer.viewport().mapToGlobal(viewer.mapFromScene(out.rect.center())))
    node = _add(window, qtbot, "Flatten")
    own = window.stage.canvas._cards[node].rect
    others = [card for card in window.stage.canvas._cards.values() if card.id != node]
    assert not [card.id for card in others if card.rect.intersects(own)]


def test_what_waits_for_a_wire_is_told_calmly_until_something_leans_on_it(
    shared_window: MainWindow, qtbot: QtBot
) -> None:
    window = shared_window
    _new(window)
    _add(window, qtbot, "Flatten")
    node = _add(window, qtbot, "Add")
    view = window.stage.canvas._cards[node].view
    assert (view.severity, view.is_wrong, view.problem) == ("note", False, ("waits for a wire",))
    assert window.workspace.graph.edges_into(node), "it is wired to what was selected"
    assert window.status.problems.text() == "1 thing to finish"
    assert window.problems.entries[0].accessibleName().startswith("note")
    window.stage.gestures.connect(End(node, "output"), End(BOUNDARY, "output"))
    assert window.stage.canvas._cards[node].view.is_wrong
    assert window.status.problems.text() == "1 problem"


def test_what_does_not_fit_stays_unwired(shared_window: MainWindow, qtbot: QtBot) -> None:
    window = shared_window
    window.workspace.history.mark_saved()
    window.workspace.open(example())
    window.workspace.select(["fc"])
    node = _add(window, qtbot, "Conv2d")
    assert not window.workspace.graph.edges_into(node)
    assert not window.stage.canvas._cards[node].view.is_wrong


def test_a_free_place_is_near_and_free() -> None:

    taken = [QRectF(0, 0, 150, 74), QRectF(200, 0, 150, 74)]
    at = free_place((10.0, 10.0), (150.0, 74.0), taken)
    assert not any(QRectF(*at, 150, 74).intersects(one) for one in taken)
    assert abs(at[0] - 10) + abs(at[1] - 10) < 200
    assert free_place((600.0, 0.0), (150.0, 74.0), taken) == (600.0, 0.0)


def test_what_is_wrong_under_another_preset_is_said_without_scolding(shared_window: MainWindow, qtbot: QtBot) -> None:
    window = shared_window
    window.workspace.history.mark_saved()
    document = example()
    presets = {**document.presets, "none": Preset(name="none", arguments={"classes": 0})}
    window.workspace.open(replace(document, presets=presets))
    panel = window.problems
    qtbot.waitUntil(lambda: bool(panel.elsewhere), timeout=10_000)
    assert panel.entries == [], "the chosen preset is sound"
    assert window.status.problems.text() == "No problems"
    entry = panel.elsewhere[0]
    assert entry.accessibleName().startswith("note in none")
    window.show_panel("problems")
    QTest.mouseClick(entry, Qt.MouseButton.LeftButton)
    assert window.workspace.preset == "none"
    assert panel.entries
    qtbot.waitUntil(lambda: not panel.elsewhere, timeout=10_000)


def test_too_little_memory_is_told_before_a_start_and_asked_about(
    shared_window: MainWindow, shared_answers: Answers, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = shared_window
    # Whatever the machine, or the device that the engine tells of, really has.
    monkeypatch.setattr("app.ui.panels.training.too_large", lambda elaboration, _: too_large(elaboration, 1000))
    window.workspace.history.mark_saved()
    window.storage.open_template("mlp_classifier", "quick")
    window.show_panel("training")
    training = window.training
    assert training is not None
    qtbot.waitUntil(training.memory.isVisible, timeout=10_000)
    assert "of memory" in training.memory.text()
    shared_answers.give("Cancel")
    QTest.mouseClick(training.start_button, Qt.MouseButton.LeftButton)
    assert shared_answers.defaults[-1] == "Cancel"
    assert training.runs.run is None


def test_a_look_at_a_run_is_told_in_several_turns(shared_window: MainWindow, qtbot: QtBot) -> None:
    window = shared_window
    watch = RunWatch(window.workspace)
    told: list[str] = []
    watch.metrics_added.connect(lambda metrics: told.append(metrics[0].name))
    watch.status_changed.connect(lambda status: told.append(status.state))
    watch.run = Made()  # type: ignore[assignment]
    watch._look_in_turns()
    assert told == [], "the first turn only reads"
    qtbot.waitUntil(lambda: len(told) == 3)
    assert told == ["loss", "validation.accuracy", "finished"]
    watch._last_metric, told[:] = 0, []
    watch.look()
    assert told == ["loss", "validation.accuracy"]


class Made:
    """A run that has ended."""

    def status(self) -> Status:
        return Status(state="finished")

    def metrics(self, since: int) -> list[Metric]:
        names = ["loss", "validation.accuracy", "loss"]
        return [] if since else [Metric(n + 1, n, "train", name, 0.5, 0.0) for n, name in enumerate(names)]

    def previews(self) -> list[PreviewFile]:
        return []
