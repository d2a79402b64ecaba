"""A step of the generated training program against the same step in a plain hand-written loop, on a small MLP.

Both do the very same update on the same data, and take turns every few steps.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CHUNK, CHUNKS, BLOCKS, TARGET = 25, 20, 12, 1.05


def plain_loop(modules: Any) -> Iterator[None]:
    """What one writes without thinking of it, a step for each ``next``."""
    import torch

    train = modules["train"]
    data = train.load("train")
    model = modules["model"].mlp_classifier()
    step = modules["steps"].TrainStep(model)
    optimiser = torch.optim.AdamW(model.parameters(), lr=train.LEARNING_RATE, fused=True)
    generator = torch.Generator().manual_seed(0)
    schedule = getattr(train, "cosine", lambda *_: 1.0)
    done = 0
    while True:
        order = torch.randperm(len(data), generator=generator)
        for begin in range(0, len(order) - train.BATCH_SIZE + 1, train.BATCH_SIZE):
            batch = data.batch(order[begin : begin + train.BATCH_SIZE], generator)
            for group in optimiser.param_groups:
                group["lr"] = train.LEARNING_RATE * schedule(done, train.STEPS)
            loss, _ = step(batch["image"], batch["label"])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            done += 1
            yield


def ratios(modules: Any, blocks: int) -> list[float]:
    """The generated program runs; after every few of its steps the plain loop does as many. One ratio a block."""
    import torch

    from app.engine.runtime import Run

    clock = time.process_time  # others may share the machine
    plain = plain_loop(modules)
    found: list[float] = []

    class Timed(Run):
        def steps(self, stage: str, count: int, *given: Any, **optimisers: Any) -> Iterator[Any]:
            own = other = 0.0
            begun = clock()
            for step, batch in super().steps(stage, count, *given, **optimisers):
                yield step, batch
                if (step + 1) % CHUNK:
                    continue
                own += clock() - begun
                begun = clock()
                for _ in range(CHUNK):
                    next(plain)
                other += clock() - begun
                if (step + 1) % (CHUNK * CHUNKS) == 0:
                    found.append(own / other)
                    own = other = 0.0
                begun = clock()

    train = modules["train"]
    train.STEPS = (blocks + 1) * CHUNK * CHUNKS
    train.VALIDATION_EVERY = train.PREDICTIONS_EVERY = train.STEPS + 1
    train.evaluate = train.preview = lambda *_: None
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "control").touch()
        os.environ["NETLOOM_CONTROL"] = str(Path(folder) / "control")
        run = Timed(Path(folder) / "run", seed=0, device="cpu", steps=train.STEPS)
        torch.manual_seed(0)
        train.train(run)
        run.report.end(state="finished")
    return found[1:]  # the first warms up


def measure(blocks: int = BLOCKS) -> tuple[float, float]:
    """Median ratio, and half the distance of the quartiles."""
    import torch

    import templates
    from app.codegen.training import source_files
    from app.engine.sources import imported
    from blocks import library

    torch.set_num_threads(1)
    document = templates.load("mlp_classifier")
    with imported(source_files(document, library(), "quick")) as modules:
        low, middle, high = statistics.quantiles(ratios(modules, blocks), n=4)
    return middle, (high - low) / 2


def main() -> int:
    """Print name, figure, spread and target; fail where the target is missed by more than the spread."""
    ratio, spread = measure()
    print(f"training step over a plain loop, small MLP: {ratio:.3f} ± {spread:.3f} (target {TARGET})")
    return 0 if ratio - spread <= TARGET else 1


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    sys.exit(main())
