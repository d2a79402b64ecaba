"""What a run tells and hears: status.json, metrics.sqlite, and the file of commands."""

import contextlib
import json
import os
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

from .checkpoints import write_whole

STATUS_SECONDS = 0.5
COLUMNS = "step INTEGER, stage TEXT, name TEXT, value REAL, time REAL"


class Report:
    """The run's status and metrics. A thread says twice a second that the run lives."""

    def __init__(self, out: Path, status: dict[str, Any]) -> None:
        """Begin to tell; ``status`` is what status.json holds, beside the heartbeat."""
        self.status = status
        self._out = out
        self._store = open_store(out / "metrics.sqlite")
        self._rows: list[tuple[int, str, str, float | None, float]] = []
        self._writing = threading.Lock()
        self._over = threading.Event()
        self.say()
        threading.Thread(target=self._beat, name="heartbeat", daemon=True).start()

    def _beat(self) -> None:
        while not self._over.wait(STATUS_SECONDS):
            self.say()

    def say(self) -> None:
        """Replace status.json; a full disk is told elsewhere."""
        with self._writing, contextlib.suppress(OSError):
            said = {**self.status, "heartbeat": time.time()}
            write_whole(self._out / "status.json", json.dumps(said, indent=1))

    def note(self, step: int, stage: str, name: str, value: float | None) -> None:
        """Keep a value for the next flush."""
        self._rows.append((step, stage, name, value, time.time()))

    def flush(self) -> None:
        """Write what was noted."""
        with self._store:
            insert = "INSERT INTO metrics (step, stage, name, value, time)"
            self._store.executemany(f"{insert} VALUES (?, ?, ?, ?, ?)", self._rows)
        self._rows.clear()

    def forget_after(self, step: int, moment: float) -> None:
        """Drop what was noted after a checkpoint: it will be noted again."""
        with self._store:
            later = "step > ? OR (step = ? AND time > ?)"
            where = (step, step, moment)
            self._store.execute(f"DELETE FROM metrics WHERE {later}", where)

    def end(self, **changes: object) -> None:
        """Tell the end, as the last thing."""
        self._over.set()
        with contextlib.suppress(sqlite3.Error):
            self.flush()
        self._store.close()
        self.status.update(changes)
        self.say()


def open_store(path: Path) -> sqlite3.Connection:
    """Open the table of metrics, which others may read meanwhile."""
    store = sqlite3.connect(path, timeout=30.0)
    store.execute("PRAGMA journal_mode = WAL")
    store.execute("PRAGMA synchronous = NORMAL")
    key = "id INTEGER PRIMARY KEY AUTOINCREMENT"
    store.execute(f"CREATE TABLE IF NOT EXISTS metrics ({key}, {COLUMNS})")
    return store


class Commands:
    """Commands from the control file, from signals, or none at all."""

    def __init__(self) -> None:
        """Listen to the file that the environment names."""
        self._file = os.environ.get("NETLOOM_CONTROL")
        self._heard = 0
        self.asked: set[str] = set()

    @property
    def anyone(self) -> bool:
        """Whether somebody could give a command."""
        return self._file is not None

    def listen(self) -> None:
        """Take in the whole lines that were added."""
        if self._file is None:
            return
        with contextlib.suppress(OSError), open(self._file, "rb") as file:
            file.seek(self._heard)
            said = file.read()
            whole = said[: said.rfind(b"\n") + 1]
            self._heard += len(whole)
            self.asked.update(whole.decode(errors="replace").split())


def process_start(pid: int) -> str:
    """When a process began, where the system says so: a pid may be given again."""
    with contextlib.suppress(OSError):
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
        return stat.rpartition(")")[2].split()[19]
    return ""
