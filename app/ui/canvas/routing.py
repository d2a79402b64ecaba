"""How wires run: a plain curve where the way is free, else along a lane above or below what lies between.

A router knows where all nodes lie. Wires that share a lane are drawn side by side, and a wire that runs back to the
left goes round in right angles with soft corners.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Iterable
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

CLEAR = 16.0
STUB = 32.0
LANE = 9.0
FORWARD = 30.0
CLOSE, ASIDE, TURN = 2.0, 60.0, 40.0
"""Neighbours that almost touch are joined directly, and so are those below one another, with a turn of this reach."""
CORNER = 11.0
STEEP = 64.0
MOST_BESIDE = 4
JOG, JOG_LENGTH = 30.0, 72.0
"""A wire that hardly rises or falls runs level, and makes up for it in a short bend at its end."""
BEND = 12.0


class Router:
    """Paths between points that keep clear of boxes."""

    def __init__(self, boxes: Iterable[QRectF] = (), frames: Iterable[QRectF] = ()) -> None:
        self._lanes: dict[Hashable, tuple[float, float, float]] = {}
        self._falls: dict[Hashable, list[tuple[float, float, float]]] = {}
        self.place(boxes, frames)

    def place(self, boxes: Iterable[QRectF], frames: Iterable[QRectF] = ()) -> None:
        """The boxes lie here now; wires keep their lanes until they are routed again."""
        self._frames = [(box.left(), box.top(), box.right(), box.bottom()) for box in frames]
        found = sorted(((box.left(), box.top(), box.right(), box.bottom()) for box in boxes), key=lambda box: box[0])
        self._boxes = found
        self._lefts = [box[0] for box in found]
        self._widest = max((box[2] - box[0] for box in found), default=0.0)

    def path(self, key: Hashable, start: QPointF, end: QPointF) -> tuple[QPainterPath, QPointF]:
        """The way from an output to an input, and the point on it where its label goes."""
        self._lanes.pop(key, None)
        self._falls.pop(key, None)
        if end.x() - start.x() < FORWARD:
            direct = _direct(start, end)
            return direct if direct is not None else self._round(key, start, end)
        between = self._between(start.x() + 4.0, end.x() - 4.0)
        low, high = min(start.y(), end.y()) - 8.0, max(start.y(), end.y()) + 8.0
        if not any(box[1] < high and box[3] > low for box in between):
            return _curve(start, end)
        lane = self._free(key, between, start.x(), end.x(), (start.y(), end.y()))
        first = min(box[0] for box in between)
        last = max(box[2] for box in between)
        return _detour(start, end, lane, max(first, start.x() + STUB), min(last, end.x() - STUB))

    def _between(self, left: float, right: float) -> list[tuple[float, float, float, float]]:
        begin = bisect_left(self._lefts, left - self._widest)
        stop = bisect_left(self._lefts, right)
        return [box for box in self._boxes[begin:stop] if box[2] > left]

    def _free(
        self,
        key: Hashable,
        boxes: list[tuple[float, float, float, float]],
        left: float,
        right: float,
        wanted: tuple[float, float],
    ) -> float:
        """The height nearest to the wanted ones that no box takes; apart from other wires' lanes."""
        taken = _merged([(box[1] - CLEAR, box[3] + CLEAR) for box in boxes])
        taken_lanes = [(y, a, b) for y, a, b in self._lanes.values() if a < right and b > left]
        candidates: list[tuple[float, float]] = []
        heights = {*wanted, *(edge for interval in taken for edge in interval)}
        for height in heights:
            if any(low < height < high for low, high in taken):
                continue
            # Lanes are stacked away from the boxes that they pass.
            direction = -1.0 if any(abs(height - low) < 1e-6 for low, _ in taken) else 1.0
            lane = height
            while any(abs(lane - y) < LANE - 1e-6 for y, _, _ in taken_lanes):
                lane += LANE * direction
            bends = sum(abs(lane - y) > 1e-6 for y in wanted)
            candidates.append((sum(abs(lane - y) for y in wanted) + BEND * bends, lane))
        lane = min(candidates)[1] if candidates else max(high for _, high in taken)
        self._lanes[key] = (lane, left, right)
        return lane

    def _round(self, key: Hashable, start: QPointF, end: QPointF) -> tuple[QPainterPath, QPointF]:
        left, right = end.x() - STUB, start.x() + STUB
        boxes = self._between(left - 6.0, right + 6.0)
        framed = [*boxes, *(box for box in self._frames if box[0] < right and box[2] > left)]
        middle = (start.y() + end.y()) / 2
        lane = _gap(framed, middle)
        if lane is None:
            lane = self._free(key, boxes, left, right, (middle, middle)) if boxes else middle
        while any(abs(lane - y) < LANE - 1e-6 and a < right and b > left for y, a, b in self._lanes.values()):
            lane += LANE
        self._lanes[key] = (lane, left, right)
        right = self._fall(key, right, LANE, (start.y(), lane))
        left = self._fall(key, left, -LANE, (lane, end.y()))
        points = [
            start,
            QPointF(right, start.y()),
            QPointF(right, lane),
            QPointF(left, lane),
            QPointF(left, end.y()),
            end,
        ]
        return _rounded(points), QPointF((left + right) / 2, lane)

    def _fall(self, key: Hashable, x: float, step: float, between: tuple[float, float]) -> float:
        """Where a wire may run up or down: at ``x`` or as few steps beside it as keep it off others that do."""
        top, bottom = min(between) - LANE, max(between) + LANE
        taken = [at for falls in self._falls.values() for at, a, b in falls if a < bottom and b > top]
        tries = 0
        while tries < MOST_BESIDE and any(abs(at - x) < LANE - 1e-6 for at in taken):
            x, tries = x + step, tries + 1
        self._falls.setdefault(key, []).append((x, min(between), max(between)))
        return x


