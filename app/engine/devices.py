"""Which devices torch sees, and how much memory there is."""

from __future__ import annotations

import contextlib
import os

import torch

from app.machine import main_memory
from app.messages import Device


def threads() -> int:
    """One less than the cores, so that the window keeps one; what the user set in OMP_NUM_THREADS goes first."""
    wanted = os.environ.get("OMP_NUM_THREADS", "")
    return int(wanted) if wanted.isdigit() and int(wanted) else max(1, (os.cpu_count() or 2) - 1)


def devices() -> tuple[Device, ...]:
    """Every device that torch sees, the one to prefer first."""
    found = [_cuda(index) for index in range(torch.cuda.device_count())]
    if torch.backends.mps.is_available():
        found.append(Device(name="mps", label="Apple GPU"))
    total, free = main_memory()
    found.append(Device(name="cpu", label=f"CPU, {threads()} threads", memory=total, free=free))
    return tuple(found)


def _cuda(index: int) -> Device:
    name = torch.cuda.get_device_name(index)
    total = free = None
    with contextlib.suppress(RuntimeError):  # a device may be there and yet be taken by someone else
        free, total = torch.cuda.mem_get_info(index)
    return Device(name=f"cuda:{index}", label=name, memory=total, free=free)
