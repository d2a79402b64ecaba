"""A run folder and what can be seen in it and done with it. No Qt, no torch; a person can read all there is.

The training program is started directly, in a session of its own, so neither the end of the engine nor that of the
editor ends it. Its status.json says which process it is; a number that was given again is told by its start time.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from app import endings
from app.core import files
from app.core.document import Document

ACTIVE = ("starting", "running", "paused")
POLL = 0.05

Kind = TypeVar("Kind", bound=Struct)

_children: dict[int, subprocess.Popen[bytes]] = {}
"""The training programs that this process started: their exit codes are for us to collect."""


class RunError(Exception):
    """A run that cannot be made, started or read; the message is a sentence."""


class Settings(Struct, frozen=True, kw_only=True):
    """settings.json: what the run was started with."""

    title: str = ""
    preset: str = ""
    seed: int = 0
    device: str = "auto"
    workers: int = 0
    threads: int = 1
    exact: bool = False
    steps: int = 0
    created: str = ""
    document: str = ""
    folder: str = ""
    """The folder that relative paths of the data are meant from."""


class Status(Struct, frozen=True, kw_only=True):
    """status.json, and whether the process lives. ``state``: starting, running, paused, stopped, finished, failed, or
    ``gone`` for a process that ended without a word; then ``message`` says what is known.
    """

    state: str = "starting"
    message: str = ""
    pid: int = 0
    started: str = ""
    launch: str = ""
    step: int = 0
    steps: int = 0
    stage: str = ""
    rate: float = 0.0
    checkpoint: str = ""
    device: str = ""
    torch: str = ""
    threads: int = 0
    seed: int = 0
    heartbeat: float = 0.0

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE

    @property
    def seconds_left(self) -> float | None:
        """At today's pace; None where that is not known."""
        return (self.steps - self.step) / self.rate if self.rate > 0 else None


class Metric(Struct, frozen=True):
    """One value. ``value`` is None where it was not a finite number. ``name``: ``loss``, ``generate.loss`` in a stage
    of several phases, ``validation.accuracy`` for an evaluation.
    """

    id: int
    step: int
    stage: str
    name: str
    value: float | None
    time: float


class PreviewFile(Struct, frozen=True):
    """One thing to look at; ``path`` is a .png, .txt or .json."""

    name: str
    step: int
    path: Path


