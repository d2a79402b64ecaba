"""Which optimisers and schedules a recipe may name, and how they are written in train.py."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from functools import cache
from typing import Any

from app.codegen.source import GenerationError
from app.core.document import Optimiser, Schedule
from app.core.schedules import FUNCTIONS

_COMMON = {"weight_decay": 0.0, "maximize": False}

OPTIMISERS: Mapping[str, Mapping[str, Any]] = {
    "AdamW": {"lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8, **_COMMON, "weight_decay": 0.01, "amsgrad": False},
    "Adam": {"lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8, **_COMMON, "amsgrad": False},
    "SGD": {"lr": 1e-3, "momentum": 0.0, "dampening": 0.0, **_COMMON, "nesterov": False},
    "RMSprop": {"lr": 1e-2, "alpha": 0.99, "eps": 1e-8, **_COMMON, "momentum": 0.0, "centered": False},
    "Adagrad": {"lr": 1e-2, "lr_decay": 0.0, **_COMMON, "initial_accumulator_value": 0.0, "eps": 1e-10},
    "Adadelta": {"lr": 1.0, "rho": 0.9, "eps": 1e-6, **_COMMON},
    "Adamax": {"lr": 2e-3, "betas": (0.9, 0.999), "eps": 1e-8, **_COMMON},
    "NAdam": {"lr": 2e-3, "betas": (0.9, 0.999), "eps": 1e-8, **_COMMON, "momentum_decay": 4e-3},
    "RAdam": {"lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8, **_COMMON, "decoupled_weight_decay": False},
    "ASGD": {"lr": 1e-2, "lambd": 1e-4, "alpha": 0.75, "t0": 1e6, **_COMMON},
    "Rprop": {"lr": 1e-2, "etas": (0.5, 1.2), "step_sizes": (1e-6, 50.0), "maximize": False},
    "Adafactor": {"lr": 1e-2, "beta2_decay": -0.8, "eps": (None, 1e-3), "d": 1.0, **_COMMON},
}
"""torch.optim's classes and their arguments, with torch's defaults."""

FUSED = frozenset({"AdamW", "Adam", "SGD"})
"""Classes that have a fused kernel on CPU and GPUs: the same step at up to two thirds of the time."""

SCHEDULES: Mapping[str, Mapping[str, Any]] = {
    "constant": {"warmup": 0},
    "cosine": {"warmup": 0, "final": 0.0},
    "linear": {"warmup": 0, "final": 0.0},
    "step": {"every": 1000, "factor": 0.1, "warmup": 0},
    "noam": {"warmup": 4000},
    "one_cycle": {"peak": 0.3, "start": 0.04, "final": 1e-4},
}
"""Schedules and their arguments: all give a fraction of the peak learning rate."""


def check_optimiser(optimiser: Optimiser, where: str) -> None:
    """Raise GenerationError where torch.optim has no such class or argument."""
    known = OPTIMISERS.get(optimiser.name)
    if known is None:
        raise GenerationError(f"{where}: there is no optimiser “{optimiser.name}”; there are {', '.join(OPTIMISERS)}.")
    for name in optimiser.arguments:
        if name not in known:
            raise GenerationError(f"{where}: {optimiser.name} takes {', '.join(known)}, but no “{name}”.")


def check_schedule(schedule: Schedule, where: str) -> None:
    """Raise GenerationError where there is no such schedule or argument."""
    known = SCHEDULES.get(schedule.name)
    if known is None:
        raise GenerationError(f"{where}: there is no schedule “{schedule.name}”; there are {', '.join(SCHEDULES)}.")
    for name, value in schedule.arguments.items():
        if name not in known:
            raise GenerationError(f"{where}: the schedule {schedule.name} takes {', '.join(known)}, but no “{name}”.")
        least = 1 if schedule.name == "noam" or name == "every" else 0
        if isinstance(value, bool) or not isinstance(value, int | float) or value < least:
            raise GenerationError(f"{where}: {name} of the schedule must be at least {least}; it is {value!r}.")


def is_flat(schedule: Schedule) -> bool:
    """Whether the learning rate never changes."""
    return schedule.name == "constant" and not schedule.arguments.get("warmup")


@cache
def schedule_text(name: str) -> str:
    """The function of a schedule, as it stands in train.py: the text of the one that the window draws."""
    return inspect.getsource(FUNCTIONS[name])


@cache
def takes_steps(name: str) -> bool:
    """Whether a schedule's fraction depends on how long its stage is."""
    return "steps" in inspect.signature(FUNCTIONS[name]).parameters


def schedule_call(schedule: Schedule, steps: str) -> str:
    """The call that gives the fraction at ``step``; ``steps`` is the name of the stage's length."""
    known = SCHEDULES[schedule.name]
    function = FUNCTIONS[schedule.name].__name__
    given = [steps] if takes_steps(schedule.name) else []
    always = {"step": ("every",), "noam": ("warmup",)}.get(schedule.name, ())
    for name, default in known.items():
        value = schedule.arguments.get(name, default)
        if name in always or value != default:
            given.append(f"{name}={value!r}")
    return f"{function}({', '.join(['step', *given])})"
