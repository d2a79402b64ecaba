"""Weights on their way into the window: fetched in a thread, read by the engine, and put among the document's runs."""

from __future__ import annotations

import threading
from pathlib import Path

from msgspec import Struct
from PySide6.QtCore import QObject, Qt, Signal

from app.client import Task
from app.codegen.source import GenerationError
from app.core.demand import as_bytes
from app.core.document import Document
from app.core.recipe import RecipeError
from app.messages import Answer, Failed, Progress, Translation, WeightsLoaded
from app.runs import RunError
from app.ui.engine import EngineLink
from app.ui.workspace import Workspace
from app.weights import cache, delivery
from app.weights.delivery import Delivery, DeliveryError, Origin
from app.weights.download import CancelledError
from app.weights.published import Published
from app.weights.transfer import DownloadError

UNKNOWN = -1.0
"""How far it is, where nobody can say."""


class Place(Struct, frozen=True):
    """Where weights go: a document as it was when they were asked for."""

    document: Document
    preset: str
    path: Path | None
    model: str = ""


class WeightsJob(QObject):
    """One file, once. ``told`` carries how far it is (from 0 to 1, or UNKNOWN) and in words; in the end comes ``done``
    with the run and what the engine said, or ``failed`` with a sentence, or nothing where it was cancelled.
    """

    told = Signal(float, str)
    done = Signal(object, object)
    failed = Signal(str)
    _came = Signal(object, object)
    _refused = Signal(str)

    def __init__(self, workspace: Workspace, engine: EngineLink, place: Place) -> None:
        super().__init__(workspace)
        self._workspace, self._engine, self.place = workspace, engine, place
        self._given_up = threading.Event()
        self._delivery: Delivery | None = None
        self._task: Task | None = None
        self._translation: Translation | None = None
        queued = Qt.ConnectionType.QueuedConnection
        self._came.connect(self._read, queued)
        self._refused.connect(self._fail, queued)

    @property
    def is_given_up(self) -> bool:
        return self._given_up.is_set()

    def fetch(self, entry: Published) -> None:
        """Bring a published file here, then read it."""
        self._translation = entry.translation
        self.told.emit(UNKNOWN, "Looking for the file…")
        threading.Thread(target=self._fetch, args=(entry,), name="weights", daemon=True).start()

    def read_file(self, file: Path, translation: Translation | None) -> None:
        """Read a file that the person has."""
        self._translation = translation
        self._read(file, delivery.own_origin(file))

    def cancel(self) -> None:
        """Give it up, wherever it is; what has come of a download is kept for another time."""
        self._given_up.set()
        if self._task is not None:
            task, self._task = self._task, None
            task.cancel()
        if self._delivery is not None:
            self._delivery.discard()

    # -- fetching, in a thread ------------------------------------------------------------------------------------

    def _fetch(self, entry: Published) -> None:
        try:
            file, fetched = cache.fetch(entry.wanted, tell=self._tell, cancelled=self._given_up.is_set)
        except CancelledError:
            return
        except (DownloadError, OSError) as error:
            self._refused.emit(str(error))
            return
        self._came.emit(file, delivery.published_origin(entry, file, fetched))

    def _tell(self, done: int, total: int | None) -> None:
        if not self.is_given_up:
            share = done / total if total else UNKNOWN
            self.told.emit(share, f"{as_bytes(done)} of {as_bytes(total)}" if total else as_bytes(done))

    # -- reading, by the engine -----------------------------------------------------------------------------------

    def _read(self, file: object, origin: object) -> None:
        if self.is_given_up or not isinstance(file, Path) or not isinstance(origin, Origin):
            return
        place = self.place
        try:
            self._delivery = delivery.prepare(
                place.document,
                self._workspace.library,
                place.preset or None,
                file,
                origin,
                model=place.model,
                translation=self._translation,
                path=place.path,
            )
        except (DeliveryError, GenerationError, RecipeError, RunError, OSError) as error:
            self._fail(str(error))
            return
        self.told.emit(UNKNOWN, "Waiting for PyTorch…")
        self._task = self._engine.ask(self._delivery.request, self._loaded, self._not_loaded, progress=self._goes)

    def _goes(self, said: Progress) -> None:
        if self._task is not None:
            self.told.emit(said.fraction, f"{said.text[:1].upper()}{said.text[1:]}…")

    def _loaded(self, answer: Answer) -> None:
        made, self._delivery, self._task = self._delivery, None, None
        if made is None or self.is_given_up or not isinstance(answer, WeightsLoaded):
            return
        try:
            run = made.keep(answer)
        except (DeliveryError, GenerationError, RecipeError, RunError) as error:
            self._fail(str(error))
            return
        self.done.emit(run, answer)

    def _not_loaded(self, failed: Failed) -> None:
        self._task = None
        if self._delivery is not None:
            self._delivery.discard()
        self._fail(failed.message)

    def _fail(self, sentence: str) -> None:
        if not self.is_given_up:
            self.failed.emit(sentence)
