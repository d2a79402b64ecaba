"""The generated text: what ruff and mypy say of it, that it is ASCII, and that it is the same in any process."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.codegen.generate import model_source, steps_source
from app.core.elaborate import Elaboration, elaborate
from blocks import library
from tests.codegen import hostile
from tests.codegen.checking import classes_of
from tests.codegen.documents import CASES, FEWER, TEMPLATES, Given, with_fewer

RULES = "E,W,F,I,N,UP,B,A,C4,PIE,RET,SIM,PT,PL,RUF"
BIN = Path(sys.executable).parent
ROOT = Path(__file__).parents[2]
NUMBER = re.compile(r"\b\d+(?:\.\d+)?\b")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every text that is generated, once: of templates, the designs' hard cases, and documents unkind in one way.

    Presets give most of a document's lines alike, so one elaboration serves them all.
    """
    root = tmp_path_factory.mktemp("generated")
    unkind = [Given(name, draw, library) for name, draw in hostile.CASES.items()]
    for given in [*CASES, *unkind]:
        for name, text in sources(given).items():
            (root / f"{given.name}_{name}.py").write_text(text, encoding="utf-8")
    return root


def sources(given: Given) -> dict[str, str]:
    """The files of all presets by a name for each; one whose text another has, but for its defaults' numbers, is it."""
    document, blocks = given.document(), given.library()
    found: dict[str, str] = {}
    forms: set[str] = set()
    before: Elaboration | None = None
    for preset in list(document.presets) or [""]:
        before = elaborate(document, blocks, preset, before)
        files = {"model": model_source(document, blocks, preset, before).text}
        if document.recipe is not None:
            files["steps"] = steps_source(document, blocks, preset, before).text
        for file, text in files.items():
            form = NUMBER.sub("0", text)
            if form not in forms:
                forms.add(form)
                found[f"{file}_{preset or 'only'}"] = text
    return found


def _run(*command: str, cwd: Path) -> tuple[int, str]:
    done = subprocess.run([BIN / command[0], *command[1:]], cwd=cwd, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_is_stable_under_ruff_format(folder: Path) -> None:
    code, said = _run("ruff", "format", "--isolated", "--diff", "--quiet", ".", cwd=folder)
    assert code == 0, said


def test_is_clean_under_ruff_check(folder: Path) -> None:
    ignored = "RET504,PLR0913,PLR0917,PLR2004"
    code, said = _run(
        "ruff",
        "check",
        "--isolated",
        "--select",
        RULES,
        "--ignore",
        ignored,
        "--output-format",
        "concise",
        ".",
        cwd=folder,
    )
    assert code == 0, said


def test_is_clean_under_strict_mypy(folder: Path) -> None:
    """As modules of their own names they take one run."""
    names = [file.name for file in sorted(folder.glob("*.py"))]
    code, said = _run(
        "mypy", "--strict", "--no-error-summary", "--cache-dir", str(ROOT / ".mypy_cache"), *names, cwd=folder
    )
    assert code == 0, said


def test_is_ascii(folder: Path) -> None:
    for file in folder.glob("*.py"):
        file.read_text(encoding="utf-8").encode("ascii")


@pytest.mark.parametrize("given", TEMPLATES, ids=str)
def test_every_line_of_a_class_knows_its_graph(given: Given) -> None:
    source = model_source(given.document(), given.library())
    lines = source.text.splitlines()
    for number, path in source.lines.items():
        assert lines[number - 1].strip(), f"line {number} is empty"
        assert not path.graph or path.graph in given.document().graphs
    for name, graph in given.document().graphs.items():
        if f"class {name}(" in source.text:
            assert any(path.graph == name for path in source.lines.values())
            assert graph.name == name


def test_is_the_same_under_another_hash_seed() -> None:
    """As the golden files, which were written under any."""
    program = (
        "from tests.codegen.documents import TEMPLATES\n"
        "from tests.codegen.test_golden import GOLDEN, generated\n"
        "for given in TEMPLATES:\n"
        "    for file, text in generated(given).items():\n"
        "        assert (GOLDEN / given.name / file).read_text(encoding='ascii') == text, (given.name, file)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env={"PYTHONHASHSEED": "1", "PATH": ""}, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", FEWER)
def test_presets_that_are_not_tried_change_no_class(name: str) -> None:
    whole, fewer = (
        model_source(next(case for case in cases if case.name == name).document(), library())
        for cases in (TEMPLATES, CASES)
    )
    assert classes_of(whole.text) == classes_of(fewer.text)
    assert set(with_fewer(name).presets) < set(next(t for t in TEMPLATES if t.name == name).document().presets)
