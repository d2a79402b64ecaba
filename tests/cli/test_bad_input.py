"""Whatever is wrong with the input: a sentence, the right exit code, nothing on standard output, nothing lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

import templates
from app.cli.console import Failure
from app.core import edits, files
from app.core.document import Document, Edge, End, Graph
from tests.cli.conftest import Call

VERBS_ON_DOCUMENTS = [
    ("check",),
    ("summary",),
    ("code",),
    ("train",),
    ("run",),
    ("export", "--to", "code"),
    ("export", "--to", "safetensors"),
]
BROKEN = {
    "empty": b"",
    "binary": b"\xff\xfe\x00netloom",
    "half": b'{"version": 1, "graphs": [',
    "list": b"[]",
    "newer": b'{"version": 99999}',
    "no-version": b"{}",
    "deep": b'{"version": 1, "summary": ' + b"[" * 100_000,
    "wrong-type": b'{"version": 1, "title": 7}',
}


def after(verb: tuple[str, ...], target: str) -> list[str]:
    """The verb's words with the document in its place."""
    return [verb[0], target, *verb[1:]]


@pytest.mark.parametrize("verb", VERBS_ON_DOCUMENTS, ids=" ".join)
@pytest.mark.parametrize("kind", BROKEN)
def test_broken_files(verb: tuple[str, ...], kind: str, call: Call, here: Path) -> None:
    (here / "bad.netloom").write_bytes(BROKEN[kind])
    said = call(*after(verb, "bad.netloom"))
    assert (said.code, said.out) == (1, "")
    assert "“" in said.err
    assert said.err.strip().endswith(".")
    assert (here / "bad.netloom").read_bytes() == BROKEN[kind]


@pytest.mark.parametrize("verb", VERBS_ON_DOCUMENTS, ids=" ".join)
def test_unknown_names(verb: tuple[str, ...], call: Call) -> None:
    said = call(*after(verb, "resnet19"))
    assert (said.code, said.out) == (2, "")
    assert "resnet18" in said.err
    assert call(*after(verb, "there/is/no.netloom")).code == 1
    if verb[0] != "run":
        said = call(*after(verb, "lenet5"), "--preset", "quikc")
        assert (said.code, said.out) == (2, "")
        assert "quick" in said.err


def test_a_wrong_verb_is_answered_with_near_ones(call: Call) -> None:
    said = call("summry")
    assert said.code == 2
    assert "summary" in said.err
    assert call("code").code == 2
    assert call("code", "lenet5", "--part", "everything").code == 2


def cyclic() -> Document:
    """A document whose layers feed each other."""
    document = templates.load("mlp_classifier")
    graph = document.graphs["MLP"]
    first, second = list(graph.nodes)[:2]
    port = {edge.target.node: edge.target.port for edge in graph.edges}
    edges = (
        *(edge for edge in graph.edges if edge.target.node != first),
        Edge(next(edge.source for edge in graph.edges if edge.source.node == second), End(first, port[first])),
    )
    return replaced(document, msgspec.structs.replace(graph, edges=edges))


def replaced(document: Document, graph: Graph) -> Document:
    return msgspec.structs.replace(document, graphs={**document.graphs, graph.name: graph})


def recursive() -> Document:
    """A graph that holds itself."""
    document = templates.load("mlp_classifier")
    graph = document.graphs["Layer"]
    node = next(iter(document.graphs["MLP"].nodes.values()))
    inner = msgspec.structs.replace(node, id="again", name="again")
    return replaced(document, msgspec.structs.replace(graph, nodes={**graph.nodes, "again": inner}))


def changed(argument: str, value: object) -> Document:
    """A document with one nonsensical value."""
    return edits.set_argument(templates.load("mlp_classifier"), "Layer", "linear", argument, value).document


