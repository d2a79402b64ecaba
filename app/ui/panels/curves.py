"""Live curves of losses and metrics. pyqtgraph is imported here alone, and here only after the first frame."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_right
from collections.abc import Iterable
from typing import Any

import numpy
import pyqtgraph
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from app.core.document import Goal
from app.runs import Metric
from app.ui import theme
from app.ui.panels.calm import calm_plot
from app.ui.style import Style, label

HEIGHT = 170
SMOOTHEST = 30
"""Over how many neighbouring values a noisy curve is averaged at most."""
MANY = 40
"""From so many values on, a curve is smoothed and the values themselves stand faintly behind it."""


class Series:
    """One named value over the steps. What a resumed run does again takes the place of what was there."""

    def __init__(self) -> None:
        # Arrays become numpy's by one copy; a list of 10^5 numbers would cost a frame.
        self.steps = array("d")
        self.values = array("d")
        self.smooth = array("d")
        """Each value averaged with those before it, the nearer the more; missing where the value is."""
        self._average = math.nan

    @property
    def lost(self) -> int | None:
        """The step from which on no value was a number any more, if the newest is none."""
        at = len(self.values)
        while at and math.isnan(self.values[at - 1]):
            at -= 1
        return int(self.steps[at]) if at < len(self.values) else None

    def add(self, step: int, value: float | None) -> None:
        while self.steps and self.steps[-1] >= step:
            for column in (self.steps, self.values, self.smooth):
                column.pop()
            self._average = self.smooth[-1] if self.smooth else math.nan
        self.steps.append(step)
        self.values.append(math.nan if value is None else value)
        self.smooth.append(math.nan if value is None else self._averaged(value))

    def _averaged(self, value: float) -> float:
        if math.isnan(self._average):
            self._average = value
        else:
            self._average += (value - self._average) / min(SMOOTHEST, max(len(self.steps) // 20, 2))
        return self._average


def is_loss(name: str) -> bool:
    return "loss" in name.rpartition(".")[2]


def still(plot: Any) -> None:
    """A plot that is only looked at: the wheel scrolls the panel that it stands in."""
    plot.setMenuEnabled(False)
    plot.setMouseEnabled(x=False, y=False)
    plot.hideButtons()
    plot.wheelEvent = QWheelEvent.ignore


class Curves(QWidget):
    """Losses above, metrics below; each appears with its first value. The pointer tells the values at its step."""

    def __init__(self, look: Style) -> None:
        super().__init__()
        self._look = look
        self.series: dict[str, Series] = {}
        self._curves: dict[str, Any] = {}
        self._raw: dict[str, Any] = {}
        self._goal: Goal | None = None
        self._pointed: float | None = None
        self.losses = self._plot("Loss curves")
        self.metrics = self._plot("Metric curves")
        self.goal_line = pyqtgraph.InfiniteLine(angle=0, movable=False)
        self.cursors = [self._cursor(plot) for plot in (self.losses, self.metrics)]
        self.log_button = QToolButton(text="Log scale", checkable=True, objectName="quiet")
        self.log_button.setToolTip("Losses on a logarithmic scale")
        self.log_button.setAccessibleName("Losses on a logarithmic scale")
        self.log_button.toggled.connect(self._scale)
        self.latest = label(wrap=True)
        self.latest.setTextFormat(Qt.TextFormat.RichText)
        self.empty = label("Loss and metrics appear here with the first steps.", "empty")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        self._legend = QWidget()
        row = QHBoxLayout(self._legend)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.latest, 1)
        row.addWidget(self.log_button, 0, Qt.AlignmentFlag.AlignTop)
        for widget in (self.empty, self._legend, self.losses, self.metrics):
            layout.addWidget(widget)
        look.changed.connect(self._dress)
        self.clear()
        self._dress()

    def _plot(self, name: str) -> Any:
        plot = calm_plot()
        plot.setAccessibleName(name)
        plot.setFixedHeight(HEIGHT)
        still(plot)
        plot.showGrid(x=True, y=True, alpha=0.15)
        plot.setDownsampling(auto=True, mode="peak")
        plot.setClipToView(True)
        plot.getAxis("left").setWidth(44)
        plot.scene().sigMouseMoved.connect(lambda at, plot=plot: self._point(plot, at))
        plot.leaveEvent = lambda event: self._unpoint()
        return plot

    def _cursor(self, plot: Any) -> Any:
        line = pyqtgraph.InfiniteLine(angle=90, movable=False)
        line.hide()
        plot.addItem(line, ignoreBounds=True)
        return line

    def clear(self) -> None:
        """Begin with another run."""
        for curves in (self._curves, self._raw):
            for name, curve in curves.items():
                self._plot_of(name).removeItem(curve)
        self.series, self._curves, self._raw = {}, {}, {}
        self._legend.hide()
        for plot in (self.losses, self.metrics):
            plot.hide()
        self.empty.show()

    def _plot_of(self, name: str) -> Any:
        return self.losses if is_loss(name) else self.metrics

    # -- values ---------------------------------------------------------------------------------------------------

    def add(self, metrics: Iterable[Metric]) -> None:
        changed: dict[str, None] = {}
        for metric in metrics:
            self.series.setdefault(metric.name, Series()).add(metric.step, metric.value)
            changed[metric.name] = None
        for name in changed:
            self._draw(name)
        if changed:
            self.empty.hide()
            self._legend.show()
            self.log_button.setVisible(any(is_loss(name) for name in self._curves))
            self._draw_goal()
            self._tell()

    def set_goal(self, goal: Goal | None) -> None:
        """A dashed line at what is to be reached, once its metric is on the plot."""
        if goal != self._goal:
            if self.goal_line.parentItem() is not None:
                self._plot_of(self._goal_name()).removeItem(self.goal_line)
            self._goal = goal
        self._draw_goal()

    def _goal_name(self) -> str:
        return f"{self._goal.evaluation}.{self._goal.metric}" if self._goal is not None else ""

    def _draw_goal(self) -> None:
        goal = self._goal
        value = None if goal is None else goal.at_least if goal.at_least is not None else goal.at_most
        plot = self._plot_of(self._goal_name())
        shown = goal is not None and any(name.rpartition(".")[2] == goal.metric for name in self._curves)
        if value is None or not shown:
            return
        log = self.log_button.isChecked() and is_loss(self._goal_name())
        self.goal_line.setValue(math.log10(max(value, 1e-12)) if log else value)
        if self.goal_line.parentItem() is None:
            plot.addItem(self.goal_line)

    def _draw(self, name: str) -> None:
        curve, series = self._curves.get(name), self.series[name]
        steps, values = numpy.array(series.steps), numpy.array(series.values)
        if curve is None:
            plot = self._plot_of(name)
            self._raw[name] = plot.plot()
            curve = self._curves[name] = plot.plot(name=name)
            plot.show()
            self._pen(name)
        # Few points, as an evaluation gives, would be invisible as a line.
        few = len(values) < MANY
        curve.setSymbol("o" if few else None)
        if not few:
            self._raw[name].setData(steps, values)
            curve.setData(steps, numpy.array(series.smooth))
        else:
            self._raw[name].clear()
            curve.setData(steps, values)

    def _scale(self, log: bool) -> None:
        self.losses.setLogMode(x=False, y=log)
        self._draw_goal()

    # -- the pointer ----------------------------------------------------------------------------------------------

    def _point(self, plot: Any, at: Any) -> None:
        """The step under the pointer, marked in both plots; the legend tells the values there."""
        self._pointed = float(plot.getViewBox().mapSceneToView(at).x())
        for cursor in self.cursors:
            cursor.setValue(self._pointed)
            cursor.show()
        self._tell()

    def _unpoint(self) -> None:
        self._pointed = None
        for cursor in self.cursors:
            cursor.hide()
        self._tell()

    def value(self, name: str) -> tuple[int, float]:
        """The newest value, or the one nearest before the pointer, with its step."""
        series = self.series[name]
        at = len(series.steps) - 1
        if self._pointed is not None:
            at = max(bisect_right(series.steps, self._pointed + 0.5) - 1, 0)
        return int(series.steps[at]), series.values[at]

    def _tell(self) -> None:
        """Values in their curves' colours: the legend, where it hides nothing."""
        told = []
        for name in self._curves:
            _, value = self.value(name)
            written = "not a number" if math.isnan(value) else f"{value:.4g}"
            told.append(f'<span style="color:{self._colour(name)}">●</span>&nbsp;{name}&nbsp;<b>{written}</b>')
        if self._pointed is not None and self._curves:
            told.insert(0, f"Step&nbsp;{max(round(self._pointed), 0):,}")
        self.latest.setText("&ensp; ".join(told))

    # -- colours --------------------------------------------------------------------------------------------------

    def _colour(self, name: str) -> str:
        colours = self._look.theme.curves
        return colours[list(self._curves).index(name) % len(colours)]

    def _pen(self, name: str) -> None:
        colour, curve = self._colour(name), self._curves[name]
        curve.setPen(pyqtgraph.mkPen(colour, width=1))
        faint = QColor(colour)
        faint.setAlpha(70)
        self._raw[name].setPen(pyqtgraph.mkPen(faint, width=1))
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
        self.goal_line.setPen(pyqtgraph.mkPen(look.muted, width=1, style=Qt.PenStyle.DashLine))
        for cursor in self.cursors:
            cursor.setPen(pyqtgraph.mkPen(look.strong_border, width=1))
        for name in self._curves:
            self._pen(name)
        self._tell()
