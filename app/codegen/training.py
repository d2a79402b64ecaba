"""train.py: a plain PyTorch loop over the stages and phases of a document's recipe."""

from __future__ import annotations

import re
from importlib.resources import files

from app.codegen.lines import Lines
from app.codegen.optimisers import is_flat, schedule_text
from app.codegen.printer import WIDTH, quoted
from app.codegen.source import Source
from app.codegen.training_loop import Calls, Constants, StageWriter, expression
from app.codegen.training_parts import Names, Parts, reader_text
from app.core.block import Library
from app.core.document import Document, Evaluation, Preview
from app.core.elaborate import Elaboration, elaborate

RUNTIME = "runtime"

FOLLOW = '''\
@torch.no_grad()
def follow(average: nn.Module, source: nn.Module, decay: float) -> None:
    """Set average to decay * average + (1 - decay) * source; buffers are copied."""
    for mean, new in zip(average.parameters(), source.parameters(), strict=True):
        mean.lerp_(new, 1 - decay)
    for kept, now in zip(average.buffers(), source.buffers(), strict=True):
        kept.copy_(now)
'''


def source_files(
    document: Document, library: Library, preset: str | None = None, before: Elaboration | None = None
) -> dict[str, str]:
    """The whole source folder by path: model.py, steps.py, train.py, the data reader and the run-time.

    Without a recipe there is model.py alone. ``before``: an elaboration of this document, which saves most of the work.
    """
    from app.codegen.generate import model_source, steps_source

    before = elaborate(document, library, preset, before)
    found = {"model.py": model_source(document, library, preset, before).text}
    if document.recipe is not None:
        parts = Parts(document, library, preset)
        found["steps.py"] = steps_source(document, library, preset, before).text
        found["train.py"] = _train(parts).text
        found[f"{parts.reader}.py"] = reader_text(parts.reader)
        found.update(runtime_files())
    return found


def runtime_files() -> dict[str, str]:
    """The run-time that train.py leans on, by path."""
    folder = files("app").joinpath("engine", RUNTIME)
    entries = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".py")), key=lambda entry: entry.name)
    return {f"{RUNTIME}/{entry.name}": entry.read_text(encoding="utf-8") for entry in entries}


def train_source(document: Document, library: Library, preset: str | None = None) -> Source:
    """train.py of the recipe under a preset."""
    return _train(Parts(document, library, preset))


def _train(parts: Parts) -> Source:
    constants, calls = Constants(), Calls(parts)
    recipe = parts.recipe
    constants.name("SEED", recipe.seed)
    constants.name("DEVICE", quoted(recipe.device))
    if recipe.precision != "float32":
        constants.name("PRECISION", quoted(recipe.precision))
    constants.name("BATCH_SIZE", recipe.batch_size)
    if recipe.evaluations:
        constants.name("EVAL_BATCH_SIZE", recipe.eval_batch_size)
    train = _train_function(parts, constants, calls)
    functions = _functions(parts, calls)
    lines = Lines()
    lines.extend(_docstring(parts))
    _imports(parts, functions + train.text(), lines)
    lines.add("")
    for name, value in constants.values.items():
        lines.add(f"{name} = {value}")
    lines.extend(["", "", *functions.rstrip("\n").split("\n"), "", ""])
    lines.append(train)
    lines.extend(["", "", 'if __name__ == "__main__":'])
    lines.say("", expression(_launch(parts, constants)), 1)
    return Source(lines.text(), lines.numbered())


def _docstring(parts: Parts) -> list[str]:
    title = re.sub(r"[^\w\s.,:;+&()-]", "", " ".join(parts.document.title.split()))[:60] or "the models"
    block = type(parts.source).__name__
    return [
        f'"""Train: {title}, on {block}.',
        "",
        "python train.py [--resume] [--device DEVICE] [--seed SEED] [--out FOLDER]",
        '"""',
        "",
    ]