WRONG = {
    "cyclic": cyclic,
    "recursive": recursive,
    "absurd size": lambda: changed("out_features", 10**18),
    "division by zero": lambda: changed("out_features", "=width // 0"),
    "unknown name": lambda: changed("out_features", "=nothing"),
    "endless power": lambda: changed("out_features", "=9 ** 9 ** 9 ** 9"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_wrong_documents_are_told_and_not_trained(kind: str, call: Call, here: Path) -> None:
    files.write(here / "wrong.netloom", WRONG[kind]())
    before = (here / "wrong.netloom").read_bytes()
    said = call("check", "wrong.netloom")
    assert said.code == 1
    assert len(said.out.splitlines()) >= 1
    for verb in (("summary",), ("code",), ("train",), ("export", "--to", "code")):
        said = call(*after(verb, "wrong.netloom"))
        assert (said.code, said.out) == (1, ""), verb
        assert said.err.strip()
    said = call("code", "wrong.netloom", "--json")
    failure = msgspec.json.decode(said.out, type=Failure)
    assert failure.exit == 1
    assert failure.problems
    assert os.listdir(here) == ["wrong.netloom"]
    assert (here / "wrong.netloom").read_bytes() == before


def test_missing_data_names_a_preset_that_has_its_own(call: Call) -> None:
    said = call("train", "resnet18")
    assert (said.code, said.out) == (1, "")
    assert "--preset quick" in said.err


def test_targets_that_cannot_be_written(call: Call, here: Path) -> None:
    (here / "file").write_text("mine", encoding="utf-8")
    for arguments in (
        ("new", "lenet5", "file/x.netloom"),
        ("code", "lenet5", "-o", "file/model.py"),
        ("code", "lenet5", "-o", "file"),
        ("export", "lenet5", "--to", "code", "-o", "file"),
        ("export", "lenet5", "--to", "svg", "-o", "file/x.svg"),
        ("train", "mlp_classifier", "--preset", "quick", "--out", "file"),
    ):
        said = call(*arguments)
        assert (said.code, said.out) == (1, ""), arguments
        assert said.err.strip().endswith((".", "--force."))
    assert (here / "file").read_text(encoding="utf-8") == "mine"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the administrator may write anywhere")
def test_a_read_only_folder(call: Call, here: Path) -> None:
    (here / "locked").mkdir(mode=0o500)
    for arguments in (("new", "lenet5", "locked/x"), ("code", "lenet5", "-o", "locked/model.py")):
        said = call(*arguments)
        assert (said.code, said.out) == (1, "")
    assert os.listdir(here / "locked") == []


def test_a_run_that_is_none(call: Call, here: Path) -> None:
    (here / "empty").mkdir()
    assert call("train", "--resume", "empty").code == 1
    assert call("run", "mlp_classifier", "--run", "empty").code == 1
    assert call("train").code == 2
    said = call("train", "mlp_classifier", "--resume", "empty", "--seed", "3")
    assert said.code == 2
    assert "--seed" in said.err
    said = call("export", "mlp_classifier", "--to", "safetensors")
    assert said.code == 1
    assert "netloom train mlp_classifier" in said.err


def test_a_mistake_of_our_own_is_told_without_a_traceback(
    call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def broken() -> None:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr(templates, "listing", broken)
    said = call("templates")
    assert (said.code, said.out) == (4, "")
    assert "planted" in (tmp_path / "home" / "cache" / "last-mistake.txt").read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="the size of files is limited by a shell here")
@pytest.mark.parametrize(
    "words",
    [
        ("code", "resnet18", "--part", "all", "-o", "deep/taken"),
        ("export", "resnet18", "--to", "code"),
        ("export", "resnet18", "--to", "svg"),
        ("train", "resnet18", "--preset", "quick", "--out", "run"),
        ("train", "resnet18", "--preset", "quick"),
        ("new", "resnet18", "mine"),
    ],
    ids=" ".join,
)
def test_where_nothing_more_can_be_written_nothing_half_stays(
    words: tuple[str, ...], here: Path, tmp_path: Path
) -> None:
    limited = f'ulimit -f 2; exec "{sys.executable}" -P -B -m app.cli {" ".join(words)}'
    done = subprocess.run(["bash", "-c", limited], cwd=here, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    assert "Traceback" not in done.stderr
    assert "“" in done.stderr
    assert os.listdir(here) == []
    assert [path for path in (tmp_path / "home").rglob("*") if path.is_file()] == []


def test_code_that_is_there_is_told_of(call: Call, here: Path) -> None:
    words = ("export", "mlp_classifier", "--to", "code", "-o", "code")
    said = call(*words)
    assert "wrote code/model.py" in said.err
    said = call(*words)
    assert said.code == 0
    assert "wrote" not in said.err
    assert "unchanged: code/model.py" in said.err
    (here / "code" / "model.py").write_text("mine", encoding="utf-8")
    assert call(*words).code == 1
    said = call(*words, "--force")
    assert "wrote over code/model.py" in said.err
    assert "unchanged: code/steps.py" in said.err


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="there are no such devices here")
def test_what_is_no_ordinary_file_is_not_replaced(call: Call, here: Path) -> None:
    os.mkfifo(here / "pipe")
    (here / "kept.py").write_text("", encoding="utf-8")
    (here / "link.py").symlink_to("kept.py")
    for target in ("pipe", "/dev/null"):
        said = call("code", "lenet5", "-o", target, "--force")
        assert (said.code, said.out) == (1, "")
        assert "not an ordinary file" in said.err
    assert call("code", "lenet5", "-o", "link.py", "--force").code == 0
    assert (here / "link.py").is_symlink()
    assert (here / "kept.py").read_text(encoding="utf-8") == call("code", "lenet5", "-o", "-").out


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b'{"version": 1, "title": "a", "title": "b"}', "“title” stands twice"),
        (b'{"version": 1, "presets": [{"name": "x", "name": "y"}]}', "“name” stands twice in the object of “x”"),
        ("{}".encode("utf-16"), "UTF-16"),
        (b'{"version": ' + b"9" * 400 + b"}", "far beyond any"),
    ],
)
def test_files_that_mean_nothing_certain(content: bytes, word: str, call: Call, here: Path) -> None:
    (here / "bad.netloom").write_bytes(content)
    said = call("check", "bad.netloom")
    assert (said.code, said.out) == (1, "")
    assert word in said.err
    assert len(said.err) < 400


