"""What a sound drawing still lacks here: data, memory, a goal that means something; told before anything is started."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest
from PIL import Image

import templates
from app.cli import results
from app.core import edits, files, settings
from app.core.document import DataSource, Document, Goal, Preset
from tests.cli.conftest import Call


def absurd() -> Document:
    """Layers of millions: trillions of weights."""
    return edits.set_argument(templates.load("mlp_classifier"), "Layer", "linear", "out_features", 3_600_000).document


def absurd_batch() -> Document:
    document = settings.set_recipe(templates.load("mlp_classifier"), "batch_size", 10**10).document
    return msgspec.structs.replace(document, preset="", presets={})


def without_data(preset: str = "") -> Document:
    """Every preset, or only one beside others with data, reads a folder that is not there."""
    document = templates.load("resnet18")
    nowhere = DataSource("ImageFolder", {"path": "gone", "size": 32, "channels": 1})
    if not preset:
        recipe = msgspec.structs.replace(document.recipe, data=nowhere)
        presets = {name: msgspec.structs.replace(found, data=None) for name, found in document.presets.items()}
        return msgspec.structs.replace(document, recipe=recipe, presets=presets)
    there = document.presets["quick"].data
    presets = {
        name: msgspec.structs.replace(document.presets["quick"], name=name, data=nowhere if name == preset else there)
        for name in ("quick", "small")
    }
    return msgspec.structs.replace(document, presets=presets, preset=preset)


def checked(call: Call, here: Path, document: Document, *more: str) -> tuple[results.Checked, int]:
    files.write(here / "mine.netloom", document)
    said = call("check", "mine.netloom", "--json", *more)
    return msgspec.json.decode(said.out, type=results.Checked), said.code


@pytest.mark.parametrize(
    ("document", "figures"),
    [(absurd(), ("12,960,273,600,010 parameters", "51.8 TB")), (absurd_batch(), ("10000000000", "TB"))],
    ids=["weights", "batch"],
)
def test_what_no_machine_holds_is_warned_of_and_not_started(
    document: Document, figures: tuple[str, ...], call: Call, here: Path
) -> None:
    found, code = checked(call, here, document)
    assert (code, found.sound) == (0, True)
    (row,) = found.problems
    assert row.severity == "warning"
    assert all(figure in row.message for figure in (*figures, "this machine has"))
    said = call("train", "mine.netloom", "--device", "cpu")
    assert (said.code, said.out) == (1, "")
    assert all(figure in said.err for figure in (*figures, "--force"))
    assert os.listdir(here) == ["mine.netloom"]


def test_missing_data_is_a_warning(call: Call, here: Path) -> None:
    found, code = checked(call, here, without_data(), "--preset", "quick")
    assert (code, found.sound) == (0, True)
    (row,) = found.problems
    assert (row.severity, row.part) == ("warning", "data")
    assert "gone" in row.message


def test_only_a_preset_that_would_work_is_advised(call: Call, here: Path) -> None:
    files.write(here / "none.netloom", without_data())
    files.write(here / "other.netloom", without_data("quick"))
    said = call("train", "none.netloom", "--preset", "quick")
    assert (said.code, said.out) == (1, "")
    assert "netloom train" not in said.err
    assert "“recipe”, “data”" in said.err
    said = call("train", "other.netloom")
    assert said.code == 1
    assert "netloom train other.netloom --preset small" in said.err


def test_every_preset_is_checked_and_named(call: Call, here: Path) -> None:
    document = templates.load("mlp_classifier")
    wrong = Preset(name="wrong", arguments={"nothing": 3})
    document = msgspec.structs.replace(document, presets={**document.presets, "wrong": wrong})
    found, code = checked(call, here, document)
    assert (code, found.sound) == (1, False)
    assert [row.preset for row in found.problems] == ["wrong"]
    said = call("check", "mine.netloom")
    assert "preset wrong" in said.out
    assert checked(call, here, document, "--preset", "quick") == (
        results.Checked(document="mine.netloom", preset="quick", sound=True, problems=()),
        0,
    )


@pytest.mark.parametrize(
    ("goal", "word"),
    [
        (Goal(evaluation="exam", metric="accuracy", at_least=0.5), "“exam”"),
        (Goal(evaluation="test", metric="charm", at_least=0.5), "“charm”"),
        (Goal(evaluation="test", metric="accuracy"), "no value"),
        (Goal(evaluation="test", metric="accuracy", at_least=0.9, at_most=0.1), "cannot be reached"),
    ],
)
def test_a_goal_that_means_nothing_is_told(goal: Goal, word: str, call: Call, here: Path) -> None:
    document = templates.load("mlp_classifier")
    quick = msgspec.structs.replace(document.presets["quick"], goal=goal)
    document = msgspec.structs.replace(document, presets={**document.presets, "quick": quick})
    found, code = checked(call, here, document)
    assert code == 0
    (row,) = found.problems
    assert (row.severity, row.part) == ("warning", "presets.quick.goal")
    assert word in row.message


def _images(folder: Path) -> DataSource:
    """Two classes of two images."""
    for name in ("cat", "dog"):
        (folder / "photos" / name).mkdir(parents=True)
        for number in (1, 2):
            Image.effect_noise((48, 48), 90).convert("RGB").save(folder / "photos" / name / f"{number}.png")
    return DataSource("ImageFolder", {"path": "photos", "size": 32, "channels": 1})


def test_a_damaged_image_is_told_before_training(call: Call, here: Path) -> None:
    data = _images(here)
    template = templates.load("resnet18")
    recipe = msgspec.structs.replace(template.recipe, data=data)
    presets = {"quick": msgspec.structs.replace(template.presets["quick"], data=None, goal=None)}
    document = msgspec.structs.replace(template, recipe=recipe, presets=presets, preset="quick")
    found, code = checked(call, here, document)
    assert (code, found.problems) == (0, ()), "all of them can be read"
    cut = here / "photos" / "cat" / "2.png"
    cut.write_bytes(cut.read_bytes()[:900])
    (here / "photos" / "dog" / "1.png").write_bytes(b"no image")
    found, code = checked(call, here, document)
    (row,) = found.problems
    assert (code, row.severity) == (0, "warning")
    assert "2 images" in row.message
    assert "cat/2.png, dog/1.png" in row.message
