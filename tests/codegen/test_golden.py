"""Every template's code under its default preset, byte for byte; a change shows its difference.

``pytest tests/codegen/test_golden.py --accept`` writes what is generated now, and deletes what no template gives.
"""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from app.codegen.generate import model_source, steps_source
from app.codegen.training import train_source
from app.core.elaborate import elaborate
from tests.codegen.documents import TEMPLATES, Given

GOLDEN = Path(__file__).parents[1] / "golden"
LONGEST = 200


def generated(given: Given) -> dict[str, str]:
    document, library = given.document(), given.library()
    known = elaborate(document, library)
    found = {"model.py": model_source(document, library, None, known).text}
    if document.recipe is not None:
        found["steps.py"] = steps_source(document, library, None, known).text
        found["train.py"] = train_source(document, library).text
    return found


def difference(before: str, after: str, file: str) -> str:
    lines = list(
        difflib.unified_diff(before.splitlines(), after.splitlines(), f"golden/{file}", "generated", "", "", 3)
    )
    more = [f"... and {len(lines) - LONGEST} lines more"] if len(lines) > LONGEST else []
    return "\n".join([*lines[:LONGEST], *more])


@pytest.mark.parametrize("given", TEMPLATES, ids=str)
def test_code_is_the_golden_one(given: Given, request: pytest.FixtureRequest) -> None:
    texts = generated(given)
    folder = GOLDEN / given.name
    if request.config.getoption("--accept"):
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.py"):
            if old.name not in texts:
                old.unlink()
        for file, text in texts.items():
            (folder / file).write_bytes(text.encode("ascii"))
    assert {path.name for path in folder.glob("*")} == set(texts), "accept the golden files with --accept"
    for file, text in texts.items():
        golden = (folder / file).read_bytes().decode("ascii")
        assert golden == text, "\n" + difference(golden, text, f"{given.name}/{file}")


def test_every_golden_folder_is_a_template(request: pytest.FixtureRequest) -> None:
    names = {given.name for given in TEMPLATES}
    stale = sorted(path for path in GOLDEN.glob("*") if path.name not in names)
    if request.config.getoption("--accept"):
        for folder in stale:
            for path in folder.iterdir():
                path.unlink()
            folder.rmdir()
        stale = []
    assert not stale, f"no template is called {', '.join(path.name for path in stale)}; accept with --accept"
