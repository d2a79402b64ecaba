"""What the engine answers: a graph run on an input, a look inside, a forecast; over a real run of a real document."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from PIL import Image

import templates
from app import requests, runs
from app.client import EngineClient, EngineError
from app.core.document import Document
from app.engine.given import named_characters
from app.messages import Example, Forecasted, ImageFile, Inspected, Ran, Text, Values
from app.runs import Run
from blocks import library

NAME = "mlp_classifier"


@pytest.fixture(scope="module")
def client() -> Iterator[EngineClient]:
    with EngineClient(environment={"OMP_NUM_THREADS": "1"}) as client:
        yield client


@pytest.fixture(scope="module")
def document() -> Document:
    return templates.load(NAME)


@pytest.fixture(scope="module")
def run(document: Document, tmp_path_factory: pytest.TempPathFactory) -> Run:
    out = tmp_path_factory.mktemp("runs") / "run"
    run = runs.start_run(document, library(), "quick", out=out, threads=1, steps=300)
    status = run.wait(120)
    assert status.state == "finished", run.log()
    return run


def ran(client: EngineClient, run: Run, graph: str, *given: object) -> Ran:
    answer = client.ask(requests.run_request(run, library(), graph, given), timeout=60)  # type: ignore[arg-type]
    assert isinstance(answer, Ran)
    return answer


def test_a_dropped_image_is_recognised(client: EngineClient, run: Run, tmp_path: Path) -> None:
    """Digits of the test split, saved as image files of another size, are named as the data names them."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    right = 0
    for index in range(8, 18):
        picture = Image.fromarray((digits.images[index] * 255 / 16).astype("uint8")).resize((80, 80), 0)
        picture.convert("RGBA").save(tmp_path / "digit.png")
        image, label = ran(client, run, "Predict", ImageFile(str(tmp_path / "digit.png"))).shown
        assert image.kind == "image"
        assert image.png.startswith(b"\x89PNG")
        right += label.text == str(digits.target[index])
    assert right >= 8


def test_a_model_alone_gives_shares_of_classes(client: EngineClient, run: Run) -> None:
    (bars,) = ran(client, run, NAME, Example("test", 3)).shown
    assert bars.kind == "bars"
    assert bars.labels == tuple("0123456789")
    assert isinstance(bars.values, list)
    assert sum(bars.values) == pytest.approx(1, abs=1e-5)
    assert ran(client, run, NAME, Values([0.0] * 64)).shown[0].kind == "bars"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (ImageFile("nowhere.png"), "cannot be read as an image"),
        (ImageFile(__file__), "cannot be read as an image"),
        (Text("a"), "does not take a text"),
        (Values([1, 2]), "takes"),
        (Values([[1], [1, 2]]), "do not form a tensor"),
        (Example("test", 10**6), "there is no number 1000000"),
    ],
)
def test_unfit_inputs_are_sentences(client: EngineClient, run: Run, given: object, said: str) -> None:
    with pytest.raises(EngineError, match=said) as caught:
        ran(client, run, "Predict", given)
    assert caught.value.failed.kind == "problem"


def test_what_flows_through_every_module(client: EngineClient, run: Run, document: Document) -> None:
    answer = client.ask(requests.inspect_request(document, library(), NAME, "quick", run=run), timeout=60)
    assert isinstance(answer, Inspected)
    found = {module.path: module for module in answer.modules}
    assert found["layer1.linear"].shape == (2, 128)
    assert all((module.gradient_norm or 0) > 0 for module in answer.modules)
    assert found["layer1.activation"].least >= 0


def test_forecast_comes_from_real_steps(client: EngineClient, document: Document) -> None:
    told: list[float] = []
    request = requests.forecast_request(document, library(), "quick")
    answer = client.send(request, timeout=60, on_progress=lambda progress: told.append(progress.fraction)).result()
    assert isinstance(answer, Forecasted)
    assert answer.fits
    assert answer.steps == sum(stage.steps for stage in document.recipe.stages)  # type: ignore[union-attr]
    assert 0 < answer.seconds_per_step < 1
    assert answer.seconds == pytest.approx(answer.seconds_per_step * answer.steps)
    assert told
    assert told == sorted(told)


def test_a_run_says_what_it_did(run: Run, document: Document) -> None:
    settings = run.settings
    assert (settings.preset, settings.title, settings.steps) == ("quick", document.title, 300)
    assert run.document().graphs == runs.with_budget(document, "quick", 300).graphs
    values = run.metrics()
    assert [m.id for m in values] == sorted({m.id for m in values})
    assert run.metrics(since=values[-2].id) == values[-1:]
    assert len([m for m in values if m.name == "loss"]) >= 100
    assert {m.name for m in values} >= {"loss", "accuracy", "validation.accuracy", "test.accuracy"}
    assert run.previews()
    assert {preview.path.suffix for preview in run.previews()} == {".png", ".json"}
    assert run.best() is not None
    assert len(run.checkpoints()) <= 4
    with Image.open(run.previews()[0].path.with_suffix(".png")) as picture:
        assert picture.mode == "RGB"


def test_an_exported_folder_runs_alone(run: Run, tmp_path: Path) -> None:
    """The source folder, copied away, trains by itself and ends with the very same weights."""
    import shutil
    import subprocess
    import sys

    from safetensors.torch import load_file

    shutil.copytree(run.folder / "source", tmp_path / "source")
    command = [sys.executable, "-P", "source/train.py", "--out", "again"]
    environment = {"PYTHONPATH": "source", "OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "error"}
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, timeout=120)
    again = Run(tmp_path / "again").checkpoints()[-1]
    ours, theirs = (load_file(folder / "weights.safetensors") for folder in (run.checkpoints()[-1], again))
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[key], theirs[key]) for key in ours)
    refused = subprocess.run(command, cwd=tmp_path, env=environment, check=False, capture_output=True, text=True)
    assert refused.returncode == 1
    assert "add --resume" in refused.stderr


def test_characters_that_are_not_seen_are_named() -> None:
    assert named_characters("a b\n") == "“ab” and space and newline"
    assert named_characters("\x00") == "U+0000"
    assert named_characters("") == "none"
