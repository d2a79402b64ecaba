"""Weights of a file as a run's checkpoint: read without running anything, translated, and only if they fit exactly."""

from __future__ import annotations

import errno
import json
import os
import platform
import shutil
import struct
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from app.codegen.source import Source
from app.core.demand import as_bytes
from app.engine.build import compile_source, seeded
from app.engine.errors import RequestError
from app.engine.fitting import Fit, Kind, best_fit, misfit, told
from app.engine.imports.tensors import TensorFile, opened
from app.engine.runtime.checkpoints import flush_to_disk
from app.messages import LoadWeights, WeightsLoaded

Tell = Callable[[float, str], None]
Maker = Callable[[], Tensor]

READ, WRITTEN = 0.1, 0.95
"""How much of the whole is done when the file is open, and when the tensors are written."""

_LENGTH = struct.Struct("<Q")
_NAMES = {
    torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16", torch.int64: "I64",
    torch.int32: "I32", torch.int16: "I16", torch.int8: "I8", torch.uint8: "U8", torch.bool: "BOOL",
    torch.complex64: "C64",
}  # fmt: skip


def load_weights_file(request: LoadWeights, tell: Tell) -> WeightsLoaded:
    """Write the file's tensors as a checkpoint, or say in a sentence why they are not this model's."""
    tell(0.0, "reading the file")
    with opened(Path(request.file)) as file:
        tell(READ, "comparing names and shapes")
        parts, ties, fit = _fitted(request, file)
        _refuse_untied(file, fit, ties, request)
        for name in request.models:
            if name not in request.loads and name not in request.averages:
                parts.update(_as_built(request, name))
        aliases = _aliases(request, ties, parts)
        _write(Path(request.target), parts, aliases, request, tell)
    return WeightsLoaded(
        models=request.loads,
        tensors=len(fit.takes),
        parameters=fit.parameters,
        notes=fit.notes(),
        torch=str(torch.__version__),
        threads=torch.get_num_threads(),
    )


class Part:
    """A tensor to write: what it is, and how it is had when its turn comes."""

    def __init__(self, shape: tuple[int, ...], dtype: torch.dtype, make: Maker) -> None:
        self.shape, self.dtype, self.make = shape, dtype, make
        self.bytes = torch.Size(shape).numel() * dtype.itemsize


def _fitted(request: LoadWeights, file: TensorFile) -> tuple[dict[str, Part], dict[str, str], Fit]:
    """The models' tensors out of the file; RequestError where they are others."""
    wanted: dict[str, Kind] = {}
    ties: dict[str, str] = {}
    for model in request.loads:
        kinds, tied = skeleton(request.source, request.models[model])
        wanted |= {f"{model}.{name}": kind for name, kind in kinds.items()}
        ties |= {f"{model}.{name}": f"{model}.{owner}" for name, owner in tied.items()}
    fit = best_fit(wanted, ties, file.kinds, request)
    if not fit.is_exact:
        raise RequestError(misfit(fit, Path(request.file).name, request.loads))
    parts: dict[str, Part] = {}
    for name, kind in wanted.items():
        if name in ties:
            continue
        make: Maker
        if name in fit.takes:
            make = partial(_taken, file, fit.takes[name], name in fit.transposed, kind.dtype)
        else:
            make = partial(torch.zeros, kind.shape, dtype=kind.dtype)
        parts[name] = Part(kind.shape, kind.dtype, make)
    return parts, ties, fit


def _taken(file: TensorFile, name: str, turned: bool, dtype: torch.dtype) -> Tensor:
    tensor = file.tensor(name)
    return (tensor.T if turned else tensor).to(dtype)


def skeleton(source: Source, builder: str) -> tuple[dict[str, Kind], dict[str, str]]:
    """What the model's state holds by name, and which names are another's tensor again. No weights are allocated,
    unless a module cannot be made without.
    """
    make = getattr(compile_source(source, "model"), builder)
    try:
        with torch.device("meta"):
            model: nn.Module = make()
    except (NotImplementedError, RuntimeError):
        with seeded(0):
            model = make()
    first: dict[int, str] = {}
    kinds: dict[str, Kind] = {}
    ties: dict[str, str] = {}
    for name, tensor in model.state_dict(keep_vars=True).items():
        owner = first.setdefault(id(tensor), name)
        if owner != name:
            ties[name] = owner
        kinds[name] = Kind(tuple(tensor.shape), tensor.dtype, learnt=isinstance(tensor, nn.Parameter))
    return kinds, ties


