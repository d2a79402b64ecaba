"""Documents as files: what is written comes back, what is wrong is named, nothing is lost."""

from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from app.core import files, migrations
from app.core.document import Document, Edge, End, Graph, GraphPort, Kind, Node, Repeat, Use
from app.core.files import FileError, decode, encode
from tests.core.strategies import documents


def small() -> Document:
    nodes = {
        "conv1": Node(id="conv1", name="conv1", use=Use(Kind.BLOCK, "Conv2d"), arguments={"kernel_size": (3, 3)}),
        "bn1": Node(id="bn1", name="norm", use=Use(Kind.BLOCK, "BatchNorm2d"), repeat=Repeat("=depth")),
    }
    edges = (Edge(End("conv1", "output"), End("bn1", "input")), Edge(End("@", "x"), End("conv1", "input"), 2))
    return Document(graphs={"Net": Graph(name="Net", nodes=nodes, edges=edges, inputs=(GraphPort("x"),))})


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents())
def test_what_is_written_comes_back(document: Document) -> None:
    data = encode(document)
    again = decode(data)
    assert again == document
    assert encode(again) == data


def test_one_node_and_one_wire_per_line() -> None:
    lines = [line.strip().rstrip(",") for line in encode(small()).decode().splitlines()]
    assert '{"id": "conv1", "use": "block:Conv2d", "arguments": {"kernel_size": [3, 3]}}' in lines
    assert '["conv1.output", "bn1.input"]' in lines
    assert '["@.x", "conv1.input", 2]' in lines


def test_a_changed_node_changes_one_line() -> None:
    document = small()
    before = encode(document).splitlines()
    after = encode(decode(encode(document).replace(b"[3, 3]", b"[5, 5]"))).splitlines()
    assert sum(a != b for a, b in zip(before, after, strict=True)) == 1


def test_unknown_fields_are_written_back_byte_for_byte() -> None:
    strange = '{"b":1.10, "a" : [1e5,\n   "\\u00e9", 123456789012345678901234567890]}'
    text = encode(small()).decode()
    text = text.replace('"id": "conv1"', f'"glow": {strange}, "id": "conv1"', 1)
    text = text.replace('"name": "Net"', f'"shade": {strange}, "name": "Net"', 1)
    text = text.replace('"version": 1', f'"version": 1, "mood": {strange}', 1)
    document = decode(text.encode())
    written = encode(document).decode()
    assert written.count(strange) == 3
    assert decode(written.encode()) == document
    assert set(document.graphs["Net"].nodes["conv1"].unknown) == {"glow"}


def raw(document: Document) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(encode(document))
    return found


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        (("graphs", 0, "nodes", 1, "repeat", "count"), [1], "graphs[0].nodes[1].repeat.count"),
        (("graphs", 0, "nodes", 0, "id"), 7, "graphs[0].nodes[0].id"),
        (("graphs", 0, "nodes", 0, "arguments", "kernel_size"), {"a": 1}, "graphs[0].nodes[0].arguments.kernel_size"),
        (("graphs", 0, "nodes", 0, "arguments", "kernel_size"), [3, 10**30], "arguments.kernel_size[1]"),
        (("graphs", 0, "nodes", 1, "repeat", "count"), 2**70, "graphs[0].nodes[1].repeat.count"),
        (("graphs", 0, "nodes", 1, "id"), "conv1", "graphs[0].nodes[1].id"),
        (("graphs", 0, "nodes", 1, "id"), "a.b", "graphs[0].nodes[1].id"),
        (("graphs", 0, "nodes", 1, "use"), "thing:Conv2d", "graphs[0].nodes[1].use"),
        (("graphs", 0, "edges", 0, 1), "bn1", "graphs[0].edges[0][1]"),
        (("graphs", 0, "sequential"), 1, "graphs[0].sequential"),
    ],
)
def test_a_wrong_value_is_named_with_its_place(path: tuple[Any, ...], value: Any, place: str) -> None:
    document = raw(small())
    part: Any = document
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    with pytest.raises(FileError, match="cannot be opened") as caught:
        decode(json.dumps(document).encode(), "net.netloom")
    assert place in str(caught.value)
    assert str(caught.value).startswith("“net.netloom”")


