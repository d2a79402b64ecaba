"""Looking into a trained model: run it on an input, and see what flows through its modules."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import torch
from torch import Tensor, nn

from app.engine.build import compile_source, example, seeded, tensors_of
from app.engine.errors import RequestError
from app.engine.given import prepared, tensor_of
from app.engine.runtime.checkpoints import checkpoints, load_weights
from app.engine.runtime.previews import PICTURES, are_classes, grid, is_picture, png, texts
from app.engine.runtime.run import pick_device
from app.engine.sources import imported, read_folder
from app.messages import Example, Inspect, Inspected, ModuleStatistics, Ran, RunGraph, Shown

MOST_BARS = 1000
MOST_VALUES = 10_000
SEQUENCE = 3
"""Dimensions of scores for each place of a text: (B, T, classes)."""


def run_graph(request: RunGraph) -> Ran:
    """Run a model or step graph of a run folder on an input."""
    folder = Path(request.folder)
    checkpoint = _checkpoint(folder, request.checkpoint)
    device = pick_device(request.device)
    with imported(_without_train(read_folder(folder / "source")), request.cwd) as modules:
        models = _models(modules["model"], request.models, checkpoint)
        graph: nn.Module = (
            getattr(modules["steps"], request.graph)(**models, **_plain(request.arguments))
            if request.is_step
            else models[request.graph]
        )
        reader = modules.get(request.reader)
        arguments = _plain(request.reader_arguments)
        inputs = [tensor_of(wanted, reader, arguments) for wanted in request.inputs]
        taken = [prepared(*pair) for pair in zip(request.inputs, inputs, strict=True)]
        graph.to(device).eval()
        begun = time.perf_counter()
        with torch.no_grad(), seeded(request.seed), _listening(models.values()) as scores:
            outputs = [tensor.cpu() for tensor in tensors_of(graph(*(value.to(device) for value in taken)))]
        seconds = time.perf_counter() - begun
        given = (*_seen(request, inputs), *_said(request, reader, arguments))
    outputs = [_as_given(value, inputs, taken) for value in outputs]
    shown = tuple(_show(request, name, value, scores) for name, value in zip(request.outputs, outputs, strict=False))
    return Ran(shown=shown, given=given, checkpoint=checkpoint.name, seconds=seconds)


def _as_given(output: Tensor, inputs: Sequence[Tensor], taken: Sequence[Tensor]) -> Tensor:
    """A preview that gives its own input back shows it as it was before it was prepared for the weights."""
    for raw, used in zip(inputs, taken, strict=True):
        if (used.shape, used.dtype) == (output.shape, output.dtype) and torch.equal(used, output):
            return raw
    return output


def _seen(request: RunGraph, inputs: Sequence[Tensor]) -> Iterator[Shown]:
    """Pictures and texts as they went into the graph."""
    for wanted, value in zip(request.inputs, inputs, strict=True):
        sizes = [size for size in wanted.picture[1:] if size is not None]
        is_flat = value.is_floating_point() and bool(sizes) and value[0].numel() == math.prod(sizes)
        seen = value.reshape(len(value), *sizes) if is_flat else value
        yield from _described(wanted.type.name, seen.cpu(), wanted.labels)


def _said(request: RunGraph, reader: ModuleType | None, arguments: Mapping[str, Any]) -> Iterator[Shown]:
    """What the data hold of the example beside what went in: its label, the mask to find."""
    given = next((wanted.given for wanted in request.inputs if isinstance(wanted.given, Example)), None)
    if given is None or reader is None:
        return
    used = {wanted.field or wanted.type.name for wanted in request.inputs}
    data = reader.load(given.split, **arguments)
    batch = data.batch(torch.tensor([given.index]), torch.Generator().manual_seed(0))
    for name, value in batch.items():
        if name not in used:
            yield from _described(name, value, request.fields.get(name, ()))


def _described(name: str, value: Tensor, labels: Sequence[str]) -> Iterator[Shown]:
    """A picture or named classes; numbers say little by themselves."""
    named = tuple(labels)
    if value.is_floating_point() and is_picture(value):
        yield Shown(name=name, kind="image", png=png(grid([value])), text="×".join(map(str, value.shape)))
    elif named and are_classes(value, named):
        words = texts(value, named) if value.dim() > 1 else [named[index] for index in value.reshape(-1).tolist()]
        yield Shown(name=name, kind="text", text=", ".join(words))


def _without_train(files: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in files.items() if name != "train.py"}


def _checkpoint(folder: Path, wanted: str) -> Path:
    found = checkpoints(folder)
    if wanted and found:
        chosen = [path for path in found if path.name == wanted]
        if not chosen:
            there = ", ".join(path.name for path in found)
            raise RequestError(f"The run has no checkpoint “{wanted}”; there are: {there}.")
        found = chosen
    if not found:
        raise RequestError("This run has no checkpoint yet. Train it for a while first.")
    return found[-1]


def _models(module: ModuleType, builders: Mapping[str, str], checkpoint: Path) -> dict[str, nn.Module]:
    models = {name: getattr(module, builder)() for name, builder in builders.items()}
    try:
        load_weights(checkpoint / "weights.safetensors", models)
    except RuntimeError as error:
        raise RequestError(f"The checkpoint {checkpoint.name} does not fit the model: {error}") from error
    return models


def _plain(arguments: Mapping[str, object]) -> dict[str, Any]:
    """Lists as tuples, as they were before they were sent."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in arguments.items()}