def _refuse_untied(file: TensorFile, fit: Fit, ties: Mapping[str, str], request: LoadWeights) -> None:
    """What is one tensor in the model must not be two different ones in the file."""
    for name, owner in ties.items():
        given, kept = fit.copies.get(name), fit.takes.get(owner)
        if given is None or kept is None or given == kept:
            continue
        if not torch.equal(file.tensor(given), file.tensor(kept)):
            raise RequestError(
                f"“{Path(request.file).name}” does not fit: {told(name, request.loads)} and "
                f"{told(owner, request.loads)} are one tensor in the model, and two different ones in the file. Untie "
                "them in the drawing, or take another file."
            )


def _as_built(request: LoadWeights, name: str) -> dict[str, Part]:
    """A model that the file says nothing of, with the weights that it starts from."""
    make = getattr(compile_source(request.source, "model"), request.models[name])
    with seeded(request.seed):
        model: nn.Module = make()
    return {
        f"{name}.{key}": Part(tuple(value.shape), value.dtype, partial(torch.clone, value))
        for key, value in model.state_dict().items()
    }


def _aliases(request: LoadWeights, ties: Mapping[str, str], parts: Mapping[str, Part]) -> dict[str, str]:
    """Names of tensors that stand under another name: tied ones, and those of a model that averages another."""
    found = dict(ties)
    for average, source in request.averages.items():
        start = f"{source}."
        own = {key: key for key in parts if key.startswith(start)} | {
            alias: owner for alias, owner in found.items() if alias.startswith(start)
        }
        found.update({f"{average}.{key.removeprefix(start)}": owner for key, owner in own.items()})
    return found


# -- writing --------------------------------------------------------------------------------------------------------


def _write(
    folder: Path, parts: Mapping[str, Part], aliases: Mapping[str, str], request: LoadWeights, tell: Tell
) -> None:
    """A checkpoint as training writes it, from which training can go on: whole or not at all."""
    with _told_when_full(folder.parent):
        folder.parent.mkdir(parents=True, exist_ok=True)
        _refuse_without_room(folder.parent, sum(part.bytes for part in parts.values()))
        part = folder.with_name(f".{folder.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        try:
            part.mkdir()
            _write_tensors(part / "weights.safetensors", parts, aliases, tell)
            save_file({}, part / "optimiser.safetensors")
            (part / "state.json").write_text(json.dumps(_state(request)), encoding="utf-8")
            tell(WRITTEN, "putting the weights in their place")
            for file in part.iterdir():
                flush_to_disk(file)
            os.replace(part, folder)
            flush_to_disk(folder.parent)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise


def _state(request: LoadWeights) -> dict[str, object]:
    """Before the first step: no optimiser's state belongs to a stage that begins at -1, so that each starts anew."""
    return {
        "step": 0, "begin": -1, "time": time.time(), "best": None, "optimisers": {},
        "torch": str(torch.__version__), "threads": torch.get_num_threads(), "device": "cpu",
        "machine": platform.machine(), "seed": request.seed,
    }  # fmt: skip


def _write_tensors(path: Path, parts: Mapping[str, Part], aliases: Mapping[str, str], tell: Tell) -> None:
    """One safetensors file, tensor by tensor, so that never more than one of them is held beside the file read."""
    # The widest types first, so that each begins where its type may.
    ordered = sorted(parts.items(), key=lambda item: (-item[1].dtype.itemsize, item[0]))
    header: dict[str, object] = {"__metadata__": dict(aliases)} if aliases else {}
    place = 0
    for name, part in ordered:
        header[name] = {
            "dtype": _NAMES[part.dtype],
            "shape": part.shape,
            "data_offsets": [place, place + part.bytes],
        }
        place += part.bytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    done = 0
    with open(path, "wb") as file:
        file.write(_LENGTH.pack(len(text)) + text)
        for _, part in ordered:
            tensor = part.make().detach().contiguous()
            file.write(tensor.reshape(-1).view(torch.uint8).numpy().data)
            done += part.bytes
            tell(READ + (WRITTEN - READ) * done / max(place, 1), "writing the weights")


@contextmanager
def _told_when_full(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise RequestError(f"The disk of “{folder}” is full. Free some space and try again.") from error
        raise RequestError(f"The weights cannot be written in “{folder}”: {error.strerror or error}.") from error


def _refuse_without_room(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise RequestError(
            f"The weights take {as_bytes(needed)}, and the disk of “{folder}” has {as_bytes(free)} left. "
            "Free some space and try again."
        )
