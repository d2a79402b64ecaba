"""The graph as a picture: painted from the items' data, so that it does not depend on zoom, selection or window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMarginsF, QRectF, QSizeF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator

from app.ui.canvas import painting, strokes
from app.ui.canvas.painting import Look, NodeState
from app.ui.theme import Theme

if TYPE_CHECKING:
    from app.ui.canvas.frames import FrameBox
    from app.ui.canvas.items import NodeCard
    from app.ui.canvas.wires import Wire

EDGE = 28.0
LARGEST = 16_000
POINTS_PER_PIXEL = 0.75


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn."""

    cards: Sequence[NodeCard]
    wires: Sequence[Wire]
    frames: Sequence[FrameBox]

    def rect(self) -> QRectF:
        rect = QRectF()
        for card in self.cards:
            rect = rect.united(card.rect)
        for wire in self.wires:
            rect = rect.united(wire.sceneBoundingRect())
        for frame in self.frames:
            rect = rect.united(frame.sceneBoundingRect())
        return rect.adjusted(-EDGE, -EDGE, EDGE, EDGE) if not rect.isEmpty() else QRectF(0, 0, 200, 100)

    def paint(self, painter: QPainter, theme: Theme) -> None:
        """Everything in its order, in scene coordinates."""
        look = Look(theme, 1.0)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        for frame in self.frames:
            if frame.cards:
                painter.save()
                painter.translate(frame.pos())
                frame.draw(painter, look)
                painter.restore()
        for wire in self.wires:
            strokes.wire(painter, wire.path(), wire.view.kind, look, strong=False, marked=False)
        for wire in self.wires:
            if wire.pill.fits:
                strokes.pill(painter, wire.pill, wire.view.kind, look)
        for card in self.cards:
            painter.save()
            painter.translate(card.pos())
            painting.node(painter, card.view, card.measured, NodeState(), look)
            painter.restore()


def image(picture: Picture, theme: Theme, scale: float, *, transparent: bool = False) -> QImage:
    """A bitmap; the scale is lowered where the picture would grow beyond what is useful."""
    rect = picture.rect()
    scale = min(scale, LARGEST / max(rect.width(), rect.height()))
    made = QImage(
        max(1, round(rect.width() * scale)), max(1, round(rect.height() * scale)), QImage.Format.Format_ARGB32
    )
    made.fill(painting.colour(theme.canvas, 0 if transparent else 255))
    painter = QPainter(made)
    painter.scale(scale, scale)
    painter.translate(-rect.topLeft())
    picture.paint(painter, theme)
    painter.end()
    return made


def svg(picture: Picture, theme: Theme, path: Path) -> None:
    rect = picture.rect()
    made = QSvgGenerator()
    made.setFileName(str(path))
    made.setViewBox(QRectF(0, 0, rect.width(), rect.height()))
    made.setSize(rect.size().toSize())
    made.setResolution(96)
    made.setTitle("Netloom graph")
    painter = QPainter()
    if not painter.begin(made):
        raise OSError(f"“{path}” could not be written.")
    painter.translate(-rect.topLeft())
    picture.paint(painter, theme)
    painter.end()


def pdf(picture: Picture, theme: Theme, path: Path) -> None:
    """One page, as large as the picture."""
    rect = picture.rect()
    made = QPdfWriter(str(path))
    made.setResolution(288)
    size = QPageSize(QSizeF(rect.width(), rect.height()) * POINTS_PER_PIXEL, QPageSize.Unit.Point)
    made.setPageLayout(QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0)))
    made.setTitle("Netloom graph")
    painter = QPainter()
    if not painter.begin(made):
        raise OSError(f"“{path}” could not be written.")
    factor = made.width() / rect.width()
    painter.scale(factor, factor)
    painter.translate(-rect.topLeft())
    picture.paint(painter, theme)
    painter.end()
