"""The verbs that look: check and summary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.cli import console, results
from app.cli.console import Exit, RefusedError, say
from app.cli.opened import Opened, open_document
from app.cli.readiness import damaged_data, missing_data
from app.core.block import Source
from app.core.demand import too_large
from app.core.presets import Found, told_once, under_every_preset
from app.core.problems import Problem, Severity
from app.core.results import Elaboration, GraphResult, NodeResult, unit_key
from app.core.tensor_type import WireType
from app.machine import main_memory


def check_document(target: str, preset: str | None, *, as_json: bool) -> int:
    """A sentence for each problem, under every preset where none is named; gives the exit code."""
    opened = open_document(target, preset, runs=False)
    first = opened.elaborated()
    with opened.place():
        every = under_every_preset(opened.document, opened.library, first) if preset is None else iter([first])
        looked_at: set[Source] = set()
        found = told_once(Found(one.preset, problem) for one in every for problem in _problems(one, looked_at))
    errors = [one for one in found if one.problem.severity is Severity.ERROR]
    result = results.Checked(
        document=target,
        preset=opened.preset,
        sound=not errors,
        problems=tuple(row for one in found for row in console.rows([one.problem], preset=one.preset)),
    )
    chosen = opened.preset
    text = "\n".join(console.sentence(one.problem, one.preset if one.preset != chosen else "") for one in found)
    console.give(result, text, as_json=as_json)
    under = f" under the preset “{chosen}”" if chosen in opened.document.presets else ""
    if not errors:
        warned = f" See the {'warning' if len(found) == 1 else f'{len(found)} warnings'} above." if found else ""
        say(f"“{target}” can be built{under}: {first.totals.parameters:,} parameters.{warned}")
        return Exit.DONE
    say(f"“{target}” has {_number(len(errors), 'problem')}{under if preset is not None else ''}.")
    return Exit.PROBLEMS


def _problems(elaboration: Elaboration, looked_at: set[Source]) -> Iterator[Problem]:
    """What is wrong with the drawing, and what would stand in its way here: missing or broken data, little memory."""
    yield from elaboration.problems
    if elaboration.is_sound:
        lacking = missing_data(elaboration) or damaged_data(elaboration, looked_at)
        for problem in (lacking, too_large(elaboration, main_memory()[0])):
            if problem is not None:
                yield problem


def _number(count: int, what: str) -> str:
    return f"a {what}" if count == 1 else f"{count} {what}s"


# -- summary --------------------------------------------------------------------------------------------------------


def summarise(target: str, preset: str | None, depth: int, *, as_json: bool) -> None:
    """Every layer of every model, from the drawing alone."""
    opened = open_document(target, preset)
    elaboration = opened.sound()
    models = tuple(
        _model(opened, name, result, tuple(_layers(result, depth))) for name, result in elaboration.models.items()
    )
    result = _summary(opened, models)
    console.give(result, "\n\n".join(_model_text(model) for model in models), as_json=as_json)


def summarise_built(target: str, preset: str | None, *, as_json: bool) -> None:
    """Every model built and run once by the engine: torchinfo's table."""
    from app.cli.engine import build

    opened = open_document(target, preset)
    elaboration = opened.sound()
    built = build(opened, elaboration)
    models = tuple(_model(opened, model.name, elaboration.models[model.name], (), model.summary) for model in built)
    text = "\n\n".join(f"{model.name}\n{model.table}" for model in models)
    console.give(_summary(opened, models), text, as_json=as_json)


def _summary(opened: Opened, models: tuple[results.ModelSummary, ...]) -> results.Summary:
    if not models:
        raise RefusedError(f"“{opened.name}” has no model. Make a model from one of its graphs.")
    return results.Summary(document=opened.name, title=opened.document.title, preset=opened.preset, models=models)


def _model(
    opened: Opened, name: str, result: GraphResult, layers: tuple[results.Layer, ...], table: str = ""
) -> results.ModelSummary:
    return results.ModelSummary(
        name=name,
        graph=opened.document.models[name].graph,
        inputs={port: _shape(type_) for port, type_ in result.inputs.items()},
        outputs={port: _shape(type_) for port, type_ in result.outputs.items()},
        parameters=result.totals.parameters,
        buffers=result.totals.buffers,
        macs=result.totals.macs,
        layers=layers,
        table=table,
    )


def _layers(result: GraphResult, depth: int, prefix: str = "", level: int = 0) -> Iterator[results.Layer]:
    for found in result.nodes.values():
        if not found.active:
            continue
        for index, unit in enumerate(found.units):
            key = prefix + unit_key(found.node, index)
            yield results.Layer(
                key=key,
                kind=_kind(found, unit.instance),
                output=_outputs(unit.outputs),
                parameters=unit.totals.parameters,
                macs=unit.totals.macs,
                depth=level,
            )
            if unit.instance is not None and level + 1 < depth:
                yield from _layers(unit.instance, depth, f"{key}.", level + 1)


def _kind(found: NodeResult, instance: GraphResult | None) -> str:
    if instance is not None:
        return instance.graph.name
    return type(found.block).__name__ if found.block is not None else found.node.use.name


def _outputs(outputs: Mapping[str, WireType]) -> str:
    return ", ".join(_shape(type_) for type_ in outputs.values())


def _shape(type_: WireType) -> str:
    return "?" if type_ is None else str(type_)


def _model_text(model: results.ModelSummary) -> str:
    lines = [
        ("  " * layer.depth + layer.key, layer.kind, layer.output, _count(layer.parameters), _count(layer.macs))
        for layer in model.layers
    ]
    given = ", ".join(f"{port} {shape}" for port, shape in model.inputs.items())
    gives = ", ".join(f"{port} {shape}" for port, shape in model.outputs.items())
    table = console.table(("layer", "kind", "output", "parameters", "MACs"), lines, right=(3, 4))
    buffers = f", {model.buffers:,} numbers in buffers" if model.buffers else ""
    return (
        f"{model.name} = {model.graph}({given}) → {gives}\n\n{table}\n\n"
        f"{model.parameters:,} parameters{buffers}; {model.macs:,} multiply-accumulates for one example"
    )


def _count(number: int) -> str:
    return f"{number:,}" if number else ""