def _imports(parts: Parts, body: str, lines: Lines) -> None:
    """Standard library, torch, then the files beside this one; only what is used."""
    standard = [name for name in ("copy", "math") if re.search(rf"\b{name}\.", body)]
    lines.extend([f"import {name}" for name in standard])
    if standard:
        lines.add("")
    lines.add("import torch")
    if re.search(r"\bnn\.", body):
        lines.add("from torch import nn")
    lines.add("")
    lines.add(f"import {parts.reader}")
    builders = [name for name in parts.models if not parts.model(name).average_of]
    _import("model", [f"{name} as build_{name}" for name in sorted(builders, key=_order)], lines)
    runtime = ["Data", "Run", "launch"]
    if "load_weights(" in body:
        runtime.append("load_weights")
    _import(RUNTIME, runtime, lines)
    _import("steps", sorted(dict.fromkeys(parts.document.step_graphs()), key=_order), lines)


def _order(name: str) -> tuple[int, str]:
    """The order of ruff's isort for members: constants, classes, variables."""
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return kind, name


def _import(module: str, names: list[str], lines: Lines) -> None:
    text = f"from {module} import {', '.join(names)}"
    if len(text) <= WIDTH and not (len(names) > 1 and any(" as " in name for name in names)):
        lines.add(text)
    elif any(" as " in name for name in names):
        lines.extend(f"from {module} import {name}" for name in names)
    else:
        lines.extend([f"from {module} import (", *(f"    {name}," for name in names), ")"])


def _functions(parts: Parts, calls: Calls) -> str:
    """Schedules, the moving average, data, evaluations, previews: in the order in which the loop needs them."""
    texts = [schedule_text(name) for name in _schedules(parts)]
    if parts.averages:
        texts.append(FOLLOW)
    texts.append(_load(parts))
    texts.extend(_evaluate(parts, name, run) for name, run in calls.evaluations.values())
    texts.extend(_preview(parts, name, run) for name, run in calls.previews.values())
    return "\n\n".join(texts)


def _schedules(parts: Parts) -> list[str]:
    minimising = [phase for _, phase in parts.phases() if phase.minimise]
    return list(dict.fromkeys(phase.schedule.name for phase in minimising if not is_flat(phase.schedule)))


def _load(parts: Parts) -> str:
    lines = Lines()
    lines.add("def load(split: str) -> Data:")
    lines.put('"""One split of the data."""', 1)
    lines.say("return ", parts.load_call(), 1)
    return lines.text()


def _evaluate(parts: Parts, name: str, run: Evaluation | Preview) -> str:
    graph = parts.graph(run.graph, run.name)
    lines = Lines()
    signature = f"def {name}(run: Run, name: str, metrics: {graph.name}, data: Data) -> None"
    lines.extend(_signature(signature))
    lines.put('"""Metrics over a whole split, in evaluation mode and without gradients."""', 1)
    lines.put("with run.evaluating(metrics):", 1)
    lines.put("metrics.reset()", 2)
    lines.put("for batch in run.batches(data, EVAL_BATCH_SIZE):", 2)
    lines.say("", expression(f"metrics({parts.feeds(graph, run.feeds, run.name)})"), 3)
    lines.put("run.record(name, metrics.compute())", 2)
    return lines.text()


def _preview(parts: Parts, name: str, run: Evaluation | Preview) -> str:
    assert isinstance(run, Preview)
    graph = parts.graph(run.graph, run.name)
    names = Names(["run", "look", "data", "batch", *parts.taken])
    outputs = {port.name: names.take(port.name) for port in graph.outputs}
    lines = Lines()
    lines.extend(_signature(f"def {name}(run: Run, look: {graph.name}, data: Data) -> None"))
    lines.put(f'"""{_prose(graph.summary) or "Something to look at."}"""', 1)
    lines.put("with run.evaluating(look):", 1)
    feeds = parts.feeds(graph, run.feeds, run.name)
    if "batch[" in feeds:
        lines.put(f"batch = run.first(data, {run.count})", 2)
    lines.say(f"{', '.join(outputs.values())} = ", expression(f"look({feeds})"), 2)
    shown = ", ".join(f"{quoted(key)}: {variable}" for key, variable in outputs.items())
    call = f"run.show({quoted(run.name)}, {quoted(run.show)}, {{{shown}}}, data)"
    lines.say("", expression(call), 1)
    return lines.text()


