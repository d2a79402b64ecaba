"""What the engine says of real texts, under a limit; and that nothing runs before somebody allowed it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from msgspec.structs import replace

from app import allowed, known_code
from app.client import EngineClient, EngineError
from app.codegen.generate import model_source
from app.codegen.source import GenerationError
from app.core import files
from app.core.code_blocks import DocumentLibrary, library_of
from app.core.document import Argument, Case, Document, Kind, Preset, Use
from app.core.elaborate import elaborate
from app.core.facts import Answer, Fact, Facts, Failure, Question, Type
from app.core.python_code import digest
from app.engine.build import compile_source
from app.known_code import library_with
from app.messages import Built, Probe, Probed
from app.requests import build_request
from blocks import library
from tests.python_code.documents import GATED, SWISH, block, chain, code, gated, written


@pytest.fixture(scope="module")
def client() -> Iterator[EngineClient]:
    with EngineClient(environment={"OMP_NUM_THREADS": "1"}) as client:
        yield client


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NETLOOM_HOME", str(tmp_path / "home"))
    return tmp_path


def ask_of(client: EngineClient) -> known_code.Asked:
    def ask(question: Question) -> Fact | None:
        try:
            said = client.ask(Probe(question=question), timeout=known_code.TIME_LIMIT)
        except EngineError as error:
            return Failure(error.failed.message)
        assert isinstance(said, Probed)
        return said.answer

    return ask


def allow(document: Document) -> None:
    allowed.allow(digest(code.text) for code in document.codes.values())


def types_of(document: Document, client: EngineClient) -> str:
    """What comes out of the model, or the problem."""
    allow(document)
    found = elaborate(document, library_with(document, library(), ask_of(client)))
    return str(found.models["net"].outputs["y"]) if found.is_sound else found.problems[0].message


def own(body: str, *, init: str = "self", more: str = "        pass", head: str = "") -> str:
    return (
        f"import torch\nfrom torch import Tensor, nn\n{head}\nclass Own(nn.Module):\n    def __init__({init}):\n"
        f"        super().__init__()\n{more}\n    def forward(self, input: Tensor) -> Tensor:\n        {body}\n"
    )


@pytest.mark.parametrize(
    ("body", "shape", "comes"),
    [
        ("return input.relu()", ("B", "T", 4), "B×T×4"),
        ("return input.flatten(0, 1)", ("B", "T", 4), "B*T×4"),
        ("return input.repeat(1, 2, 1)[:, 1:]", ("B", "T", 4), "B×2*T - 1×4"),
        ("return input.argmax(-1)", ("B", "T", 4), "B×T int64"),
        ("return input.sum()", ("B", "T", 4), "scalar"),
        ("return torch.nn.functional.pad(input, (0, 3))", ("B", 4), "B×7"),
    ],
)
def test_shapes_are_what_torch_gives(body: str, shape: tuple[object, ...], comes: str, client: EngineClient) -> None:
    assert types_of(chain(code(own(body), "Own"), block("own", "Own"), shape=shape), client) == comes


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("return input @ torch.ones(3, 3)", "line 9: “return input @ torch.ones(3, 3)”"),
        ("return input if not len(input) else self.odd(input)", "no attribute 'odd'. It was raised in line 9"),
        ("return [input]", "gives a list where a tensor"),
        ("return input, input", "should give one tensor"),
        ("return input[:, ::7]", "which is no multiple"),
    ],
)
def test_what_torch_refuses_is_told_with_the_line(body: str, said: str, client: EngineClient) -> None:
    text = (
        own(body).replace(" -> Tensor", "") if "input, input" not in body else own("return (lambda a: (a, a))(input)")
    )
    assert said in types_of(chain(code(text, "Own"), block("own", "Own"), shape=("B", "T", 4)), client)


def test_weights_and_several_outputs_of_a_real_module(client: EngineClient) -> None:
    document = gated()
    assert types_of(document, client) == "B×T×3"
    found = elaborate(document, library_with(document, library(), ask_of(client)))
    assert {key for unit in found.models["net"].nodes["gate"].units for key in unit.weights} == {
        "linear.weight", "linear.bias", "scale"
    }  # fmt: skip


def test_a_loop_without_end_is_ended(client: EngineClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_code, "TIME_LIMIT", 1.0)
    text = own("while True: pass\n        return input")
    assert "took longer than 1 second" in types_of(chain(code(text, "Own"), block("own", "Own")), client)
    assert types_of(chain(code(SWISH, "Swish"), block("swish", "Swish")), client) == "B×8"


def test_the_generated_code_holds_the_text_and_gives_the_same(client: EngineClient) -> None:
    document = gated()
    allow(document)
    found = library_with(document, library(), ask_of(client))
    source = model_source(document, found)
    assert GATED[GATED.index("class Gated") :].rstrip() in source.text
    assert "self.gate = Gated(features=width, beta=2.0)" in source.text
    net = compile_source(source, "model").net()
    alone: dict[str, object] = {}
    exec(compile(GATED, "gated", "exec"), alone)
    gate = alone["Gated"](features=8, beta=2.0)  # type: ignore[operator]
    gate.load_state_dict(net.gate.state_dict())
    value = torch.randn(2, 3, 5)
    assert torch.equal(net(value), net.head(gate(net.fc(value))[0]))
    built = client.ask(build_request(document, found))
    assert isinstance(built, Built)
    assert not built.problems


def test_an_alternative_that_no_preset_takes_is_asked_of_too(client: EngineClient) -> None:
    """Its class stands in the text, so that nothing may be written before it is known."""
    node = replace(block("act", "Swish"), cases=(Case("kind == 'relu'", Use(Kind.BLOCK, "ReLU")),))
    document = chain(code(SWISH, "Swish"), block("fc", "Linear", out_features=4), node)
    kind = Argument(name="kind", kind="choice", default="relu", choices=("relu", "swish"))
    graph = replace(document.graphs["Net"], arguments=(*document.graphs["Net"].arguments, kind))
    document = replace(document, graphs={"Net": graph})
    assert elaborate(document, library()).is_sound
    for _ in range(2):
        with pytest.raises(GenerationError, match="Not known yet"):
            model_source(document, library_of(document, library()))
    allow(document)
    text = model_source(document, library_with(document, library(), ask_of(client))).text
    assert "self.act = Swish()" in text


def test_a_preset_that_is_not_known_is_not_left_out(client: EngineClient) -> None:
    document = chain(code(SWISH, "Swish"), block("swish", "Swish"), shape=("B", "=size"))
    presets = {name: Preset(name=name, arguments={"size": size}) for name, size in (("small", 4), ("large", 8))}
    document = replace(document, arguments=(Argument(name="size", default=4),), presets=presets, preset="small")
    allow(document)
    asked: list[Question] = []

    def ask(question: Question) -> Fact | None:
        asked.append(question)
        return ask_of(client)(question)

    found = library_with(document, library(), ask)
    assert len(asked) == 2
    assert isinstance(found, DocumentLibrary)
    assert "class Swish" in model_source(document, found).text
    large = next(one.key for one in asked if one.samples[0] == (Type((2, 8)),))
    known = Facts({key: fact for key, fact in found.facts.answers.items() if key != large}, found.facts.allowed)
    assert elaborate(document, library_of(document, library(), known)).is_sound
    with pytest.raises(GenerationError, match="Not known yet"):
        model_source(document, library_of(document, library(), known))


def test_an_error_of_a_build_names_the_node_and_the_line(client: EngineClient) -> None:
    text = own("assert not self.training or len(input) != 2, 'no'\n        return self.odd(input)").replace(
        "class Own(", "class Own("
    )
    text = text.replace("        pass", "        self.odd = nn.Identity()")
    text = text.replace(
        "return self.odd(input)",
        "assert input.shape[0] != 2 or input.abs().sum() == 0, 'not zero'\n        return input",
    )
    document = chain(code(text, "Own"), block("own", "Own"))
    allow(document)

    def ask(question: Question) -> Fact:
        return Answer(outputs=tuple((sample[0],) for sample in question.samples if sample[0] is not None))

    built = client.ask(build_request(document, library_with(document, library(), ask)))
    assert isinstance(built, Built)
    (problem,) = built.problems
    assert (problem.path.graph, problem.path.node) == ("Net", "own")
    assert "assert input.shape[0]" in problem.message


# -- nothing runs before it is allowed ------------------------------------------------------------------------------


def test_nothing_of_a_strangers_text_runs_here(home: Path) -> None:
    """Opening, elaborating and generating read it; only an engine that was let would have written the file."""
    mark = home / "mark"
    hostile = own(
        "return input",
        head=f"MARK = open({str(mark)!r}, 'w').write('here')\n",
        more=f"        open({str(mark)!r}, 'w')",
    )
    document = files.read(written(chain(code(hostile, "Own"), block("own", "Own")), home))
    asked: list[Question] = []

    def ask(question: Question) -> Fact | None:
        asked.append(question)
        return None

    found = library_with(document, library(), ask)
    assert not elaborate(document, found).is_sound
    with pytest.raises(GenerationError):
        model_source(document, found)
    allow(document)
    assert not elaborate(document, library_with(document, library(), ask)).is_sound
    assert [question.name for question in asked] == ["Own"]
    assert not mark.exists()


def test_a_text_that_no_shape_hangs_on_is_not_carried_along_either(home: Path) -> None:
    document = gated()
    allow(document)
    facts = library_with(document, library(), lambda q: Answer(outputs=tuple(((s[0],) * 2) for s in q.samples)))  # type: ignore[arg-type]
    assert "class Gated" in model_source(document, facts).text
    with pytest.raises(GenerationError):
        model_source(document, library_of(document, library()))


def test_what_was_allowed_stays_so_and_another_text_asks_again(home: Path) -> None:
    assert allowed.allowed() == frozenset()
    allowed.allow([digest(SWISH)])
    assert allowed.allowed() == {digest(SWISH)}
    assert digest(SWISH.replace("1.0", "2.0")) not in allowed.allowed()
    allowed.file().write_bytes(b"\xff\xfe broken")
    assert allowed.allowed() == frozenset()


def test_answers_are_kept_and_broken_ones_forgotten(home: Path, client: EngineClient) -> None:
    document = chain(code(SWISH, "Swish"), block("swish", "Swish"))
    allow(document)
    assert not elaborate(document, library_with(document, library())).is_sound
    questions: list[Question] = []

    def ask(question: Question) -> Fact | None:
        fact = ask_of(client)(question)
        assert isinstance(fact, Answer)
        questions.append(question)
        known_code.keep(question, fact)
        return fact

    library_with(document, library(), ask)
    assert elaborate(document, library_with(document, library())).is_sound
    (kept,) = (known_code.paths.cache() / "code").iterdir()
    kept.write_bytes(b"{")
    assert known_code.recalled(questions[0]) is None
