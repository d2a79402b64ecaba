"""Every template that was verified once has a receipt of what it is today."""

from __future__ import annotations

import msgspec
import pytest

import templates
from app import receipts
from app.core.document import Document, GraphLayout, Value


@pytest.mark.parametrize("name", receipts.names())
def test_receipt_is_of_todays_template(name: str) -> None:
    """Where this fails, the drawing, the recipe, a module or the reader has changed: ``make verify T=...``."""
    found = receipts.receipt(name)
    assert found is not None
    assert found.template == name
    today = receipts.hashes(name)
    changed = sorted(key for key in {*today, *found.hashes} if today.get(key) != found.hashes.get(key))
    assert not changed, f"{', '.join(changed)} changed since {name} was verified: make verify T={name}"


@pytest.mark.parametrize("name", receipts.names())
def test_receipt_holds_what_reached_the_goal(name: str) -> None:
    found = receipts.receipt(name)
    assert found is not None
    assert len(found.seeds) >= 4
    goal = templates.load(name).presets[found.preset].goal
    assert goal == found.goal
    for measured in found.seeds.values():
        assert goal.at_least is None or measured.value >= goal.at_least
        assert goal.at_most is None or measured.value <= goal.at_most


def test_hashes_see_what_trains_and_not_how_it_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    document = templates.load("mlp_classifier")
    before = receipts.hashes("mlp_classifier")
    assert {"document", "accuracy"} <= set(before)
    assert any(name.startswith("data_") for name in before)

    def hashed(changed: Document) -> dict[str, str]:
        monkeypatch.setattr(templates, "load", lambda _: changed)
        return receipts.hashes("mlp_classifier")

    moved = msgspec.structs.replace(document, layout={"MLP": GraphLayout({"x": (1.0, 2.0)})}, lesson="Other words.")
    assert hashed(moved) == before
    assert document.recipe is not None
    steps: dict[str, Value] = {"stages.train.steps": 7}
    quick = msgspec.structs.replace(document.presets["quick"], recipe=steps)
    shorter = msgspec.structs.replace(document, presets={**document.presets, "quick": quick})
    assert hashed(shorter)["document"] != before["document"]
    monkeypatch.setattr(receipts, "module_text", lambda name: f"# {name}, but another text")
    assert hashed(document)["accuracy"] != before["accuracy"]
