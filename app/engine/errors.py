"""Errors of the engine as sentences, and which node an error's line came from."""

from __future__ import annotations

import traceback
from types import TracebackType

import torch

from app import endings
from app.codegen.source import Source
from app.core.problems import Path, Problem


class RequestError(Exception):
    """What was asked cannot be done; the message is a sentence, ``problems`` say where."""

    def __init__(self, message: str, problems: tuple[Problem, ...] = (), kind: str = "problem") -> None:
        super().__init__(message)
        self.problems = problems
        self.kind = kind


def kind_of(error: BaseException) -> str:
    """``memory``, ``device``, or ``bug`` for what nobody foresaw."""
    text = f"{type(error).__name__}: {error}"
    if isinstance(error, MemoryError | torch.OutOfMemoryError) or endings.memory_sentence(text):
        return "memory"
    return "device" if isinstance(error, torch.AcceleratorError) or "CUDA error" in text else "bug"


def sentence(error: BaseException) -> str:
    """What happened, for the user."""
    kind = kind_of(error)
    if kind == "memory":
        text = f"{type(error).__name__}: {error}"
        return endings.memory_sentence(text) or "Memory ran out. Take a smaller batch or a smaller model."
    first = str(error).strip().split("\n", 1)[0]
    if kind == "device":
        return f"The device stopped working: {first}. Choose another device, or start again."
    return f"{type(error).__name__}: {first}" if first else type(error).__name__


def problem_of(error: BaseException, sources: dict[str, Source]) -> Problem:
    """The error as a problem of the node whose line raised it. ``sources`` by the file name they were compiled as."""
    path, line = where(error.__traceback__, sources)
    if isinstance(error, SyntaxError) and error.filename in sources:
        path = node_at(sources[error.filename], error.lineno or 0)
    text = " ".join(str(error).split())
    memory = endings.memory_sentence(f"{type(error).__name__}: {error}")
    message = memory or f"PyTorch refuses this: {text or type(error).__name__}."
    if line and not memory:
        message += f" The line is “{line}”."
    return Problem(message.replace("..", "."), path, came=text[:60])


def where(trace: TracebackType | None, sources: dict[str, Source]) -> tuple[Path, str]:
    """Text of the deepest line of generated code, and the node that it, or the nearest line around it, came from: what
    the code carries along belongs to whoever calls it.
    """
    line = ""
    for frame in reversed(traceback.extract_tb(trace)):
        if frame.filename in sources and frame.lineno is not None:
            line = line or (frame.line or "").strip()
            path = node_at(sources[frame.filename], frame.lineno)
            if path != Path():
                return path, line
    return Path(), line


def node_at(source: Source, line: int) -> Path:
    """The node of a line; a line without one belongs to the nearest before it (a call printed over several lines)."""
    while line > 0:
        if line in source.lines:
            return source.lines[line]
        line -= 1
    return Path()
