"""The walls between the rooms, seen from outside: what files import, and what a fresh process has loaded."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "blocks" / "modules").glob("*.py"))
ONE_PACKAGE = {"sklearn", "PIL", "numpy", "networkx", "gymnasium"}
"""What a data reader may import beside torch: one of these (numpy may come with it)."""


def imported(text: str) -> set[str]:
    """Top-level packages that a file imports, anywhere in it."""
    found: set[str] = set()
    for part in ast.walk(ast.parse(text)):
        if isinstance(part, ast.Import):
            found.update(alias.name.partition(".")[0] for alias in part.names)
        elif isinstance(part, ast.ImportFrom):
            found.add("." if part.level else (part.module or "").partition(".")[0])
    return found


def strange(name: str, text: str) -> set[str]:
    """What a file of blocks/modules imports although it may not."""
    others = imported(text) - {"torch", "__future__"} - set(sys.stdlib_module_names)
    if not name.startswith("data_"):
        return others
    beside = others & ONE_PACKAGE
    return others - ONE_PACKAGE if len(beside - {"numpy"}) <= 1 else others


@pytest.mark.parametrize("file", MODULES, ids=lambda file: file.stem)
def test_carried_modules_import_torch_alone(file: Path) -> None:
    assert strange(file.stem, file.read_text(encoding="utf-8")) == set()


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("accuracy", "import torch\nimport numpy", {"numpy"}),
        ("accuracy", "def f():\n    from app.core import block", {"app"}),
        ("accuracy", "from . import mean_metric", {"."}),
        ("data_digits", "import sklearn.datasets, PIL.Image", {"sklearn", "PIL"}),
        ("data_digits", "import requests", {"requests"}),
    ],
)
def test_a_strange_import_is_seen(name: str, text: str, expected: set[str]) -> None:
    assert strange(name, text) == expected


def loaded(code: str, tmp_path: Path) -> set[str]:
    """Top-level packages in ``sys.modules`` of a fresh process that has run the code."""
    names = "sorted({name.partition('.')[0] for name in sys.modules})"
    tail = f"\nimport json, sys\nprint(json.dumps({names}), file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", code + tail], capture_output=True, text=True, cwd=tmp_path, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stderr.strip().splitlines()[-1]))


VERBS = [
    "['templates']",
    "['check', 'resnet18']",
    "['summary', 'unet']",
    "['code', 'gpt2']",
    "['code', 'mlp_classifier', '--preset', 'quick', '--part', 'train']",
    "['export', 'lenet5', '--to', 'svg']",
    "['new', 'vae', 'mine.netloom']",
    "['runs']",
    "['weights', '--list']",
]
HEAVY = {"torch", "torchinfo", "sklearn", "PySide6", "shiboken6", "NodeGraphQt", "Qt", "pyqtgraph", "gymnasium"}


@pytest.mark.parametrize("arguments", VERBS)
def test_verbs_load_neither_torch_nor_qt(arguments: str, tmp_path: Path) -> None:
    packages = loaded(f"from app.cli import main\nassert main({arguments}) == 0", tmp_path)
    assert "app" in packages
    assert packages & HEAVY == set()


def test_watching_a_run_loads_neither_torch_nor_qt(tmp_path: Path) -> None:
    train = "['train', 'mlp_classifier', '--preset', 'quick', '--budget', '1', '--out', 'run']"
    assert loaded(f"from app.cli import main\nassert main({train}) == 3", tmp_path) & HEAVY == set()


def test_the_engine_loads_no_qt(tmp_path: Path) -> None:
    packages = loaded("import app.engine.server, app.engine.work, app.engine.build", tmp_path)
    assert "torch" in packages
    assert packages & {"PySide6", "shiboken6", "NodeGraphQt", "Qt", "pyqtgraph"} == set()


def test_loading_is_seen(tmp_path: Path) -> None:
    assert "torchinfo" in loaded("import torchinfo", tmp_path)


PLANTED = {
    "layers": ("app/core/names.py", "import blocks"),
    "window-knows-no-engine": ("app/ui/status.py", "import app.engine.build"),
    "no-torch": ("blocks/linear/linear.py", "import torch"),
    "no-qt": ("app/engine/work.py", "import PySide6.QtCore"),
    "canvas-door": ("app/ui/status.py", "import NodeGraphQt"),
    "text-only": ("templates/_lesson.py", "import blocks.modules.accuracy"),
    "window-door": ("app/runs.py", "import app.ui.theme"),
}
"""For each contract of pyproject.toml a file and a line that it must refuse."""


def contracts() -> dict[str, str]:
    """Names of the contracts by their ids."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {contract["id"]: contract["name"] for contract in settings["tool"]["importlinter"]["contracts"]}


def test_every_contract_has_a_planted_violation() -> None:
    assert set(PLANTED) == set(contracts())


@pytest.mark.parametrize("rule", PLANTED)
def test_a_planted_violation_is_caught(rule: str, tmp_path: Path) -> None:
    """On a copy of the source, in which one file has one import more."""
    for package in ("app", "blocks", "templates", "resources"):
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__", "fonts", "icons")
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    name, line = PLANTED[rule]
    file = tmp_path / name
    file.write_text(f"{file.read_text(encoding='utf-8')}\n\n{line}\n", encoding="utf-8")
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [lint, "--no-cache", "--contract", rule], capture_output=True, text=True, cwd=tmp_path, check=False, timeout=120
    )
    assert done.returncode == 1, done.stdout
    assert f"{contracts()[rule]} BROKEN" in done.stdout
