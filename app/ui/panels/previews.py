"""What a run shows of what it learns: pictures, texts and numbers, each as what it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyqtgraph
from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QSlider, QVBoxLayout, QWidget

from app.runs import PreviewFile
from app.ui.panels.curves import still
from app.ui.style import Style, label

SMALLEST = 96


class Picture(QLabel):
    """A picture as wide as the panel, its pixels kept as they are."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._pixmap = QPixmap()
        self.setAccessibleName(name)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setMinimumSize(SMALLEST, SMALLEST)

    def show_file(self, path: Path) -> None:
        self.show_pixmap(QPixmap(str(path)))

    def show_pixmap(self, pixmap: QPixmap) -> None:
        self._pixmap = pixmap
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self._pixmap.isNull():
            return
        ratio = self.devicePixelRatioF()
        width = max(min(self.width(), 480), SMALLEST)
        scaled = self._pixmap.scaledToWidth(round(width * ratio), Qt.TransformationMode.FastTransformation)
        scaled.setDevicePixelRatio(ratio)
        self.setPixmap(scaled)
        self.setFixedHeight(round(scaled.height() / ratio))


class PreviewBox(QWidget):
    """One preview of the recipe: its newest state, and a slider back to earlier ones."""

    def __init__(self, name: str, look: Style) -> None:
        super().__init__()
        self._look = look
        self.name = name
        self._steps: dict[int, list[Path]] = {}
        self.heading = label(name, "heading")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setMaximum(0)
        self.slider.setAccessibleName(f"Step of {name}")
        self.picture = Picture(name)
        self.words = QPlainTextEdit(objectName="code")
        self.words.setReadOnly(True)
        self.words.setAccessibleName(name)
        self.plot: Any = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 4, 0, 4)
        for widget in (self.heading, self.picture, self.words, self.slider):
            self._column.addWidget(widget)
        self.slider.valueChanged.connect(lambda _: self._show())

    def show_files(self, files: list[PreviewFile]) -> None:
        """Take in what there is; at the end of the slider it follows the newest."""
        at_end = self.slider.value() == self.slider.maximum()
        self._steps = {}
        for file in files:
            self._steps.setdefault(file.step, []).append(file.path)
        self.slider.setMaximum(max(len(self._steps) - 1, 0))
        self.slider.setVisible(len(self._steps) > 1)
        if at_end:
            self.slider.setValue(self.slider.maximum())
        self._show()

    def _show(self) -> None:
        steps = list(self._steps)
        if not steps:
            return
        step = steps[min(self.slider.value(), len(steps) - 1)]
        by_suffix = {path.suffix: path for path in self._steps[step]}
        self.heading.setText(f"{self.name} at step {step}")
        picture, text = by_suffix.get(".png"), by_suffix.get(".txt")
        self.picture.setVisible(picture is not None)
        if picture is not None:
            self.picture.show_file(picture)
        words = text.read_text(encoding="utf-8", errors="replace") if text is not None else ""
        if ".json" in by_suffix:
            words = words or self._show_numbers(by_suffix[".json"])
        self.words.setVisible(bool(words))
        self.words.setPlainText(words)
        self.words.setFixedHeight(min(30 + 17 * (words.count("\n") + 1 + len(words) // 44), 220))

    def _show_numbers(self, path: Path) -> str:
        """Labels as words; numbers as the plot that the recipe asks for."""
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            return f"This preview cannot be read: {error}"
        lines = []
        for name, output in told["outputs"].items():
            if "labels" in output:
                lines.append(f"{name}: {', '.join(output['labels'])}")
            else:
                lines += self._plotted(told["show"], name, output["values"])
        return "\n".join(lines)

    def _plotted(self, show: str, name: str, values: Any) -> list[str]:
        if show not in ("curve", "scatter", "matrix", "bars", "graph"):
            return [f"{name}: {_short(values)}"]
        if self.plot is None:
            self.plot = pyqtgraph.PlotWidget()
            self.plot.setFixedHeight(200)
            still(self.plot)
            self._column.insertWidget(1, self.plot)
        self.plot.setBackground(self._look.theme.field)
        self.plot.clear()
        return [] if draw(self.plot, show, values, self._look.theme.curves) else [f"{name}: {_short(values)}"]


def draw(plot: Any, show: str, values: Any, colours: tuple[str, ...]) -> bool:
    """Put numbers into a plot; False where they are not of the shape that it shows."""
    depth = _depth(values)
    if show == "matrix" and depth >= 2:
        import numpy

        while _depth(values) > 2:
            values = values[0]
        plot.addItem(pyqtgraph.ImageItem(numpy.array(values, dtype=float), axisOrder="row-major"))
        return True
    if show == "bars" and depth == 1:
        plot.addItem(pyqtgraph.BarGraphItem(x=range(len(values)), height=values, width=0.7, brush=colours[0]))
        return True
    if show in ("scatter", "graph") and depth == 2 and values and len(values[0]) >= 2:
        xs, ys = [row[0] for row in values], [row[1] for row in values]
        plot.plot(xs, ys, pen=None, symbol="o", symbolSize=5, symbolBrush=colours[0], symbolPen=None)
        return True
    if show == "curve" and depth in (1, 2):
        for number, row in enumerate(values if depth == 2 else [values]):
            plot.plot(row, pen=pyqtgraph.mkPen(colours[number % len(colours)], width=1))
        return True
    return False


def _depth(values: Any) -> int:
    depth = 0
    while isinstance(values, list) and values:
        depth, values = depth + 1, values[0]
    return depth


def _short(values: Any) -> str:
    text = json.dumps(values)
    return text if len(text) <= 400 else text[:399] + "…"


class Previews(QWidget):
    """All previews of a run."""

    def __init__(self, look: Style) -> None:
        super().__init__()
        self._look = look
        self.boxes: dict[str, PreviewBox] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def clear(self) -> None:
        for box in self.boxes.values():
            self._column.removeWidget(box)
            box.deleteLater()
        self.boxes = {}

    def show_files(self, files: list[PreviewFile]) -> None:
        by_name: dict[str, list[PreviewFile]] = {}
        for file in files:
            by_name.setdefault(file.name, []).append(file)
        for name, found in by_name.items():
            if name not in self.boxes:
                self.boxes[name] = PreviewBox(name, self._look)
                self._column.addWidget(self.boxes[name])
            self.boxes[name].show_files(found)
