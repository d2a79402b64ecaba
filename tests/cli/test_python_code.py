"""Python that a document brings along, on the command line: looked at freely, run only once it is allowed."""

from __future__ import annotations

import json
from pathlib import Path

from app import allowed, known_code
from app.core import files
from app.core.facts import Answer
from app.core.python_code import digest
from app.known_code import library_with
from blocks import library
from tests.cli.conftest import Call
from tests.python_code.documents import SWISH, block, chain, code, written

HASH = digest(SWISH)


def document(folder: Path) -> str:
    return str(written(chain(code(SWISH, "Swish"), block("swish", "Swish")), folder))


def test_looking_says_what_is_not_known(call: Call, here: Path) -> None:
    said = call("check", document(here))
    assert said.code == 1
    assert "Net/swish: Not allowed yet. Swish is Python that this document brings along" in said.out
    assert call("export", document(here), "--to", "svg").code == 0


def test_verbs_that_run_it_refuse_and_name_the_hash(call: Call, here: Path) -> None:
    for verb in (["code"], ["summary"], ["summary", "--built"], ["export", "--to", "code"], ["train"]):
        said = call(verb[0], document(here), *verb[1:])
        assert said.code == 2
        assert f"--allow-code {HASH}" in said.err
        assert "Swish" in said.err
    said = call("code", document(here), "--json")
    assert json.loads(said.out)["exit"] == 2
    assert allowed.allowed() == frozenset()


def test_a_hash_has_the_form_of_one(call: Call, here: Path) -> None:
    assert call("code", document(here), "--allow-code", "all").code == 2
    assert call("code", document(here), "--allow-code", "0" * 64).code == 2


def test_allowed_once_it_runs_and_is_known_from_then_on(process: Call, call: Call, here: Path) -> None:
    said = process("code", document(here), "--allow-code", HASH)
    assert said.code == 0
    assert "class Swish(nn.Module):" in said.out
    assert allowed.allowed() == {HASH}
    said = call("check", document(here))
    assert (said.code, said.out) == (0, "")
    assert "class Swish" in call("code", document(here)).out


def test_another_text_of_that_name_is_refused_again(call: Call, here: Path) -> None:
    drawn = files.read(document(here))
    allowed.allow([HASH])
    library_with(drawn, library(), _as_it_came)
    assert call("code", document(here)).code == 0
    other = chain(code(SWISH.replace("1.0", "2.0"), "Swish"), block("swish", "Swish"))
    assert call("code", str(written(other, here))).code == 2


def _as_it_came(question: known_code.Question) -> Answer:
    answer = Answer(outputs=tuple((sample[0],) for sample in question.samples if sample[0] is not None))
    known_code.keep(question, answer)
    return answer
