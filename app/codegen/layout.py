"""Where a statement that is too long for its line is broken: pieces of text, and what may break between them.

A statement is a list of pieces, some of which open a span that an ``END`` closes. A *group* stands on one line if it
fits, else every break of its own is taken. What is inside brackets may stand on several lines without breaking the
group around them: there it is enough that the lines before and after fit (a ``LOOSE`` span). These are the rules of
the formatter that the text must be stable under, so they are kept apart from what Python looks like.
"""

from __future__ import annotations

from enum import IntEnum

INDENT = "    "


class Piece(IntEnum):
    """What a piece of a statement is."""

    TEXT = 0
    BREAK = 1
    """Nothing, or the end of the line where what it is in is broken."""
    GAP = 2
    """A space, or the end of the line where what it is in is broken."""
    GROUP = 3
    GROUP_WHERE = 4
    """A group, if the group of this number is broken; else nothing."""
    IF_BROKEN = 5
    """There only if the group of this number (None: the one that it is in) is broken."""
    IF_WHOLE = 6
    """There only if the group of this number is not broken."""
    INDENTED = 7
    INDENTED_WHERE = 8
    """Indented if the group of this number is broken."""
    LOOSE = 9
    """May be broken without breaking the group of this number."""
    BRACKETS = 10
    """Put in brackets on lines of its own where that, and nothing less, makes it fit."""
    END = 11


TEXT, BREAK, GAP, GROUP, GROUP_WHERE, IF_BROKEN, IF_WHOLE, INDENTED, INDENTED_WHERE, LOOSE, BRACKETS, END = Piece

FIRST_LINE, ALL_LINES, ENDS = range(3)
"""What must fit: the line to its first break, all lines, or only the lines in which a span begins and ends."""

Frame = tuple[bool, int, int]
"""Whether a span is on one line, its indentation, and what of it must fit."""


class Pieces:
    """A statement as pieces; ``other`` is a piece's text, its group's number, or None."""

    def __init__(self) -> None:
        self.kinds: list[Piece] = []
        self.others: list[str | int | None] = []
        self.ends: dict[int, int] = {}
        """Where the span that begins somewhere ends."""
        self._open: list[int] = []
        self._groups = 0

    def new_group(self) -> int:
        self._groups += 1
        return self._groups

    def put(self, kind: Piece, other: str | int | None = None) -> None:
        self.kinds.append(kind)
        self.others.append(other)

    def say(self, text: str) -> None:
        self.put(TEXT, text)

    def open(self, kind: Piece, group: int | None = None) -> None:
        self._open.append(len(self.kinds))
        self.put(kind, group)

    def close(self, spans: int = 1) -> None:
        for _ in range(spans):
            self.ends[self._open.pop()] = len(self.kinds)
            self.put(END)