def test_every_error_is_told_at_once() -> None:
    document = raw(small())
    document["graphs"][0]["nodes"][0]["use"] = "thing:x"
    document["graphs"][0]["edges"][0][0] = "nowhere"
    with pytest.raises(FileError) as caught:
        decode(json.dumps(document).encode())
    assert len(caught.value.errors) == 2


@pytest.mark.parametrize("name", ["class", "forward", "1st", "ünï", ""])
def test_what_only_elaboration_minds_still_opens(name: str) -> None:
    document = raw(small())
    document["graphs"][0]["nodes"][0] |= {"name": name, "use": "block:NoSuchBlock", "arguments": {"n": 10**18}}
    document["graphs"][0]["edges"].append(["gone.output", "bn1.input"])
    assert decode(json.dumps(document).encode()).graphs["Net"].nodes["conv1"].name == name


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "complete JSON"),
        (b'{"version": 1,\n "title": }', "line 2, column 11"),
        (b'{"version": 1, "title": NaN}', "complete JSON"),
        (b'{"title": "x"}', "no “version”"),
        (b'{"version": "1"}', "version"),
        (b"[1]", "an object was expected"),
        (b'{"version": 99}', "newer Netloom"),
        (b'{"version": -3}', "no file version"),
        (b"\xff\xfe{}", "UTF-8"),
        (b'{"version": 1, "x": ' + b"[" * 100_000, "nested"),
        (b'{"version": 1, "title": "\\ud800"}', "cannot be opened"),
    ],
)
def test_what_is_no_document_is_refused_in_a_sentence(data: bytes, says: str) -> None:
    with pytest.raises(FileError, match=r"\.$") as caught:
        decode(data, "x.netloom")
    assert says in str(caught.value)


def test_numbers_that_a_file_cannot_hold_are_refused_on_writing() -> None:
    node = Node(id="a", name="a", use=Use(Kind.BLOCK, "X"), arguments={"p": float("nan")})
    with pytest.raises(FileError, match=r"nodes\[0\].arguments.p"):
        encode(Document(graphs={"G": Graph(name="G", nodes={"a": node})}))


def test_older_versions_are_migrated(monkeypatch: pytest.MonkeyPatch) -> None:
    def renamed(old: dict[str, Any]) -> dict[str, Any]:
        return {**{key: value for key, value in old.items() if key != "heading"}, "title": old["heading"]}

    monkeypatch.setattr(migrations, "STEPS", {0: renamed})
    assert decode(b'{"version": 0, "heading": "Old", "strange": 1}').title == "Old"


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "net.netloom"
    files.write(path, small())
    path.chmod(0o640)
    files.write(path, Document(title="second"))
    assert files.read(path).title == "second"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [file.name for file in tmp_path.iterdir()] == ["net.netloom"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    files.write(tmp_path / "real.netloom", small())
    (tmp_path / "link.netloom").symlink_to(tmp_path / "real.netloom")
    files.write(tmp_path / "link.netloom", Document(title="through"))
    assert (tmp_path / "link.netloom").is_symlink()
    assert files.read(tmp_path / "real.netloom").title == "through"


@pytest.mark.skipif(sys.platform == "win32", reason="file-size limits are a matter of POSIX")
def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    path = tmp_path / "net.netloom"
    files.write(path, small())
    before = path.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        with pytest.raises(FileError, match="cannot be saved") as caught:
            files.write(path, Document(title="x" * 1000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "unchanged" in str(caught.value)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["net.netloom"]


def test_places_that_cannot_be_written_are_named(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no such file or folder"):
        files.write(tmp_path / "nowhere" / "net.netloom", small())
    with pytest.raises(FileError, match="ordinary file"):
        files.write(tmp_path, small())


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(FileError, match="may not be changed"):
            files.write(tmp_path / "net.netloom", small())
    finally:
        tmp_path.chmod(0o700)


def test_what_is_not_there_or_no_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no such file"):
        files.read(tmp_path / "none.netloom")
    with pytest.raises(FileError, match="cannot be read"):
        files.read(tmp_path)
    with (tmp_path / "huge.netloom").open("wb") as file:
        file.truncate(files.LARGEST_FILE + 1)
    with pytest.raises(FileError, match="larger than 64 MB"):
        files.read(tmp_path / "huge.netloom")
