"""Why a child process ended, as a sentence for the user: a signal, memory, a missing package."""

from __future__ import annotations

import re
import signal
from collections.abc import Sequence
from pathlib import Path

TORCH_MISSING = 3
"""Exit code of an engine or a training program that finds no torch."""

_MEMORY = re.compile(r"MemoryError|not enough memory|can't allocate memory|Cannot allocate memory|std::bad_alloc")
_DEVICE_MEMORY = re.compile(r"(CUDA|HIP|MPS|XPU).{0,20}out of memory", re.IGNORECASE | re.DOTALL)

INSTALL_TORCH = (
    "PyTorch is not installed for this Python. Install it with “pip install torch” (or the build for your GPU from "
    "pytorch.org) and start again."
)


def oom_kills() -> int | None:
    """How many processes the system has ended for want of memory (Linux); None where it does not say."""
    try:
        text = Path("/proc/vmstat").read_text(encoding="ascii")
    except OSError:
        return None
    found = re.search(r"^oom_kill (\d+)$", text, re.MULTILINE)
    return int(found.group(1)) if found else None


def memory_sentence(text: str) -> str | None:
    """The sentence for an error text that speaks of memory, else None."""
    if _DEVICE_MEMORY.search(text):
        return "The GPU ran out of memory. Take a smaller batch or a smaller model, or train on the CPU."
    if _MEMORY.search(text):
        return "Memory ran out. Take a smaller batch or a smaller model, or close other programs."
    return None


def explain(what: str, code: int | None, said: Sequence[str] = (), kills_before: int | None = None) -> str:
    """Why ``what`` (“The engine”) ended with this exit code, having said these last lines."""
    text = "\n".join(said)
    if code == TORCH_MISSING or "No module named 'torch'" in text:
        return INSTALL_TORCH
    memory = memory_sentence(text)
    if memory:
        return f"{what} ended. {memory}"
    if code is not None and code < 0:
        return _signalled(what, -code, kills_before)
    last = next((line.strip() for line in reversed(said) if line.strip()), "")
    reason = f" Its last words: {last}" if last else ""
    return f"{what} ended unexpectedly (exit code {code}).{reason}"


def _signalled(what: str, number: int, kills_before: int | None) -> str:
    try:
        name = signal.Signals(number).name
    except ValueError:
        name = f"signal {number}"
    if name == "SIGKILL":
        now = oom_kills()
        if now is not None and kills_before is not None and now > kills_before:
            return f"{what} was ended by the system because memory ran out. Take a smaller batch or model."
        return f"{what} was killed from outside (SIGKILL). If nobody did, the system was probably short of memory."
    if name in ("SIGSEGV", "SIGBUS", "SIGILL", "SIGABRT", "SIGFPE"):
        return f"{what} crashed in native code ({name}). A driver or a PyTorch extension may not fit this machine."
    if name == "SIGXFSZ":
        return f"{what} was ended because a file grew beyond the limit that is set for it."
    return f"{what} was ended from outside ({name})."
