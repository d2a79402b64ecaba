"""What a run shows of what it learns: pictures, texts and numbers, each as what it is."""

from __future__ import annotations

import json
from math import ceil, sqrt
from pathlib import Path
from typing import Any

from PySide6.QtCore import QRectF, QSignalBlocker, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QSlider, QVBoxLayout, QWidget

from app.runs import PreviewFile
from app.ui.panels.preview_kinds import GraphDrawing, Heat, Plot, Rows, depth_of
from app.ui.style import Style, label
from app.ui.theme import font

SMALLEST, LARGEST = 96, 480


class Picture(QLabel):
    """A picture as wide as the panel, its pixels kept as they are; where it is a square of examples, each may have a
    caption in its corner.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._pixmap = QPixmap()
        self.captions: list[str] = []
        self.setAccessibleName(name)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setMinimumSize(SMALLEST, SMALLEST)

    def show_file(self, path: Path, captions: list[str] | None = None) -> None:
        self.show_pixmap(QPixmap(str(path)), captions)

    def show_pixmap(self, pixmap: QPixmap, captions: list[str] | None = None) -> None:
        self._pixmap, self.captions = pixmap, captions or []
        told = f": {', '.join(self.captions)}" if self.captions else ""
        self.setAccessibleName(f"{self._name}{told}")
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self._pixmap.isNull():
            return
        ratio = self.devicePixelRatioF()
        width = max(min(self.width(), LARGEST), SMALLEST)
        scaled = self._pixmap.scaledToWidth(round(width * ratio), Qt.TransformationMode.FastTransformation)
        scaled.setDevicePixelRatio(ratio)
        if self.captions:
            self._caption(scaled, width, scaled.height() / ratio)
        self.setPixmap(scaled)
        self.setFixedHeight(round(scaled.height() / ratio))

    def _caption(self, pixmap: QPixmap, width: float, height: float) -> None:
        """What the model says of each example, in the example's corner."""
        across = ceil(sqrt(len(self.captions)))
        cell, tall = width / across, height / ceil(len(self.captions) / across)
        if cell < 28:  # a word would hide the picture
            return
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(11))
        metrics = painter.fontMetrics()
        for number, text in enumerate(self.captions):
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(cell) - 10)
            area = QRectF(number % across * cell + 3, number // across * tall + 3, 0, metrics.height() + 1)
            area.setWidth(metrics.horizontalAdvance(shown) + 7)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(0, 0, 0, 170))
            painter.drawRoundedRect(area, 4, 4)
            painter.setPen(QColor("#ffffff"))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, shown)
        painter.end()


