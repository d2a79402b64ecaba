"""What generated modules cost beside the reference implementations: forward and training step, in turns, one thread.

    python tests/benchmarks/bench_references.py [TEMPLATE...]

Runs in the environment that scripts/references.py makes (200 MB, made where it is missing). References that are written
by hand for comparison only are left out: nobody would use them.
"""

from __future__ import annotations

import gc
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TARGET, ENOUGH, FEWEST, MOST = 1.02, 6.0, 5, 40
"""Seconds for one figure, and pairs."""

INSIDE = "NETLOOM_BENCH_REFERENCES"


def in_turns(ours: Callable[[], None], theirs: Callable[[], None]) -> tuple[float, float]:
    """Median of the ratios of pairs, and half the distance of their quartiles."""
    clock = time.process_time  # others may share the machine
    ratios: list[float] = []
    for run in (ours, theirs, ours, theirs):
        run()
    begun = time.perf_counter()
    while len(ratios) < FEWEST or (len(ratios) < MOST and time.perf_counter() - begun < ENOUGH):
        took = []
        for run in (ours, theirs) if len(ratios) % 2 else (theirs, ours):
            before = clock()
            run()
            took.append(clock() - before)
        first, second = took if len(ratios) % 2 else reversed(took)
        ratios.append(first / second)
    low, middle, high = statistics.quantiles(ratios, n=4)
    return middle, (high - low) / 2


def figures(case: Any) -> list[tuple[str, float, float]]:
    """Forward in evaluation, and a step of training: forward, backward, plain gradient descent."""
    import torch

    from tests.references.compare import generated
    from tests.references.measure import tensors

    torch.manual_seed(1)
    pair = [generated(case)[0], case.build()]

    def forward(model: Any, inputs: Any) -> Callable[[], None]:
        def run() -> None:
            with torch.no_grad():
                case.call(model, inputs)

        return run

    def step(model: Any, inputs: Any) -> Callable[[], None]:
        optimiser = torch.optim.SGD(model.parameters(), lr=1e-6)

        def run() -> None:
            optimiser.zero_grad()
            loss = sum(output.float().mean() for output in tensors(case.call(model, inputs)))
            loss.backward()
            optimiser.step()

        return run

    found = [("forward", *in_turns(*(forward(model.eval(), case.inputs(False)) for model in pair)))]
    found.append(("training step", *in_turns(*(step(model.train(), case.inputs(True)) for model in pair))))
    return found


def inside(names: list[str]) -> int:
    """In the references' environment."""
    import torch

    from tests.references.families import cases
    from tests.references.installed import NotInstalledError

    torch.set_num_threads(1)
    missed = 0
    for case in cases():
        if (names and case.template not in names) or "by hand" in case.reference or case.preset != "paper":
            continue
        try:
            measured = figures(case)
        except NotInstalledError as error:
            print(f"{case.label}: {error} is not installed", flush=True)
            continue
        for what, ratio, spread in measured:
            missed += ratio - spread > TARGET
            said = f"{ratio:.3f} ± {spread:.3f} (target {TARGET})"
            print(f"{case.label}, {what}, beside {case.reference}: {said}", flush=True)
        gc.collect()
    return 1 if missed else 0


def main(names: list[str]) -> int:
    """Make the environment where it is missing, and measure in it."""
    if os.environ.get(INSIDE):
        return inside(names)
    sys.path.insert(0, str(ROOT))
    from scripts.references import make_environment, python

    if not make_environment():
        print("The reference implementations could not be installed, so nothing is measured beside them.")
        return 1
    environment = {**os.environ, INSIDE: "1", "PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1"}
    return subprocess.run([str(python()), str(Path(__file__)), *names], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
