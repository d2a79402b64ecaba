"""A real engine process: built with, printed in, killed, hung, starved, and each time replaced."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import CancelledError
from pathlib import Path

import pytest

from app.client import EngineClient, EngineError, EngineState, State
from app.messages import Build, Built, Devices, Failed, ListDevices
from tests.engine.conftest import until
from tests.engine.texts import CHECK, MLP, broken

linux = pytest.mark.skipif(sys.platform != "linux", reason="Linux only: signals, /proc, prlimit")
ENDLESS = Build(model=broken("return MLP()", "while True: pass"), checks=(CHECK,))


@pytest.fixture(scope="module")
def shared() -> Iterator[EngineClient]:
    """One engine for the tests that leave it whole."""
    with EngineClient(environment={"OMP_NUM_THREADS": "1"}) as client:
        yield client


def built(client: EngineClient, **changes: object) -> Built:
    answer = client.ask(Build(**{"model": MLP, "checks": (CHECK,), **changes}), timeout=60)  # type: ignore[arg-type]
    assert isinstance(answer, Built)
    return answer


def failure(client: EngineClient, request: Build, timeout: float | None = 60) -> Failed:
    with pytest.raises(EngineError) as caught:
        client.ask(request, timeout=timeout)
    return caught.value.failed


def test_builds_counts_and_summarises(shared: EngineClient) -> None:
    answer = built(shared)
    assert answer.problems == ()
    (model,) = answer.models
    assert model.parameters == 64 * 32 + 32 + 32 * 10 + 10
    assert [(tensor.name, tensor.shape) for tensor in model.keys][:2] == [("fc1.weight", (32, 64)), ("fc1.bias", (32,))]
    assert "Linear" in model.summary
    assert model.outputs[0].shape == (2, 10)


def test_errors_name_their_node(shared: EngineClient) -> None:
    refused = built(shared, model=broken("nn.Linear(64, hidden)", "nn.Linear(63, hidden)")).problems
    assert [(p.path.graph, p.path.node) for p in refused] == [("MLP", "fc1")]
    assert "PyTorch refuses" in refused[0].message
    several_lines = built(shared, model=broken("            10,\n", "            -10,\n")).problems
    assert [p.path.node for p in several_lines] == ["fc2"]
    unreadable = built(shared, model=broken("return self.fc2(x)", "return self.fc2(x")).problems
    assert [p.path.graph for p in unreadable] == ["MLP"]


def test_a_promise_that_torch_does_not_keep_is_a_problem(shared: EngineClient) -> None:
    (problem,) = built(shared, model=broken("            10,\n", "            12,\n")).problems
    assert (problem.expected, problem.came) == ("2×10", "2×12")


def test_prints_do_not_disturb_messages(shared: EngineClient) -> None:
    noisy = broken(
        "super().__init__()", "super().__init__(); print('x' * 100_000); import os; os.write(1, b'y' * 9000)"
    )
    assert built(shared, model=noisy).problems == ()


def test_many_requests_in_order(shared: EngineClient) -> None:
    done: list[int] = []
    tasks = [shared.send(Build(model=MLP, checks=(CHECK,), summary=False)) for _ in range(20)]
    for number, task in enumerate(tasks):
        task.add_done_callback(lambda _, number=number: done.append(number))  # type: ignore[misc]
    assert all(isinstance(task.result(60), Built) for task in tasks)
    until(lambda: len(done) == 20)
    assert done == sorted(done)


@linux
def test_killed_engine_is_explained_and_replaced(client: EngineClient, states: list[EngineState]) -> None:
    first = client.wait_ready(60).pid
    task, waiting = client.send(ENDLESS), client.send(ListDevices())
    until(lambda: task.begun)
    os.kill(first, signal.SIGKILL)
    with pytest.raises(EngineError, match="SIGKILL"):
        task.result(60)
    assert isinstance(waiting.result(60), Devices)
    assert client.hello is not None
    assert client.hello.pid != first
    assert any("A new one is being started" in state.message for state in states)


@linux
def test_crash_in_native_code_is_told_from_a_kill(client: EngineClient) -> None:
    crash = broken("return MLP()", "import ctypes; ctypes.string_at(0)")
    assert "native code" in failure(client, Build(model=crash, checks=(CHECK,))).message
    assert built(client).problems == ()


def test_endless_request_times_out(client: EngineClient) -> None:
    assert "longer than 0.3 seconds" in failure(client, ENDLESS, timeout=0.3).message
    assert built(client).problems == ()


@linux
def test_silent_engine_is_replaced(states: list[EngineState]) -> None:
    with EngineClient(states.append, silence=1.0) as client:
        first = client.wait_ready(60).pid
        os.kill(first, signal.SIGSTOP)
        until(lambda: client.hello is not None and client.hello.pid != first)
        assert built(client).problems == ()
    assert any("did not answer" in state.message for state in states)


def test_cancelled_requests_end(client: EngineClient) -> None:
    client.wait_ready(60)
    running, waiting = client.send(ENDLESS), client.send(Build(model=MLP, checks=(CHECK,)))
    until(lambda: running.begun)
    assert waiting.cancel()
    assert running.cancel()
    with pytest.raises(CancelledError):
        running.result(1)
    assert built(client).problems == ()


@linux
def test_starved_engine_says_memory_and_lives(client: EngineClient) -> None:
    import resource

    pid = client.wait_ready(60).pid
    before = resource.prlimit(pid, resource.RLIMIT_DATA)  # type: ignore[attr-defined]
    resource.prlimit(pid, resource.RLIMIT_DATA, (600 << 20, before[1]))  # type: ignore[attr-defined]
    large = Build(model=broken("nn.Linear(64, hidden)", "nn.Linear(64, 20_000_000)"), checks=(CHECK,))
    answer = client.ask(large, timeout=60)
    assert isinstance(answer, Built)
    assert "Memory ran out" in answer.problems[0].message
    assert built(client).problems == ()


def test_made_gpu_memory_error_is_a_sentence(shared: EngineClient) -> None:
    line = "raise torch.OutOfMemoryError('CUDA out of memory. Tried to allocate 20.00 GiB.')"
    (problem,) = built(shared, model=broken("x = torch.relu(self.fc1(x))", line)).problems
    assert "GPU ran out of memory" in problem.message
    assert problem.path.node == "fc1"


def test_missing_torch_is_one_sentence_and_no_endless_restart(states: list[EngineState], tmp_path: Path) -> None:
    (tmp_path / "torch.py").write_text("raise ModuleNotFoundError(\"No module named 'torch'\", name='torch')")
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    # The application's own folder comes first on the path, so the stand-in goes in through a start-up folder.
    (tmp_path / "sitecustomize.py").write_text(f"import sys; sys.path.insert(0, {str(tmp_path)!r})")
    with EngineClient(states.append, environment={"PYTHONPATH": path}) as client:
        with pytest.raises(EngineError, match="pip install torch"):
            client.ask(ListDevices())
        assert client.state.state is State.FAILED
    assert sum(state.state is State.STARTING for state in states) == 1


EDITOR = """
import os, sys
sys.path.insert(0, os.getcwd())
from app.client import EngineClient
from tests.engine.test_client import ENDLESS
client = EngineClient()
task = client.send(ENDLESS)
print(client.wait_ready(120).pid, flush=True)
while task.begun is None:
    pass
