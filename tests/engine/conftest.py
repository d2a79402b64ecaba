from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.client import EngineClient, EngineState


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NETLOOM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    return tmp_path / "home"


@pytest.fixture
def states() -> list[EngineState]:
    return []


@pytest.fixture
def client(states: list[EngineState]) -> Iterator[EngineClient]:
    with EngineClient(states.append) as client:
        yield client


def until(condition: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait for a condition; the engine is another process, so nothing here can wake us."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("The condition did not come true.")
        time.sleep(0.01)
