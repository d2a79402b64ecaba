"""Training from the command line: in processes, with the run folder as the last line, stopped and gone on with."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from app.cli import results
from app.runs import attach
from tests.cli.conftest import Call

QUICK = ("mlp_classifier", "--preset", "quick")


@pytest.fixture
def trained(process: Call, here: Path) -> Path:
    """The folder of a short run."""
    said = process("train", *QUICK, "--budget", "20", "--out", "run")
    assert said.code in (0, 3)
    assert said.out == f"{here / 'run'}\n"
    assert said.err.count("step 20 of 20") == said.err.count("finished") == 1
    assert "\r" not in said.err
    return here / "run"


def test_a_trained_run_is_listed_run_and_exported(trained: Path, process: Call, call: Call, here: Path) -> None:
    assert attach(trained).status().state == "finished"
    said = process("run", str(trained), "--json")
    assert said.code == 0
    ran = msgspec.json.decode(said.out, type=results.Ran)
    assert ran.checkpoint == "step-00000020"
    label = next(one for one in ran.outputs if one.name == "label")
    assert (label.kind, len(label.labels)) == ("bars", 10)
    assert sum(label.values) == pytest.approx(1.0, abs=1e-4)
    assert [one.name for one in ran.given] == ["image", "label"]
    said = call("run", str(trained))
    image, truth = said.out.splitlines()[:2]
    assert Path(image.removeprefix("given image: ")).is_file()
    assert truth == f"given label: {ran.given[1].text}"
    (line,) = [line for line in said.out.splitlines() if line.startswith("label: ")]
    likeliest = max(zip(label.values, label.labels, strict=True))
    assert line.startswith(f"label: {likeliest[1]} ({100 * likeliest[0]:.1f} %), ")
    assert line.count("%") == 5
    said = call("export", "mlp_classifier", "--to", "safetensors", "--run", str(trained), "-o", "weights")
    assert said.code == 0
    load = (
        "import sys; sys.path.insert(0, 'run/source')\nimport model\nfrom safetensors.torch import load_file\n"
        "print(model.mlp_classifier().load_state_dict(load_file('weights/mlp_classifier.safetensors')))"
    )
    done = subprocess.run([sys.executable, "-c", load], cwd=here, capture_output=True, text=True, check=False)
    assert "All keys matched" in done.stdout, done.stderr
    for words, word in ((("--split", "exam"), "validation"), (("--checkpoint", "last"), "step-00000020")):
        said = call("run", str(trained), *words)
        assert (said.code, said.out) == (1, "")
        assert word in said.err
    (here / "not-an-image.png").write_bytes(b"no")
    said = process("run", str(trained), "not-an-image.png")
    assert (said.code, said.out) == (1, "")
    assert "not-an-image.png" in said.err
    said = call("train", "--resume", str(trained))
    assert said.out == f"{trained}\n"
    assert "come to its end already" in said.err


def test_goal_missed_is_three(process: Call) -> None:
    said = process("train", *QUICK, "--budget", "1", "--json")
    found = msgspec.json.decode(said.out, type=results.Trained)
    assert said.code == 3
    assert found.state == "finished"
    assert found.goal is not None
    assert not found.goal.reached
    assert found.goal.value is not None
    assert Path(found.run).parent == Path(os.environ["NETLOOM_HOME"]) / "runs"
    assert "goal is missed" in said.err


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_keeps_a_checkpoint_and_goes_on(sign: signal.Signals, call: Call, here: Path) -> None:
    assert call("new", "mlp_classifier", "mine.netloom").code == 0
    started = subprocess.Popen(
        [sys.executable, "-P", "-m", "app.cli", "train", "mine.netloom", *QUICK[1:], "--budget", "100000"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        folder = _run_at_work(here / "mine.runs")
        started.send_signal(sign)
        out, err = started.communicate(timeout=120)
    finally:
        started.kill()
    assert started.returncode == 130, err
    assert out == f"{folder}\n"
    run = attach(folder)
    status = run.status()
    assert status.state == "stopped"
    assert run.checkpoints()[-1].name == f"step-{status.step:08d}"
    settings = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
    assert settings["preset"] == "quick"
    listed = msgspec.json.decode(call("runs", "mine.netloom", "--json").out, type=results.Runs)
    assert [(one.run, one.state) for one in listed.runs] == [(str(folder), "stopped")]


def _run_at_work(folder: Path, seconds: float = 120.0) -> Path:
    """The run's folder, once it has done a step; another process does it, so nothing can wake us."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for status in folder.glob("*/status.json"):
            if attach(status.parent).status().step > 0:
                return status.parent
        time.sleep(0.05)
    raise TimeoutError("The run did not begin.")


def test_a_pipe_that_is_closed_early_is_no_mistake(here: Path) -> None:
    code = f"{sys.executable} -P -m app.cli code resnet18 | head -1"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {code}"], cwd=here, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith('"""ResNet-18')
    assert done.stderr == ""
