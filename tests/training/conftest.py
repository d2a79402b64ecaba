from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app import run_folder, runs
from app.core.document import Document
from app.runs import Run, Settings
from tests.training.documents import classifier, files_of


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NETLOOM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    return tmp_path / "home"


Make = Callable[..., Run]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Make a run folder from hand-written texts, without starting it."""
    made: list[Run] = []

    def build(name: str = "run", document: Document | None = None, workers: int = 0, **texts: str) -> Run:
        document = document or classifier()
        files = files_of(document)
        files.update({f"{key}.py": text for key, text in texts.items()})
        folder = tmp_path / name
        folder.mkdir()
        settings = Settings(preset="quick", seed=3, workers=workers, steps=40, folder=str(tmp_path))
        made.append(runs.fill_folder(folder, document, settings, files))
        return made[-1]

    yield build
    for run in made:
        run.kill()
        for child in run_folder._children.values():
            child.wait()
