"""Documents by chance: whatever elaborates becomes code that computes what one module a node computes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from hypothesis import HealthCheck, assume, given, settings

from app.codegen.generate import model_source
from app.core.document import Document
from blocks import library
from tests.codegen import hostile
from tests.codegen.checking import agree, is_sound
from tests.codegen.drawn import documents

EXAMPLES = 100
ROOT = Path(__file__).parents[2]
TEXTS: list[str] = []


@given(documents())
@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
def test_code_agrees_with_the_document(document: Document) -> None:
    assume(is_sound(document, library()))
    TEXTS.append(agree(document, library()))


def test_the_texts_are_stable_clean_and_typed(tmp_path: Path) -> None:
    """Over what the test before made, and the unkind documents."""
    assert len(TEXTS) > EXAMPLES / 2, "run the whole file: this test looks at what the one before it made"
    unkind = [model_source(draw(), library()).text for draw in hostile.CASES.values()]
    for number, text in enumerate([*unkind, *TEXTS]):
        (tmp_path / f"model_{number}.py").write_text(text, encoding="ascii")
    rules = ["--select", "E,W,F,I,N,UP,B,A,C4,PIE,RET,SIM,PL,RUF", "--ignore", "RET504,PLR0913,PLR0917,PLR2004"]
    _passes(tmp_path, "ruff", "format", "--isolated", "--diff", "--quiet", ".")
    _passes(tmp_path, "ruff", "check", "--isolated", "--quiet", *rules, ".")
    files = [f"model_{number}.py" for number in range(len(unkind) + EXAMPLES // 3)]
    _passes(tmp_path, "mypy", "--strict", "--no-error-summary", "--cache-dir", str(ROOT / ".mypy_cache"), *files)


def _passes(folder: Path, tool: str, *arguments: str) -> None:
    command = [Path(sys.executable).parent / tool, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[:4000]
