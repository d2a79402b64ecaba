"""How the application looks, as data: two themes, equal in everything but their colours, and the bundled fonts.

``apply`` dresses the whole application. Panels take colours from the theme that it gives (``theme.error``,
``theme.category("convolution")``, ``theme.code["keyword"]``); nobody writes a colour of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from zlib import crc32

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from app.ui.stylesheet import stylesheet

SANS = "Inter"
MONO = "JetBrains Mono"
LIGATURES = (QFont.Tag("calt"), QFont.Tag("liga"))
UI_PIXELS = 13


@dataclass(frozen=True, slots=True)
class Theme:
    """One look. Every colour is ``#rrggbb``; what is translucent is made so where it is painted."""

    name: str
    dark: bool
    window: str
    surface: str
    raised: str
    field: str
    border: str
    strong_border: str
    text: str
    muted: str
    faint: str
    accent: str
    on_accent: str
    selection: str
    error: str
    warning: str
    success: str
    note: str
    canvas: str
    dot: str
    card: str
    card_header: str
    card_border: str
    shadow: str
    pill: str
    categories: Mapping[str, str]
    others: tuple[str, ...]
    wires: Mapping[str, str]
    code: Mapping[str, str]
    curves: tuple[str, ...]

    def category(self, name: str) -> str:
        """Colour of a block family; one that has none of its own always gets the same of a few."""
        return self.categories.get(name) or self.others[crc32(name.encode()) % len(self.others)]

    def wire(self, kind: str) -> str:
        return self.wires.get(kind) or self.wires["unknown"]


DARK = Theme(
    name="dark",
    dark=True,
    window="#1b1d23",
    surface="#20232a",
    raised="#2a2e37",
    field="#16181d",
    border="#333844",
    strong_border="#4a5162",
    text="#e6e9ef",
    muted="#a0a7b6",
    faint="#7c8394",
    accent="#5aa2ff",
    on_accent="#0b1220",
    selection="#2c4a75",
    error="#ff6b6b",
    warning="#f5b74e",
    success="#4fcf8d",
    note="#6db1ff",
    canvas="#17191e",
    dot="#2b2f38",
    card="#24272f",
    card_header="#2c3039",
    card_border="#3c424f",
    shadow="#000000",
    pill="#12141a",
    categories={
        "convolution": "#4c94f0",
        "linear": "#45c480",
        "activation": "#f0913c",
        "normalisation": "#a583ec",
        "pooling": "#2bbdae",
        "padding": "#63b3b0",
        "image": "#6f9ff2",
        "quantisation": "#b7c04a",
        "sampling": "#d98a6a",
        "recurrent": "#e0b93f",
        "attention": "#e667b4",
        "embedding": "#7fb93f",
        "dropout": "#8f9bb3",
        "loss": "#f2706a",
        "metric": "#d8a15e",
        "arithmetic": "#e06ca0",
        "reduction": "#d97fc9",
        "tensor": "#7a9ab8",
        "constant": "#9c9486",
        "mask": "#8c87d9",
        "memory": "#c9a227",
        "random": "#5fb7d9",
        "graph": "#c58af9",
        "model": "#f47fb0",
        "input": "#9aa2b1",
        "output": "#9aa2b1",
        "missing": "#ff6b6b",
    },
    others=("#e06ca0", "#5fb7d9", "#b7c04a", "#d98a6a", "#8a86f0", "#56c2a0"),
    wires={
        "image": "#4c94f0",
        "sequence": "#e0a93f",
        "vector": "#45c480",
        "scalar": "#f2857a",
        "integer": "#b58cf2",
        "module": "#f47fb0",
        "unknown": "#7c8394",
    },
    code={
        "keyword": "#c792ea",
        "string": "#a5d6a0",
        "number": "#f5a97f",
        "comment": "#7f889b",
        "type": "#7cc4f5",
        "function": "#8ab4ff",
        "self": "#f28b9c",
        "plain": "#dfe3ea",
        "line": "#252932",
    },
    curves=("#5aa2ff", "#f0913c", "#45c480", "#e667b4", "#e0b93f", "#2bbdae", "#a583ec", "#f2706a"),
)

