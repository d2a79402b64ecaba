"""How far a run is, on standard error: one line that renews itself on a terminal, else plain lines now and then."""

from __future__ import annotations

import sys
import time

from app.cli import console
from app.runs import Run, Status

PLAIN_SECONDS = 5.0
WIDTH = 24


class Progress:
    """What is told of one run while it is watched."""

    def __init__(self) -> None:
        self._renews = sys.stderr is not None and sys.stderr.isatty()
        self._told = time.monotonic()
        self._since = 0
        self._values: dict[str, float | None] = {}
        self._open = False

    def update(self, status: Status, run: Run) -> None:
        """Tell what is new: evaluations at once, steps now and then."""
        evaluated: dict[str, float | None] = {}
        for metric in run.metrics(self._since):
            self._since = metric.id
            self._values[metric.name] = metric.value
            if "." in metric.name and not metric.name.endswith("loss"):
                evaluated[metric.name] = metric.value
        if not status.is_active:  # the last word is ``end``'s
            return
        now = time.monotonic()
        if self._renews:
            self._line(_bar(status) + _named(self._values), renew=True)
        elif evaluated or (now - self._told >= PLAIN_SECONDS and status.state != "starting"):
            self._told = now
            self._line(_plain(status) + _named(evaluated or self._values))

    def end(self, run: Run, status: Status) -> None:
        """The last word."""
        if self._open:
            console.write_error("\n")
            self._open = False
        values = {metric.name: metric.value for metric in run.metrics()}
        self._line(f"{status.state} at step {status.step} of {status.steps}{_named(values)}")

    def _line(self, text: str, *, renew: bool = False) -> None:
        if renew:
            console.write_error(f"\r\x1b[2K{text}")
            self._open = True
        else:
            console.say(text)


def _plain(status: Status) -> str:
    return f"{status.state}: step {status.step} of {status.steps}{_left(status)}"


def _bar(status: Status) -> str:
    share = status.step / status.steps if status.steps else 0.0
    filled = round(WIDTH * share)
    bar = "█" * filled + "░" * (WIDTH - filled)
    return f"{bar} {status.step}/{status.steps}{_left(status)}"


def _left(status: Status) -> str:
    left = status.seconds_left
    if left is None or status.state != "running":
        return ""
    return f", {duration(left)} left"


def duration(seconds: float) -> str:
    """“45 s”, “3 min 20 s”, “2 h 5 min”."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def _named(values: dict[str, float | None]) -> str:
    shown = [f"{name} {'not a number' if value is None else f'{value:.4g}'}" for name, value in values.items()]
    return f"  {', '.join(shown)}" if shown else ""
