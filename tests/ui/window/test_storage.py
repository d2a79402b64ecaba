"""Nothing is ever lost: saving, autosave, recovery after a killed process, locks, files changed outside."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import paths
from app.core import edits, files
from app.core.document import Document
from app.ui.main_window import MainWindow
from app.ui.storage import CANCEL, DISCARD, FORGET, KEEP, LATER, OPEN_ANYWAY, RECOVER, RELOAD, SAVE, autosave_of
from tests.ui.window.conftest import Answers, MakeWindow
from tests.ui.window.example import example


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "net.netloom"
    files.write(path, example())
    return path


def edit(window: MainWindow, stride: int = 2) -> Document:
    window.workspace.do(lambda document: edits.set_argument(document, "Net", "stem", "stride", stride))
    return window.workspace.document


def test_save_and_open_again(window: MainWindow, answers: Answers, tmp_path: Path) -> None:
    window.workspace.open(example())
    document = edit(window)
    assert window.isWindowModified()
    answers.give(str(tmp_path / "mine"))
    window.actions_table["save"].trigger()
    path = tmp_path / "mine.netloom"
    assert files.read(path) == document
    assert not window.isWindowModified()
    assert window.windowTitle().startswith("mine.netloom")
    window.storage.new()
    assert window.storage.open_path(path)
    assert window.workspace.document == document
    assert window.storage.recent() == [path]


def test_unsaved_changes_are_asked_about(window: MainWindow, answers: Answers, saved: Path) -> None:
    window.storage.open_path(saved)
    document = edit(window)
    answers.give(CANCEL)
    assert not window.storage.new()
    assert window.workspace.document is document
    answers.give(SAVE)
    assert window.storage.new()
    assert files.read(saved) == document
    window.storage.open_path(saved)
    edit(window, 3)
    answers.give(DISCARD)
    assert window.storage.new()
    assert files.read(saved) == document
    assert not autosave_of(saved).exists()


def test_closing_asks_too(window: MainWindow, answers: Answers, saved: Path) -> None:
    window.storage.open_path(saved)
    edit(window)
    answers.give(CANCEL)
    assert not window.close()
    assert window.isVisible()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"{", "not complete JSON"), (b"[]", "cannot be opened"), (b'{"version": 9999}', "newer Netloom")],
)
def test_a_broken_file_is_explained_and_the_open_document_stays(
    window: MainWindow, answers: Answers, tmp_path: Path, content: bytes, sentence: str
) -> None:
    window.workspace.open(example())
    document = window.workspace.document
    path = tmp_path / "broken.netloom"
    path.write_bytes(content)
    assert not window.storage.open_path(path)
    assert sentence in answers.asked[-1]
    assert window.workspace.document is document
    assert path.read_bytes() == content


def test_a_folder_that_cannot_be_written_to(
    window: MainWindow, answers: Answers, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise files.FileError("“net.netloom” cannot be saved: the disk is full. The old file is unchanged.")

    window.storage.open_path(saved)
    document = edit(window)
    monkeypatch.setattr(files, "write", refuse)
    assert not window.storage.save()
    assert "the disk is full" in answers.asked[-1]
    assert window.isWindowModified()
    assert window.workspace.document is document


def test_autosave_lies_beside_the_file_and_goes_when_it_is_saved(window: MainWindow, saved: Path, qtbot: QtBot) -> None:
    window.storage.open_path(saved)
    before = saved.read_bytes()
    document = edit(window)
    qtbot.waitUntil(autosave_of(saved).exists, timeout=5000)
    assert files.read(autosave_of(saved)) == document
    assert saved.read_bytes() == before, "the file itself is written only by Save"
    window.storage.save()
    assert not autosave_of(saved).exists()


def test_undoing_back_to_the_saved_state_needs_no_autosave(window: MainWindow, saved: Path, qtbot: QtBot) -> None:
    window.storage.open_path(saved)
    edit(window)
    qtbot.waitUntil(autosave_of(saved).exists, timeout=5000)
    window.workspace.undo()
    assert not window.isWindowModified()
    qtbot.waitUntil(lambda: not autosave_of(saved).exists(), timeout=5000)


CRASH = """
import sys
from app.ui.app import make_application, make_window
from app.core import edits
from pathlib import Path
application = make_application()
window = make_window()
if len(sys.argv) > 1:
    window.storage.open_path(Path(sys.argv[1]))