def _prose(text: str) -> str:
    """A text of the document as a one-line docstring: nothing in it can end the docstring."""
    plain = re.sub(r"[^\w\s.,:;+()-]", "", " ".join(text.split()), flags=re.ASCII)[:76].strip()
    return plain if plain.endswith(".") or not plain else plain + "."


def _signature(text: str) -> list[str]:
    if len(text) + 1 <= WIDTH:
        return [text + ":"]
    head, inside = text.split("(", 1)
    arguments, returns = inside.rsplit(")", 1)
    if len(arguments) + 4 <= WIDTH:
        return [f"{head}(", f"    {arguments}", f"){returns}:"]
    return [f"{head}(", *(f"    {part}," for part in arguments.split(", ")), f"){returns}:"]


def _train_function(parts: Parts, constants: Constants, calls: Calls) -> Lines:
    lines = Lines()
    lines.add("def train(run: Run) -> None:")
    many = len(parts.recipe.stages) > 1
    lines.put(
        '"""Build the models and train them, stage by stage."""' if many else '"""Build the models and train them."""',
        1,
    )
    splits = [quoted(split) for split in parts.splits()]
    data = f"    data = {{split: load(split) for split in ({', '.join(splits)})}}"
    if len(splits) > 1 and len(data) <= WIDTH:
        lines.add(data)
    else:
        lines.say("data = ", expression(f"{{{', '.join(f'{split}: load({split})' for split in splits)}}}"), 1)
    lines.add("")
    _models(parts, lines)
    writer = StageWriter(parts, constants, calls)
    for stage in parts.recipe.stages:
        lines.add("")
        if many:
            lines.put(f"# Stage: {' '.join(stage.name.split())}", 1)
        writer.write(stage, lines)
    last = [run for run in parts.looks() if run.every is None]
    if last:
        lines.add("")
    for run in last:
        lines.say("", expression(calls.of(run)), 1)
    return lines


def _models(parts: Parts, lines: Lines) -> None:
    for name, variable in sorted(parts.models.items(), key=lambda item: bool(parts.model(item[0]).average_of)):
        model = parts.model(name)
        made = f"build_{name}()"
        if model.average_of:
            made = f"copy.deepcopy({parts.models[model.average_of]})"
        kept = f"run.keep({quoted(name)}, {made})"
        if model.weights:
            lines.say(f"{variable} = ", expression(made), 1)
            lines.say("", expression(f"load_weights({quoted(model.weights)}, {{{quoted(name)}: {variable}}})"), 1)
            kept = f"run.keep({quoted(name)}, {variable})"
        if model.average_of:
            kept += ".requires_grad_(False)"
        elif model.frozen:
            kept += ".requires_grad_(False).eval()"
        lines.say(f"{variable} = ", expression(kept), 1)


def _launch(parts: Parts, constants: Constants) -> str:
    steps = " + ".join(name for name in constants.values if name == "STEPS" or name.endswith("_STEPS"))
    given = ["train", "seed=SEED", "device=DEVICE", f"steps={steps}"]
    if parts.recipe.precision != "float32":
        given.insert(3, "precision=PRECISION")
    best = _best(parts)
    if best is not None:
        given.append(f"best=({quoted(best[0])}, {quoted(best[1])})")
    return f"launch({', '.join(given)})"


def _best(parts: Parts) -> tuple[str, str] | None:
    """Which value marks the best checkpoint: the goal's metric on a split that is not for the test."""
    goal = parts.preset.goal if parts.preset is not None else None
    for run in parts.recipe.evaluations:
        if run.every is None or run.split in ("train", "test"):
            continue
        metrics = [port.name for port in parts.graph(run.graph, run.name).outputs]
        if goal is not None and goal.metric in metrics:
            return f"{run.name}.{goal.metric}", "max" if goal.at_least is not None else "min"
        if metrics:
            small = re.search(r"loss|error|perplexity|distance|bits|fid", metrics[0])
            return f"{run.name}.{metrics[0]}", "min" if small else "max"
    return None


__all__ = ["runtime_files", "source_files", "train_source"]
