"""Compares templates with reference implementations, prints a table and writes ``results.json``.

    python -m tests.references.compare [TEMPLATE...]     in the environment that scripts/references.py makes

For each: parameters counted three times (by formula, in the model that the generated file builds, in the reference),
the reference's state loaded into that model with strict=True and the other way round, outputs in evaluation both ways,
outputs and gradients in training, and how parameters begin.
"""

from __future__ import annotations

import gc
import hashlib
import json
import platform
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import torch
from torch import nn

import templates
from app.codegen.generate import model_source
from blocks import library
from tests.references.case import Case
from tests.references.families import cases
from tests.references.installed import NotInstalledError
from tests.references.measure import (
    TOLERANCE,
    beginnings,
    outputs_apart,
    stir,
    training_apart,
    unexplained,
)
from tests.references.subject import subject

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"
PACKAGES = ("torch", "torchvision", "transformers", "torch_geometric", "timm")
WIDTHS = (22, 40, 12, 12, 9, 9, 9, 9, 6)
HEADINGS = ("template", "reference", "expected", "found", "loaded", "back", "training", "gradients", "s")


def generated(case: Case) -> tuple[nn.Module, str]:
    """The models that the generated file builds, and a hash of its text."""
    text = model_source(templates.load(case.template), library(), case.preset).text
    names: dict[str, Any] = {"__name__": f"generated_{case.template}"}
    exec(compile(text, f"{case.template}.py", "exec"), names)  # the text that is compared
    built = [names[model]() for model in case.models or (case.template,)]
    whole = case.join(*built) if case.join is not None else built[0]
    return whole, hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def count(model: nn.Module) -> int:
    return sum(parameter.numel() for parameter in model.parameters())


def expected(case: Case) -> int:
    counts = json.loads((HERE / "counts.json").read_text(encoding="utf-8"))[case.template][case.preset]
    return sum(counts[model] for model in case.models or (case.template,))


def compare(case: Case) -> dict[str, Any]:
    begun = time.perf_counter()
    torch.manual_seed(1)
    theirs = case.build()
    torch.manual_seed(2)
    ours, text = generated(case)
    wrong: list[str] = []
    found: dict[str, Any] = {
        "template": case.template,
        "preset": case.preset,
        "models": list(case.models or (case.template,)),
        "reference": case.reference,
        "keys": case.keys,
        "parameters": {"expected": expected(case), "found": count(ours), "reference": count(theirs)},
        "text": text,
        "subject": subject(case.template, case.preset),
    }
    if len(set(found["parameters"].values())) != 1:
        wrong.append(f"Parameters differ: {found['parameters']}.")
    differing = beginnings(case.translate(ours.state_dict(), theirs), theirs.state_dict())
    differing, reasons = unexplained(differing, case.explained)
    found["beginnings"] = {"differing": differing, "explained": reasons}
    wrong += [f"Begins differently: {sentence}." for sentence in differing]
    stir(theirs)
    ours.load_state_dict(case.translate(theirs.state_dict(), ours), strict=True)
    found["loaded"] = outputs_apart(case, ours, theirs)
    stir(ours)
    theirs.load_state_dict(case.translate(ours.state_dict(), theirs), strict=True)
    found["back"] = outputs_apart(case, ours, theirs)
    found["training"], found["gradients"] = training_apart(case, ours, theirs)
    for name, limit in {"loaded": 1, "back": 1, "training": 2, "gradients": 10}.items():
        if found[name] > limit * TOLERANCE:
            wrong.append(f"“{name}” is {found[name]:.1e}; at most {limit * TOLERANCE:.0e} was expected.")
    return {**found, "seconds": round(time.perf_counter() - begun, 1), "wrong": wrong}


def attempted(case: Case) -> dict[str, Any]:
    """The comparison, or why there is none."""
    left: dict[str, Any] = {"template": case.template, "preset": case.preset, "reference": case.reference}
    try:
        return compare(case)
    except NotInstalledError as error:
        return {**left, "wrong": [f"Not compared: {error} is not installed."]}
    except (RuntimeError, ValueError, KeyError) as error:  # what loading with strict=True and running raise
        return {**left, "wrong": [f"{type(error).__name__}: {error}"]}
    finally:
        gc.collect()


def line(*cells: str) -> str:
    parts = [
        cell.ljust(w) if place < 2 else cell.rjust(w) for place, (cell, w) in enumerate(zip(cells, WIDTHS, strict=True))
    ]
    return " ".join(parts).rstrip()


def row(case: Case, found: dict[str, Any]) -> str:
    if "parameters" not in found:
        return line(case.label, case.reference, *["-"] * 7)
    numbers = [f"{found[name]:.1e}" if found[name] else "0" for name in ("loaded", "back", "training", "gradients")]
    counts = [f"{found['parameters'][name]:,}" for name in ("expected", "found")]
    return line(case.label, case.reference, *counts, *numbers, f"{found['seconds']:.1f}")


def versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


def write(results: Sequence[dict[str, Any]]) -> None:
    """Put these in the place of those of before, each with what it was compared in; the others stay."""
    now = {"date": datetime.now(UTC).date().isoformat(), "versions": versions()}
    before = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    results, kept = [{**found, **now} for found in results], before.get("results", [])
    places = {(r["template"], r["preset"], r["reference"], *r.get("models", ())): r for r in [*kept, *results]}
    order = [(c.template, c.preset, c.reference, *(c.models or (c.template,))) for c in cases()]
    text = {
        "threads": torch.get_num_threads(),
        "tolerance": TOLERANCE,
        "results": [places[key] for key in order if key in places],
    }
    RESULTS.write_text(json.dumps(text, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def main(names: Sequence[str]) -> int:
    torch.backends.mha.set_fastpath_enabled(False)
    chosen = [case for case in cases() if not names or case.template in names]
    unknown = set(names) - {case.template for case in cases()}
    if unknown:
        print(f"There is no reference for {', '.join(sorted(unknown))}.", file=sys.stderr)
        return 2
    print(line(*HEADINGS), flush=True)
    results = []
    for case in chosen:
        found = attempted(case)
        print(row(case, found), flush=True)
        for sentence in found["wrong"]:
            print(f"    {sentence}", flush=True)
        results.append(found)
    if all("parameters" in found for found in results):  # half a comparison is no evidence
        write(results)
    else:
        print(f"{RESULTS.name} is left as it was", flush=True)
    missed = sum(bool(found["wrong"]) for found in results)
    print(f"{len(results) - missed} of {len(results)} agree with their references", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
