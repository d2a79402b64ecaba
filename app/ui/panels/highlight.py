"""Colours for Python text: a few token kinds, which is all that generated code needs."""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping

from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

TRIPLE = '"""'

_TOKENS = re.compile(
    "|".join(
        f"(?P<{name}>{pattern})"
        for name, pattern in (
            ("comment", r"#[^\n]*"),
            ("string", r"[frb]{0,2}(?:\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')"),
            ("function", r"(?<=\bdef )\w+|(?<=\bclass )\w+|@[\w.]+"),
            ("keyword", rf"\b(?:{'|'.join(keyword.kwlist)})\b"),
            ("self", r"\bself\b"),
            ("number", r"\b\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?\b"),
            ("type", r"\b(?:torch|nn|F|Tensor|int|float|bool|str|tuple|list|dict)\b"),
        )
    )
)
KINDS = ("comment", "string", "function", "keyword", "self", "number", "type")


class PythonHighlighter(QSyntaxHighlighter):
    """``colours`` gives a colour by token kind; strings in triple quotes may span lines."""

    def __init__(self, document: QTextDocument, colours: Mapping[str, str]) -> None:
        super().__init__(document)
        self._formats: dict[str, QTextCharFormat] = {}
        self.set_colours(colours)

    def set_colours(self, colours: Mapping[str, str]) -> None:
        self._formats = {}
        for kind in KINDS:
            style = QTextCharFormat()
            style.setForeground(QColor(colours[kind]))
            if kind in ("keyword", "function"):
                style.setFontWeight(QFont.Weight.DemiBold)
            self._formats[kind] = style
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:  # noqa: N802
        start = self._finish_docstring(text)
        position = start
        while position < len(text):
            opening = text.find(TRIPLE, position)
            end = len(text) if opening < 0 else opening
            self._tokens(text, position, end)
            if opening < 0:
                break
            closing = text.find(TRIPLE, opening + 3)
            stop = len(text) if closing < 0 else closing + 3
            self.setFormat(opening, stop - opening, self._formats["string"])
            if closing < 0:
                self.setCurrentBlockState(1)
                return
            position = stop
        self.setCurrentBlockState(0)

    def _finish_docstring(self, text: str) -> int:
        """Where the rest of the line begins after a docstring that an earlier line opened."""
        if self.previousBlockState() != 1:
            return 0
        closing = text.find(TRIPLE)
        stop = len(text) if closing < 0 else closing + 3
        self.setFormat(0, stop, self._formats["string"])
        if closing < 0:
            self.setCurrentBlockState(1)
            return len(text) + 1
        return stop

    def _tokens(self, text: str, start: int, end: int) -> None:
        for found in _TOKENS.finditer(text, start, end):
            if found.lastgroup is not None:
                self.setFormat(found.start(), found.end() - found.start(), self._formats[found.lastgroup])
