"""The command line as a user meets it: a process, or the same in this one where nothing is trained."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.cli.entry import run


@dataclass(frozen=True)
class Said:
    """How a call ended, and what it said where."""

    code: int
    out: str
    err: str


Call = Callable[..., Said]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to be in, and a home of its own."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("NETLOOM_HOME", str(tmp_path / "home"))
    return folder


@pytest.fixture
def call(here: Path, capfd: pytest.CaptureFixture[str]) -> Call:
    """``call("check", "resnet18")`` in this process."""

    def called(*arguments: str) -> Said:
        capfd.readouterr()
        code = run(arguments)
        out, err = capfd.readouterr()
        assert "Traceback" not in err
        return Said(int(code), out, err)

    return called


@pytest.fixture
def process(here: Path) -> Call:
    """The same as a process of its own."""

    def called(*arguments: str) -> Said:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "app.cli", *arguments],
            capture_output=True,
            cwd=here,
            env=os.environ.copy(),
            stdin=subprocess.DEVNULL,
            timeout=240,
            check=False,
        )
        err = done.stderr.decode()
        assert "Traceback" not in err
        return Said(done.returncode, done.stdout.decode(), err)

    return called
