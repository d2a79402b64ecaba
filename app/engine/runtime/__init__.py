"""What train.py leans on: order of data, randomness, checkpoints, metrics, commands.

Nothing random is ever saved. A batch is drawn by a generator seeded with (seed, epoch,
index), what a step draws comes from one seeded with (seed, stage, step). So a run that
was stopped or killed goes on from its last checkpoint bit for bit, with any number of
workers, on the same kind of machine, number of threads and version of torch.

A run is a folder: status.json, metrics.sqlite, checkpoints/, previews/. Lines appended
to the file that the environment names as NETLOOM_CONTROL are commands: pause, resume,
stop, checkpoint.
"""

from .batches import Batch, Batches, Data, seed_of
from .checkpoints import checkpoints, load_weights
from .launch import launch
from .run import Run, Stopped

__all__ = [
    "Batch",
    "Batches",
    "Data",
    "Run",
    "Stopped",
    "checkpoints",
    "launch",
    "load_weights",
    "seed_of",
]
