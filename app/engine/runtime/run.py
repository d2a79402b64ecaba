"""A run folder and the training that fills it."""

import contextlib
import json
import math
import os
import platform
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import torch
from safetensors import SafetensorError
from torch import Tensor, nn
from torch.optim import Optimizer

from .batches import Batch, Batches, Data, seed_of
from .checkpoints import (
    checkpoints,
    join_state,
    load_weights,
    read_tensors,
    remove_old,
    split_state,
    write_checkpoint,
    write_whole,
)
from .previews import write_preview
from .report import Commands, Report, process_start

Model = TypeVar("Model", bound=nn.Module)

LOG_SECONDS = 0.05
TELL_SECONDS = 5.0
LEAST_POINTS = 100
RATE_SECONDS = 0.5
CHECKPOINT_SECONDS = 60.0
FILE_ERRORS = (OSError, SafetensorError, sqlite3.Error)


class Stopped(Exception):  # noqa: N818 - not an error: somebody asked for it
    """The run was asked to stop."""


class WriteError(Exception):
    """Something could not be written; the message is a sentence."""


class Run:
    """What train.py is given: data in order, and a place for what comes out."""

    def __init__(
        self,
        out: Path,
        *,
        seed: int = 0,
        device: str = "auto",
        precision: str = "float32",
        steps: int = 0,
        best: tuple[str, str] | None = None,
        resume: bool = False,
        workers: int = 0,
    ) -> None:
        """``best`` names the value that marks the best checkpoint, and max or min."""
        self.out = out
        self.seed = seed
        self.device = pick_device(device)
        self.precision = precision
        self.workers = workers
        self.models: dict[str, nn.Module] = {}
        self.step = 0
        self.at = 0
        self.commands = Commands()
        self._best, self._best_value = best, math.nan
        self._improved = False
        self._resume = resume
        self._resumed: dict[str, Any] = {}
        self._resumed_tensors: dict[str, Tensor] = {}
        self._begin = self._end = 0
        self._optimisers: dict[str, Optimizer] = {}
        self._due = True
        self._next = self._saved_at = 0.0
        self._saved: int | None = None
        self._rated = (0, 0.0)
        self._latest: dict[str, float] = {}
        self._speak_at = 0.0
        self._circumstances: dict[str, object] = {
            "torch": str(torch.__version__),
            "threads": torch.get_num_threads(),
            "device": str(self.device),
            "machine": platform.machine(),
            "seed": seed,
        }
        out.mkdir(parents=True, exist_ok=True)
        process = {
            "pid": os.getpid(),
            "started": process_start(os.getpid()),
            "launch": os.environ.get("NETLOOM_LAUNCH", ""),
        }
        place = {"step": 0, "steps": steps, "stage": "", "rate": 0.0, "checkpoint": ""}
        self.status: dict[str, Any] = {
            "state": "starting",
            "message": "",
            **process,
            **place,
            **self._circumstances,
        }
        self.report = Report(out, self.status)

    # ---- what train.py calls ----

    def keep(self, name: str, model: Model) -> Model:
        """Move a model to the device, and hold it in every checkpoint."""
        self.models[name] = model
        return model.to(self.device)

    def steps(
        self,
        stage: str,
        count: int,
        data: Data,
        batch_size: int,
        /,
        **optimisers: Optimizer,
    ) -> Iterator[tuple[int, Batch]]:
        """Give the steps of a stage that are still to do, each with its batch."""
        self._begin, self._end = self._end, self._end + count
        self._optimisers = optimisers
        if self._begin == 0:
            self._restore()
        if self._resumed.get("begin") == self._begin:
            join_state(optimisers, self._resumed_tensors, self._resumed["optimisers"])
        self.status.update(state="running", stage=stage)
        self._saved_at = time.monotonic()
        self._rated = (self.step, self._saved_at)
        batches = Batches(data, batch_size, seed_of(self.seed, stage))
        pin = self.device.type == "cuda"
        first = self.step - self._begin
        seed = seed_of(self.seed, "step", stage)
        stride = max(1, count // LEAST_POINTS)
        read = batches.between(first, count, self.workers, pin)
        for step, batch in enumerate(read, first):
            self.reseed(seed + step)
            timely = time.monotonic() >= self._next
            self._due = timely or step % stride == 0 or step == count - 1
            self.at = self.step + 1
            yield step, self._moved(batch)
            self.step += 1
            if timely or self.commands.asked or self._improved:
                self._attend()
        if self.step == self._end and self._saved != self.step:
            self._write(self.checkpoint)

    def log(self, phase: str = "", /, **values: Tensor) -> None:
        """Note a step's values; only now and then, since reading one waits for it."""
        if not self._due:
            return
        for name, value in values.items():
            if value.numel() == 1:
                self._note(f"{phase}.{name}" if phase else name, float(value.detach()))

    def record(self, evaluation: str, values: Mapping[str, Tensor]) -> None:
        """Note every value of an evaluation."""
        for name, value in values.items():
            full, number = f"{evaluation}.{name}", float(value)
            self._note(full, number)
            if self._best and self._best[0] == full and self._is_better(number):
                self._best_value, self._improved = number, True
        self._speak()
        self._write(self.report.flush)

    def batches(self, data: Data, batch_size: int) -> Iterator[Batch]:
        """Give a whole split once, in order."""
        generator = torch.Generator().manual_seed(seed_of(self.seed, "split"))
        for begin in range(0, len(data), batch_size):
            chosen = torch.arange(begin, min(begin + batch_size, len(data)))
            yield self._moved(data.batch(chosen, generator))

    def first(self, data: Data, count: int) -> Batch:
        """Give the first examples of a split."""
        generator = torch.Generator().manual_seed(seed_of(self.seed, "split"))
        chosen = torch.arange(min(count, len(data)))
        return self._moved(data.batch(chosen, generator))

    @contextlib.contextmanager
    def evaluating(self, step: nn.Module) -> Iterator[None]:
        """Evaluation mode without gradients, and each time the same random numbers."""
        modes = [(module, module.training) for module in step.modules()]
        step.to(self.device).eval()
        self.reseed(seed_of(self.seed, "evaluation"))
        with torch.no_grad():
            yield
        for module, mode in modes:
            module.training = mode

    def autocast(self) -> contextlib.AbstractContextManager[object]:
        """Compute in bfloat16 where the precision says so; automatic means on CUDA."""
        automatic = self.precision == "automatic" and self.device.type == "cuda"
        if automatic or self.precision == "bfloat16":
            return torch.autocast(self.device.type, dtype=torch.bfloat16)
        return contextlib.nullcontext()

    def show(
        self,
        name: str,
        kind: str,
        outputs: Mapping[str, Tensor],
        data: Data,
    ) -> None:
        """Write a preview: previews/<name>/<step>.png, .txt and .json."""
        stem = self.out / "previews" / name / f"{self.at:08d}"
        shown = {key: value.detach().cpu() for key, value in outputs.items()}
        labels: tuple[str, ...] = getattr(data, "labels", ())
        self._write(lambda: write_preview(stem, kind, shown, labels))

    def reseed(self, seed: int) -> None:
        """Seed the default generators."""
        torch.default_generator.manual_seed(seed)
        if self.device.type == "cuda":
            torch.cuda.default_generators[self.device.index].manual_seed(seed)
        elif self.device.type == "mps":
            torch.mps.manual_seed(seed)

    def _moved(self, batch: Batch) -> Batch:
        if self.device.type == "cpu":
            return batch
        moved: dict[str, Tensor] = {}
        for name, value in batch.items():
            moved[name] = value.to(self.device, non_blocking=True)
        return moved

    # ---- now and then ----

    def _note(self, name: str, value: float) -> None:
        finite = math.isfinite(value)
        stage = self.status["stage"]
        self.report.note(self.at, stage, name, value if finite else None)
        self._latest[name] = value
        if not finite:
            self.status["message"] = f"“{name}” is {value} at step {self.at}."

    def _speak(self) -> None:
        """Print the latest values for whoever started train.py by hand."""
        if self.commands.anyone or not self._latest:
            return
        values = ", ".join(
            f"{name} {value:.4g}" for name, value in self._latest.items()
        )
        print(f"step {self.at} of {self.status['steps']}: {values}", flush=True)
        self._latest.clear()
        self._speak_at = time.monotonic() + TELL_SECONDS

    def _is_better(self, value: float) -> bool:
        if math.isnan(self._best_value):
            return not math.isnan(value)
        larger = self._best is not None and self._best[1] == "max"
        return value > self._best_value if larger else value < self._best_value

    def _attend(self) -> None:
        """Do what is not done at every step: metrics, commands, checkpoints."""
        now = time.monotonic()
        self._next = now + LOG_SECONDS
        done, since = self._rated
        if now - since > RATE_SECONDS:
            self.status["rate"] = (self.step - done) / (now - since)
            self._rated = (self.step, now)
        self.status["step"] = self.step
        if now >= self._speak_at:
            self._speak()
        self._write(self.report.flush)
        self.commands.listen()
        asked = self.commands.asked
        if asked or self._improved or now - self._saved_at > CHECKPOINT_SECONDS:
            asked.discard("checkpoint")
            self._write(self.checkpoint)
        if "stop" in asked:
            raise Stopped
        if "pause" in asked:
            self._pause("")
        asked.discard("resume")

    def _pause(self, message: str) -> None:
        """Wait for the command to go on."""
        asked = self.commands.asked
        asked -= {"resume", "pause"}
        self.status.update(state="paused", message=message, rate=0.0)
        self.report.say()
        while not asked & {"resume", "stop"}:
            time.sleep(LOG_SECONDS)
            self.commands.listen()
        if "stop" in asked:
            raise Stopped
        asked.clear()
        self.status.update(state="running", message="")
        self._rated = (self.step, time.monotonic())

    def _write(self, action: Callable[[], None]) -> None:
        """Write something; where it cannot be written, say so and wait, or end."""
        while True:
            try:
                return action()
            except FILE_ERRORS as error:
                good = self.status["checkpoint"] or "none yet"
                message = (
                    f"The run's folder cannot be written to ({error}). The last good "
                    f"checkpoint is {good}. Free some space, then resume."
                )
                if not self.commands.anyone:
                    raise WriteError(message) from error
                self._pause(message)

    # ---- checkpoints ----

    def checkpoint(self) -> None:
        """Write weights, optimisers and place, whole or not at all."""
        folder = self.out / "checkpoints" / f"step-{self.step:08d}"
        if self._saved != self.step:
            tensors, rest = split_state(self._optimisers)
            place = {"step": self.step, "begin": self._begin, "time": time.time()}
            best = None if math.isnan(self._best_value) else self._best_value
            state = {**place, "best": best, "optimisers": rest, **self._circumstances}
            write_checkpoint(folder, self.models, tensors, state)
            self._saved, self._saved_at = self.step, time.monotonic()
            self.status["checkpoint"] = folder.name
        if self._improved:
            write_whole(folder.parent / "best", folder.name)
            self._improved = False
        remove_old(self.out)

    def _restore(self) -> None:
        """Take weights and place from the newest checkpoint that can be read."""
        for folder in reversed(checkpoints(self.out) if self._resume else []):
            try:
                state = json.loads((folder / "state.json").read_text(encoding="utf-8"))
                tensors, _ = read_tensors(folder / "optimiser.safetensors")
                load_weights(folder / "weights.safetensors", self.models)
            except (*FILE_ERRORS, ValueError) as error:
                print(f"{folder.name} cannot be read and is passed over: {error}")
                continue
            self._resumed, self._resumed_tensors = state, tensors
            self.step = self.at = self._saved = state["step"]
            self._best_value = math.nan if state["best"] is None else state["best"]
            self.status.update(checkpoint=folder.name, step=self.step)
            self._compare(state)
            break
        self.report.forget_after(self.step, self._resumed.get("time", 0.0))

    def _compare(self, state: Mapping[str, object]) -> None:
        """Say where exactness is not to be had."""
        changed = [
            f"{name} was {state.get(name)} and is {value}"
            for name, value in self._circumstances.items()
            if state.get(name) != value
        ]
        if changed:
            told = ", ".join(changed)
            self.status["message"] = f"Resumed, but not bit for bit: {told}."


def pick_device(wanted: str) -> torch.device:
    """Take the device of that name; "auto" is the best there is."""
    if wanted == "auto":
        if torch.cuda.is_available():
            return torch.device("cuda", torch.cuda.current_device())
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    try:  # a missing one is told now
        return torch.zeros(1, device=torch.device(wanted)).device
    except (AssertionError, RuntimeError) as error:
        reason = str(error).partition("\n")[0]
        message = f"The device “{wanted}” cannot be used ({reason}). Choose another."
        raise RuntimeError(message) from error
