"""Killed at an arbitrary step, stopped, paused, out of disk: a run goes on bit for bit."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from safetensors.torch import load_file

from app.runs import Run, Status, attach
from tests.engine.conftest import until
from tests.training.conftest import Make
from tests.training.documents import STEPS, classifier

linux = pytest.mark.skipif(sys.platform != "linux", reason="Linux only: signals, prlimit, /proc")

# The same step, but it ends its own process with SIGKILL in its 17th call, in the middle of the update.
SUICIDE = STEPS.replace(
    "        logits = self.net(image)\n        return functional",
    "        logits = self.net(image)\n"
    "        self.calls = getattr(self, 'calls', 0) + 1\n"
    "        if self.calls == 17 and not pathlib.Path(__file__).with_name('killed').exists():\n"
    "            pathlib.Path(__file__).with_name('killed').touch()\n"
    "            os.kill(os.getpid(), signal.SIGKILL)\n"
    "        return functional",
).replace("from torch import Tensor, nn\n", "import os, pathlib, signal\nfrom torch import Tensor, nn\n")
# Slow enough that a command meets it in the middle.
SLOW = STEPS.replace(
    "        logits = self.net(image)\n        return",
    "        time.sleep(0.02)\n        logits = self.net(image)\n        return",
)
SLOW = SLOW.replace("from torch import Tensor, nn\n", "import time\nfrom torch import Tensor, nn\n")


def result(run: Run) -> tuple[dict[str, bytes], dict[tuple[int, str], float | None]]:
    """Final weights and optimiser as bytes, and every evaluation's value."""
    last = run.checkpoints()[-1]
    tensors = {**load_file(last / "weights.safetensors"), **load_file(last / "optimiser.safetensors")}
    values = {(m.step, m.name): m.value for m in run.metrics() if "." in m.name}
    return {key: tensor.numpy().tobytes() for key, tensor in tensors.items()}, values


def finished(run: Run) -> Status:
    status = run.wait(120)
    assert status.state == "finished", (status.message, run.log())
    return status


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, bytes], dict[tuple[int, str], float | None]]:
    """A run that nobody disturbed."""
    from app import runs
    from app.runs import Settings
    from tests.training.documents import files_of

    folder = tmp_path_factory.mktemp("reference")
    document = classifier()
    run = runs.fill_folder(folder, document, Settings(seed=3, steps=40, folder=str(folder)), files_of(document))
    run.launch()
    finished(run)
    return result(run)


@linux
@pytest.mark.parametrize("workers", [0, 2])
def test_killed_run_resumes_bit_for_bit(make: Make, reference: object, workers: int) -> None:
    run = make(steps=SUICIDE, workers=workers)
    run.launch()
    status = run.wait(120)
    assert status.state == "gone"
    assert "killed" in status.message
    assert "step-00000010" in status.message  # the last one: an evaluation had improved there
    run.resume()
    finished(run)
    assert result(run) == reference


@linux
@pytest.mark.parametrize("way", ["stop", "interrupt"])
def test_stopped_run_resumes_bit_for_bit(make: Make, reference: object, way: str) -> None:
    run = make(steps=SLOW)
    run.launch()
    until(lambda: run.status().step > 3)
    if way == "stop":
        run.stop()
    else:
        os.kill(run.status().pid, signal.SIGINT)
    stopped = run.wait(60)
    assert stopped.state == "stopped"
    assert 3 < stopped.step < 40
    assert run.checkpoints()[-1].name == f"step-{stopped.step:08d}"
    attach(run.folder).resume()
    finished(run)
    assert result(run) == reference


@linux
def test_paused_and_full_disk_keep_the_last_checkpoint(make: Make, reference: object) -> None:
    import resource

    run = make(steps=SLOW.replace("0.02", "0.15"))  # status is written about once a second: not too soon at its end
    run.launch()
    run.pause()
    until(lambda: run.status().state == "paused")
    paused = run.status()
    until(lambda: run.status().heartbeat > paused.heartbeat)
    assert run.status().step == paused.step
    run.resume()
    until(lambda: run.status().step > paused.step)
    pid = paused.pid
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)  # type: ignore[attr-defined]
    for last in (False, True):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (20_000, before[1]))  # type: ignore[attr-defined]
        run.checkpoint()
        until(lambda: run.status().state == "paused")
        status = run.status()
        assert "cannot be written" in status.message
        assert status.checkpoint == run.checkpoints()[-1].name
        load_file(run.checkpoints()[-1] / "weights.safetensors")
        assert not list((run.folder / "checkpoints").glob(".*"))
        if last:
            run.stop()
            assert run.wait(60).state == "stopped"
        else:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, before)  # type: ignore[attr-defined]
            run.resume()
            until(lambda step=status.step: run.status().step > step)  # type: ignore[misc]
    run.resume()
    finished(run)
    assert result(run) == reference


@linux
def test_starved_run_says_memory_and_resumes(make: Make, reference: object) -> None:
    hungry = SLOW.replace("time.sleep(0.02)", "time.sleep(0.02); (self.training and _feast())") + (
        "\n\ndef _feast() -> None:\n"
        "    import pathlib, resource, torch\n"
        "    mark = pathlib.Path(__file__).with_name('starved')\n"
        "    if not mark.exists() and len(list(pathlib.Path(__file__).parents[1].glob('checkpoints/step-*'))):\n"
        "        mark.touch()\n"
        "        torch.zeros(10**11)\n"
    )
    run = make(steps=hungry)
    run.launch()
    status = run.wait(60)
    assert (status.state, status.message[:14]) == ("failed", "Memory ran out")
    run.resume()
    finished(run)
    assert result(run) == reference


def test_made_gpu_memory_error_is_a_sentence(make: Make) -> None:
    line = "raise __import__('torch').OutOfMemoryError('CUDA out of memory. Tried to allocate 20.00 GiB.')"
    run = make(steps=STEPS.replace("logits = self.net(image)\n        return", line + "\n        return"))
    run.launch()
    status = run.wait(60)
    assert status.state == "failed"
    assert "The GPU ran out of memory. Take a smaller batch" in status.message
    assert "Traceback" in run.log()


def test_broken_source_is_told_with_its_last_line(make: Make) -> None:
    run = make(model="import nothing_of_that_name\n")
    run.launch()
    status = run.wait(60)
    assert status.state == "failed"
    assert "nothing_of_that_name" in status.message


@linux
def test_a_run_outlives_its_starter_and_passes_over_a_broken_checkpoint(make: Make, reference: object) -> None:
    run = make(steps=SLOW)
    starter = f"import os, sys; sys.path.insert(0, {os.getcwd()!r})\n"
    starter += f"from app.runs import attach\nattach({str(run.folder)!r}).launch()\nos.kill(os.getpid(), 9)"
    assert subprocess.run([sys.executable, "-c", starter], check=False).returncode == -signal.SIGKILL
    assert attach(run.folder).status().is_active
    finished(run)
    (run.checkpoints()[-1] / "weights.safetensors").write_bytes(b"half a file")
    run.resume()
    finished(run)
    assert "passed over" in run.log()
    assert result(run) == reference
