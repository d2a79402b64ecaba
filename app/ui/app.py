"""The editor as an application: ``run`` opens a window and returns when it is closed."""

from __future__ import annotations

import gc
import signal
import sys

from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app import paths
from app.ui.dialogs import Dialogs, QtDialogs
from app.ui.main_window import MainWindow
from app.ui.style import Style
from blocks import library


def run(target: str | None = None) -> int:
    """Open the editor on a file or a template by its name; without one on what was open last, or a first template."""
    application = make_application()
    window = make_window()
    if target is not None:
        window.storage.open_target(target)
    else:
        if not window.storage.open_last():
            window.storage.open_template(FIRST_TEMPLATE)
        window.first_frame.connect(window.storage.offer_recovery)
    window.first_frame.connect(keep_for_good)
    window.show()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return application.exec()


def keep_for_good() -> None:
    """What is there once the window is shown stays as long as the process: it is not searched for garbage any more.

    A full collection over blocks, widgets and the document would cost several frames in the middle of an edit.
    """
    gc.collect()
    gc.freeze()


FIRST_TEMPLATE = "mlp_classifier"


def make_application() -> QApplication:
    """The one QApplication of the process."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    application = QApplication(sys.argv[:1])
    application.setApplicationName("netloom")
    application.setApplicationDisplayName("")
    application.setDesktopFileName("netloom")
    return application


def make_settings() -> QSettings:
    folder = paths.settings()
    folder.mkdir(parents=True, exist_ok=True)
    return QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)


def make_window(dialogs: Dialogs | None = None) -> MainWindow:
    """A window in the theme that was chosen last, at first in the system's."""
    settings = make_settings()
    prefers_light = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Light
    look = Style(str(settings.value("theme", "light" if prefers_light else "dark")))
    look.apply()
    return MainWindow(library(), look, settings, dialogs or QtDialogs())
