"""What a run's values and previews look like: curves, captions, matrices, graphs, tables."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF
from PySide6.QtGui import QColor, QImage, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.document import Goal
from app.runs import Metric, PreviewFile
from app.ui.panels.curves import Curves, Series
from app.ui.panels.preview_kinds import GraphDrawing, Heat, Plot, Rows, spread
from app.ui.panels.previews import PreviewBox
from app.ui.style import Style

STEPS = st.lists(st.tuples(st.integers(0, 30), st.none() | st.floats(-5, 5)), max_size=60)


@given(STEPS)
def test_a_series_holds_the_newest_value_of_each_step(said: list[tuple[int, float | None]]) -> None:
    series = Series()
    held: dict[int, float | None] = {}
    for step, value in said:
        series.add(step, value)
        held = {key: kept for key, kept in held.items() if key < step} | {step: value}
    assert list(series.steps) == list(held)
    assert len(series.smooth) == len(series.values) == len(held)
    for value, smooth, kept in zip(series.values, series.smooth, held.values(), strict=True):
        assert math.isnan(value) == math.isnan(smooth) == (kept is None)
    numbers = [value for value in held.values() if value is not None]
    for smooth in series.smooth:
        assert math.isnan(smooth) or -5 <= smooth <= 5
    lost = next((step for step in held if all(held[later] is None for later in held if later >= step)), None)
    assert series.lost == lost
    if not numbers and held:
        assert series.lost == next(iter(held))


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 40), st.lists(st.tuples(st.integers(0, 39), st.integers(0, 39)), max_size=60))
def test_vertices_are_spread_out(count: int, pairs: list[tuple[int, int]]) -> None:
    edges = numpy.array([pair for pair in pairs if max(pair) < count], dtype=int).reshape(-1, 2).T
    place = spread(edges, count)
    assert place.shape == (count, 2)
    assert numpy.isfinite(place).all()
    apart = numpy.abs(place[:, None] - place[None]).sum(-1) + numpy.eye(count)
    assert apart.min() > 0, "no two lie at one place"


@pytest.fixture
def box(qapp: QApplication, qtbot: QtBot) -> PreviewBox:
    made = PreviewBox("look", Style("dark"))
    qtbot.addWidget(made)
    made.resize(300, 600)
    made.show()
    return made


def files(folder: Path, show: str, outputs: dict[str, Any], step: int = 1) -> list[PreviewFile]:
    path = folder / f"{step:08d}.json"
    path.write_text(json.dumps({"show": show, "outputs": outputs}), encoding="utf-8")
    return [PreviewFile("look", step, path)]


def test_a_graph_is_drawn_with_the_colours_of_its_classes(box: PreviewBox, tmp_path: Path) -> None:
    edges = [[0, 1, 2, 1], [1, 0, 0, 3]]
    outputs = {"edge_index": {"values": edges}, "label": {"values": [0, 1, 1, 2, 0], "labels": list("abbca")}}
    box.show_files(files(tmp_path, "graph", outputs))
    graph = box.numbers[""]
    assert isinstance(graph, GraphDrawing)
    assert graph.names == ("a", "b", "c")
    assert "4 vertices" in graph.accessibleName(), "the one without an edge is not drawn"
    seen = graph.grab().toImage()
    wanted = {QColor(colour).rgb() for colour in box._look.theme.curves[:3]}
    assert wanted <= {seen.pixel(x, y) for x in range(seen.width()) for y in range(seen.height())}
    assert not box.words.isVisible()


def test_a_matrix_is_shown_in_colours(box: PreviewBox, tmp_path: Path) -> None:
    outputs = {"heard": {"values": [[[0.0, 1.0], [1.0, 0.0]]] * 6}, "said": {"values": [[0.5, 0.25]]}}
    box.show_files(files(tmp_path, "matrix", outputs))
    heard = box.numbers["heard"]
    assert isinstance(heard, Heat)
    assert "2×2, from 0 to 1" in heard.accessibleName()
    assert len(heard.grab().toImage().scaled(60, 20).bits()) > 0
    later = files(tmp_path, "matrix", {"said": {"values": [[1.0, 2.0]]}}, 2)
    box.show_files([*files(tmp_path, "matrix", outputs), *later])
    assert list(box.numbers) == ["said"], "what is no more is gone"


@pytest.mark.parametrize(
    ("show", "values", "kind"),
    [
        ("scatter", [[0.0, 1.0], [1.0, 0.5]], Plot),
        ("curve", [0.1, 0.2, 0.4], Plot),
        ("bars", [3.0, 1.0], Plot),
        ("scatter", [1.0, 2.0], None),
        ("matrix", [1.0], None),
        ("graph", [[0.5, 1.0], [1.0, 2.0]], None),
        ("boxes", [[1.0, 2.0, 3.0, 4.0]], None),
    ],
)
def test_numbers_are_plotted_where_they_can_be(
    box: PreviewBox, tmp_path: Path, show: str, values: Any, kind: type | None
) -> None:
    box.show_files(files(tmp_path, show, {"out": {"values": values}}))
    if kind is None:
        assert "out:" in box.words.toPlainText(), "what cannot be drawn is told in numbers"
        assert not box.numbers
    else:
        assert isinstance(box.numbers["out"], kind)


def test_a_table_has_a_row_for_each_example(box: PreviewBox, tmp_path: Path) -> None:
    outputs = {"x": {"values": [[0.12345, 2.0], [1.0, 3.0]]}, "class": {"values": [1, 0], "labels": ["cat", "dog"]}}
    box.show_files(files(tmp_path, "table", outputs))
    rows = box.numbers[""]
    assert isinstance(rows, Rows)
    texts = [[rows.item(row, column).text() for column in range(2)] for row in range(2)]  # type: ignore[union-attr]
    assert texts == [["0.1235, 2", "cat"], ["1, 3", "dog"]]


def test_examples_carry_what_the_model_says_of_them(box: PreviewBox, tmp_path: Path) -> None:
    image = QImage(40, 40, QImage.Format.Format_RGB32)
    image.fill(QColor("#808080"))
    path = tmp_path / "00000001.png"
    image.save(str(path))
    outputs = {"label": {"values": [3, 5, 7], "labels": ["three", "five", "seven"]}}
    box.show_files([*files(tmp_path, "images", outputs), PreviewFile("look", 1, path)])
    assert box.picture.captions == ["three", "five", "seven"]
    assert not box.words.isVisible(), "they are said once"
    plain = QPixmap(str(path)).scaledToWidth(box.picture.pixmap().width()).toImage()
    drawn = box.picture.pixmap().toImage()
    assert drawn != plain
    corner = drawn.pixelColor(drawn.width() - 5, drawn.height() - 5)
    assert abs(corner.lightness() - 128) < 9, "the empty place of the square has no caption"


def test_a_preview_that_cannot_be_read_says_so(box: PreviewBox, tmp_path: Path) -> None:
    path = tmp_path / "00000001.json"
    path.write_text("{", encoding="utf-8")
    box.show_files([PreviewFile("look", 1, path)])
    assert "cannot be read" in box.words.toPlainText()


def test_the_goal_is_drawn_once_its_metric_is_there(qapp: QApplication, qtbot: QtBot) -> None:
    curves = Curves(Style("light"))
    qtbot.addWidget(curves)
    curves.set_goal(Goal(evaluation="test", metric="accuracy", at_least=0.8))
    curves.add([Metric(1, 1, "train", "loss", 2.0, 0.0)])
    assert curves.goal_line.parentItem() is None
    curves.add([Metric(2, 1, "train", "test.accuracy", 0.5, 0.0)])
    assert curves.goal_line.parentItem() is not None
    assert curves.goal_line.value() == 0.8
    curves.set_goal(None)
    assert curves.goal_line.parentItem() is None


def test_the_pointer_tells_the_values_at_its_step(qapp: QApplication, qtbot: QtBot) -> None:
    curves = Curves(Style("dark"))
    qtbot.addWidget(curves)
    curves.resize(320, 420)
    curves.show()
    curves.add([Metric(i, i * 10, "train", "loss", float(i), 0.0) for i in range(1, 6)])
    assert curves.value("loss") == (50, 5.0)
    qtbot.waitExposed(curves)
    plot = curves.losses
    qtbot.waitUntil(lambda: plot.getViewBox().viewRect().right() > 40)
    middle = plot.mapFromScene(plot.getViewBox().mapViewToScene(QPointF(34.0, 3.0)))
    QTest.mouseMove(plot.viewport(), middle)
    qtbot.waitUntil(lambda: curves.value("loss") == (30, 3.0), timeout=3000)
    assert "Step" in curves.latest.text()
    QTest.mouseMove(curves, QPoint(2, curves.height() - 2))
    QApplication.sendEvent(plot, QEvent(QEvent.Type.Leave))
    assert curves.value("loss") == (50, 5.0)
