"""The verbs that look: check and summary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.cli import console, results
from app.cli.console import Exit, RefusedError, say
from app.cli.opened import Opened, open_document
from app.core.problems import Severity
from app.core.results import GraphResult, NodeResult, unit_key
from app.core.tensor_type import WireType


def check_document(target: str, preset: str | None, *, as_json: bool) -> int:
    """A sentence for each problem; gives the exit code."""
    opened = open_document(target, preset)
    elaboration = opened.elaborated()
    result = results.Checked(
        document=target,
        preset=opened.preset,
        sound=elaboration.is_sound,
        problems=console.rows(elaboration.problems),
    )
    text = "\n".join(console.sentence(problem) for problem in elaboration.problems)
    console.give(result, text, as_json=as_json)
    under = f" under the preset “{opened.preset}”" if opened.preset else ""
    errors = sum(problem.severity is Severity.ERROR for problem in elaboration.problems)
    if elaboration.is_sound:
        say(f"“{target}” can be built{under}: {elaboration.totals.parameters:,} parameters.")
        return Exit.DONE
    say(f"“{target}” has {errors} {'problem' if errors == 1 else 'problems'}{under}.")
    return Exit.PROBLEMS


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
