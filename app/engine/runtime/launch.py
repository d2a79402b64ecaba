"""The command line of train.py, and how a run ends."""

import argparse
import contextlib
import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import torch

from .checkpoints import checkpoints
from .run import FILE_ERRORS, Run, Stopped, WriteError

INTERRUPTED = 130
NICE = 10
OOM_SCORE = "500"


def launch(
    train: Callable[[Run], None],
    *,
    seed: int,
    device: str = "auto",
    precision: str = "float32",
    steps: int,
    best: tuple[str, str] | None = None,
) -> NoReturn:
    """Read the command line and train; the end is in status.json and the exit code."""
    options = command_line(seed, device).parse_args()
    if checkpoints(options.out) and not options.resume:
        sys.exit(
            f"{options.out} holds checkpoints: add --resume, or choose another --out"
        )
    if options.exact:
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
        torch.use_deterministic_algorithms(True)
    step_back()
    try:
        run = Run(
            options.out,
            seed=options.seed,
            device=options.device,
            precision=precision,
            steps=steps,
            best=best,
            resume=options.resume,
            workers=options.workers,
        )
    except (RuntimeError, *FILE_ERRORS) as error:
        sys.exit(f"The run cannot start: {error}")
    sys.exit(perform(train, run))


def command_line(seed: int, device: str) -> argparse.ArgumentParser:
    """Say which options there are."""
    parser = argparse.ArgumentParser(description="Train the models of this folder.")
    parser.add_argument(
        "--resume", action="store_true", help="from the last checkpoint"
    )
    parser.add_argument("--device", default=device, help="auto, cpu, cuda, cuda:1, mps")
    parser.add_argument("--seed", type=int, default=seed, help="of all random numbers")
    parser.add_argument(
        "--out", type=Path, default=Path("run"), help="the run's folder"
    )
    parser.add_argument(
        "--workers", type=int, default=0, help="processes that read data"
    )
    parser.add_argument(
        "--exact", action="store_true", help="repeatable on CUDA; slower"
    )
    return parser


def step_back() -> None:
    """Give way to the window that started the run, also where memory is short."""
    if "NETLOOM_CONTROL" not in os.environ or os.name == "nt":
        return
    os.nice(NICE)
    # Linux desktops weigh sessions, not processes: the run has one of its own.
    for name, value in (("oom_score_adj", OOM_SCORE), ("autogroup", str(NICE))):
        with contextlib.suppress(OSError):  # not every system has them
            Path("/proc/self", name).write_text(value, encoding="ascii")


def perform(train: Callable[[Run], None], run: Run) -> int:
    """Train from start to end; gives the exit code."""
    for kind in (signal.SIGINT, signal.SIGTERM):
        signal.signal(kind, lambda *_: run.commands.asked.add("stop"))
    torch.manual_seed(run.seed)
    try:
        train(run)
    except Stopped:
        run.report.end(state="stopped", step=run.step, rate=0.0)
        print(f"Stopped at step {run.step}; --resume goes on from there.")
        return INTERRUPTED
    except Exception as error:
        traceback.print_exc()
        message = sentence(error)
        run.report.end(state="failed", message=message, step=run.step, rate=0.0)
        return 1
    run.report.end(state="finished", step=run.step, rate=0.0)
    print(f"Finished at step {run.step}; the weights are in {run.out / 'checkpoints'}.")
    return 0


def sentence(error: BaseException) -> str:
    """Say what ended a run, and what would mend it."""
    text = str(error).strip().partition("\n")[0]
    from_reader = isinstance(error, ValueError) and text.startswith("Expected ")
    if isinstance(error, WriteError) or from_reader:
        return text
    if isinstance(error, torch.OutOfMemoryError):
        remedy = "Take a smaller batch or a smaller model, or train on the CPU"
        return f"The GPU ran out of memory. {remedy}. PyTorch says: {text}"
    known = ("not enough memory", "can't allocate memory", "Cannot allocate memory")
    if isinstance(error, MemoryError) or any(part in text for part in known):
        return "Memory ran out. Take a smaller batch or a smaller model."
    if isinstance(error, IndexError) and text.startswith("Target "):
        return (
            f"A label has no output: {text} The model needs an output for each class."
        )
    if isinstance(error, torch.AcceleratorError) or "CUDA error" in text:
        return f"The device stopped working: {text}. Resume from the last checkpoint."
    return f"{type(error).__name__}: {text}"
