"""Opening, saving and never losing a document: files, autosave, recovery, locks, and changes made outside.

While a document has unsaved edits its newest state lies beside its file (or in the recovery folder), a second after
the last edit. It is taken away when the document is saved or let go, so that finding one means that a window ended
before its time.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QFileSystemWatcher, QLockFile, QObject, QSettings, QTimer, Signal

import templates
from app import paths
from app.core import files
from app.core.document import Document
from app.core.files import FileError
from app.ui.dialogs import DOCUMENTS, Dialogs
from app.ui.starter import starter
from app.ui.workspace import Workspace

SUFFIX = ".netloom"
AUTOSAVE_AFTER_MS = 1000
MOST_RECENT = 12
SAVE, DISCARD, CANCEL = "Save", "Discard changes", "Cancel"
RECOVER, FORGET, LATER = "Recover", "Delete the recovered copy", "Not now"
RELOAD, KEEP = "Load the file again", "Keep what is open"
OPEN_ANYWAY = "Open anyway"


def autosave_of(path: Path) -> Path:
    """Where a file's unsaved state lies: hidden, beside it."""
    return path.with_name(f".{path.name}.autosave")


class Writer(Protocol):
    """Where words are written that the document does not hold yet."""

    @property
    def is_writing(self) -> bool: ...

    def may_leave(self) -> bool:
        """Ask what becomes of them; False where the person wants to stay."""
        ...


