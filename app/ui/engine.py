"""The engine as the window sees it: started after the first frame, its words brought into the window's thread."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import CancelledError
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from app.client import EngineClient, EngineError, EngineState, State, Task
from app.messages import Answer, Device, Failed, Progress, Request

Done = Callable[[Answer], None]
Refused = Callable[[Failed], None]


class EngineLink(QObject):
    """``state_changed`` carries an EngineState. Answers arrive by calling back, in the window's thread."""

    state_changed = Signal(object)
    _heard = Signal(object)
    _answered = Signal(object, object)
    _progressed = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = EngineState(State.STOPPED)
        self._client: EngineClient | None = None
        queued = Qt.ConnectionType.QueuedConnection
        self._heard.connect(self._set_state, queued)
        self._answered.connect(self._deliver, queued)
        self._progressed.connect(self._deliver, queued)

    def start(self) -> None:
        """Begin to warm an engine up; returns at once."""
        if self._client is None:
            self._client = EngineClient(self._heard.emit)
            self._client.start()

    @property
    def devices(self) -> tuple[Device, ...]:
        """What torch sees; empty until the engine has said so."""
        return self.state.hello.devices if self.state.hello is not None else ()

    def ask(
        self,
        request: Request,
        done: Done,
        refused: Refused,
        *,
        timeout: float | None = None,
        progress: Callable[[Progress], None] | None = None,
    ) -> Task:
        """Send a request; exactly one of ``done`` and ``refused`` is called later, unless it is cancelled."""
        self.start()
        assert self._client is not None

        def tell(said: Progress) -> None:
            if progress is not None:
                self._progressed.emit(progress, said)

        task = self._client.send(request, timeout=timeout, on_progress=tell)
        task.add_done_callback(lambda finished: self._finish(finished, done, refused))
        return task

    def _finish(self, task: Any, done: Done, refused: Refused) -> None:
        """In a thread of the client's: hand the outcome over."""
        try:
            self._answered.emit(done, task.result())
        except CancelledError:
            return
        except EngineError as error:
            self._answered.emit(refused, error.failed)

    def _deliver(self, call: Any, value: Any) -> None:
        call(value)

    def _set_state(self, state: Any) -> None:
        self.state = state
        self.state_changed.emit(state)

    def close(self) -> None:
        """End the engine. Runs go on: they are programs of their own."""
        if self._client is not None:
            client, self._client = self._client, None
            client.close()
