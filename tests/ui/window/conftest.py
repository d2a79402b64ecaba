"""A real window on a virtual screen, with dialogs that a test answers."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.ui.app import make_settings
from app.ui.main_window import MainWindow
from app.ui.style import Style
from blocks import library


class Answers:
    """The questions that were asked, and the answers to give, in order."""

    def __init__(self) -> None:
        self.answers: list[str] = []
        self.asked: list[str] = []
        self.defaults: list[str] = []
        """What Enter would have answered."""

    def give(self, *answers: str) -> None:
        self.answers += answers

    def _next(self, question: str) -> str:
        self.asked.append(question)
        if not self.answers:
            raise AssertionError(f"Nothing was expected to be asked, but: {question}")
        return self.answers.pop(0)

    def open_path(self, title: str, folder: str, filter: str) -> str:
        return self._next(title)

    def save_path(self, title: str, suggestion: str, filter: str) -> str:
        return self._next(title)

    def folder(self, title: str, start: str) -> str:
        return self._next(title)

    def ask(self, title: str, text: str, choices: Sequence[str], *, default: str = "") -> str:
        self.defaults.append(default)
        answer = self._next(text)
        assert answer in choices, f"{answer} is none of {choices}"
        return answer

    def text(self, title: str, label: str, value: str) -> str:
        return self._next(title)

    def tell(self, title: str, text: str) -> None:
        self.asked.append(text)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Netloom's own files, in a folder of this test."""
    monkeypatch.setenv("NETLOOM_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def answers() -> Answers:
    return Answers()


MakeWindow = Callable[[], MainWindow]


@pytest.fixture
def make_window(home: Path, qapp: QApplication, answers: Answers, qtbot: QtBot) -> Iterator[MakeWindow]:
    """Opens windows; they are closed without questions in the end."""
    made: list[MainWindow] = []

    def make() -> MainWindow:
        look = Style("dark")
        look.apply()
        window = MainWindow(library(), look, make_settings(), answers)
        made.append(window)
        with qtbot.waitSignal(window.first_frame, timeout=20_000):
            window.show()
        return window

    yield make
    for window in made:
        window.workspace.history.mark_saved()
        window.close()
        window.stage.canvas.close_graph()
        window.deleteLater()
    made.clear()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()


@pytest.fixture
def window(make_window: MakeWindow) -> MainWindow:
    return make_window()
