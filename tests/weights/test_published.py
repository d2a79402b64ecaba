"""The table of published files: every entry names a template and a preset that the file fits exactly."""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest
from msgspec.structs import replace

import templates
from app.core.elaborate import elaborate
from app.core.results import state_of
from app.weights.published import TABLE, Published, published, template_of, translation_for
from blocks import library
from tests.weights.derive import FILE, digest, key

FILES: dict[str, str] = json.loads(FILE.read_text(encoding="utf-8"))
"""What the reference implementations say of each file."""


@pytest.mark.parametrize("entry", TABLE, ids=lambda entry: f"{entry.template}-{entry.preset}-{entry.name}")
def test_the_file_fits_the_preset(entry: Published) -> None:
    document = templates.load(entry.template)
    assert entry.preset in document.presets
    models = elaborate(document, library(), entry.preset).models
    found = {
        f"{model}.{name}" if len(models) > 1 else name: list(weight.shape)
        for model, result in models.items()
        for name, weight in state_of(result).items()
    }
    assert digest(found) == FILES[key(entry)]


def test_what_is_checked_is_what_is_listed() -> None:
    assert set(FILES) == {key(entry) for entry in TABLE}


@pytest.mark.parametrize("entry", TABLE, ids=lambda entry: entry.name)
def test_an_entry_says_all_that_a_person_should_know(entry: Published) -> None:
    assert re.fullmatch(r"https://(download\.pytorch\.org|huggingface\.co)/[\w./-]+", entry.url)
    assert re.fullmatch(r"([0-9a-f]{8}|[0-9a-f]{64})?", entry.sha256)
    assert bool(entry.sha256) or entry.url.startswith("https://huggingface.co/")
    assert entry.licence
    assert 10**7 < entry.size < 10**10


def test_names_tell_them_apart() -> None:
    assert max(Counter((entry.template, entry.preset, entry.name) for entry in TABLE).values()) == 1
    assert len({(entry.url, entry.sha256) for entry in TABLE}) == len({entry.url for entry in TABLE})


def test_a_document_is_known_by_its_template_or_title() -> None:
    assert template_of(templates.load("resnet18")) == "resnet18"
    assert template_of(replace(templates.load("resnet18"), title="Mine")) == "resnet18"
    assert template_of(replace(templates.load("resnet18"), template="")) == "resnet18"
    assert [entry.preset for entry in published("resnet18")] == ["paper"]
    assert published("lenet5") == ()
    assert translation_for("gpt2", "quick") == translation_for("gpt2", "paper")
    assert translation_for("resnet18", "paper") is None