def _gap(boxes: list[tuple[float, float, float, float]], middle: float) -> float | None:
    """The height nearest to the middle that runs between boxes, none of which has it on both sides; None if none."""
    taken = _merged([(box[1], box[3]) for box in boxes])
    best: float | None = None
    for (_, above), (below, _) in pairwise(taken):
        clear = min(CLEAR, (below - above) / 2)
        height = min(max(middle, above + clear), below - clear)
        if best is None or abs(height - middle) < abs(best - middle):
            best = height
    return best


def _merged(intervals: list[tuple[float, float]]) -> list[tuple[float, float]]:
    merged: list[tuple[float, float]] = []
    for low, high in sorted(intervals):
        if merged and low <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], high))
        else:
            merged.append((low, high))
    return merged


def _direct(start: QPointF, end: QPointF) -> tuple[QPainterPath, QPointF] | None:
    """The short way between ports that lie close; None where only a way round leads from one to the other."""
    across, down = end.x() - start.x(), abs(end.y() - start.y())
    if across >= CLOSE:
        reach = max(across / 2, min(TURN / 2, down / 2))
    elif across > -TURN and down > ASIDE:
        reach = TURN
    else:
        return None
    path = QPainterPath(start)
    path.cubicTo(QPointF(start.x() + reach, start.y()), QPointF(end.x() - reach, end.y()), end)
    return path, (start + end) / 2


def _curve(start: QPointF, end: QPointF) -> tuple[QPainterPath, QPointF]:
    path = QPainterPath(start)
    if abs(end.y() - start.y()) <= JOG and end.x() - start.x() > 3 * JOG_LENGTH:
        bend = QPointF(end.x() - JOG_LENGTH, start.y())
        path.lineTo(bend)
        half = JOG_LENGTH / 2
        path.cubicTo(QPointF(bend.x() + half, bend.y()), QPointF(end.x() - half, end.y()), end)
        return path, QPointF((start.x() + bend.x()) / 2, start.y())
    reach = min((end.x() - start.x()) / 2, max(36.0, abs(end.y() - start.y()) * 0.6))
    path.cubicTo(QPointF(start.x() + reach, start.y()), QPointF(end.x() - reach, end.y()), end)
    return path, (start + end) / 2


def _detour(start: QPointF, end: QPointF, lane: float, first: float, last: float) -> tuple[QPainterPath, QPointF]:
    """Up or down to the lane before the first box, along it, and back after the last one."""
    path = QPainterPath(start)
    path_in = QPointF(min(first, start.x() + STEEP), lane)
    path_out = QPointF(max(last, end.x() - STEEP), lane)
    reach = (path_in.x() - start.x()) / 2
    path.cubicTo(QPointF(start.x() + reach, start.y()), QPointF(path_in.x() - reach, lane), path_in)
    path.lineTo(path_out)
    reach = (end.x() - path_out.x()) / 2
    path.cubicTo(QPointF(path_out.x() + reach, lane), QPointF(end.x() - reach, end.y()), end)
    return path, (path_in + path_out) / 2


def _rounded(points: list[QPointF]) -> QPainterPath:
    path = QPainterPath(points[0])
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        into, out = corner - before, after - corner
        length_in, length_out = into.manhattanLength(), out.manhattanLength()
        radius = min(CORNER, length_in / 2, length_out / 2)
        if radius < 0.5:
            path.lineTo(corner)
            continue
        path.lineTo(corner - into * (radius / length_in))
        path.quadTo(corner, corner + out * (radius / length_out))
    path.lineTo(points[-1])
    return path