os.kill(os.getpid(), 9)
"""


@linux
def test_engine_leaves_with_its_editor() -> None:
    """However the editor ended, and even out of a request that never ends."""
    done = subprocess.run([sys.executable, "-c", EDITOR], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == -signal.SIGKILL, done.stderr
    until(lambda: not Path(f"/proc/{done.stdout.strip()}").exists())


def test_an_engine_that_always_dies_is_given_up(states: list[EngineState], tmp_path: Path) -> None:
    (tmp_path / "torch.py").write_text("raise RuntimeError('no luck')")
    (tmp_path / "sitecustomize.py").write_text(f"import sys; sys.path.insert(0, {str(tmp_path)!r})")
    with EngineClient(states.append, environment={"PYTHONPATH": str(tmp_path)}) as client:
        with pytest.raises(EngineError, match=r"no luck.*several times in a row"):
            client.ask(ListDevices())
        assert client.state.state is State.FAILED
    assert sum(state.state is State.STARTING for state in states) == 3


@linux
def test_engine_steps_back_for_the_window(shared: EngineClient) -> None:
    pid = shared.wait_ready(60).pid
    assert os.getpriority(os.PRIO_PROCESS, pid) == os.getpriority(os.PRIO_PROCESS, 0) + 10
    assert int(Path(f"/proc/{pid}/oom_score_adj").read_text()) >= 700
