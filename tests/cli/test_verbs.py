"""Each verb on good input: what is on standard output, what in files, and how it ends."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import msgspec
import pytest

import templates
from app.cli import results
from app.cli.verbs import VERBS
from app.codegen.generate import model_source, steps_source
from app.codegen.training import train_source
from app.core import files
from blocks import library
from tests.cli.conftest import Call


def test_templates_lists_them_all(call: Call) -> None:
    said = call("templates")
    assert said.code == 0
    assert [line.split()[0] for line in said.out.splitlines()[2:]] == templates.names()
    found = msgspec.json.decode(call("templates", "--json").out, type=results.Templates)
    assert [one.name for one in found.templates] == templates.names()


def test_new_makes_a_document_and_keeps_one_that_is_there(call: Call, here: Path) -> None:
    said = call("new", "lenet5", "mine")
    assert (said.code, said.out.strip()) == (0, str(here / "mine.netloom"))
    assert files.read(here / "mine.netloom") == templates.load("lenet5")
    before = (here / "mine.netloom").read_bytes()
    assert call("new", "vgg16", "mine.netloom").code == 1
    assert (here / "mine.netloom").read_bytes() == before


@pytest.mark.parametrize("name", ["mlp_classifier", "resnet18"])
def test_code_is_the_generators_text_byte_for_byte(name: str, call: Call, here: Path) -> None:
    document = templates.load(name)
    assert call("code", name).out == model_source(document, library()).text
    assert call("code", name, "--part", "steps").out == steps_source(document, library()).text
    assert (
        call("code", name, "--part", "train", "--preset", "quick").out
        == train_source(document, library(), "quick").text
    )
    said = call("code", name, "-o", "model.py")
    assert said.out.strip() == str(here / "model.py")
    assert (here / "model.py").read_text(encoding="utf-8") == model_source(document, library()).text


def test_code_of_all_needs_a_folder_and_keeps_what_is_there(call: Call, here: Path) -> None:
    assert call("code", "mlp_classifier", "--part", "all").code == 2
    assert call("code", "mlp_classifier", "--part", "all", "-o", "code").code == 0
    written = {str(path.relative_to(here / "code")) for path in (here / "code").rglob("*") if path.is_file()}
    assert {"model.py", "steps.py", "train.py", "README.md", "runtime/run.py"} <= written
    (here / "code" / "model.py").write_text("# my own\n", encoding="utf-8")
    assert call("code", "mlp_classifier", "--part", "all", "-o", "code").code == 1
    assert (here / "code" / "model.py").read_text(encoding="utf-8") == "# my own\n"
    assert call("code", "mlp_classifier", "--part", "all", "-o", "code", "--force").code == 0
    ast.parse((here / "code" / "model.py").read_text(encoding="utf-8"))


def test_another_presets_reader_goes_with_force_unless_somebody_changed_it(call: Call, here: Path) -> None:
    readers = []
    for preset in ("quick", "paper"):
        assert call("export", "resnet18", "--to", "code", "--preset", preset, "-o", preset).code == 0
        readers += [file.name for file in (here / preset).glob("data_*.py")]
    assert len(set(readers)) == 2, "this test is of two presets with readers of their own"
    said = call("export", "resnet18", "--to", "code", "--preset", "paper", "-o", "quick", "--force")
    assert said.code == 0
    assert f"removed quick/{readers[0]}" in said.err
    assert [file.name for file in (here / "quick").glob("data_*.py")] == [readers[1]]
    own = here / "quick" / readers[0]
    own.write_text("# mine\n")
    assert call("export", "resnet18", "--to", "code", "--preset", "paper", "-o", "quick", "--force").code == 0
    assert own.read_text() == "# mine\n"


def test_check_is_silent_where_all_is_well(call: Call) -> None:
    said = call("check", "unet", "--preset", "quick")
    assert (said.code, said.out) == (0, "")
    found = msgspec.json.decode(call("check", "unet", "--json").out, type=results.Checked)
    assert found.sound
    assert found.problems == ()


def test_summary_adds_up(call: Call) -> None:
    said = call("summary", "mlp_classifier", "--depth", "1")
    assert said.code == 0
    assert "17,226 parameters" in said.out
    found = msgspec.json.decode(call("summary", "resnet18", "--depth", "1", "--json").out, type=results.Summary)
    (model,) = found.models
    assert model.parameters == 11_689_512 == sum(layer.parameters for layer in model.layers)
    assert model.outputs == {"logits": "B×1000"} or list(model.outputs.values()) == ["B×1000"]


def test_pictures_are_drawn(call: Call, here: Path) -> None:
    said = call("export", "mlp_classifier", "--to", "svg")
    assert said.out.strip() == str(here / "mlp_classifier.svg")
    text = (here / "mlp_classifier.svg").read_text(encoding="utf-8")
    for name in ("layer1", "layer2", "output"):
        assert name in text
    assert call("export", "mlp_classifier", "--to", "svg", "--graph", "nix").code == 1


def test_schema_describes_every_verb_that_gives_json(call: Call) -> None:
    said = call("schema")
    assert set(json.loads(said.out)["verbs"]) == {*results.BY_VERB, "failure"}
    assert set(results.BY_VERB) <= set(VERBS)
    assert call("schema", "open").code == 2


def test_verify_shows_what_is_stated_and_counted(call: Call) -> None:
    said = call("verify", "resnet18", "lenet5")
    assert said.code == 0
    assert re.search(r"resnet18\n  parameters  stated 11,689,512, counted 11,689,512", said.out)
    assert "logits B×1000" in said.out
    assert re.search(r"took +[\d.]+ ms to elaborate, [\d.]+ ms to write its code, [\d,]+ ms to build", said.out)
    found = msgspec.json.decode(call("verify", "resnet18", "--json").out, type=results.Verified)
    assert found.templates[0].parameters_counted == 11_689_512


def test_a_name_of_a_template_wins_over_a_folder_of_that_name(call: Call, here: Path) -> None:
    (here / "lenet5").mkdir()
    assert call("code", "lenet5").out.startswith('"""LeNet-5')


def test_help_and_version(call: Call) -> None:
    said = call("--help")
    assert said.code == 0
    assert all(verb in said.out for verb in VERBS)
    assert call("--version").out.startswith("netloom ")


def test_without_a_display_the_editor_says_so(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    for arguments in ((), ("lenet5",), ("open", "lenet5")):
        said = call(*arguments)
        assert said.code == 2
        assert "There is no display here" in said.err
