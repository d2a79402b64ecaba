"""Asks the engine what the document's own Python gives, and elaborates again when it has answered."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from app.core.code_blocks import DocumentLibrary
from app.core.facts import Answer, Fact, Failure, Question
from app.core.presets import under_every_preset
from app.known_code import TIME_LIMIT, keep, recalled, too_long
from app.messages import Answer as Said
from app.messages import Failed, Probe, Probed
from app.ui.engine import EngineLink
from app.ui.workspace import Workspace

PARTS = ("model.py", "steps.py")
AFTER_MS = 60
"""A person who types a number means the last one."""


class CodeRunner(QObject):
    """Each question is asked once; what was answered in an earlier session is not asked again."""

    def __init__(self, workspace: Workspace, engine: EngineLink) -> None:
        super().__init__(workspace)
        self.workspace, self._engine = workspace, engine
        self._asked: set[str] = set()
        self._soon = QTimer(self, singleShot=True, interval=AFTER_MS)
        self._soon.timeout.connect(self._look)
        workspace.elaboration_changed.connect(lambda _: self._later())
        workspace.sources_changed.connect(self._later)
        self._later()

    def _later(self) -> None:
        if self.workspace.document.codes:
            self._soon.start()

    def _look(self) -> None:
        """Find what is not known, under every preset: the code is written for all of them."""
        workspace = self.workspace
        library = workspace.library
        if not isinstance(library, DocumentLibrary):
            return
        for _elaboration in under_every_preset(workspace.document, library, workspace.elaboration):
            pass
        if workspace.elaboration.is_sound:
            for part in PARTS:  # asks of alternatives that no preset takes; the text is kept for whoever shows it
                workspace.source(part)
        known: dict[str, Fact] = {}
        for key, question in [*library.questions.items()]:
            if question.code not in workspace.facts.allowed or key in self._asked:
                continue
            answer = recalled(question)
            if answer is not None:
                known[key] = answer
            else:
                self._ask(key, question)
        if known:
            workspace.know(workspace.facts.knowing(known))

    def _ask(self, key: str, question: Question) -> None:
        self._asked.add(key)

        def answered(said: Said) -> None:
            assert isinstance(said, Probed)
            keep(question, said.answer)
            self._learn(key, said.answer)

        def refused(failed: Failed) -> None:
            self._learn(key, Failure(too_long(question.name) if failed.kind == "hung" else failed.message))

        self._engine.ask(Probe(question=question), answered, refused, timeout=TIME_LIMIT)

    def _learn(self, key: str, fact: Answer | Failure) -> None:
        self.workspace.know(self.workspace.facts.knowing({key: fact}))
