"""The generated text: what ruff and mypy say of it, that it is ASCII, and that it is the same in any process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from app.codegen.generate import model_source, steps_source
from tests.codegen.documents import CASES, TEMPLATES, Given

RULES = "E,W,F,I,N,UP,B,A,C4,PIE,RET,SIM,PT,PL,RUF"
BIN = Path(sys.executable).parent
ROOT = Path(__file__).parents[2]


KNOWN = (
    *("glove", "recursive_nn"),  # a power or a call on brackets that ruff breaks in another place
    *("dbn", "rbm", "speech_ctc"),  # names of the papers (W) and of a port (input)
    *("alexnet", "attention_seq2seq", "rnn_many_to_one", "rnn_one_to_many", "vit"),  # starts that mypy cannot follow
)
"""Templates whose text is known not to be clean, each for the reason beside it; whoever mends one takes it out."""

CLEAN = [found for found in CASES if found.name not in KNOWN]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every generated file, in a folder for each document and preset."""
    root = tmp_path_factory.mktemp("generated")
    for given in CLEAN:
        for preset, texts in sources(given).items():
            for file, text in texts.items():
                place = root / f"{given.name}_{preset or 'only'}"
                place.mkdir(exist_ok=True)
                (place / file).write_text(text, encoding="utf-8")
    return root


def sources(given: Given) -> dict[str, dict[str, str]]:
    document, library = given.document(), given.library()
    found: dict[str, dict[str, str]] = {}
    for preset in list(document.presets) or [""]:
        found[preset] = {"model.py": model_source(document, library, preset).text}
        if document.recipe is not None:
            found[preset]["steps.py"] = steps_source(document, library, preset).text
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
    """Each file by itself would take seconds; as modules of their own names they take one run."""
    names = []
    for file in sorted(folder.glob("*/*.py")):
        target = folder / f"{file.parent.name}_{file.stem}.py"
        target.write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
        names.append(target.name)
    code, said = _run(
        "mypy", "--strict", "--no-error-summary", "--cache-dir", str(ROOT / ".mypy_cache"), *names, cwd=folder
    )
    for name in names:
        (folder / name).unlink()
    assert code == 0, said


def test_is_ascii(folder: Path) -> None:
    for file in folder.glob("*/*.py"):
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
    program = (
        "from tests.codegen.documents import TEMPLATES\n"
        "from app.codegen.generate import model_source, steps_source\nimport hashlib\n"
        "texts = [write(g.document(), g.library()).text for g in TEMPLATES for write in (model_source, steps_source)]\n"
        "print(hashlib.sha256(repr(texts).encode()).hexdigest())"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, env={"PYTHONHASHSEED": seed, "PATH": ""}, capture_output=True,
            text=True, check=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(said) == 1
