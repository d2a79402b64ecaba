"""What a standing engine has already done before the first request."""

from __future__ import annotations

import os

import torch

import app.engine.work  # noqa: F401 - the first request must not wait for its imports
from app.engine.devices import devices, threads
from app.messages import Hello


def warm_up() -> Hello:
    """Load what the first request would wait for: kernels, autograd, the optimisers' imports."""
    torch.set_num_threads(threads())
    layer = torch.nn.Linear(4, 4)
    optimiser = torch.optim.AdamW(layer.parameters(), fused=True)
    layer(torch.zeros(2, 4)).sum().backward()
    optimiser.step()
    return Hello(pid=os.getpid(), torch=str(torch.__version__), threads=torch.get_num_threads(), devices=devices())