class Layout:
    """One statement, laid out."""

    def __init__(self, pieces: Pieces, width: int, indent: int) -> None:
        self.pieces = pieces
        self.most = width
        self.broken: dict[int, bool] = {}
        self.lines: list[str] = []
        self.line = INDENT * indent
        self.measured = False
        """Whether what comes is known to fit up to the next break."""
        self.stack: list[Frame] = [(False, indent, FIRST_LINE)]
        self.bracketed: set[int] = set()
        """Ends of spans that got brackets."""

    def write(self) -> list[str]:
        at, kinds = 0, self.pieces.kinds
        while at < len(kinds):
            at = self._write(at, kinds[at], self.pieces.others[at])
        self.lines.append(self.line)
        return self.lines

    def _write(self, at: int, kind: Piece, other: str | int | None) -> int:
        """Write one piece; gives where the next one is."""
        flat, indent, measure = self.stack[-1]
        if kind is TEXT:
            self.line += str(other)
        elif kind is BREAK or kind is GAP:
            if not flat:
                self._new_line(indent)
            elif kind is GAP:
                self.line += " "
        elif kind is END:
            self._end(at)
        elif kind is BRACKETS:
            self._brackets(at, int(other or 0))
        elif kind is GROUP or (kind is GROUP_WHERE and self.broken[int(other or 0)]):
            number = other if kind is GROUP and isinstance(other, int) else None
            self.stack.append((self._is_flat(at, number), indent, measure))
        elif kind is IF_BROKEN or kind is IF_WHOLE:
            if self._is_broken(other, flat) is not (kind is IF_BROKEN):
                return self.pieces.ends[at] + 1
            self.stack.append(self.stack[-1])
        elif kind is INDENTED or (kind is INDENTED_WHERE and self._is_broken(other, flat)):
            self.stack.append((flat, indent + 1, measure))
        else:
            if kind is LOOSE and not self._is_broken(other, flat):
                self.measured = False  # what is inside was taken as broken: it may yet fit
            self.stack.append(self.stack[-1])
        return at + 1

    def _is_broken(self, group: str | int | None, flat: bool) -> bool:
        return not flat if group is None else self.broken[int(group)]

    def _new_line(self, indent: int) -> None:
        self.lines.append(self.line)
        self.line = INDENT * indent
        self.measured = False

    def _is_flat(self, at: int, group: int | None) -> bool:
        """Whether the group that begins here fits on the line; it is noted under its number."""
        flat, indent, measure = self.stack[-1]
        if not (flat and self.measured):
            self.measured = True
            if group is not None:
                self.broken[group] = False
            flat = self._fits(at + 1, (True, indent, measure), len(self.line))
        if group is not None:
            self.broken[group] = not flat
        return flat

    def _brackets(self, at: int, group: int) -> None:
        _, indent, measure = self.stack[-1]
        flat = self._is_flat(at, group)
        if flat:
            self.stack.append((True, indent, measure))
            return
        self.broken[group] = True
        inside = (False, indent + 1, ALL_LINES)
        end = self.pieces.ends[at]
        if len(self.line) < self.most and self._fits(at + 1, inside, len(INDENT) * (indent + 1), end):
            self.line += "("
            self._new_line(indent + 1)
            self.stack.append((False, indent + 1, measure))
            self.bracketed.add(end)
            return
        self.broken[group] = False
        self.stack.append((True, indent, measure))

    def _end(self, at: int) -> None:
        self.stack.pop()
        if at in self.bracketed:
            self._new_line(self.stack[-1][1])
            self.line += ")"

    def _fits(self, at: int, frame: Frame, used: int, bracket: int | None = None) -> bool:
        """Whether the pieces from here fit, until a line ends; ``bracket``: where a bracket closes, on its own line."""
        stack = [*self.stack, frame]
        kinds, others = self.pieces.kinds, self.pieces.others
        while at < len(kinds):
            kind, other = kinds[at], others[at]
            flat, indent, measure = stack[-1]
            if kind is TEXT or (flat and kind is GAP):
                used += len(str(other)) if kind is TEXT else 1
                if used > self.most and measure != ENDS:
                    return False
            elif kind is BREAK or kind is GAP:
                if not flat and measure == FIRST_LINE:
                    return True
                used = used if flat else len(INDENT) * indent
            elif kind is END:
                stack.pop()
                used = len(INDENT) * stack[-1][1] + 1 if at == bracket else used
            elif kind is IF_BROKEN or kind is IF_WHOLE:
                if self._is_broken(other, flat) is not (kind is IF_BROKEN):
                    at = self.pieces.ends[at]
                else:
                    stack.append(stack[-1])
            else:
                stack.append(self._inside(kind, other, stack[-1]))
            at += 1
        return True

    def _inside(self, kind: Piece, other: str | int | None, frame: Frame) -> Frame:
        """How a span is measured that begins inside a frame."""
        flat, indent, measure = frame
        if (kind is GROUP or kind is BRACKETS) and isinstance(other, int):
            self.broken[other] = not flat
        if kind is INDENTED or (kind is INDENTED_WHERE and self._is_broken(other, flat)):
            return flat, indent + 1, measure
        if kind is LOOSE and flat and not self._is_broken(other, flat):
            return False, indent, ENDS
        return frame
