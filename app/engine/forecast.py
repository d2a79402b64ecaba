"""How long training will take and how much memory it needs: a few real steps of the very program that will run."""

from __future__ import annotations

import contextlib
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import torch
from torch import Tensor
from torch.optim import Optimizer

from app.core.demand import as_bytes
from app.engine.errors import kind_of
from app.engine.runtime import Batch, Batches, Data, Run, seed_of
from app.engine.runtime.run import pick_device
from app.engine.sources import imported
from app.machine import main_memory
from app.messages import Forecast, Forecasted

WARM_STEPS = 2
LONGEST = 8.0
"""Seconds of measuring after which the steps so far must do."""

Tell = Callable[[float, str], None]


class Measured(Run):
    """A run that does a few steps of every stage, writes no checkpoint, and looks at one batch of a split."""

    def __init__(self, out: Path, device: str, seed: int, steps: int, tell: Tell) -> None:
        super().__init__(out, device=device, seed=seed)
        self.seconds = 0.0
        self.total = 0
        self._few = steps
        self._tell = tell

    def steps(
        self, stage: str, count: int, data: Data, batch_size: int, /, **optimisers: Optimizer
    ) -> Iterator[tuple[int, Batch]]:
        batches = Batches(data, batch_size, seed_of(self.seed, stage))
        times: list[float] = []
        for step in range(min(count, WARM_STEPS + self._few)):
            begun = time.perf_counter()
            yield step, self._moved(batches[step])
            self._wait()
            times.append(time.perf_counter() - begun)
            self._tell(len(times) / (WARM_STEPS + self._few), f"measuring a step of {stage}")
            if sum(times) > LONGEST:
                break
        steady = sorted(times[WARM_STEPS:] or times[-1:])
        self.seconds += steady[len(steady) // 2] * count
        self.total += count

    def batches(self, data: Data, batch_size: int) -> Iterator[Batch]:
        begun = time.perf_counter()
        yield next(super().batches(data, batch_size))
        self._wait()
        self.seconds += (time.perf_counter() - begun) * -(-len(data) // batch_size)

    def log(self, phase: str = "", /, **values: Tensor) -> None:
        """Nothing: only the step itself is measured."""

    def record(self, evaluation: str, values: Mapping[str, Tensor]) -> None:
        """Nothing."""

    def show(self, name: str, kind: str, outputs: Mapping[str, Tensor], data: Data) -> None:
        """Nothing."""

    def _wait(self) -> None:
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)


def forecast(request: Forecast, tell: Tell) -> Forecasted:
    """Measure; where memory runs out, that is the answer."""
    device = pick_device(request.device)
    free = _free(device)
    before = _start_measuring(device)
    with (
        tempfile.TemporaryDirectory(prefix="netloom-forecast-") as folder,
        imported(request.files, request.cwd) as modules,
    ):
        run = Measured(Path(folder), str(device), request.seed, request.steps, tell)
        try:
            with torch.random.fork_rng(devices=[]):
                torch.manual_seed(request.seed)
                modules["train"].train(run)
        except (RuntimeError, MemoryError) as error:
            if kind_of(error) != "memory":
                raise
            return _too_large(device, free)
        finally:
            run.report.end(state="stopped")
    memory = _most(device, before)
    per_step = run.seconds / max(1, run.total)
    fits = memory is None or free is None or memory < free
    return Forecasted(
        seconds_per_step=per_step,
        steps=run.total,
        seconds=run.seconds,
        memory=memory,
        memory_free=free,
        device=str(device),
        fits=fits,
        message=_sentence(run.seconds, run.total, memory, free, device),
    )


def _sentence(seconds: float, steps: int, memory: int | None, free: int | None, device: torch.device) -> str:
    said = f"{steps:,} steps will take about {_duration(seconds)} on {device}"
    if memory is not None:
        said += f" and need {as_bytes(memory)} of memory"
    if memory is not None and free is not None and memory >= free:
        said += f", but only {as_bytes(free)} are free. Take a smaller batch or a smaller model"
    return said + "."


def _too_large(device: torch.device, free: int | None) -> Forecasted:
    have = f" ({as_bytes(free)} are free)" if free is not None else ""
    message = f"Memory ran out on {device} in the first steps{have}. Take a smaller batch or a smaller model."
    return Forecasted(
        seconds_per_step=0.0, steps=0, seconds=0.0, memory=None, memory_free=free, device=str(device), fits=False,
        message=message,
    )  # fmt: skip


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 5400:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h" if seconds < 172_800 else f"{seconds / 86400:.1f} days"


def _free(device: torch.device) -> int | None:
    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0])
    return main_memory()[1]


def _start_measuring(device: torch.device) -> int:
    """Forget the highest mark so far, and give what is held now."""
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)
        return int(torch.cuda.memory_allocated(device))
    with contextlib.suppress(OSError), open("/proc/self/clear_refs", "w", encoding="ascii") as file:
        file.write("5")
    return _status("VmRSS") or _peak()


def _most(device: torch.device, before: int) -> int | None:
    if device.type == "cuda":
        return int(torch.cuda.max_memory_allocated(device)) - before
    highest = _status("VmHWM") or _peak()
    return max(0, highest - before) if highest else None


def _peak() -> int:
    if sys.platform == "win32":
        return 0
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _status(name: str) -> int:
    with contextlib.suppress(OSError), open("/proc/self/status", encoding="ascii", errors="replace") as file:
        for line in file:
            if line.startswith(name):
                return int(line.split()[1]) * 1024
    return 0
