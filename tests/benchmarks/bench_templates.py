"""How long the registries take to load, and each template to be elaborated and written from nothing.

    python tests/benchmarks/bench_templates.py [TEMPLATE...]

Nothing is remembered from one time to the next but what Python itself keeps; the first time of each is left out.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import templates
from app.codegen.generate import model_source
from app.core.document import Document
from app.core.elaborate import elaborate
from blocks import library
from tests.benchmarks.bench_core import Figure, figure, main

TIMES = 5
REGISTRIES = """
import sys, time
begun = time.process_time_ns()
{call}
taken = time.process_time_ns() - begun
assert "torch" not in sys.modules, "torch was imported"
print(taken / 1e6)
"""
CALLS = {
    "blocks": "from blocks import library; assert library().find('Conv2d') is not None",
    "templates": "import templates; assert len(templates.listing()) > 60",
}


def loading(call: str) -> list[float]:
    """Milliseconds to load a registry in a new process, Python's own start left out."""
    command = [sys.executable, "-c", REGISTRIES.format(call=call)]
    done = [subprocess.run(command, check=True, capture_output=True, text=True) for _ in range(TIMES + 1)]
    return [float(one.stdout) for one in done[1:]]


def timed(work: Callable[[], object]) -> float:
    begun = time.process_time_ns()
    work()
    return (time.process_time_ns() - begun) / 1e6


def elaborating(document: Document) -> list[float]:
    """Milliseconds from a document to its shapes, under the preset that it opens with."""
    return [timed(lambda: elaborate(document, library())) for _ in range(TIMES + 1)][1:]


def writing(document: Document) -> list[float]:
    """Milliseconds from the shapes to the text of the model."""
    known = [elaborate(document, library()) for _ in range(TIMES + 1)]
    return [timed(lambda found=found: model_source(document, library(), None, found)) for found in known][1:]  # type: ignore[misc]


def figures(names: list[str]) -> Iterator[Figure]:
    """The registries, then the slowest of the templates, and each that is beyond its target."""
    for name, call in CALLS.items():
        yield figure(f"the registry of {name} is loaded", loading(call), 150.0)
    documents = {name: templates.load(name) for name in names or templates.names()}
    for what, measure, target in (("elaborated", elaborating, 50.0), ("written", writing, 20.0)):
        found = {name: measure(document) for name, document in documents.items()}
        slowest = max(found, key=lambda name: statistics.median(found[name]))
        for name in sorted(found, key=lambda name: -statistics.median(found[name])):
            made = figure(f"{name} is {what} from nothing", found[name], target)
            if name == slowest or made.is_missed:
                yield made


if __name__ == "__main__":
    sys.exit(main(lambda: figures(sys.argv[1:])))
