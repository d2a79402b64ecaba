"""The verb that shows what is stated beside what is so: verify."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence

import templates
from app import receipts
from app.cli import console, results
from app.cli.console import Exit, RefusedError
from app.core.elaborate import elaborate
from app.core.goals import bounds, is_reached
from blocks import library


def verify_templates(wanted: Sequence[str], *, as_json: bool) -> int:
    """Stated and counted parameters, goal and measured values of each template; gives the exit code."""
    unknown = [name for name in wanted if name not in templates.names()]
    if unknown:
        there = ", ".join(templates.names())
        raise RefusedError(f"There is no template “{unknown[0]}”; there are: {there}.", Exit.USAGE)
    found = tuple(_evidence(one) for one in templates.listing() if not wanted or one.name in wanted)
    console.give(results.Verified(templates=found), "\n\n".join(_text(one) for one in found), as_json=as_json)
    wrong = [one for one in found if one.problems or one.reached is False]
    return Exit.PROBLEMS if wrong else Exit.DONE


def _evidence(listed: templates.Listing) -> results.Evidence:
    document = templates.load(listed.name)
    elaboration = elaborate(document, library(), next(iter(document.presets), None))
    problems = [console.sentence(problem) for problem in elaboration.problems if problem.severity == "error"]
    counts = [result.totals.parameters for result in elaboration.models.values()]
    # Where a model is the average of another, or several learn together, a paper may count them all or the one.
    agreeing = next((count for count in (sum(counts), *counts) if count == listed.parameters), None)
    if agreeing is None and not problems:
        problems.append(f"States {listed.parameters:,} parameters; counted are {sum(counts):,}.")
    preset = document.presets.get(receipts.PRESET)
    goal = preset.goal if preset is not None else None
    found = receipts.receipt(listed.name)
    stale = found is not None and receipts.is_stale(found)
    measured = {seed: one.value for seed, one in found.seeds.items()} if found is not None else {}
    return results.Evidence(
        template=listed.name,
        parameters_stated=listed.parameters,
        parameters_counted=agreeing if agreeing is not None else sum(counts),
        problems=tuple(problems),
        goal=f"{goal.evaluation}.{goal.metric} {bounds(goal.at_least, goal.at_most)}" if goal is not None else "",
        measured=measured,
        reached=all(is_reached(goal, value) for value in measured.values()) if goal is not None and measured else None,
        receipt="none" if found is None else "stale" if stale else "verified",
        date=found.date if found is not None else "",
        compared=found.compared if found is not None else {},
    )


def _text(one: results.Evidence) -> str:
    lines = [
        one.template,
        f"  parameters  stated {one.parameters_stated:,}, counted {one.parameters_counted:,}",
        f"  goal        {one.goal or 'none is stated'}",
    ]
    if one.receipt == "none":
        lines.append("  measured    not yet: there is no receipt of a training (make verify)")
    else:
        values = ", ".join(f"seed {seed}: {value:.4g}" for seed, value in one.measured.items())
        age = "" if one.receipt == "verified" else "; the template has changed since, so this says nothing of today's"
        lines.append(f"  measured    {values} (on {one.date}{age})")
    for reference, outcome in one.compared.items():
        lines.append(f"  compared    {reference}: {outcome}")
    if not one.compared and one.template in _REFERENCES:
        package = _REFERENCES[one.template]
        missing = importlib.util.find_spec(package) is None
        lines.append(f"  compared    not compared with {package}{': it is not installed' if missing else ' here'}")
    lines += [f"  wrong       {problem}" for problem in one.problems]
    return "\n".join(lines)


_REFERENCES = {
    "vgg16": "torchvision",
    "resnet18": "torchvision",
    "resnet50": "torchvision",
    "resnet152": "torchvision",
    "gpt2": "transformers",
}
"""Where published weights exist whose keys ours are the same as."""
