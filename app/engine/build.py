"""Generated text to modules: compiled under a name of its own, built, and run once on small real tensors."""

from __future__ import annotations

import hashlib
import linecache
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import torch
import torchinfo
from torch import nn

from app.codegen.source import Source
from app.core.problems import Path, Problem
from app.engine.errors import problem_of
from app.messages import Build, Built, ModelBuilt, ModelCheck, Tensor

KEPT = 8
"""How many compiled texts stay in ``sys.modules``."""

_compiled: dict[str, ModuleType] = {}


def compile_source(source: Source, stem: str) -> ModuleType:
    """The text as an imported module. Its name is the text's hash, so that the same text is the same module."""
    name = f"netloom_{stem}_{hashlib.blake2b(source.text.encode(), digest_size=8).hexdigest()}"
    if name in _compiled:
        _compiled[name] = _compiled.pop(name)
        return _compiled[name]
    file = file_name(source, stem)
    # An entry without a modification time is never dropped as stale: tracebacks and inspect.getsource find the text.
    linecache.cache[file] = (len(source.text), None, source.text.splitlines(keepends=True), file)
    module = ModuleType(name)
    module.__file__ = file
    sys.modules[name] = module
    try:
        exec(compile(source.text, file, "exec"), vars(module))
    except BaseException:
        _forget(name, file)
        raise
    _compiled[name] = module
    while len(_compiled) > KEPT:
        oldest = next(iter(_compiled))
        _forget(oldest, str(_compiled.pop(oldest).__file__))
    return module


def file_name(source: Source, stem: str) -> str:
    """The file name that the text is compiled under."""
    return f"<netloom {stem}.py {hashlib.blake2b(source.text.encode(), digest_size=8).hexdigest()}>"


def _forget(name: str, file: str) -> None:
    sys.modules.pop(name, None)
    linecache.cache.pop(file, None)


def example(tensor: Tensor, generator: torch.Generator | None = None) -> torch.Tensor:
    """A small real tensor of that type: normal numbers, or zeros for integers (every table has an entry 0)."""
    dtype = getattr(torch, tensor.dtype)
    shape = [2 if size is None else size for size in tensor.shape]
    if dtype.is_floating_point or dtype.is_complex:
        return torch.randn(shape, generator=generator).to(dtype)
    return torch.ones(shape, dtype=dtype) if dtype == torch.bool else torch.zeros(shape, dtype=dtype)


def build(request: Build) -> Built:
    """Compile, build and check every model; whatever goes wrong is a problem of a node."""
    sources = {file_name(request.model, "model"): request.model}
    if request.steps is not None:
        sources[file_name(request.steps, "steps")] = request.steps
    try:
        module = compile_source(request.model, "model")
        if request.steps is not None:
            compile_source(request.steps, "steps")
    except Exception as error:
        return Built(problems=(problem_of(error, sources),))
    built: list[ModelBuilt] = []
    problems: list[Problem] = []
    for check in request.checks:
        try:
            done, wrong = _checked(module, check, request.summary)
        except Exception as error:
            problems.append(problem_of(error, sources))
            continue
        built.append(done)
        problems.extend(wrong)
    return Built(models=tuple(built), problems=tuple(problems))


def _checked(module: ModuleType, check: ModelCheck, summary: bool) -> tuple[ModelBuilt, list[Problem]]:
    with seeded(0):
        model: nn.Module = getattr(module, check.name)()
        generator = torch.Generator().manual_seed(0)
        inputs = [example(tensor, generator) for tensor in check.inputs]
        model.eval()
        begun = time.perf_counter()
        with torch.no_grad():
            outputs = tensors_of(model(*inputs))
        seconds = time.perf_counter() - begun
        table = _summary(model, inputs) if summary else ""
    real = tuple(
        Tensor(check.outputs[i].name if i < len(check.outputs) else f"output{i}", *_type(tensor))
        for i, tensor in enumerate(outputs)
    )
    state = model.state_dict()
    built = ModelBuilt(
        name=check.name,
        parameters=sum(p.numel() for p in model.parameters()),
        buffers=sum(b.numel() for b in model.buffers()),
        keys=tuple(Tensor(key, *_type(value)) for key, value in state.items()),
        outputs=real,
        seconds=seconds,
        summary=table,
    )
    return built, _mismatches(check, real, type(model).__name__)


def _mismatches(check: ModelCheck, real: tuple[Tensor, ...], graph: str) -> list[Problem]:
    """Where what torch gave is not what the drawing promised."""
    if not check.outputs:
        return []
    if len(real) != len(check.outputs):
        message = f"{check.name} gives {len(real)} tensors where its graph has {len(check.outputs)} outputs."
        return [Problem(message, Path(graph))]
    return [
        Problem(
            f"{check.name}.{want.name} should be {_shown(want)}; PyTorch gave {_shown(came)}.",
            Path(graph, "", want.name),
            expected=_shown(want),
            came=_shown(came),
        )
        for want, came in zip(check.outputs, real, strict=True)
        if not _agree(want, came)
    ]


def _agree(want: Tensor, came: Tensor) -> bool:
    return (
        want.dtype == came.dtype
        and len(want.shape) == len(came.shape)
        and all(a is None or a == b for a, b in zip(want.shape, came.shape, strict=True))
    )


def _shown(tensor: Tensor) -> str:
    text = "×".join("?" if size is None else str(size) for size in tensor.shape) or "scalar"
    return text if tensor.dtype == "float32" else f"{text} {tensor.dtype}"


def _type(tensor: torch.Tensor) -> tuple[tuple[int, ...], str]:
    return tuple(tensor.shape), str(tensor.dtype).removeprefix("torch.")


def tensors_of(value: Any) -> list[torch.Tensor]:
    """What a forward gave, as a flat list of tensors."""
    if isinstance(value, torch.Tensor):
        return [value]
    if isinstance(value, Mapping):
        return [tensor for part in value.values() for tensor in tensors_of(part)]
    return [tensor for part in value or () for tensor in tensors_of(part)]


def _summary(model: nn.Module, inputs: list[torch.Tensor]) -> str:
    statistics = torchinfo.summary(model, input_data=inputs, verbose=0, depth=4, device="cpu")
    return str(statistics)


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """The same random numbers each time, leaving the generator as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield
