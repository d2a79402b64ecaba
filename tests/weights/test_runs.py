"""From an address to a run that is tried, taken away and trained on from, over a server on this machine."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
import torch
from safetensors.torch import load_file, save
from torch import nn

import templates
from app.cli import weights as weights_verb
from app.cli.console import RefusedError
from app.cli.entry import run as run_verb
from app.codegen.generate import model_source
from app.core import files
from app.core.document import Document
from app.core.settings import set_preset_recipe
from app.engine.build import compile_source
from app.engine.errors import RequestError
from app.engine.given import prepared
from app.engine.inspect import run_graph
from app.engine.weights import load_weights_file
from app.messages import Example, ImageFile, Input, LoadWeights, Tensor, Text, Values, WeightsLoaded
from app.requests import run_request
from app.runs import Run, list_runs, make_run
from app.weights import delivery, published
from app.weights.delivery import DeliveryError, Origin, prepare
from app.weights.published import Prepared, Published, class_names
from blocks import library
from tests.weights.server import File, Server

TEMPLATE = "mlp_classifier"
STEPS = 6


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """A verb, in this process and an empty folder."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)

    def called(*arguments: str) -> Said:
        capfd.readouterr()
        code = run_verb(arguments)
        out, err = capfd.readouterr()
        assert "Traceback" not in err
        return Said(int(code), out, err)

    return called


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine's work in this process: starting one takes seconds, and one test here does that."""

    def ask(request: LoadWeights, _wanted: type[WeightsLoaded]) -> WeightsLoaded:
        try:
            return load_weights_file(request, lambda _share, _text: None)
        except RequestError as error:
            raise RefusedError(str(error)) from error

    monkeypatch.setattr(weights_verb, "ask", ask)


def short() -> Document:
    return set_preset_recipe(templates.load(TEMPLATE), "quick", "stages.train.steps", STEPS).document


def model() -> nn.Module:
    torch.manual_seed(11)
    made: nn.Module = getattr(compile_source(model_source(short(), library(), "quick"), "model"), TEMPLATE)()
    return made


def publish(server: Server, monkeypatch: pytest.MonkeyPatch, **more: object) -> tuple[Published, nn.Module]:
    """A file of weights for the small template, listed as published."""
    made = model()
    data = save({name: value.contiguous() for name, value in made.state_dict().items()})
    plain = Published(
        template=TEMPLATE,
        preset="quick",
        name="small",
        publisher="A test",
        url=server.put("/small.safetensors", File(data)),
        size=len(data),
        licence="none",
        sha256=hashlib.sha256(data).hexdigest(),
    )
    entry = msgspec.structs.replace(plain, **more)
    monkeypatch.setattr(published, "TABLE", (entry, *published.TABLE))
    return entry, made


def test_published_weights_are_tried_taken_away_and_trained_on(
    server: Server, monkeypatch: pytest.MonkeyPatch, call: Callable[..., Said]
) -> None:
    entry, made = publish(server, monkeypatch)
    files.write(Path("mine.netloom"), short())
    done = call("weights", "mine.netloom", "--preset", "quick")
    assert done.code == 0, done.err
    assert "A test: small" in done.err
    assert "Licence: none" in done.err
    run = Run(Path(done.out.strip()))
    assert run.folder.parent == Path("mine.runs").resolve(), "where trained runs lie"
    assert run.status().state == "stopped"
    origin = delivery.origin_of(run)
    assert origin is not None
    assert (origin.url, origin.sha256, origin.models) == (entry.url, entry.sha256, (TEMPLATE,))

    request = run_request(run, library(), TEMPLATE, [Example("test", 3)])
    answer = run_graph(request)
    assert answer.checkpoint == delivery.CHECKPOINT
    assert [len(shown.labels) for shown in answer.shown] == [10]

    taken = call("export", "mine.netloom", "--to", "safetensors", "-o", "taken")
    assert taken.code == 0, taken.err
    found = load_file(f"taken/{TEMPLATE}.safetensors")
    state = made.state_dict()
    assert found.keys() == state.keys()
    assert all(torch.equal(found[name], state[name]) for name in state)

    trained = call("train", "--resume", str(run.folder))
    assert trained.code in (0, 3), trained.err
    assert run.status().state == "finished", run.log()
    assert run.status().step == STEPS
    assert run.checkpoints()[0].name == delivery.CHECKPOINT
    after = load_file(run.checkpoints()[-1] / "weights.safetensors")
    moved = [float((after[f"{TEMPLATE}.{name}"] - value).abs().max()) for name, value in state.items()]
    assert 0 < max(moved) < 1, "a few steps on from the published weights, not from others"
    assert "not bit for bit" not in run.status().message


@pytest.mark.usefixtures("at_once")
def test_the_way_is_told_as_an_object(
    server: Server, monkeypatch: pytest.MonkeyPatch, call: Callable[..., Said], tmp_path: Path
) -> None:
    entry, _ = publish(server, monkeypatch)
    listed = json.loads(call("weights", TEMPLATE, "--list", "--json").out)["published"]
    assert [(row["name"], row["here"]) for row in listed] == [("small", False)]
    done = json.loads(call("weights", TEMPLATE, "--preset", "quick", "--json").out)
    assert (done["url"], done["sha256"], done["checked"]) == (entry.url, entry.sha256, "its SHA-256")
    assert Path(done["run"]).is_relative_to(tmp_path / "home")
    assert len(server.asked) == 1
    again = call("weights", TEMPLATE, "--preset", "quick", "--name", "small")
    assert again.code == 0, again.err
    assert len(server.asked) == 1, "the second time it lies here"
    assert len(list_runs()) == 2


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("weights", "lenet5"), 1, "No published weights are known for “lenet5”"),
        (("weights", "resnet18", "--preset", "quick"), 1, "Nothing is published for the preset “quick” of resnet18. "
         "There are: resnet18 IMAGENET1K_V1 (preset paper)"),
        (("weights", "resnet50", "--name", "none"), 2, "There are no published weights “none” for resnet50; there are: "
         "resnet50 IMAGENET1K_V2"),
        (("weights",), 2, "Name the document"),
        (("weights", "resnet18", "gone.pth"), 1, "There is no file “gone.pth”"),
        (("weights", "dcgan", "gone.pth", "--model", "x"), 1, "has no model “x”"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_a_sentence(
    call: Callable[..., Said], arguments: tuple[str, ...], code: int, said: str
) -> None:
    done = call(*arguments)
    assert (done.code, done.out) == (code, "")
    assert said in done.err
    assert list_runs() == []


@pytest.mark.usefixtures("at_once")
def test_a_wrong_file_makes_no_run(
    server: Server, monkeypatch: pytest.MonkeyPatch, call: Callable[..., Said], tmp_path: Path
) -> None:
    publish(server, monkeypatch, sha256="00000000")
    done = call("weights", TEMPLATE, "--preset", "quick")
    assert (done.code, done.out) == (1, "")
    assert "is not the file that was published" in done.err
    publish(server, monkeypatch, template="lenet5", name="of another net")
    done = call("weights", "lenet5", "--preset", "quick")
    assert (done.code, done.out) == (1, "")
    assert "“small.safetensors” does not fit lenet5: " in done.err
    assert list_runs() == []
    assert list((tmp_path / "home" / "runs").glob("*")) == []


# -- deliveries -------------------------------------------------------------------------------------------------------


def delivered(file: Path, prepared_: Prepared | None = None) -> Run:
    origin = Origin(title="the file", file=str(file), prepared=prepared_ or Prepared())
    made = prepare(short(), library(), "quick", file, origin)
    return made.keep(load_weights_file(made.request, lambda _share, _text: None))


def test_a_delivery_that_is_given_up_leaves_nothing(tmp_path: Path) -> None:
    file = tmp_path / "net.safetensors"
    file.write_bytes(save(dict(model().state_dict())))
    made = prepare(short(), library(), "quick", file, Origin(title="the file", file=str(file)))
    load_weights_file(made.request, lambda _share, _text: None)
    made.discard()
    assert list((tmp_path / "home" / "runs").iterdir()) == []


def test_what_an_ended_process_left_is_swept_away(tmp_path: Path) -> None:
    left = tmp_path / "home" / "runs" / f".netloom-weights-{2**22 + 1}-abc"
    left.mkdir(parents=True)
    file = tmp_path / "net.safetensors"
    file.write_bytes(save(dict(model().state_dict())))
    run = delivered(file)
    assert [path.name for path in run.folder.parent.iterdir()] == [run.folder.name]


def test_a_document_without_a_recipe_has_no_place_for_weights(tmp_path: Path) -> None:
    plain = msgspec.structs.replace(short(), recipe=None, presets={})
    with pytest.raises(DeliveryError, match="no training recipe"):
        prepare(plain, library(), None, tmp_path / "net", Origin(title="", file=""))


def test_pictures_are_prepared_as_the_weights_expect() -> None:
    wanted = Input(
        type=Tensor("image", (None, 3, 2, 2)), given=ImageFile("x"), mean=(0.5, 0.25, 0.0), deviation=(0.5, 0.25, 1.0)
    )
    grey = torch.full((1, 3, 2, 2), 0.5)
    assert prepared(wanted, grey)[0, :, 0, 0].tolist() == [0.0, 1.0, 0.5]
    wider = msgspec.structs.replace(wanted, low=-1.0)
    assert prepared(wider, grey * 2 - 1)[0, :, 0, 0].tolist() == [0.0, 1.0, 0.5]
    labels = torch.tensor([3])
    assert prepared(wanted, labels) is labels
    assert prepared(msgspec.structs.replace(wanted, mean=(), deviation=()), grey) is grey


def test_only_the_published_checkpoint_expects_a_preparation(tmp_path: Path) -> None:
    """What was trained on from it has seen the data as they are."""
    file = tmp_path / "net.safetensors"
    file.write_bytes(save(dict(model().state_dict())))
    expected = Prepared(mean=(0.5,), deviation=(0.25,))
    run = delivered(file, expected)
    assert delivery.prepared_for(run) == expected
    later = run.folder / "checkpoints" / "step-00000005"
    later.mkdir()
    assert delivery.prepared_for(run) == Prepared()
    assert delivery.prepared_for(run, delivery.CHECKPOINT) == expected


def test_imagenets_classes_have_names() -> None:
    names = class_names("imagenet")
    assert len(set(names)) == 1000
    assert (names[0], names[258], names[999]) == ("tench", "Samoyed", "toilet tissue")
    assert class_names("../imagenet") == ()
    (entry,) = published.published("resnet18")
    run = make_run(templates.load("resnet18"), library(), "paper")
    origin = Origin(title=entry.name, file="resnet18.pth", prepared=entry.prepared)
    (run.folder / delivery.ORIGIN).write_bytes(msgspec.json.encode(origin))
    (run.folder / "checkpoints" / delivery.CHECKPOINT).mkdir(parents=True)
    request = run_request(run, library(), "resnet18", {"image": ImageFile("dog.jpg")})
    assert request.labels["logits"] == names
    assert (request.inputs[0].mean, request.inputs[0].deviation) == (entry.prepared.mean, entry.prepared.deviation)


def test_pieces_of_words_are_not_taken_for_characters() -> None:
    (entry, *_) = published.published("gpt2")
    run = make_run(templates.load("gpt2"), library(), "quick")
    (run.folder / "checkpoints" / delivery.CHECKPOINT).mkdir(parents=True)
    characters = run_request(run, library(), "gpt2", {"tokens": Text("()")})
    assert characters.inputs[0].labels
    assert characters.labels["logits"]
    origin = Origin(title=entry.name, file="model.safetensors", prepared=entry.prepared)
    (run.folder / delivery.ORIGIN).write_bytes(msgspec.json.encode(origin))
    with pytest.raises(ValueError, match="read pieces of words"):
        run_request(run, library(), "gpt2", {"tokens": Text("()")})
    request = run_request(run, library(), "gpt2", {"tokens": Text("[15496, 995]")})
    assert request.inputs[0].given == Values([15496, 995])
    assert (request.inputs[0].labels, request.labels) == ((), {})


def test_the_engines_answer_is_what_it_says(tmp_path: Path) -> None:
    file = tmp_path / "net.safetensors"
    made = model()
    file.write_bytes(save(dict(made.state_dict())))
    request = prepare(short(), library(), "quick", file, Origin(title="", file="")).request
    answer = load_weights_file(request, lambda _share, _text: None)
    assert answer == WeightsLoaded(
        models=(TEMPLATE,),
        tensors=len(made.state_dict()),
        parameters=sum(value.numel() for value in made.parameters()),
        torch=str(torch.__version__),
        threads=torch.get_num_threads(),
    )
