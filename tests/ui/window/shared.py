"""One window for all tests of a module, where opening one for each would take the most time."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from app.ui.app import make_settings
from app.ui.main_window import MainWindow
from app.ui.style import Style
from blocks import library
from tests.ui.window.conftest import Answers


@pytest.fixture(scope="module")
def shared_answers() -> Answers:
    return Answers()


@pytest.fixture(scope="module")
def shared_window(
    tmp_path_factory: pytest.TempPathFactory, qapp: QApplication, shared_answers: Answers
) -> Iterator[MainWindow]:
    """A window with Netloom's own files in a folder of this module; each test opens its document in it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NETLOOM_HOME", str(tmp_path_factory.mktemp("home")))
        look = Style("dark")
        look.apply()
        window = MainWindow(library(), look, make_settings(), shared_answers)
        waiting = QEventLoop()
        window.first_frame.connect(waiting.quit)
        QTimer.singleShot(20_000, waiting, lambda: waiting.exit(1))
        window.show()
        assert waiting.exec() == 0, "the window painted nothing within 20 seconds"
        yield window
        window.workspace.history.mark_saved()
        window.close()
        window.stage.canvas.close_graph()
        window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
