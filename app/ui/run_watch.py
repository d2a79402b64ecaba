"""The run that the training panel shows: looked at a few times a second, told as signals."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer, Signal

from app.runs import PreviewFile, Run, RunError, Status, list_runs
from app.ui.workspace import Workspace

LOOK_EVERY_MS = 300
MOST_RUNS = 100


class RunWatch(QObject):
    """One run at a time. ``status_changed`` carries its Status, ``metrics_added`` new values, ``previews_changed`` all
    files of one preview, ``chosen`` the Run (or None) as it becomes the one that is shown.
    """

    chosen = Signal(object)
    status_changed = Signal(object)
    metrics_added = Signal(object)
    previews_changed = Signal(object)
    failed = Signal(str)

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self.workspace = workspace
        self.run: Run | None = None
        self.status = Status()
        self._last_metric = 0
        self._previews: list[PreviewFile] = []
        self._timer = QTimer(self, interval=LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look_in_turns)
        self._parts: Iterator[None] | None = None
        self._turn = QTimer(self, singleShot=True, interval=0)
        self._turn.timeout.connect(self._next_part)

    @property
    def is_running(self) -> bool:
        return self.run is not None and self.status.is_active

    def known(self) -> list[Run]:
        """Runs of the open document, newest first; those of unsaved documents are told apart by their title."""
        found = list_runs(self.workspace.path)[:MOST_RUNS]
        if self.workspace.path is not None:
            return found
        title = self.workspace.document.title
        return [run for run in found if _title(run) == title]

    def attach(self) -> None:
        """Show the newest run of the open document, most of all one that still goes on."""
        runs = self.known()
        active = next((run for run in runs[:10] if _is_active(run)), None)
        self.choose(active or (runs[0] if runs else None))

    def choose(self, run: Run | None) -> None:
        self.run = run
        self._parts = None
        self.status = Status()
        self._last_metric, self._previews = 0, []
        self.chosen.emit(run)
        self.look()
        if run is not None:
            self._timer.start()

    def look(self) -> None:
        """Read and tell what there is now, at once."""
        self._parts = None
        for _ in self._looked():
            pass

    def _look_in_turns(self) -> None:
        """The same, one part in each turn of the event loop, so that a frame may come in between."""
        if self._parts is None:
            self._parts = self._looked()
            self._next_part()

    def _next_part(self) -> None:
        parts = self._parts
        if parts is None:
            return
        if next(parts, self) is self:
            self._parts = None
        else:
            self._turn.start()

    def _looked(self) -> Iterator[None]:
        """What there is now, part by part; a run that has ended is not looked at again."""
        if self.run is None:
            self._timer.stop()
            return
        try:
            status = self.run.status()
        except (RunError, OSError) as error:
            self._timer.stop()
            self.failed.emit(f"The run cannot be read: {error}")
            return
        metrics = self.run.metrics(since=self._last_metric)
        if metrics:
            self._last_metric = metrics[-1].id
        for name in dict.fromkeys(metric.name for metric in metrics):
            yield
            self.metrics_added.emit([metric for metric in metrics if metric.name == name])
        yield
        previews = self.run.previews()
        if previews != self._previews:
            self._previews = previews
            for name in dict.fromkeys(file.name for file in previews):
                yield
                self.previews_changed.emit([file for file in previews if file.name == name])
        yield
        if status != self.status:
            self.status = status
            self.status_changed.emit(status)
        if not status.is_active:
            self._timer.stop()

    def watch_again(self) -> None:
        """After a resume."""
        self._timer.start()
        self.look()


def _title(run: Run) -> str:
    try:
        return run.settings.title
    except (RunError, OSError):
        return ""


def _is_active(run: Run) -> bool:
    try:
        return run.status().is_active
    except (RunError, OSError):
        return False
