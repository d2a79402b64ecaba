"""Undo and redo. An edit made a new document; going back is taking the old one out again."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.document import Document

LONGEST = 1000
"""Steps kept. Documents share what did not change, so a step costs about what it touched."""

PAUSE = 1.0
"""Seconds after which the next bit of typing or dragging is a step of its own."""


@dataclass(frozen=True, slots=True)
class _Step:
    label: str
    document: Document
    merge_key: str | None
    at: float


class History:
    """The documents of one session with their labels, and which of them is on disk."""

    def __init__(self, document: Document, longest: int = LONGEST) -> None:
        self._steps: list[_Step] = [_Step("", document, None, 0.0)]
        self._here = 0
        self._longest = max(1, longest)
        self._saved: Document | None = document

    @property
    def document(self) -> Document:
        return self._steps[self._here].document

    def push(self, document: Document, label: str, merge_key: str | None = None, at: float = 0.0) -> None:
        """Go on to a new document. Steps in a row with the same ``merge_key`` (a drag, typing in one field), each less
        than a second (``at``) after the one before, become one. An unchanged document is no step.
        """
        if document is self.document:
            return
        last = self._steps[self._here]
        is_newest = self._here == len(self._steps) - 1
        merges = merge_key is not None and merge_key == last.merge_key and at - last.at < PAUSE
        if merges and is_newest and self._here and last.document is not self._saved:
            self._steps[self._here] = _Step(last.label, document, merge_key, at)
            return
        del self._steps[self._here + 1 :]
        self._steps.append(_Step(label, document, merge_key, at))
        del self._steps[: max(0, len(self._steps) - 1 - self._longest)]
        self._here = len(self._steps) - 1

    @property
    def undo_label(self) -> str | None:
        """What “Undo” would take back, None where there is nothing."""
        return self._steps[self._here].label if self._here else None

    @property
    def redo_label(self) -> str | None:
        return self._steps[self._here + 1].label if self._here + 1 < len(self._steps) else None

    def undo(self) -> Document:
        """The document before the last step; the present one where there is none."""
        self._here = max(0, self._here - 1)
        self._end_merging()
        return self.document

    def redo(self) -> Document:
        self._here = min(len(self._steps) - 1, self._here + 1)
        self._end_merging()
        return self.document

    def _end_merging(self) -> None:
        step = self._steps[self._here]
        self._steps[self._here] = _Step(step.label, step.document, None, step.at)

    def mark_saved(self, document: Document | None = None) -> None:
        """The present document (or the one that was written meanwhile) is what is on disk."""
        self._saved = self.document if document is None else document

    def mark_unsaved(self) -> None:
        """Nothing on disk holds any of this: a recovered or never saved document."""
        self._saved = None

    @property
    def is_modified(self) -> bool:
        return self.document is not self._saved