@contextmanager
def _listening(models: Iterable[nn.Module]) -> Iterator[list[Tensor]]:
    """Inside, rows of numbers that models give are kept: they may be the scores behind a class that comes out."""
    heard: list[Tensor] = []

    def hear(_module: nn.Module, _given: Any, output: Any) -> None:
        rows = [tensor for tensor in tensors_of(output) if tensor.is_floating_point() and tensor.dim() == 2]
        heard.extend(row[0].cpu() for row in rows if len(row) == 1)

    hooks = [model.register_forward_hook(hear) for model in models]
    try:
        yield heard
    finally:
        for hook in hooks:
            hook.remove()


def _show(request: RunGraph, name: str, value: Tensor, scores: Sequence[Tensor]) -> Shown:
    """One output in the form that shows it best; a class with the model's scores that it is the highest of."""
    labels = tuple(request.labels.get(name, ()))
    if labels and value.is_floating_point() and value.dim() == SEQUENCE and value.shape[::2] == (1, len(labels)):
        return _bars(f"{name} at the last place", value[0, -1], labels)
    if is_picture(value) and (request.show in PICTURES or value.is_floating_point()):
        return Shown(name=name, kind="image", png=png(grid([value])), text="×".join(map(str, value.shape)))
    if labels and are_classes(value, labels):
        if value.dim() > 1:
            return Shown(name=name, kind="text", text="\n".join(texts(value, labels)))
        behind = [row for row in scores if len(row) == len(labels) and value.tolist() == [int(row.argmax())]]
        if behind:
            return msgspec.structs.replace(_bars(name, behind[-1], labels), text=labels[int(value)])
        return Shown(name=name, kind="text", text=", ".join(labels[index] for index in value.tolist()))
    if value.is_floating_point() and value.dim() == 2 and len(value) == 1 and 1 < value.shape[1] <= MOST_BARS:
        return _bars(name, value[0], labels)
    few = value.flatten()[:MOST_VALUES]
    numbers = few.reshape(value.shape).tolist() if few.numel() == value.numel() else few.tolist()
    said = f"{few.item():.4g}" if few.numel() == 1 else "×".join(map(str, value.shape))
    return Shown(name=name, kind="values", text=said, values=numbers)


def _bars(name: str, row: Tensor, labels: tuple[str, ...]) -> Shown:
    """Scores as probabilities of classes, where they are not that already."""
    is_share = bool((row >= 0).all()) and abs(float(row.sum()) - 1) < 1e-3
    shares = row if is_share else row.softmax(0)
    named = labels if len(labels) == len(row) else tuple(str(index) for index in range(len(row)))
    best = int(shares.argmax())
    said = f"{named[best]} ({100 * float(shares[best]):.1f} %)"
    return Shown(name=name, kind="bars", labels=named, values=shares.tolist(), text=said)


class _Watch:
    """Hooks on every module: what came out, when, and (after backward) which gradient reached it."""

    def __init__(self, model: nn.Module) -> None:
        self.seen: list[tuple[str, nn.Module, Tensor, float]] = []
        self._begun: dict[nn.Module, float] = {}
        self._hooks: list[Any] = []
        for path, module in model.named_modules():
            self._hooks.append(module.register_forward_pre_hook(self._before))
            self._hooks.append(module.register_forward_hook(lambda m, _, out, path=path: self._after(path, m, out)))

    def _before(self, module: nn.Module, _: Any) -> None:
        self._begun[module] = time.perf_counter()

    def _after(self, path: str, module: nn.Module, output: Any) -> None:
        seconds = time.perf_counter() - self._begun[module]
        found = [tensor for tensor in tensors_of(output) if tensor.is_floating_point()]
        if found:
            if found[0].requires_grad:
                found[0].retain_grad()
            self.seen.append((path, module, found[0], seconds))

    def remove(self) -> None:
        for hook in self._hooks:
            hook.remove()


def inspect(request: Inspect) -> Inspected:
    """One forward and backward pass of a model over example inputs, module by module."""
    module = compile_source(request.model, "model")
    with seeded(0):
        model: nn.Module = getattr(module, request.check.name)()
        if request.folder:
            checkpoint = _checkpoint(Path(request.folder), request.checkpoint)
            load_weights(checkpoint / "weights.safetensors", {request.check.name: model})
        watch = _Watch(model.eval())
        try:
            generator = torch.Generator().manual_seed(0)
            outputs = tensors_of(model(*[example(tensor, generator) for tensor in request.check.inputs]))
            learnt = [tensor.square().mean() for tensor in outputs if tensor.requires_grad]
            if learnt:
                torch.stack(learnt).sum().backward()  # type: ignore[no-untyped-call]
        finally:
            watch.remove()
    return Inspected(modules=tuple(_statistics(*seen) for seen in watch.seen))


def _statistics(path: str, module: nn.Module, output: Tensor, seconds: float) -> ModuleStatistics:
    value = output.detach().float()
    gradient = output.grad
    return ModuleStatistics(
        path=path,
        kind=type(module).__name__,
        shape=tuple(output.shape),
        mean=float(value.mean()),
        deviation=float(value.std(correction=0)),
        least=float(value.min()),
        most=float(value.max()),
        zeros=float((value == 0).float().mean()),
        gradient_norm=None if gradient is None else float(gradient.norm()),
        seconds=seconds,
    )