else:
    from tests.ui.window.example import example
    window.workspace.open(example())
window.workspace.do(lambda document: edits.set_argument(document, "Net", "stem", "stride", 2))
window.storage.autosave()
print("ready", flush=True)
application.exec()
"""


def crash(home: Path, *arguments: str) -> None:
    """A real window in a real process, killed in the middle of its work."""
    environment = {**os.environ, "NETLOOM_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}
    process = subprocess.Popen(
        [sys.executable, "-c", CRASH, *arguments], env=environment, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGKILL)
    process.wait(30)
    process.stdout.close()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
def test_a_file_is_recovered_after_a_killed_process(
    home: Path, make_window: MakeWindow, answers: Answers, saved: Path
) -> None:
    crash(home, str(saved))
    window = make_window()
    assert window.storage.recoverable() == [saved]
    answers.give(RECOVER)
    assert window.storage.offer_recovery()
    assert window.workspace.document.graphs["Net"].nodes["stem"].arguments["stride"] == 2
    assert window.isWindowModified()
    assert "stride" not in files.read(saved).graphs["Net"].nodes["stem"].arguments


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
def test_a_document_without_a_file_is_recovered(home: Path, make_window: MakeWindow, answers: Answers) -> None:
    crash(home)
    window = make_window()
    answers.give(LATER)
    assert not window.storage.offer_recovery()
    assert len(window.storage.recoverable()) == 1, "not now means later"
    answers.give(RECOVER)
    assert window.storage.offer_recovery()
    assert window.workspace.document.title == "Small classifier"
    assert window.isWindowModified()
    assert window.storage.recoverable() == [], "what is open again is not offered again"


def test_a_recovered_copy_can_be_deleted(window: MainWindow, answers: Answers, saved: Path) -> None:
    files.write(autosave_of(saved), example())
    os.utime(autosave_of(saved), (time.time() + 5, time.time() + 5))
    answers.give(FORGET)
    assert window.storage.open_path(saved)
    assert not autosave_of(saved).exists()
    assert not window.isWindowModified()


def test_a_file_open_elsewhere_is_asked_about(make_window: MakeWindow, answers: Answers, saved: Path) -> None:
    first, second = make_window(), make_window()
    assert first.storage.open_path(saved)
    answers.give(CANCEL)
    assert not second.storage.open_path(saved)
    answers.give(OPEN_ANYWAY)
    assert second.storage.open_path(saved)


@pytest.mark.parametrize("answer", [RELOAD, KEEP])
def test_a_file_changed_on_disk_is_asked_about(
    window: MainWindow, answers: Answers, saved: Path, qtbot: QtBot, answer: str
) -> None:
    window.storage.open_path(saved)
    before = window.workspace.document
    changed = edits.set_argument(example(), "Net", "stem", "stride", 4).document
    answers.give(answer)
    files.write(saved, changed)
    qtbot.waitUntil(lambda: bool(answers.asked), timeout=5000)
    QApplication.processEvents()
    if answer == RELOAD:
        assert window.workspace.document == changed
        assert not window.isWindowModified()
    else:
        assert window.workspace.document is before
        assert window.isWindowModified(), "what is open is no longer what the file holds"


def test_our_own_saving_is_no_change_from_outside(window: MainWindow, answers: Answers, saved: Path) -> None:
    window.storage.open_path(saved)
    edit(window)
    window.storage.save()
    for _ in range(10):
        QTest.qWait(20)
    assert answers.asked == []


def test_a_file_taken_away_is_said_and_can_be_written_again(window: MainWindow, saved: Path, qtbot: QtBot) -> None:
    window.storage.open_path(saved)
    saved.unlink()
    qtbot.waitUntil(window.isWindowModified, timeout=5000)
    assert "no longer on the disk" in window.status.currentMessage()
    window.storage.save()
    assert saved.exists()


def test_the_window_is_as_it_was_left(make_window: MakeWindow) -> None:
    first = make_window()
    size = first.minimumWidth(), 545
    first.resize(*size)
    first.docks["outline"].raise_()
    first.docks["code"].hide()
    QApplication.processEvents()
    first.close()
    second = make_window()
    assert (second.width(), second.height()) == size
    assert not second.docks["code"].isVisible()
    assert paths.settings().is_dir()