def test_a_byte_order_mark_does_no_harm(call: Call, here: Path) -> None:
    (here / "bom.netloom").write_bytes(b"\xef\xbb\xbf" + files.encode(templates.load("lenet5")))
    assert call("check", "bom.netloom").code == 0


def test_names_that_no_file_has(call: Call, here: Path) -> None:
    os.mkfifo(here / "pipe.netloom")  # nobody writes into it: reading would wait for ever
    (here / "loop").symlink_to("loop")
    for name, code in (("pipe.netloom", 1), ("a" * 5000, 2), ("a" * 300 + ".netloom", 1), ("x\0y/z", 1), ("loop", 2)):
        said = call("check", name)
        assert (said.code, said.out) == (code, "")
        assert "made a mistake" not in said.err


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere names of files are Unicode")
def test_a_file_whose_name_is_not_unicode(call: Call, here: Path) -> None:
    name = os.fsdecode(b"n\xff.netloom")
    assert call("new", "lenet5", name).code == 0
    assert call("check", name).code == 0
    said = call("check", name, "--json")
    assert json.loads(said.out)["document"] == name


def test_a_document_cannot_write_to_the_terminal(call: Call, here: Path) -> None:
    escape = "\x1b]0;title\x07\x1b[2J"
    document = templates.load("mlp_classifier")
    graph = msgspec.structs.replace(document.graphs["MLP"], name=f"M{escape}")
    files.write(here / "wrong.netloom", msgspec.structs.replace(document, graphs={graph.name: graph}, title=escape))
    for words in (("check",), ("summary",)):
        said = call(*words, "wrong.netloom")
        assert "\x1b" not in said.out + said.err
        assert r"\x1b]0;" in said.out + said.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no such device here")
@pytest.mark.parametrize(
    ("redirection", "code"), [("> /dev/full", 1), ("2> /dev/full", 0), (">&-", 0), ("2>&-", 0), (">&- 2>&-", 0)]
)
def test_output_that_nobody_takes(redirection: str, code: int, here: Path) -> None:
    line = f'exec "{sys.executable}" -P -m app.cli templates {redirection}'
    done = subprocess.run(["bash", "-c", line], cwd=here, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    assert "mistake" not in done.stderr
    assert "Exception" not in done.stderr
    assert done.stdout == "" or "lenet5" in done.stdout


def test_a_folder_that_is_gone(here: Path) -> None:
    line = f'mkdir gone && cd gone && rmdir ../gone && exec "{sys.executable}" -P -m app.cli runs'
    done = subprocess.run(["bash", "-c", line], cwd=here, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "The folder that you are in is no longer there. Change to another one.\n"


def test_a_mistake_is_an_object_for_who_asked_for_objects(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr(templates, "listing", broken)
    monkeypatch.setenv("NETLOOM_HOME", "/dev/null")
    said = call("templates", "--json")
    failure = msgspec.json.decode(said.out, type=Failure)
    assert (said.code, failure.exit) == (4, 4)
    assert "planted" in failure.error
