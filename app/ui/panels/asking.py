"""What is asked of the engine before a training: how long it will take, and whether PyTorch builds what is drawn."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QPushButton

from app.client import Task
from app.codegen.source import GenerationError
from app.core.document import Document
from app.messages import Answer, Built, Failed, Forecasted, Progress
from app.requests import build_request, forecast_request
from app.ui.engine import EngineLink
from app.ui.style import label, set_role
from app.ui.workspace import Workspace

FORECAST_TIMEOUT = 120.0
CHECK_TIMEOUT = 120.0
ASK, CANCEL = "Forecast", "Cancel"


class Forecast(QObject):
    """Time and memory of a training, measured on a few real steps: a button, and what came of it.

    ``refused`` carries why nothing can be measured.
    """

    refused = Signal(str)

    def __init__(self, workspace: Workspace, engine: EngineLink) -> None:
        super().__init__()
        self.workspace, self.engine = workspace, engine
        self.button = QPushButton(ASK)
        self.button.setToolTip("Measure a few real steps: how long, and how much memory")
        self.button.setMinimumWidth(self.button.sizeHint().width())  # it says Cancel meanwhile
        self.said = label(role="muted", wrap=True)
        self._asked: Task | None = None
        self.tell("")

    @property
    def is_asked(self) -> bool:
        """Whether it is being measured."""
        return self._asked is not None

    def ask(self, device: str | None) -> None:
        """Measure; asked again meanwhile, that is cancelled."""
        if self._asked is not None:
            self.cancel()
            return
        workspace = self.workspace
        try:
            request = forecast_request(
                workspace.document,
                workspace.library,
                workspace.preset or None,
                device=device,
                path=workspace.path,
                before=workspace.elaboration,
            )
        except (GenerationError, ValueError) as error:
            self.refused.emit(str(error))
            return
        self.button.setText(CANCEL)
        self.tell("Measuring a few steps…")
        self._asked = self.engine.ask(
            request, self._came, self._failed, timeout=FORECAST_TIMEOUT, progress=self._goes_on
        )

    def cancel(self) -> None:
        """What was measured, or is being measured, is of no use any more."""
        if self._asked is not None:
            self._asked.cancel()
            self._over()
        self.tell("")

    def forget(self) -> None:
        """What was measured holds no longer; what is being measured goes on."""
        if self._asked is None:
            self.tell("")

    def tell(self, text: str, role: str = "muted") -> None:
        self.said.setText(text)
        self.said.setVisible(bool(text))
        set_role(self.said, role)

    def _goes_on(self, said: Progress) -> None:
        if self._asked is not None:
            self.tell(f"{said.text[:1].upper()}{said.text[1:]}…")

    def _over(self) -> None:
        self._asked = None
        self.button.setText(ASK)

    def _came(self, answer: Answer) -> None:
        self._over()
        if isinstance(answer, Forecasted):
            self.tell(answer.message, "muted" if answer.fits else "warning")

    def _failed(self, failed: Failed) -> None:
        self._over()
        self.tell(failed.message, "error")


class Checker(QObject):
    """Builds the models in PyTorch, runs each once, and compares with what is drawn."""

    def __init__(self, workspace: Workspace, engine: EngineLink) -> None:
        super().__init__()
        self.workspace, self.engine = workspace, engine

    def check(self) -> None:
        workspace = self.workspace
        if not workspace.elaboration.is_sound:
            workspace.said.emit("There are problems to solve first; the Problems panel says which.")
            return
        document = workspace.document
        try:
            request = build_request(document, workspace.library, workspace.preset or None, workspace.elaboration)
        except GenerationError as error:
            workspace.said.emit(str(error))
            return
        workspace.said.emit("Building the models in PyTorch…")
        self.engine.ask(request, lambda answer: self._came(document, answer), self._failed, timeout=CHECK_TIMEOUT)

    def _came(self, document: Document, answer: Answer) -> None:
        if not isinstance(answer, Built) or document is not self.workspace.document:
            return
        self.workspace.show_built(answer.problems)
        if not answer.problems:
            seconds = sum(model.seconds for model in answer.models)
            self.workspace.said.emit(
                f"PyTorch built it as drawn: {answer.parameters:,} parameters, one forward in {seconds:.2g} s"
            )

    def _failed(self, failed: Failed) -> None:
        self.workspace.show_built(failed.problems)
        self.workspace.said.emit(failed.message)
