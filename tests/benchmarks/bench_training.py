"""A step of the generated training program against the same step in a plain hand-written loop, on a small MLP.

Both do the very same update on the very same data; they take turns, and each pair gives one ratio.
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

STEPS, PAIRS, TARGET = 600, 31, 1.05


def plain_loop(modules: Any, steps: int) -> float:
    """What one writes without thinking of it: seconds of processor time (others may share the machine)."""
    import torch

    reader = next(module for name, module in modules.items() if name.startswith("data_"))
    train = modules["train"]
    torch.manual_seed(0)
    data = train.load("train")
    model = modules["model"].mlp_classifier()
    step = modules["steps"].TrainStep(model)
    optimiser = torch.optim.AdamW(model.parameters(), lr=train.LEARNING_RATE, fused=True)
    generator = torch.Generator().manual_seed(0)
    assert reader is not None
    done = 0
    begun = time.process_time()
    while done < steps:
        order = torch.randperm(len(data), generator=generator)
        for begin in range(0, len(order) - train.BATCH_SIZE + 1, train.BATCH_SIZE):
            batch = data.batch(order[begin : begin + train.BATCH_SIZE], generator)
            loss, _ = step(batch["image"], batch["label"])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            done += 1
            if done == steps:
                break
    return time.process_time() - begun


def generated_loop(modules: Any, steps: int) -> float:
    """The generated program with its run-time: metrics, status, commands, order of data."""
    import torch

    from app.engine.runtime import Run

    class Timed(Run):
        """Times the loop from its first step to its last, without the checkpoint that ends a stage."""

        seconds = 0.0

        def steps(self, stage: str, count: int, *given: Any, **optimisers: Any) -> Iterator[Any]:
            begun = time.process_time()
            for step, batch in super().steps(stage, count, *given, **optimisers):
                yield step, batch
                self.seconds = time.process_time() - begun

    train = modules["train"]
    train.STEPS = steps
    train.VALIDATION_EVERY = train.PREDICTIONS_EVERY = steps + 1
    train.evaluate = train.preview = lambda *_: None
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "control").touch()
        os.environ["NETLOOM_CONTROL"] = str(Path(folder) / "control")
        run = Timed(Path(folder) / "run", seed=0, device="cpu", steps=steps)
        torch.manual_seed(0)
        train.train(run)
        run.report.end(state="finished")
    return run.seconds


def measure(pairs: int = PAIRS, steps: int = STEPS) -> tuple[float, float]:
    """Median ratio of interleaved pairs, and half the distance of their quartiles."""
    import torch

    import templates
    from app.codegen.training import source_files
    from app.engine.sources import imported
    from blocks import library

    torch.set_num_threads(1)
    document = templates.load("mlp_classifier")
    ratios: list[float] = []
    with imported(source_files(document, library(), "quick")) as modules:
        for loop in (plain_loop, generated_loop):
            loop(modules, 200)
        for pair in range(pairs):
            loops = [plain_loop, generated_loop]
            times = {loop: loop(modules, steps) for loop in (loops if pair % 2 else reversed(loops))}
            ratios.append(times[generated_loop] / times[plain_loop])
    low, middle, high = statistics.quantiles(ratios, n=4)
    return middle, (high - low) / 2


def main() -> int:
    """Print name, figure, spread and target; fail where the target is missed by more than the spread."""
    ratio, spread = measure()
    print(f"training step over a plain loop, small MLP: {ratio:.3f} ± {spread:.3f} (target {TARGET})")
    return 0 if ratio - spread <= TARGET else 1


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    sys.exit(main())
