"""The verb that shows what is stated beside what is so: verify."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import templates
from app import receipts
from app.cli import console, results
from app.cli.console import Exit, RefusedError, say
from app.cli.training import judge, latest_values
from app.client import EngineClient, EngineError
from app.codegen.generate import model_source
from app.core.demand import as_bytes, demand_of
from app.core.document import Document
from app.core.elaborate import elaborate
from app.core.goals import bounds, is_reached
from app.core.results import Elaboration
from app.machine import main_memory
from app.messages import Built
from app.requests import build_request
from app.runs import start_run
from blocks import library

SEED = 0
"""Of a training here; every receipt has it, too."""

Made = TypeVar("Made")


def verify_templates(wanted: Sequence[str], *, quick: bool, as_json: bool) -> int:
    """Stated and found parameters, costs, goal and measured values of each template; gives the exit code.

    ``quick``: also train each quick preset here, from one seed.
    """
    unknown = [name for name in wanted if name not in templates.names()]
    if unknown:
        there = ", ".join(templates.names())
        raise RefusedError(f"There is no template “{unknown[0]}”; there are: {there}.", Exit.USAGE)
    chosen = [one for one in templates.listing() if not wanted or one.name in wanted]
    found = []
    with EngineClient() as engine:
        for number, one in enumerate(chosen, start=1):
            say(f"{one.name} ({number} of {len(chosen)})")
            found.append(_evidence(one, engine, quick=quick))
    everything = results.Verified(templates=tuple(found))
    console.give(everything, "\n\n".join(_text(one) for one in found), as_json=as_json)
    wrong = [
        one for one in found if one.problems or one.reached is False or (one.here is not None and not one.here.reached)
    ]
    return Exit.PROBLEMS if wrong else Exit.DONE


def _evidence(listed: templates.Listing, engine: EngineClient, *, quick: bool) -> results.Evidence:
    document = templates.load(listed.name)
    preset = next(iter(document.presets), None)
    elaborate(document, library(), preset)  # loads the blocks, which is no part of what is measured
    elaboration, elaborated = _timed(lambda: elaborate(document, library(), preset))
    problems = [console.sentence(problem) for problem in elaboration.problems if problem.severity == "error"]
    counts = [result.totals.parameters for result in elaboration.models.values()]
    # Where a model is the average of another, or several learn together, a paper may count them all or the one.
    agreeing = next((count for count in (sum(counts), *counts) if count == listed.parameters), None)
    if agreeing is None and not problems:
        problems.append(f"States {listed.parameters:,} parameters; counted are {sum(counts):,}.")
    written, built, instead = None, None, ""
    if elaboration.is_sound:
        _, written = _timed(lambda: model_source(document, library(), preset, elaboration))
        built, instead = _built(document, preset, elaboration, engine, problems)
    return results.Evidence(
        template=listed.name,
        parameters_stated=listed.parameters,
        parameters_counted=agreeing if agreeing is not None else sum(counts),
        models=tuple(
            results.ModelEvidence(
                name=name,
                macs=result.totals.macs,
                outputs={port: str(type_) for port, type_ in result.outputs.items()},
            )
            for name, result in elaboration.models.items()
        ),
        elaborated_ms=elaborated,
        written_ms=written,
        built_ms=built,
        not_built=instead,
        problems=tuple(problems),
        here=_trained(document) if quick and elaboration.is_sound else None,
        **_receipt(listed.name, document),
    )


def _timed(make: Callable[[], Made]) -> tuple[Made, float]:
    """What is made, and the milliseconds that it took."""
    begun = time.perf_counter()
    made = make()
    return made, round(1000 * (time.perf_counter() - begun), 2)


def _built(
    document: Document, preset: str | None, elaboration: Elaboration, engine: EngineClient, problems: list[str]
) -> tuple[float | None, str]:
    """Milliseconds that PyTorch took to build the models, or why it was not asked; what is wrong joins the problems."""
    memory, weights = main_memory()[0], demand_of(elaboration).weights
    if memory is not None and weights > memory:
        return None, f"its weights need {as_bytes(weights)}, this machine has {as_bytes(memory)} of memory"
    try:
        built = engine.ask(build_request(document, library(), preset, elaboration))
    except EngineError as error:
        problems.append(f"PyTorch does not build it: {error}")
        return None, "see what is wrong"
    assert isinstance(built, Built)
    problems += [console.sentence(problem) for problem in built.problems]
    for model in built.models:
        counted = elaboration.models[model.name].totals.parameters
        if model.parameters != counted:
            problems.append(f"{model.name} has {model.parameters:,} parameters in PyTorch; counted were {counted:,}.")
    return round(1000 * sum(model.seconds for model in built.models), 1), ""


def _trained(document: Document) -> results.Reached | None:
    """The quick preset trained here, from one seed; None where it states no goal."""
    preset = document.presets.get(receipts.PRESET)
    if preset is None or preset.goal is None:
        return None
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="netloom-verify-") as folder:
        run = start_run(document, library(), receipts.PRESET, out=Path(folder) / "run", seed=SEED)
        try:
            status = run.wait()
        except BaseException:
            run.kill()
            raise
        value = judge(preset.goal, latest_values(run)).value if status.state == "finished" else None
    return results.Reached(
        seed=str(SEED),
        value=value,
        seconds=round(time.monotonic() - begun, 1),
        reached=value is not None and is_reached(preset.goal, value),
        message=status.message,
    )


def _receipt(name: str, document: Document) -> dict[str, Any]:
    """What the receipt says, as fields of the evidence."""
    preset = document.presets.get(receipts.PRESET)
    goal = preset.goal if preset is not None else None
    if goal is None:
        return {}
    stated = {"goal": f"{goal.evaluation}.{goal.metric} {bounds(goal.at_least, goal.at_most)}"}
    found = receipts.receipt(name)
    if found is None:
        return stated
    return {
        **stated,
        "receipt": "stale" if receipts.is_stale(found) else "verified",
        "date": found.date,
        "measured": tuple(
            results.Reached(seed=seed, value=one.value, seconds=one.seconds, reached=is_reached(goal, one.value))
            for seed, one in found.seeds.items()
        ),
        "reached": all(is_reached(goal, one.value) for one in found.seeds.values()),
        "compared": found.compared,
        "baselines": found.baselines,
        "baseline": (receipts.strongest(found) or ("", 0.0))[0],
        "ruin": found.ruin.what if found.ruin is not None else "",
        "ruin_measured": found.ruin.measured.value if found.ruin is not None else None,
    }


def _text(one: results.Evidence) -> str:
    lines = [("parameters", f"stated {one.parameters_stated:,}, counted {one.parameters_counted:,}")]
    for model in one.models:
        outputs = ", ".join(f"{port} {shape}" for port, shape in model.outputs.items())
        whose = f"{model.name}: " if len(one.models) > 1 else ""
        lines.append(("gives", f"{whose}{outputs}; {model.macs:,} multiply-accumulates for one example"))
    lines += [("took", _took(one)), ("goal", one.goal or "none is stated")]
    if one.baseline:
        lines.append(("baseline", f"{one.baselines[one.baseline]:.4g} by {one.baseline}"))
    if one.ruin_measured is not None:
        lines.append(("ruin", f"{one.ruin_measured:.4g}: {one.ruin}"))
    lines.append(("measured", _measured(one)))
    if one.here is not None:
        lines.append(("here", _reached(one.here)))
    lines += [("compared", f"{reference}: {outcome}") for reference, outcome in one.compared.items()]
    lines += [("wrong", problem) for problem in one.problems]
    return "\n".join([one.template, *(f"  {what:<11} {text}" for what, text in lines)])


def _took(one: results.Evidence) -> str:
    parts = [f"{one.elaborated_ms:.1f} ms to elaborate"]
    if one.written_ms is not None:
        parts.append(f"{one.written_ms:.1f} ms to write its code")
    if one.built_ms is not None:
        parts.append(f"{one.built_ms:,.0f} ms to build in PyTorch")
    return ", ".join(parts) + (f"; not built: {one.not_built}" if one.not_built else "")


def _measured(one: results.Evidence) -> str:
    if one.receipt == "none":
        return "not yet: there is no receipt of a training (make verify)"
    age = "" if one.receipt == "verified" else "; the template has changed since, so this says nothing of today's"
    return f"{', '.join(_reached(found) for found in one.measured)} (on {one.date}{age})"


def _reached(found: results.Reached) -> str:
    if found.value is None:
        return f"seed {found.seed} did not end: {found.message}"
    return f"seed {found.seed}: {found.value:.4g} in {found.seconds:.0f} s{'' if found.reached else ', goal missed'}"
