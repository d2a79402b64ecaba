"""A plot's frame while its curve grows."""

from __future__ import annotations

import numpy
import pyqtgraph
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.ui.panels.calm import calm_plot


def test_axes_are_drawn_anew_only_when_a_curve_has_outgrown_its_frame(
    qapp: QApplication, qtbot: QtBot, monkeypatch
) -> None:
    drawn = []
    generate = pyqtgraph.AxisItem.generateDrawSpecs
    monkeypatch.setattr(
        pyqtgraph.AxisItem, "generateDrawSpecs", lambda axis, painter: drawn.append(axis) or generate(axis, painter)
    )
    plot = calm_plot()
    qtbot.addWidget(plot)
    plot.resize(300, 170)
    curve = plot.plot()
    plot.show()
    qtbot.waitExposed(plot)
    for count in range(1000, 1400, 10):
        steps = numpy.arange(count, dtype=float)
        curve.setData(steps, 1 / (1 + steps / 100))
        qapp.processEvents()
        (left, right), (low, high) = plot.getViewBox().viewRange()
        assert left <= 0 < count <= right < 1.5 * count
        assert low < steps[-1] / 1e9 + 1 / (1 + steps[-1] / 100)
        assert high > 1
    assert len(drawn) < 40, "not with every value: two axes would be drawn for each of 40; others draw, too, once shown"
    curve.setData([0.0, 10.0], [0.0, 0.1])
    qapp.processEvents()
    assert plot.getViewBox().viewRange()[0][1] < 20, "a short run is not lost in a long one's frame"
