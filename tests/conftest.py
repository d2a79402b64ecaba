"""What every test stands on: a home of its own, one thread, a virtual screen, random examples that repeat."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

# Before anything imports torch, numpy or Qt: they read these once. Training programs inherit them.
_HOME = tempfile.mkdtemp(prefix="netloom-tests-")
os.environ["NETLOOM_HOME"] = _HOME
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("QT_PREFERRED_BINDING", "PySide6")

hypothesis.settings.register_profile("netloom", derandomize=True, deadline=None, database=None, print_blob=True)
hypothesis.settings.load_profile("netloom")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="write the golden files as they come out now")


def pytest_configure(config: pytest.Config) -> None:
    """Without a screen Qt ends the process without a word: say so before."""
    has_screen = not sys.platform.startswith("linux") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    )
    if not has_screen and shutil.which("Xvfb") is None:
        pytest.exit(
            "The window's tests need a virtual screen: Xvfb was not found. On Debian and Ubuntu it is in the package "
            "xvfb (sudo apt-get install xvfb xauth); elsewhere set DISPLAY to a screen.",
            returncode=3,
        )


@pytest.fixture(scope="session", autouse=True)
def netloom_home() -> Iterator[Path]:
    """The folder of settings, runs and recovery of this session of tests; it is gone afterwards."""
    yield Path(_HOME)
    shutil.rmtree(_HOME, ignore_errors=True)
