"""What is taken away: pictures of graphs with and without Graphviz, the code folder, weights."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from xml.etree import ElementTree

import pytest

import templates
from app import drawing, takeaway
from app.core.elaborate import elaborate
from app.runs import Run
from blocks import library

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("name", templates.names())
def test_our_own_picture_shows_every_node_and_wire(name: str) -> None:
    document = templates.load(name)
    elaboration = elaborate(document, library())
    for graph in document.graphs.values():
        root = ElementTree.fromstring(drawing.plain_svg(elaboration, graph.name))
        texts = [text.text or "" for text in root.iter(f"{SVG}text")]
        for node in graph.nodes.values():
            assert any(text.startswith(node.name) for text in texts), node.name
        assert len(list(root.iter(f"{SVG}path"))) == len(graph.edges)
        width, height = float(root.attrib["width"]), float(root.attrib["height"])
        for box in root.iter(f"{SVG}rect"):
            if "x" in box.attrib:
                assert 0 <= float(box.attrib["x"]) <= width - float(box.attrib["width"])
                assert 0 <= float(box.attrib["y"]) <= height - float(box.attrib["height"])


def test_without_dot_svg_is_drawn_by_us_and_png_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    elaboration = elaborate(templates.load("lenet5"), library())
    graph = drawing.first_graph(elaboration.document)
    assert drawing.svg(elaboration, graph) == drawing.plain_svg(elaboration, graph)
    with pytest.raises(drawing.DrawingError, match="SVG works"):
        drawing.png(elaboration, graph)


@pytest.mark.skipif(not drawing.has_dot(), reason="Graphviz's dot is not installed")
def test_with_dot_both_are_drawn() -> None:
    elaboration = elaborate(templates.load("lenet5"), library())
    graph = drawing.first_graph(elaboration.document)
    assert "1×28×28" in drawing.svg(elaboration, graph) or "B×" in drawing.svg(elaboration, graph)
    assert drawing.png(elaboration, graph).startswith(b"\x89PNG")


@pytest.mark.parametrize("name", templates.names())
def test_the_code_folder_tells_how_it_is_used(name: str) -> None:
    document = templates.load(name)
    files = takeaway.code_folder(document, library(), "quick")
    assert {"model.py", "steps.py", "train.py", "README.md"} <= files.keys()
    text = files["README.md"].decode()
    assert document.title in text
    for model in document.models:
        assert f"from model import {model}" in text
        assert f"def {model}(" in files["model.py"].decode()
        assert f', "{model}.safetensors")' in text, "how trained weights get in"
    assert "pip install torch safetensors" in text


def _checkpoint(folder: Path, tensors: dict[str, bytes], aliases: dict[str, str]) -> None:
    """A safetensors file of bytes, as the run-time writes it."""
    header: dict[str, object] = {"__metadata__": aliases} if aliases else {}
    place = 0
    for key, data in tensors.items():
        header[key] = {"dtype": "U8", "shape": [len(data)], "data_offsets": [place, place + len(data)]}
        place += len(data)
    text = json.dumps(header).encode()
    folder.mkdir(parents=True)
    body = b"".join(tensors.values())
    (folder / "weights.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + body)


def test_weights_are_split_by_model_and_ties_are_kept(tmp_path: Path) -> None:
    from safetensors import deserialize

    tensors = {"first.a": b"abc", "second.a.b": b"de", "first.c": b"f"}
    _checkpoint(tmp_path / "checkpoints" / "step-00000001", tensors, {"first.tied": "first.a"})
    written = takeaway.weights(Run(tmp_path))
    assert written.keys() == {"first.safetensors", "second.safetensors"}
    first = {key: bytes(value["data"]) for key, value in deserialize(written["first.safetensors"])}
    assert first == {"a": b"abc", "c": b"f", "tied": b"abc"}
    second = {key: bytes(value["data"]) for key, value in deserialize(written["second.safetensors"])}
    assert second == {"a.b": b"de"}


@pytest.mark.parametrize("data", [b"", b"1234567", b"\xff" * 40, struct.pack("<Q", 2) + b"{}"[:1]])
def test_weights_that_cannot_be_read_are_told(data: bytes, tmp_path: Path) -> None:
    folder = tmp_path / "checkpoints" / "step-00000001"
    folder.mkdir(parents=True)
    (folder / "weights.safetensors").write_bytes(data)
    with pytest.raises(takeaway.TakeawayError, match="cannot be read"):
        takeaway.weights(Run(tmp_path))


def test_nothing_is_written_where_one_file_may_not_be(tmp_path: Path) -> None:
    (tmp_path / "b").write_bytes(b"mine")
    with pytest.raises(takeaway.TakeawayError, match="--force"):
        takeaway.write_files(tmp_path, {"a": b"new", "b": b"new"})
    assert not (tmp_path / "a").exists()
    assert (tmp_path / "b").read_bytes() == b"mine"
    takeaway.write_files(tmp_path, {"a": b"new", "b": b"new"}, force=True)
    assert (tmp_path / "b").read_bytes() == b"new"
