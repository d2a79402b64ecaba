"""Graphs that are kept as blocks of one's own: written, shared, put into other drawings, and refused with a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

import templates
from app import own_blocks, paths
from app.codegen.generate import model_source
from app.core import edits, files
from app.core.document import End, Kind, Use
from app.core.elaborate import elaborate
from app.core.files import FileError
from app.own_blocks import OwnBlockError
from blocks import library


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NETLOOM_HOME", str(tmp_path / "home"))
    return tmp_path


def test_a_kept_graph_is_listed_and_builds_elsewhere() -> None:
    unet = templates.load("unet")
    path = own_blocks.keep(unet, "Down")
    (listed,) = own_blocks.own_blocks()
    assert (listed.name, listed.path, listed.wrong) == ("Down", path, "")
    assert listed.summary == unet.graphs["Down"].summary
    vae = templates.load("vae")
    grown, name = own_blocks.take(vae, path)
    assert name == "Down"
    assert set(grown.graphs) - set(vae.graphs) == {"Down", "DoubleConv"}
    assert grown.graphs["Down"] == unet.graphs["Down"]
    assert grown.layout.get("Down") == unet.layout.get("Down")


def test_what_is_put_in_twice_is_there_once() -> None:
    path = own_blocks.keep(templates.load("unet"), "Down")
    once, _ = own_blocks.take(templates.load("vae"), path)
    assert own_blocks.take(once, path) == (once, "Down")


def test_another_graph_of_that_name_stays_what_it_is() -> None:
    path = own_blocks.keep(templates.load("unet"), "Down")
    other = templates.load("unet")
    changed = edits.set_note(other, "DoubleConv", "conv1", "mine").document
    grown, name = own_blocks.take(changed, path)
    assert name != "Down"
    assert grown.graphs["Down"] == changed.graphs["Down"]
    assert grown.graphs["DoubleConv"] == changed.graphs["DoubleConv"]
    used = {node.use.name for node in grown.graphs[name].nodes.values() if node.use.kind is Kind.GRAPH}
    assert used.isdisjoint({"DoubleConv"})
    assert used <= set(grown.graphs)


def test_a_drawing_with_it_compiles() -> None:
    path = own_blocks.keep(templates.load("resnet18"), "BasicBlock")
    document, name = own_blocks.take(templates.load("lenet5"), path)
    place = document.graphs["LeNet5"]
    wire = next(edge for edge in place.edges if edge.target.node == "c1")
    added = edits.add_node(document, "LeNet5", Use(Kind.GRAPH, name))
    document = edits.set_argument(added.document, "LeNet5", added.nodes[0], "planes", 6).document
    port = document.graphs[name].inputs[0].name
    document = edits.connect(document, "LeNet5", wire.source, End(added.nodes[0], port)).document
    assert not [problem for problem in elaborate(document, library()).problems if problem.severity == "error"]
    assert f"class {name}(nn.Module)" in model_source(document, library()).text


def test_another_block_of_that_name_is_not_written_over() -> None:
    unet = templates.load("unet")
    path = own_blocks.keep(unet, "Down")
    assert own_blocks.keep(unet, "Down") == path
    before = path.read_bytes()
    changed = edits.set_note(unet, "DoubleConv", "conv1", "mine").document
    with pytest.raises(OwnBlockError, match="another block of your own called “Down”"):
        own_blocks.keep(changed, "Down")
    assert path.read_bytes() == before
    own_blocks.keep(changed, "Down", over=True)
    assert path.read_bytes() != before


def test_a_step_is_no_block() -> None:
    with pytest.raises(OwnBlockError, match="calls the model “unet”"):
        own_blocks.keep(templates.load("unet"), "TrainStep")
    assert own_blocks.own_blocks() == []


def test_a_shared_file_is_looked_at_before_it_is_taken(home: Path) -> None:
    shared = home / "shared.netloom"
    shared.write_bytes(own_blocks.keep(templates.load("unet"), "Down").read_bytes())
    own_blocks.forget(own_blocks.own_blocks()[0])
    assert own_blocks.own_blocks() == []
    assert own_blocks.bring(shared).name == "Down.netloom"
    shared.write_text('{"netloom": ', encoding="utf-8")
    with pytest.raises(FileError):
        own_blocks.bring(shared)
    files.write(shared, templates.load("vae"))
    with pytest.raises(OwnBlockError, match="holds no block"):
        own_blocks.bring(shared)
    assert [block.name for block in own_blocks.own_blocks()] == ["Down"]


def test_a_broken_file_is_listed_with_what_is_wrong() -> None:
    own_blocks.keep(templates.load("unet"), "Down")
    (paths.blocks() / "Broken.netloom").write_text("{}", encoding="utf-8")
    broken, good = own_blocks.own_blocks()
    assert (broken.name, good.name) == ("Broken", "Down")
    assert broken.wrong
    assert not good.wrong