class PreviewBox(QWidget):
    """One preview of the recipe: its newest state, and a slider back to earlier ones."""

    def __init__(self, name: str, look: Style) -> None:
        super().__init__()
        self._look = look
        self.name = name
        self._steps: dict[int, list[Path]] = {}
        self.heading = label(name, "heading")
        self.step = label(role="muted")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setMaximum(0)
        self.slider.setAccessibleName(f"Step of {name}")
        self.picture = Picture(name)
        self.words = QPlainTextEdit(objectName="code")
        self.words.setReadOnly(True)
        self.words.setFont(look.mono())
        self.words.setAccessibleName(name)
        self.numbers: dict[str, Any] = {}
        head = QHBoxLayout()
        head.addWidget(self.heading, 1)
        head.addWidget(self.step)
        self._numbers = QVBoxLayout()
        self._numbers.setSpacing(6)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.picture)
        column.addLayout(self._numbers)
        column.addWidget(self.words)
        column.addWidget(self.slider)
        self.slider.valueChanged.connect(lambda _: self._show())

    def show_files(self, files: list[PreviewFile]) -> None:
        """Take in what there is; at the end of the slider it follows the newest."""
        at_end = self.slider.value() == self.slider.maximum()
        self._steps = {}
        for file in files:
            self._steps.setdefault(file.step, []).append(file.path)
        with QSignalBlocker(self.slider):  # shown once, below
            self.slider.setMaximum(max(len(self._steps) - 1, 0))
            if at_end:
                self.slider.setValue(self.slider.maximum())
        self.slider.setVisible(len(self._steps) > 1)
        self._show()

    def _show(self) -> None:
        steps = list(self._steps)
        if not steps:
            return
        step = steps[min(self.slider.value(), len(steps) - 1)]
        by_suffix = {path.suffix: path for path in self._steps[step]}
        self.step.setText(f"step {step:,}")
        told = self._read(by_suffix.get(".json"))
        picture, text = by_suffix.get(".png"), by_suffix.get(".txt")
        captions = _captions(told["outputs"]) if picture is not None else []
        self.picture.setVisible(picture is not None)
        if picture is not None:
            self.picture.show_file(picture, captions)
        words = text.read_text(encoding="utf-8", errors="replace") if text is not None else ""
        rest = {} if words or captions else told["outputs"]
        self._say(words or told.get("trouble", "") or "\n".join(self._show_numbers(told["show"], rest)))

    def _say(self, words: str) -> None:
        self.words.setVisible(bool(words))
        if words != self.words.toPlainText():
            self.words.setPlainText(words)
        lines = words.count("\n") + 1 + len(words) // 40
        self.words.setFixedHeight(min(16 + self.words.fontMetrics().lineSpacing() * lines, 240))

    def _read(self, path: Path | None) -> dict[str, Any]:
        if path is None:
            return {"show": "", "outputs": {}}
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            return {"show": str(found["show"]), "outputs": dict(found["outputs"])}
        except (OSError, ValueError, KeyError, TypeError) as error:
            return {"show": "", "outputs": {}, "trouble": f"This preview cannot be read: {error}"}

    # -- numbers --------------------------------------------------------------------------------------------------

    def _show_numbers(self, show: str, outputs: dict[str, Any]) -> list[str]:
        """Each output as the recipe asks for; what cannot be shown so, as words."""
        wanted = self._drawn(show, outputs)
        for name in [name for name in self.numbers if name not in wanted]:
            gone = self.numbers.pop(name)
            gone.hide()
            gone.deleteLater()
        for name, widget in wanted.items():
            if self.numbers.get(name) is not widget:
                self.numbers[name] = widget
                self._numbers.addWidget(widget)
        told = set(wanted) | ({*outputs} if "" in wanted else set())
        return [_line(name, output) for name, output in outputs.items() if name not in told]

    def _drawn(self, show: str, outputs: dict[str, Any]) -> dict[str, QWidget]:
        """Widgets by output, or one for all of them under an empty name."""
        if not outputs:
            return {}
        classes = _classes(outputs)
        edges = next((output["values"] for output in outputs.values() if _are_edges(output["values"])), None)
        if show == "graph" and edges is not None:
            graph = self._kept("", GraphDrawing)
            graph.show_graph(edges, *classes)
            return {"": graph}
        if show == "table":
            rows = self._kept("", Rows)
            return {"": rows} if rows.show_outputs(outputs) else {}
        made: dict[str, QWidget] = {}
        for name, output in outputs.items():
            if show == "matrix" and depth_of(output["values"]) >= 2:
                heat = self._kept(name, Heat)
                if heat.show_values(output["values"]):
                    made[name] = heat
            elif show in ("curve", "scatter", "bars"):
                plot = self._kept(name, Plot, show)
                if plot.show_values(output["values"], classes[0]):
                    made[name] = plot
        return made

    def _kept(self, name: str, kind: type[Any], *more: str) -> Any:
        """The widget that shows this output already, if it is of the kind, else a new one."""
        found = self.numbers.get(name)
        return found if isinstance(found, kind) else kind(self._look, name or self.name, *more)


def _captions(outputs: dict[str, Any]) -> list[str]:
    """What the model says of each example, where that is one word each."""
    for output in outputs.values():
        if output.get("labels"):
            return [str(word) for word in output["labels"]]
    return []


def _classes(outputs: dict[str, Any]) -> tuple[list[int], list[str]]:
    """The class of each point or vertex, and the classes' names in their order."""
    for output in outputs.values():
        values = output["values"]
        if depth_of(values) == 1 and values and all(isinstance(value, int) and value >= 0 for value in values):
            names = dict(zip(values, output.get("labels") or [], strict=False))
            return values, [str(names.get(kind, "")) for kind in range(max(names, default=-1) + 1)]
    return [], []


def _are_edges(values: Any) -> bool:
    return depth_of(values) == 2 and len(values) == 2 and all(isinstance(end, int) for row in values for end in row)


def _line(name: str, output: dict[str, Any]) -> str:
    if output.get("labels"):
        return f"{name}: {', '.join(output['labels'])}"
    text = json.dumps(output["values"])
    return f"{name}: {text if len(text) <= 400 else text[:399] + '…'}"


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
            box.hide()
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