class Run:
    """A run folder. Every method reads what is there now; any number of handles may watch the same run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()

    def __repr__(self) -> str:
        return f"Run({str(self.folder)!r})"

    # -- what there is -----------------------------------------------------------------------------------------------

    @property
    def settings(self) -> Settings:
        return _decoded(self.folder / "settings.json", Settings)

    def document(self) -> Document:
        """The document as it was when the run began."""
        return files.read(self.folder / "document.netloom")

    def status(self) -> Status:
        """What the run says of itself, corrected where its process is gone."""
        try:
            told = _decoded(self.folder / "status.json", Status)
        except FileNotFoundError:
            told = Status(steps=self.settings.steps)
        starting = self._spawned(told)
        if starting is not None:
            return starting
        if told.is_active and not is_alive(told.pid, told.started):
            with contextlib.suppress(FileNotFoundError):  # its last word may have come meanwhile
                told = _decoded(self.folder / "status.json", Status)
            if told.is_active:
                return msgspec.structs.replace(told, state="gone", rate=0.0, message=self._reason(told.pid))
        return told

    def _spawned(self, told: Status) -> Status | None:
        """The status while a program was started and has not yet spoken."""
        launched = self._launched()
        if launched is None or launched[1] == told.launch:
            return None
        pid = launched[0]
        if is_alive(pid):
            return msgspec.structs.replace(told, state="starting", message="", pid=pid, started="", rate=0.0)
        return msgspec.structs.replace(told, state="failed", pid=pid, rate=0.0, message=self._reason(pid))

    def _launched(self) -> tuple[int, str] | None:
        """The last program that was started here: its number and its token."""
        with contextlib.suppress(OSError, ValueError):
            pid, token = (self.folder / "launched").read_text(encoding="ascii").split()
            return int(pid), token
        return None

    def _reason(self, pid: int) -> str:
        child = _children.get(pid)
        code = child.poll() if child is not None else None
        said = self.log().splitlines()[-20:]
        if code is None:
            memory = endings.memory_sentence("\n".join(said))
            reason = "The training program is gone. " + (memory or "It was killed, or the computer was switched off.")
        else:
            reason = endings.explain("The training program", code, said)
        last = self.checkpoints()
        return reason + (f" It can be resumed from {last[-1].name}." if last else "")

    def log(self) -> str:
        """What the program printed."""
        with contextlib.suppress(OSError):
            return (self.folder / "log.txt").read_text(encoding="utf-8", errors="replace")
        return ""

    def metrics(self, since: int = 0) -> list[Metric]:
        """Values with an id above ``since``, in order; ask again with the last id. After a resume, values of steps
        that were done again come once more.
        """
        store = self.folder / "metrics.sqlite"
        if not store.exists():
            return []
        query = "SELECT id, step, stage, name, value, time FROM metrics WHERE id > ? ORDER BY id"
        try:
            with contextlib.closing(sqlite3.connect(f"{store.as_uri()}?mode=ro", uri=True, timeout=5.0)) as reader:
                return [Metric(*row) for row in reader.execute(query, (since,))]
        except sqlite3.OperationalError:  # not yet made, or a folder that may only be read
            return []

    def previews(self, name: str | None = None) -> list[PreviewFile]:
        """Everything there is to look at, oldest first."""
        found = sorted(
            (self.folder / "previews").glob("*/*"), key=lambda path: (path.stem, path.parent.name, path.name)
        )
        return [
            PreviewFile(path.parent.name, int(path.stem), path)
            for path in found
            if path.stem.isdigit() and (name is None or path.parent.name == name)
        ]

    def checkpoints(self) -> list[Path]:
        """Checkpoint folders, oldest first."""
        return sorted((self.folder / "checkpoints").glob("step-*"))

    def best(self) -> Path | None:
        """The checkpoint with the best validation value, where the recipe has one."""
        with contextlib.suppress(OSError):
            found = self.folder / "checkpoints" / (self.folder / "checkpoints" / "best").read_text(encoding="utf-8")
            return found if found.is_dir() else None
        return None

    # -- what to do --------------------------------------------------------------------------------------------------

    def pause(self) -> None:
        """Write a checkpoint and wait."""
        self._command("pause")

    def checkpoint(self) -> None:
        """Write a checkpoint and go on."""
        self._command("checkpoint")

    def stop(self) -> None:
        """Write a checkpoint and end."""
        self._command("stop")

    def resume(self, *, device: str | None = None) -> None:
        """Go on: out of a pause, or from the last checkpoint in a new program."""
        if self.status().is_active:
            self._command("resume")
            return
        if device is not None:
            write_struct(self.folder / "settings.json", msgspec.structs.replace(self.settings, device=device))
        self.launch(resume=True)

    def kill(self) -> None:
        """End the program at once; what came after the last checkpoint is done again on resume."""
        status = self.status()
        if status.is_active and status.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(status.pid, getattr(signal, "SIGKILL", signal.SIGTERM))

    def _command(self, word: str) -> None:
        try:
            with open(self.folder / "control", "a", encoding="ascii") as file:
                file.write(word + "\n")
        except OSError as error:
            raise RunError(f"The run cannot be told to {word}: {error.strerror or error}.") from error

    def wait(self, timeout: float | None = None) -> Status:
        """Wait until the run is not active any more; TimeoutError where that takes longer."""
        end = None if timeout is None else time.monotonic() + timeout
        while (status := self.status()).is_active:
            if end is not None and time.monotonic() > end:
                raise TimeoutError(f"The run in {self.folder} is still {status.state}.")
            time.sleep(POLL)
        child = _children.get(status.pid)
        if child is not None:  # it has said its last word, so it ends by itself
            child.wait()
        return status

    def launch(self, *, resume: bool = False) -> None:
        """Start the training program; it outlives whoever started it."""
        settings = self.settings
        command = [sys.executable, str(self.folder / "source" / "train.py"), "--out", str(self.folder)]
        command += ["--device", settings.device, "--seed", str(settings.seed), "--workers", str(settings.workers)]
        command += ["--resume"] * resume + ["--exact"] * settings.exact
        try:
            (self.folder / "control").write_bytes(b"")
            token = secrets.token_hex(8)
            with open(self.folder / "log.txt", "ab") as log:
                child = subprocess.Popen(
                    command,
                    cwd=settings.folder if Path(settings.folder).is_dir() else self.folder,
                    env=_environment(self.folder, settings.threads, token),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    **_detached(),
                )
            (self.folder / "launched").write_text(f"{child.pid} {token}", encoding="ascii")
        except OSError as error:
            raise RunError(f"The training program cannot be started: {error.strerror or error}.") from error
        _children[child.pid] = child


def default_threads() -> int:
    """One less than the cores, so that the window keeps one; what OMP_NUM_THREADS says goes first."""
    wanted = os.environ.get("OMP_NUM_THREADS", "")
    return int(wanted) if wanted.isdigit() and int(wanted) else max(1, (os.cpu_count() or 2) - 1)


def is_alive(pid: int, started: str = "") -> bool:
    """Whether the process lives, and is the one that began then."""
    child = _children.get(pid)
    if child is not None and child.poll() is not None:
        return False
    if sys.platform == "win32":
        found = subprocess.run(["tasklist", "/FI", f"PID eq {pid}", "/NH"], capture_output=True, text=True, check=False)
        return str(pid) in found.stdout
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    with contextlib.suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return fields[0] != "Z" and (not started or fields[19] == started)
    return True


def _environment(folder: Path, threads: int, token: str) -> dict[str, str]:
    environment = {**os.environ, "NETLOOM_CONTROL": str(folder / "control"), "PYTHONUNBUFFERED": "1"}
    environment["OMP_NUM_THREADS"] = str(threads)
    environment["NETLOOM_LAUNCH"] = token
    environment["PYTHONDONTWRITEBYTECODE"] = "1"  # a run's source stays what was generated
    return environment


def _detached() -> dict[str, Any]:
    if sys.platform == "win32":
        flags = subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
        return {"creationflags": flags | subprocess.BELOW_NORMAL_PRIORITY_CLASS}
    return {"start_new_session": True}


def _decoded(path: Path, kind: type[Kind]) -> Kind:
    try:
        # The standard library's reader: a path in it need not be Unicode.
        return msgspec.convert(json.loads(path.read_bytes()), type=kind)
    except (ValueError, RecursionError) as error:
        raise RunError(f"“{path}” cannot be read: {error}.") from error


def write_struct(path: Path, value: Struct) -> None:
    text = json.dumps(msgspec.to_builtins(value), indent=1)
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, path)
