"""Live curves of losses and metrics. pyqtgraph is imported here alone, and here only after the first frame."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import Any

import numpy
import pyqtgraph
from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.runs import Metric
from app.ui import theme
from app.ui.style import Style, label

HEIGHT = 170


class Series:
    """One named value over the steps. What a resumed run does again takes the place of what was there."""

    def __init__(self) -> None:
        # Arrays become numpy's by one copy; a list of 10^5 numbers would cost a frame.
        self.steps = array("d")
        self.values = array("d")

    def add(self, step: int, value: float | None) -> None:
        while self.steps and self.steps[-1] >= step:
            self.steps.pop()
            self.values.pop()
        self.steps.append(step)
        self.values.append(float("nan") if value is None else value)


def is_loss(name: str) -> bool:
    return "loss" in name.rpartition(".")[2]


def still(plot: Any) -> None:
    """A plot that is only looked at: the wheel scrolls the panel that it stands in."""
    plot.setMenuEnabled(False)
    plot.setMouseEnabled(x=False, y=False)
    plot.hideButtons()
    plot.wheelEvent = QWheelEvent.ignore


class Curves(QWidget):
    """Losses above, metrics below; each appears with its first value."""

    def __init__(self, look: Style) -> None:
        super().__init__()
        self._look = look
        self.series: dict[str, Series] = {}
        self._curves: dict[str, Any] = {}
        self.losses = self._plot("Loss curves")
        self.metrics = self._plot("Metric curves")
        self.latest = label(wrap=True)
        self.latest.setTextFormat(Qt.TextFormat.RichText)
        self.empty = label("Loss and metrics appear here while a model trains.", "empty")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for widget in (self.empty, self.latest, self.losses, self.metrics):
            layout.addWidget(widget)
        look.changed.connect(self._dress)
        self.clear()
        self._dress()

    def _plot(self, name: str) -> Any:
        plot = pyqtgraph.PlotWidget()
        plot.setAccessibleName(name)
        plot.setFixedHeight(HEIGHT)
        still(plot)
        plot.showGrid(x=True, y=True, alpha=0.15)
        plot.setDownsampling(auto=True, mode="peak")
        plot.setClipToView(True)
        plot.getAxis("left").setWidth(44)
        return plot

    def clear(self) -> None:
        """Begin with another run."""
        for name, curve in self._curves.items():
            self._plot_of(name).removeItem(curve)
        self.series, self._curves = {}, {}
        self.latest.hide()
        for plot in (self.losses, self.metrics):
            plot.hide()
        self.empty.show()

    def _plot_of(self, name: str) -> Any:
        return self.losses if is_loss(name) else self.metrics

    def add(self, metrics: Iterable[Metric]) -> None:
        changed: dict[str, None] = {}
        for metric in metrics:
            self.series.setdefault(metric.name, Series()).add(metric.step, metric.value)
            changed[metric.name] = None
        for name in changed:
            self._draw(name)
        if changed:
            self.empty.hide()
            self.latest.show()
            self._tell()

    def _draw(self, name: str) -> None:
        curve, series = self._curves.get(name), self.series[name]
        if curve is None:
            plot = self._plot_of(name)
            curve = self._curves[name] = plot.plot(name=name)
            plot.show()
            self._pen(name)
        curve.setData(numpy.array(series.steps), numpy.array(series.values))

    def _colour(self, name: str) -> str:
        colours = self._look.theme.curves
        return colours[list(self._curves).index(name) % len(colours)]

    def _tell(self) -> None:
        """The newest values, each in its curve's colour: the legend, where it hides nothing."""
        shown = (
            f'<span style="color:{self._colour(name)}">●</span>&nbsp;{name}&nbsp;{self.series[name].values[-1]:.4g}'
            for name in self._curves
        )
        self.latest.setText("&ensp; ".join(shown))

    def _pen(self, name: str) -> None:
        colour, curve = self._colour(name), self._curves[name]
        curve.setPen(pyqtgraph.mkPen(colour, width=1))
        # Few points, as an evaluation gives, would be invisible as a line.
        few = name.count(".") > 0
        curve.setSymbol("o" if few else None)
        curve.setSymbolSize(4)
        curve.setSymbolBrush(colour)
        curve.setSymbolPen(None)

    def _dress(self) -> None:
        look = self._look.theme
        for plot in (self.losses, self.metrics):
            plot.setBackground(look.field)
            for side in ("left", "bottom"):
                axis = plot.getAxis(side)
                axis.setPen(look.border)
                axis.setTextPen(look.muted)
                axis.setStyle(tickFont=theme.font(10))
        for name in self._curves:
            self._pen(name)
        self._tell()
