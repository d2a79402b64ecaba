"""Opens the editor, or says in a sentence why there is none."""

from __future__ import annotations

import os
import sys

from app.cli.console import Exit, RefusedError
from app.cli.opened import locate

SYSTEM_PACKAGES = "libgl1 libegl1 libxkbcommon0 libdbus-1-3 libfontconfig1 libxkbcommon-x11-0 libxcb-cursor0"


def has_display() -> bool:
    """Whether a window could be shown: on Linux some screen must be named."""
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def open_window(target: str | None) -> int:
    """The editor on a file or a template; gives the exit code."""
    if target is not None:
        locate(target)
    if not has_display():
        raise RefusedError(
            "There is no display here, so the editor cannot open. All else works without one: see “netloom --help”.",
            Exit.USAGE,
        )
    try:
        from app.ui.app import run
    except ImportError as error:
        remedy = f" On Debian and Ubuntu: sudo apt-get install {SYSTEM_PACKAGES}" if "lib" in str(error) else ""
        raise RefusedError(
            f"The editor's window needs Qt, which cannot be loaded: {error}.{remedy}", Exit.USAGE
        ) from error
    return run(target)
