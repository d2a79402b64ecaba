"""Numbers to look at, each as what it is: a matrix as colours, a graph as points and lines, a table as rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy
import pyqtgraph
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from app.ui.panels.curves import still
from app.ui.style import Style
from app.ui.theme import font

TILES, TALLEST, LINE = 4, 220, 18
MOST_VERTICES, ROUNDS = 400, 120
MOST_ROWS = 32
STOPS = ("#0d0887", "#7e03a8", "#cb4778", "#f89540", "#f0f921")
"""From low to high: the same order in both themes, and when printed in grey."""


def depth_of(values: Any) -> int:
    depth = 0
    while isinstance(values, list) and values:
        depth, values = depth + 1, values[0]
    return depth


def colour_table() -> numpy.ndarray:
    """256 colours between the stops."""
    stops = numpy.array([QColor(stop).getRgb()[:3] for stop in STOPS], dtype=float)
    at = numpy.linspace(0, len(STOPS) - 1, 256)
    columns = [numpy.interp(at, numpy.arange(len(STOPS)), stops[:, channel]) for channel in range(3)]
    return numpy.stack(columns, axis=1).round().astype(numpy.uint8)


class Heat(QWidget):
    """A matrix in colours, from its lowest to its highest value; several examples side by side."""

    def __init__(self, look: Style, name: str) -> None:
        super().__init__()
        self._look, self._name = look, name
        self._tiles: list[QImage] = []
        self._range = (0.0, 0.0)
        look.changed.connect(self.update)

    def show_values(self, values: Any, labels: Sequence[str] = ()) -> bool:
        made = numpy.array(values, dtype=float)
        if made.ndim < 2 or not made.size:
            return False
        made = made.reshape(-1, *made.shape[-2:])[:TILES]
        low, high = float(made.min()), float(made.max())
        table = colour_table()
        self._range = (low, high)
        self._tiles = []
        for matrix in made:
            scaled = (matrix - low) / max(high - low, 1e-12)
            pixels = numpy.ascontiguousarray(table[(scaled * 255).round().astype(int)])
            rows, columns = matrix.shape
            image = QImage(pixels.tobytes(), columns, rows, 3 * columns, QImage.Format.Format_RGB888)
            self._tiles.append(image.copy())
        self.setAccessibleName(f"{self._name}: {made.shape[-2]}×{made.shape[-1]}, from {low:.3g} to {high:.3g}")
        self._resize()
        self.update()
        return True

    def resizeEvent(self, event: Any) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._resize()

    def _cell(self) -> tuple[float, float]:
        """Width and height of one tile."""
        first = self._tiles[0]
        width = (max(self.width(), 60) - 6 * (len(self._tiles) - 1)) / len(self._tiles)
        return width, min(width * first.height() / max(first.width(), 1), TALLEST)

    def _resize(self) -> None:
        if self._tiles:
            self.setFixedHeight(LINE + max(round(self._cell()[1]), 8))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setFont(font(11))
        painter.setPen(QColor(self._look.theme.muted))
        low, high = self._range
        line = QRectF(0, 0, self.width(), LINE)
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, self._name)
        told = f"{low:.3g} … {high:.3g}"
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, told)
        if not self._tiles:
            return
        width, height = self._cell()
        for number, tile in enumerate(self._tiles):
            painter.drawImage(QRectF(number * (width + 6), LINE, width, height), tile)


def spread(edges: numpy.ndarray, count: int) -> numpy.ndarray:
    """Places for vertices, so that neighbours lie near and others apart: springs and repulsion, from a disc."""
    if not count:
        return numpy.zeros((0, 2))
    angle = numpy.arange(count) * 2.399963  # the golden angle: no two begin at one place
    radius = numpy.sqrt((numpy.arange(count) + 0.5) / count)
    place = numpy.stack([numpy.cos(angle) * radius, numpy.sin(angle) * radius], axis=1)
    ideal = 1.8 / numpy.sqrt(count)
    degree = numpy.maximum(numpy.bincount(edges.ravel(), minlength=count), 1)
    for turn in range(ROUNDS):
        apart = place[:, None] - place[None]
        far = numpy.maximum(numpy.sqrt((apart**2).sum(-1)), 1e-3)
        force = (apart * (ideal**2 / far**2)[..., None]).sum(1) - place * 3.0
        if edges.size:
            along = place[edges[0]] - place[edges[1]]
            pull = along * (numpy.sqrt((along**2).sum(-1)) / ideal)[:, None]
            numpy.add.at(force, edges[0], -pull * (2 / degree[edges[0]])[:, None])
            numpy.add.at(force, edges[1], pull * (2 / degree[edges[1]])[:, None])
        size = numpy.maximum(numpy.sqrt((force**2).sum(-1)), 1e-9)[:, None]
        place += force / size * numpy.minimum(size, 0.12 * (1 - turn / ROUNDS))
    return place


class GraphDrawing(QWidget):
    """Vertices and edges; a vertex has the colour of its class, which ``names`` tells below."""

    def __init__(self, look: Style, name: str) -> None:
        super().__init__()
        self._look, self._name = look, name
        self._edges: Any = None
        self._drawn: numpy.ndarray = numpy.zeros((2, 0), dtype=int)
        self._vertices: numpy.ndarray = numpy.zeros(0, dtype=int)
        self._place: numpy.ndarray = numpy.zeros((0, 2))
        self._classes: list[int] = []
        self.names: tuple[str, ...] = ()
        self.setFixedHeight(TALLEST + 60)
        look.changed.connect(self.update)

    def show_graph(self, edges: Any, classes: Sequence[int], names: Sequence[str] = ()) -> None:
        count = min(max((max(row, default=0) for row in edges), default=0) + 1, MOST_VERTICES)
        count = max(count, min(len(classes), MOST_VERTICES))
        if edges != self._edges:
            self._lay_out(edges, count)
        self._classes = [int(classes[vertex]) if vertex < len(classes) else 0 for vertex in self._vertices]
        self.names = tuple(names)
        told = f"{self._name}: {len(self._vertices)} vertices, {self._drawn.shape[1]} edges"
        alone = count - len(self._vertices)
        self.setToolTip(f"{told}; {alone} vertices without an edge are not drawn" if alone else told)
        self.setAccessibleName(told)
        self.update()

    def _lay_out(self, edges: Any, count: int) -> None:
        """Places for the vertices that have an edge: the others would push these together."""
        found = numpy.array(edges, dtype=int)
        found = found[:, (found < count).all(0)]
        self._edges = edges
        self._vertices, inverse = numpy.unique(found, return_inverse=True)
        self._drawn = inverse.reshape(found.shape)
        self._place = spread(self._drawn, len(self._vertices))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._look.theme
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.field))
        painter.drawRoundedRect(QRectF(self.rect()), 5, 5)
        if not len(self._place):
            return
        points = self._points()
        painter.setPen(QPen(QColor(theme.border), 1))
        for source, target in self._drawn.T:
            painter.drawLine(points[source], points[target])
        size = 4.5 if len(points) < 80 else 3.0
        painter.setPen(QPen(QColor(theme.field), 1))
        for number, point in enumerate(points):
            painter.setBrush(QColor(theme.curves[self._classes[number] % len(theme.curves)]))
            painter.drawEllipse(point, size, size)
        self._legend(painter)

    def _points(self) -> list[QPointF]:
        low, high = self._place.min(0), self._place.max(0)
        scale = numpy.maximum(high - low, 1e-9)
        room = numpy.array([max(self.width() - 32, 40), self.height() - 32 - LINE * bool(self.names)])
        return [QPointF(16 + x, 16 + y) for x, y in (self._place - low) / scale * room]

    def _legend(self, painter: QPainter) -> None:
        painter.setFont(font(11))
        left, colours = 10.0, self._look.theme.curves
        for number, name in enumerate(self.names):
            if not name:
                continue
            width = painter.fontMetrics().horizontalAdvance(name) + 24
            if left + width > self.width():
                break
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours[number % len(colours)]))
            middle = self.height() - LINE / 2 - 4
            painter.drawEllipse(QPointF(left + 4, middle), 4, 4)
            painter.setPen(QColor(self._look.theme.muted))
            area = QRectF(left + 12, middle - LINE / 2, width, LINE)
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
            left += width


class Plot(QWidget):
    """Points, lines or bars on axes."""

    def __init__(self, look: Style, name: str, kind: str) -> None:
        super().__init__()
        self._look, self.kind = look, kind
        self.plot: Any = pyqtgraph.PlotWidget()
        self.plot.setFixedHeight(200)
        self.plot.setAccessibleName(name)
        still(self.plot)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.plot)
        self._shown: tuple[Any, Sequence[int]] = ([], ())
        look.changed.connect(self._draw)

    def show_values(self, values: Any, classes: Sequence[int] = ()) -> bool:
        """False where the numbers are not of the shape that this shows. ``classes`` colour points."""
        depth = depth_of(values)
        fits = {"bars": depth == 1, "curve": depth in (1, 2), "scatter": depth == 2 and len(values[0]) >= 2}
        if not fits.get(self.kind):
            return False
        self._shown = (values, classes)
        self._draw()
        return True

    def _draw(self) -> None:
        values, classes = self._shown
        theme = self._look.theme
        self.plot.setBackground(theme.field)
        for side in ("left", "bottom"):
            self.plot.getAxis(side).setPen(theme.border)
            self.plot.getAxis(side).setTextPen(theme.muted)
        self.plot.clear()
        if self.kind == "bars":
            self.plot.addItem(
                pyqtgraph.BarGraphItem(x=range(len(values)), height=values, width=0.7, brush=theme.curves[0])
            )
        elif self.kind == "curve":
            for number, row in enumerate(values if depth_of(values) == 2 else [values]):
                self.plot.plot(row, pen=pyqtgraph.mkPen(theme.curves[number % len(theme.curves)], width=1))
        elif values:
            brushes = [theme.curves[(classes[i] if i < len(classes) else 0) % len(theme.curves)]
                       for i in range(len(values))]  # fmt: skip
            xs, ys = [row[0] for row in values], [row[1] for row in values]
            brushes = [pyqtgraph.mkBrush(colour) for colour in brushes]
            self.plot.plot(xs, ys, pen=None, symbol="o", symbolSize=5, symbolBrush=brushes, symbolPen=None)


class Rows(QTableWidget):
    """A row for each example, a column for each output."""

    def __init__(self, look: Style, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.verticalHeader().setDefaultSectionSize(24)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setStretchLastSection(True)

    def show_outputs(self, outputs: dict[str, Any]) -> bool:
        columns: dict[str, list[str]] = {}
        for name, output in outputs.items():
            values = output.get("labels") or output["values"]
            if not isinstance(values, list):
                values = [values]
            columns[name] = [written(value) for value in values[:MOST_ROWS]]
        rows = max((len(column) for column in columns.values()), default=0)
        if not rows:
            return False
        self.setColumnCount(len(columns))
        self.setHorizontalHeaderLabels(list(columns))
        self.setRowCount(rows)
        for place, column in enumerate(columns.values()):
            for row, text in enumerate(column):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                self.setItem(row, place, item)
        self.setFixedHeight(min(30 + 24 * rows, 260))
        return True


def written(value: Any) -> str:
    """A value in a cell of a table."""
    if isinstance(value, list):
        told = ", ".join(written(item) for item in value[:8])
        return told + (", …" if len(value) > 8 else "")
    return f"{value:.4g}" if isinstance(value, float) else str(value)
