"""The comparison with reference implementations was made for every template, and came out as it must."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

import templates
from app.core import edits, settings
from tests.references.subject import subject

HERE = Path(__file__).parent
KEPT: dict[str, Any] = json.loads((HERE / "results.json").read_text(encoding="utf-8"))
COUNTS: dict[str, dict[str, dict[str, int]]] = json.loads((HERE / "counts.json").read_text(encoding="utf-8"))


def _results(name: str) -> list[dict[str, Any]]:
    return [found for found in KEPT["results"] if found["template"] == name]


@pytest.mark.parametrize("name", templates.names())
def test_was_compared_and_agrees(name: str) -> None:
    results = _results(name)
    assert any(found["preset"] == "paper" for found in results)
    for found in results:
        assert found["wrong"] == []
        assert max(found["loaded"], found["back"]) <= KEPT["tolerance"] <= 1e-5


@pytest.mark.parametrize("name", templates.names())
def test_counted_what_the_formulas_give(name: str) -> None:
    for found in _results(name):
        expected = sum(COUNTS[name][found["preset"]][model] for model in found["models"])
        assert set(found["parameters"].values()) == {expected}


@pytest.mark.parametrize("name", templates.names())
def test_compared_every_model_that_learns(name: str) -> None:
    compared = {model for found in _results(name) if found["preset"] == "paper" for model in found["models"]}
    learnt = {model.name for model in templates.load(name).models.values() if not model.average_of}
    assert compared == learnt


@pytest.mark.parametrize("name", templates.names())
def test_compared_what_the_template_is_today(name: str) -> None:
    """Where this fails, the drawing of a model, or a module that it carries, has changed since it was compared."""
    for found in _results(name):
        assert found["subject"] == subject(name, found["preset"]), f"compare it again: make references T={name}"


def test_a_subject_is_the_model_and_not_how_it_trains(monkeypatch: pytest.MonkeyPatch) -> None:
    document = templates.load("mlp_classifier")
    before = subject("mlp_classifier", "paper")
    longer = settings.set_recipe(document, "stages.train.steps", 12345).document
    monkeypatch.setattr(templates, "load", lambda _: msgspec.structs.replace(longer, lesson="Other words."))
    assert subject("mlp_classifier", "paper") == before
    wider = edits.set_argument(document, "Layer", "linear", "bias", False).document
    monkeypatch.setattr(templates, "load", lambda _: wider)
    assert subject("mlp_classifier", "paper") != before
