"""How large a node is and where its ports and texts lie, measured once when its view changes and never while painting.

Fonts are unhinted, so widths measured at scale one hold at every zoom: a text that was elided here is never clipped.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF

from app.ui.canvas.view import NodeView, PortView
from app.ui.theme import font

HEADER = 26.0
LINE = 17.0
PAD = 12.0
STRIPE = 4.0
SLOT = 16.0
BODY = 7.0
NARROWEST, WIDEST = 148.0, 236.0
GRID = 4.0
RADIUS = 6.0
PORT = 5.5
FAR_AIR = 26.0
"""From afar letters are set a little wider than they were measured; they still touch neither stripe nor edge."""
MARGIN = 14.0
"""Room around a node for its glow, ports, badge and the sheets of a repeat."""


@dataclass(frozen=True, slots=True)
class Fonts:
    """The canvas's fonts."""

    title: QFont
    detail: QFont
    shape: QFont
    small: QFont
    pill: QFont
    frame: QFont
    far: tuple[QFont, ...]
    """From large to small: the largest that the title fits into is taken."""
    far_shape: QFont
    tiny: QFont


@cache
def fonts() -> Fonts:
    return Fonts(
        title=font(13, weight=600),
        detail=font(11),
        shape=font(12, mono=True),
        small=font(11),
        pill=font(10, mono=True),
        frame=font(13, weight=600),
        far=tuple(font(size, weight=600) for size in (22, 19, 16, 14)),
        far_shape=font(17, mono=True),
        tiny=font(8, weight=600),
    )


@cache
def metrics() -> dict[str, QFontMetricsF]:
    """Widths of the canvas's fonts, by name."""
    known = fonts()
    return {name: QFontMetricsF(getattr(known, name)) for name in Fonts.__slots__ if name != "far"}


@cache
def _far_metrics() -> tuple[QFontMetricsF, ...]:
    return tuple(QFontMetricsF(known) for known in fonts().far)


@dataclass(frozen=True, slots=True)
class Geometry:
    """One node, measured. Texts are elided to their places; ports are heights from the node's top, by slot order."""

    width: float
    height: float
    inputs: tuple[float, ...]
    outputs: tuple[float, ...]
    title: str
    detail: str
    far: str
    far_size: int
    far_shape: str
    lines: tuple[str, str]
    cost: str
    input_names: tuple[str, ...]
    output_names: tuple[str, ...]
    lines_top: float

    @property
    def form(self) -> tuple[float, float, tuple[float, ...], tuple[float, ...]]:
        """What wires and neighbours see of it."""
        return self.width, self.height, self.inputs, self.outputs


def _elided(name: str, text: str, width: float) -> str:
    return metrics()[name].elidedText(text, Qt.TextElideMode.ElideRight, max(width, 0.0))


def _width(name: str, text: str) -> float:
    return float(metrics()[name].horizontalAdvance(text)) if text else 0.0


def measure(view: NodeView) -> Geometry:
    """Size, port places and fitted texts of a node."""
    named = _are_named(view.inputs) or _are_named(view.outputs)
    input_names = tuple(_label(port) for port in view.inputs) if _are_named(view.inputs) else ()
    output_names = tuple(_label(port) for port in view.outputs) if _are_named(view.outputs) else ()
    first, second, third = _texts(view)
    width = _fitted_width(view, input_names, output_names)
    inner = width - 2 * PAD - STRIPE
    rows = max(len(view.inputs), len(view.outputs)) if named else 0
    slots = 0 if named else max(len(view.inputs), len(view.outputs))
    body = max(2 * LINE, slots * SLOT) + 2 * BODY
    height = HEADER + rows * LINE + (5.0 if rows else 0.0) + body
    lines_top = height - body + (body - 2 * LINE) / 2
    beside = view.name if len(view.problem) > 1 and view.name != view.title else view.detail
    detail = _elided("detail", beside, inner * 0.6)  # a problem of two lines takes the name's place below
    title_room = inner - (_width("detail", detail) + 8.0 if detail else 0.0) - (12.0 if view.enters else 0.0)
    far_room = width - 2 * STRIPE - FAR_AIR
    far_size = _far_size(view.title, far_room)
    return Geometry(
        width=width,
        height=height,
        inputs=_places(len(view.inputs), named, height, body),
        outputs=_places(len(view.outputs), named, height, body),
        title=_elided("title", view.title, title_room),
        detail=detail,
        far=_far_metrics()[far_size].elidedText(view.title, Qt.TextElideMode.ElideRight, far_room),
        far_size=far_size,
        far_shape="" if view.problem else _elided("far_shape", first, far_room),
        lines=_fitted_lines(view, first, second, third, inner),
        cost=_elided("small", third, inner),
        input_names=tuple(_elided("small", name, inner / (2 if output_names else 1)) for name in input_names),
        output_names=tuple(_elided("small", name, inner / (2 if input_names else 1)) for name in output_names),
        lines_top=lines_top,
    )


def _far_size(title: str, room: float) -> int:
    known = _far_metrics()
    return next((size for size, one in enumerate(known) if one.horizontalAdvance(title) <= room), len(known) - 1)


def _are_named(ports: tuple[PortView, ...]) -> bool:
    """Ports are named on the node where there are several kinds of them; the slots of one variadic port are not."""
    return len({port.name for port in ports}) > 1


def _label(port: PortView) -> str:
    return f"{port.name} {port.slot + 1}" if port.variadic and port.slot else port.name


def _texts(view: NodeView) -> tuple[str, str, str]:
    """The first line, and the left and right of the second."""
    if view.problem:
        return view.problem[0], view.problem[1] if len(view.problem) > 1 else view.name, ""
    return view.shape or ("muted" if view.mute else "unknown"), view.name, view.cost


def _fitted_lines(view: NodeView, first: str, second: str, third: str, inner: float) -> tuple[str, str]:
    room = inner - (_width("small", third) + 10.0 if third else 0.0)
    return (
        _elided("small" if view.problem else "shape", first, inner),
        _elided("small", second, room),
    )


def _fitted_width(view: NodeView, input_names: tuple[str, ...], output_names: tuple[str, ...]) -> float:
    """As wide as its texts want. A problem's do not count: a node that grew would cover its neighbour."""
    header = _width("title", view.title) + (_width("detail", view.detail) + 14.0 if view.detail else 0.0)
    header += 12.0 if view.enters else 0.0
    rows = max((_width("small", name) for name in input_names), default=0.0) + max(
        (_width("small", name) for name in output_names), default=0.0
    )
    lines = max(
        _width("shape", view.shape),
        _width("small", view.name) + (_width("small", view.cost) + 12.0 if view.cost else 0.0),
    )
    needed = max(header, rows + 16.0, lines) + 2 * PAD + STRIPE
    return min(max(NARROWEST, GRID * -(-needed // GRID)), WIDEST)


def _places(count: int, named: bool, height: float, body: float) -> tuple[float, ...]:
    if named:
        return tuple(HEADER + 5.0 + LINE * (row + 0.5) for row in range(count))
    middle = height - body / 2
    return tuple(middle + SLOT * (slot - (count - 1) / 2) for slot in range(count))