class Storage(QObject):
    """What the window does with files. Every question goes through ``dialogs``."""

    recent_changed = Signal()

    def __init__(self, workspace: Workspace, dialogs: Dialogs, settings: QSettings) -> None:
        super().__init__(workspace)
        self.workspace, self.dialogs, self._settings = workspace, dialogs, settings
        self.writer: Writer | None = None
        self._lock: QLockFile | None = None
        self._session_lock: QLockFile | None = None
        self._autosaved: Path | None = None
        self._known_bytes = b""
        self._asking = False
        self._session = f"untitled-{os.getpid()}-{time.time_ns():x}"
        self._timer = QTimer(self, singleShot=True, interval=AUTOSAVE_AFTER_MS)
        self._timer.timeout.connect(self.autosave)
        self._watcher = QFileSystemWatcher(self)
        self._watcher.fileChanged.connect(lambda _: self._changed_on_disk())
        workspace.edited.connect(self._timer.start)

    # -- opening --------------------------------------------------------------------------------------------------

    def new(self) -> bool:
        return self._replace(starter(), None)

    def ask_open(self) -> bool:
        chosen = self.dialogs.open_path("Open a document", str(self._folder()), DOCUMENTS)
        return bool(chosen) and self.open_path(Path(chosen))

    def open_template(self, name: str, preset: str = "") -> bool:
        """A template opens as a new document that has no file yet."""
        document = templates.load(name)
        if not self._replace(document, None):
            return False
        if preset:
            self.workspace.choose_preset(preset)
        return True

    def open_path(self, path: Path) -> bool:
        """Open a file; what is wrong with it is said, and the open document stays."""
        path = path.absolute()
        if not self.may_leave():
            return False
        lock = self._locked(path)
        if lock is None:
            return False
        try:
            document = files.read(path)
        except FileError as error:
            lock.unlock()
            self.dialogs.tell("The file was not opened", str(error))
            return False
        recovered = self._newer_autosave(path)
        self._let_go()
        self._lock = lock
        self._watch(path)
        self.workspace.open(recovered or document, path, saved=recovered is None)
        if recovered is not None:
            self._autosaved = autosave_of(path)
        self._remember(path)
        return True

    def open_last(self) -> bool:
        """What was open when the window was closed the last time, as far as it is still there."""
        kind, _, name = str(self._settings.value("last", "")).partition(":")
        if kind == "file" and Path(name).is_file():
            return self.open_path(Path(name))
        return kind == "template" and name in templates.names() and self.open_template(name)

    def _remember_last(self) -> None:
        path, template = self.workspace.path, self.workspace.template
        last = f"file:{path}" if path is not None else f"template:{template}" if template else ""
        self._settings.setValue("last", last)

    def open_target(self, target: str) -> bool:
        """A file, or a template by its name."""
        if Path(target).suffix == SUFFIX or Path(target).exists():
            return self.open_path(Path(target))
        if target in templates.names():
            return self.open_template(target)
        known = ", ".join(templates.names())
        self.dialogs.tell("Nothing to open", f"There is no file and no template “{target}”. Templates are: {known}.")
        return False

    def _replace(self, document: Document, path: Path | None, *, saved: bool = True) -> bool:
        if not self.may_leave():
            return False
        self._let_go()
        self.workspace.open(document, path, saved=saved)
        return True

    def _locked(self, path: Path) -> QLockFile | None:
        """A lock on the file; None where it is open elsewhere and the person does not want it twice."""
        lock = QLockFile(str(_lock_of(path)))
        lock.setStaleLockTime(0)
        if self.workspace.path == path or lock.tryLock(0):
            return lock
        if lock.error() is not QLockFile.LockError.LockFailedError:
            return lock  # a folder that cannot be written to: nobody can hold a lock there
        text = f"“{path.name}” is open in another window. Two windows that save it overwrite each other’s work."
        answer = self.dialogs.ask("Open twice?", text, [OPEN_ANYWAY, CANCEL], default=CANCEL)
        return lock if answer == OPEN_ANYWAY else None

    # -- saving ---------------------------------------------------------------------------------------------------

    def save(self) -> bool:
        return self._write(self.workspace.path) if self.workspace.path is not None else self.save_as()

    def save_as(self) -> bool:
        name = (self.workspace.template or self.workspace.document.title or "untitled").replace("/", "-")
        suggestion = self.workspace.path or self._folder() / f"{name}{SUFFIX}"
        chosen = self.dialogs.save_path("Save the document", str(suggestion), DOCUMENTS)
        if not chosen:
            return False
        path = Path(chosen).absolute()
        path = path if path.suffix else path.with_suffix(SUFFIX)
        if path == self.workspace.path:
            return self._write(path)
        lock = self._locked(path)
        if lock is None or not self._write(path):
            return False
        if self._lock is not None:
            self._lock.unlock()
        self._lock = lock
        return True

    def _write(self, path: Path) -> bool:
        document = self.workspace.document
        try:
            self._watch(None)
            files.write(path, document)
        except FileError as error:
            self.dialogs.tell("Not saved", str(error))
            self._watch(self.workspace.path)
            return False
        self._drop_autosave()
        self.workspace.saved_as(path, document)
        self._watch(path)
        self._remember(path)
        self.workspace.said.emit(f"Saved {path.name}")
        return True

    # -- leaving --------------------------------------------------------------------------------------------------

    def may_leave(self) -> bool:
        """Ask about what is being written and about unsaved changes. True where the open document may be let go."""
        if self.writer is not None and not self.writer.may_leave():
            return False
        if self.workspace.is_saved:
            return True
        text = f"“{self.workspace.title}” has changes that are not saved."
        answer = self.dialogs.ask("Save the changes?", text, [SAVE, DISCARD, CANCEL])
        return answer == DISCARD or (answer == SAVE and self.save())

    def close(self) -> bool:
        """Let the document go for good; False where the person wants to stay."""
        if not self.may_leave():
            return False
        self._remember_last()
        self._let_go()
        return True

    def _let_go(self) -> None:
        self._timer.stop()
        self._drop_autosave()
        self._watch(None)
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None

    # -- autosave and recovery ------------------------------------------------------------------------------------

    def autosave(self) -> None:
        """Write what is open beside its file, or into the recovery folder where that cannot be."""
        self._timer.stop()
        if self.workspace.is_saved:
            self._drop_autosave()
            return
        spare = paths.recovery() / f"{self._session}{SUFFIX}"
        wanted = autosave_of(self.workspace.path) if self.workspace.path is not None else spare
        for place in dict.fromkeys((wanted, spare)):
            try:
                place.parent.mkdir(parents=True, exist_ok=True)
                if place == spare:
                    self._hold_session(spare)
                files.write(place, self.workspace.document)
            except (FileError, OSError) as error:
                self.workspace.said.emit(f"No automatic copy could be written: {error}")
            else:
                self._autosaved = place
                return

    def _hold_session(self, copy: Path) -> None:
        """While this process lives, its copy in the recovery folder is not offered to others."""
        if self._session_lock is None:
            self._session_lock = QLockFile(str(_lock_of(copy)))
            self._session_lock.setStaleLockTime(0)
            self._session_lock.tryLock(0)

    def _drop_autosave(self) -> None:
        if self._autosaved is not None:
            with suppress(FileNotFoundError):
                self._autosaved.unlink()
            self._autosaved = None

    def _newer_autosave(self, path: Path) -> Document | None:
        """The unsaved state of a window that ended before its time, if the person wants it."""
        copy = autosave_of(path)
        try:
            if copy.stat().st_mtime_ns < path.stat().st_mtime_ns:
                return None
            document = files.read(copy)
        except FileNotFoundError:
            return None
        except FileError as error:
            self.dialogs.tell("The automatic copy cannot be read", str(error))
            return None
        text = (
            f"“{path.name}” was open when Netloom ended unexpectedly. An automatic copy holds later changes, "
            f"made {_when(copy)}."
        )
        answer = self.dialogs.ask("Recover unsaved changes?", text, [RECOVER, FORGET, LATER])
        if answer == FORGET:
            copy.unlink(missing_ok=True)
        return document if answer == RECOVER else None

    def recoverable(self) -> list[Path]:
        """What ended windows left: unsaved documents without a file, and files with a newer automatic copy."""
        found = [copy for copy in sorted(paths.recovery().glob(f"untitled-*{SUFFIX}")) if not _is_held(_lock_of(copy))]
        return found + [path for path in self.recent() if _has_newer_autosave(path) and not _is_held(_lock_of(path))]

    def offer_recovery(self) -> bool:
        """At the start: offer what was lost. True where something was opened."""
        for path in self.recoverable():
            if path.parent != paths.recovery():
                if self.open_path(path):
                    return True
                continue
            if self._offer(path):
                return True
        return False

    def _offer(self, copy: Path) -> bool:
        """Ask about a document that was never saved, by its title and its age."""
        try:
            document = files.read(copy)
        except FileError as error:
            self.dialogs.tell("The automatic copy cannot be read", str(error))
            return False
        nodes = sum(len(graph.nodes) for graph in document.graphs.values())
        text = (
            f"“{document.title}” ({nodes} {'node' if nodes == 1 else 'nodes'}, changed {_when(copy)}) was never saved, "
            "and was open when Netloom ended unexpectedly."
        )
        answer = self.dialogs.ask("Recover unsaved changes?", text, [RECOVER, FORGET, LATER])
        if answer == FORGET:
            copy.unlink(missing_ok=True)
        return answer == RECOVER and self._recover(copy, document)

    def _recover(self, copy: Path, document: Document) -> bool:
        if not self._replace(document, None, saved=False):
            return False
        self.autosave()
        copy.unlink(missing_ok=True)
        return True

    # -- changes made outside -------------------------------------------------------------------------------------

    def _watch(self, path: Path | None) -> None:
        watched = self._watcher.files()
        if watched:
            self._watcher.removePaths(watched)
        if path is not None and path.exists():
            self._known_bytes = path.read_bytes()
            self._watcher.addPath(str(path))

    def _changed_on_disk(self) -> None:
        """Another program wrote, replaced or removed the file."""
        path = self.workspace.path
        if path is None or self._asking:
            return
        try:
            content = path.read_bytes()
        except OSError:
            self.workspace.mark_unsaved()
            self.workspace.said.emit(f"{path.name} is no longer on the disk; Save writes it again.")
            return
        if content == self._known_bytes:
            self._watch(path)
            return
        self._asking = True
        writing = self.writer is not None and self.writer.is_writing
        kept = self.workspace.is_saved and not writing
        lost = "" if kept else " Your unsaved changes would be lost."
        text = f"“{path.name}” was changed by another program. Loading it again replaces what is open.{lost}"
        answer = self.dialogs.ask("The file has changed", text, [RELOAD, KEEP], default=RELOAD if kept else KEEP)
        self._asking = False
        if answer == RELOAD:
            self._reload(path)
        else:
            self._watch(path)
            self.workspace.mark_unsaved()

    def _reload(self, path: Path) -> None:
        try:
            document = files.read(path)
        except FileError as error:
            self.dialogs.tell("The file was not loaded", str(error))
            self.workspace.mark_unsaved()
        else:
            self._drop_autosave()
            self.workspace.open(document, path)
        self._watch(path)

    # -- recent files ---------------------------------------------------------------------------------------------

    def recent(self) -> list[Path]:
        """Files opened or saved last, newest first, as far as they are still there."""
        known = self._settings.value("recent", []) or []
        return [Path(text) for text in ([known] if isinstance(known, str) else known) if Path(text).is_file()]

    def _remember(self, path: Path) -> None:
        kept = [path, *(other for other in self.recent() if other != path)][:MOST_RECENT]
        self._settings.setValue("recent", [str(other) for other in kept])
        self._settings.sync()  # it must be known even after a crash, for recovery
        self.recent_changed.emit()

    def _folder(self) -> Path:
        recent = self.recent()
        return recent[0].parent if recent else Path.home()


def _has_newer_autosave(path: Path) -> bool:
    copy = autosave_of(path)
    return copy.is_file() and copy.stat().st_mtime_ns >= path.stat().st_mtime_ns


def _when(path: Path) -> str:
    """When a file was written, as a person would say it."""
    written = datetime.fromtimestamp(path.stat().st_mtime)
    days = (datetime.now().date() - written.date()).days
    if days <= 1:
        return f"{'yesterday' if days == 1 else 'today'} at {written:%H:%M}"
    return f"on {written:%Y-%m-%d at %H:%M}"


def _is_held(name: Path) -> bool:
    """Whether a window that is still open holds the lock of this name."""
    lock = QLockFile(str(name))
    lock.setStaleLockTime(0)
    if lock.tryLock(0):
        lock.unlock()
        return False
    return lock.error() is QLockFile.LockError.LockFailedError


def _lock_of(path: Path) -> Path:
    return path.with_name(f".{path.name}.lock")