LIGHT = Theme(
    name="light",
    dark=False,
    window="#f1f3f6",
    surface="#f8f9fb",
    raised="#ffffff",
    field="#ffffff",
    border="#d5dae2",
    strong_border="#b3bbc8",
    text="#1b2130",
    muted="#566072",
    faint="#737d8f",
    accent="#1f6fe0",
    on_accent="#ffffff",
    selection="#cfe1fc",
    error="#cf2f2f",
    warning="#a96400",
    success="#14804a",
    note="#1f6fe0",
    canvas="#eef0f4",
    dot="#cfd5de",
    card="#ffffff",
    card_header="#f5f7fa",
    card_border="#c6cdd8",
    shadow="#5b6b86",
    pill="#ffffff",
    categories={
        "convolution": "#2f78dc",
        "linear": "#1f9a5c",
        "activation": "#dd7416",
        "normalisation": "#7d55d4",
        "pooling": "#0f9488",
        "padding": "#2f7f80",
        "image": "#3d6fd0",
        "quantisation": "#7c8412",
        "sampling": "#b35f3a",
        "recurrent": "#b98a05",
        "attention": "#c93a92",
        "embedding": "#5c8f1f",
        "dropout": "#6b7890",
        "loss": "#d5443e",
        "metric": "#a9702a",
        "arithmetic": "#c24480",
        "reduction": "#b04f9f",
        "tensor": "#4f7396",
        "constant": "#7d7568",
        "mask": "#5f59c9",
        "memory": "#8f7410",
        "random": "#2b86ac",
        "graph": "#9a4fe0",
        "model": "#d1447f",
        "input": "#6b7484",
        "output": "#6b7484",
        "missing": "#cf2f2f",
    },
    others=("#c24480", "#2b86ac", "#7c8412", "#b35f3a", "#5b56d8", "#23906f"),
    wires={
        "image": "#2f78dc",
        "sequence": "#b07a05",
        "vector": "#1f9a5c",
        "scalar": "#cf4f43",
        "integer": "#7d55d4",
        "module": "#d1447f",
        "unknown": "#8a93a3",
    },
    code={
        "keyword": "#8430c5",
        "string": "#2c7a35",
        "number": "#b5540a",
        "comment": "#6b7484",
        "type": "#0b6aa8",
        "function": "#1f5fc4",
        "self": "#b3304c",
        "plain": "#1b2130",
        "line": "#eef2f8",
    },
    curves=("#1f6fe0", "#dd7416", "#1f9a5c", "#c93a92", "#b98a05", "#0f9488", "#7d55d4", "#d5443e"),
)

THEMES: Mapping[str, Theme] = {"dark": DARK, "light": LIGHT}


@cache
def load_fonts() -> tuple[str, ...]:
    """Make the bundled fonts known to Qt, once; gives their families."""
    families: list[str] = []
    for entry in sorted(files("resources").joinpath("fonts").iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith((".otf", ".ttf")):
            number = QFontDatabase.addApplicationFontFromData(QByteArray(entry.read_bytes()))
            families.extend(QFontDatabase.applicationFontFamilies(number))
    return tuple(dict.fromkeys(families))


def font(pixels: float, *, weight: int = 400, mono: bool = False) -> QFont:
    """A bundled font by size in pixels; unhinted, so that a zoomed canvas keeps its widths, and without ligatures:
    ``!=`` is two characters and looks like it.
    """
    load_fonts()
    made = QFont(MONO if mono else SANS)
    made.setPixelSize(round(pixels))
    made.setWeight(QFont.Weight(weight))
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    made.setStyleHint(QFont.StyleHint.Monospace if mono else QFont.StyleHint.SansSerif)
    for feature in LIGATURES:
        made.setFeature(feature, 0)
    return made


def palette(theme: Theme) -> QPalette:
    """The theme as Qt's roles, which the Fusion style draws with."""
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    made = QPalette()
    for key, colour in {
        role.Window: theme.window,
        role.WindowText: theme.text,
        role.Base: theme.field,
        role.AlternateBase: theme.surface,
        role.Text: theme.text,
        role.PlaceholderText: theme.faint,
        role.Button: theme.raised,
        role.ButtonText: theme.text,
        role.BrightText: theme.error,
        role.ToolTipBase: theme.raised,
        role.ToolTipText: theme.text,
        role.Highlight: theme.selection,
        role.HighlightedText: theme.text,
        role.Link: theme.accent,
        role.LinkVisited: theme.accent,
        role.Accent: theme.accent,
        role.Mid: theme.border,
        role.Dark: theme.strong_border,
        role.Light: theme.raised,
        role.Midlight: theme.raised,
        role.Shadow: theme.shadow,
    }.items():
        made.setColor(key, QColor(colour))
    for key in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        made.setColor(group.Disabled, key, QColor(theme.faint))
    return made


def apply(application: QApplication, theme: Theme) -> None:
    """Dress the whole application: style, palette, fonts, stylesheet."""
    if application.style().objectName() != "fusion":
        application.setStyle("Fusion")
    application.setFont(font(UI_PIXELS))
    application.setPalette(palette(theme))
    application.setStyleSheet(stylesheet(theme))


def icon_names() -> tuple[str, ...]:
    """Every icon that ``icon`` can draw."""
    entries = files("resources").joinpath("icons").iterdir()
    return tuple(sorted(entry.name.removesuffix(".svg") for entry in entries if entry.name.endswith(".svg")))


@cache
def icon(name: str, colour: str, size: int = 20) -> QIcon:
    """An icon of ours in a theme's colour: ``icon("play", theme.text)``."""
    path = files("resources").joinpath("icons", f"{name}.svg")
    if not path.is_file():
        raise LookupError(f"There is no icon “{name}”. There are: {', '.join(icon_names())}.")
    drawing = QSvgRenderer(QByteArray(path.read_bytes().replace(b"currentColor", colour.encode())))
    made = QIcon()
    for scale in (1, 2, 3):
        pixmap = QPixmap(size * scale, size * scale)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        drawing.render(painter, QRectF(0, 0, size * scale, size * scale))
        painter.end()
        pixmap.setDevicePixelRatio(scale)
        made.addPixmap(pixmap)
    return made
