"""Checkpoints: step-00001234/{weights,optimiser}.safetensors and state.json."""

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.optim import Optimizer

KEPT = 3


def checkpoints(out: Path) -> list[Path]:
    """List the checkpoints of a run, oldest first."""
    return sorted((out / "checkpoints").glob("step-*"))


def write_checkpoint(
    folder: Path,
    models: Mapping[str, nn.Module],
    optimisers: dict[str, Tensor],
    state: Mapping[str, object],
) -> None:
    """Write a checkpoint under another name, see it on the disk, then rename it."""
    part = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        part.mkdir(parents=True)
        tensors, aliases = weights_of(models)
        save_file(tensors, part / "weights.safetensors", metadata=aliases)
        save_file(optimisers, part / "optimiser.safetensors")
        (part / "state.json").write_text(json.dumps(state), encoding="utf-8")
        for file in part.iterdir():
            flush_to_disk(file)
        shutil.rmtree(folder, ignore_errors=True)
        os.replace(part, folder)
        flush_to_disk(folder.parent)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise


def write_whole(path: Path, text: str) -> None:
    """Write a small text so that a reader sees all of it or the one before."""
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, path)


def flush_to_disk(path: Path) -> None:
    """Wait until a file, or a folder's list of names, is on the disk."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove_old(out: Path) -> None:
    """Keep the last checkpoints and the best."""
    best = out / "checkpoints" / "best"
    kept = best.read_text(encoding="utf-8") if best.exists() else ""
    for old in checkpoints(out)[:-KEPT]:
        if old.name != kept:
            shutil.rmtree(old, ignore_errors=True)


def weights_of(
    models: Mapping[str, nn.Module],
) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Collect <model>.<key>; a tied tensor once, and its other names apart."""
    tensors: dict[str, Tensor] = {}
    aliases: dict[str, str] = {}
    seen: dict[object, str] = {}
    for name, model in models.items():
        for key, tensor in model.state_dict().items():
            full = f"{name}.{key}"
            place = (tensor.device, tensor.data_ptr(), tensor.shape, tensor.stride())
            first = seen.setdefault(place, full) if tensor.numel() else full
            if first == full:
                whole = tensor.untyped_storage().nbytes() == tensor.nbytes
                tensors[full] = tensor.contiguous() if whole else tensor.clone()
            else:
                aliases[full] = first
    return tensors, aliases


def load_weights(path: str | Path, models: Mapping[str, nn.Module]) -> None:
    """Load <model>.<key> of these models, or a plain file of a single model's keys."""
    tensors, aliases = read_tensors(Path(path))
    for alias, first in aliases.items():
        if first in tensors:
            tensors[alias] = tensors[first]
    for name, model in models.items():
        start = f"{name}."
        keys = [key for key in tensors if key.startswith(start)]
        own = {key.removeprefix(start): tensors[key] for key in keys}
        model.load_state_dict(own or tensors)


def read_tensors(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Read a file's tensors and its metadata."""
    with safe_open(path, framework="pt") as file:
        tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
        return tensors, dict(file.metadata() or {})


def split_state(
    optimisers: Mapping[str, Optimizer],
) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Split the optimisers' state into tensors and the rest."""
    tensors: dict[str, Tensor] = {}
    rest: dict[str, Any] = {}
    for name, optimiser in optimisers.items():
        rest[name] = {}
        for index, values in optimiser.state_dict()["state"].items():
            rest[name][index] = {}
            for key, value in values.items():
                if isinstance(value, Tensor):
                    tensors[f"{name}/{index}/{key}"] = value.contiguous()
                else:
                    rest[name][index][key] = value
    return tensors, rest


def join_state(
    optimisers: Mapping[str, Optimizer],
    tensors: Mapping[str, Tensor],
    rest: Mapping[str, Any],
) -> None:
    """Give the optimisers the state that ``split_state`` took apart."""
    for name, optimiser in optimisers.items():
        state = {int(index): dict(values) for index, values in rest[name].items()}
        for key, tensor in tensors.items():
            owner, index, part = key.split("/")
            if owner == name:
                state[int(index)][part] = tensor
        groups = optimiser.state_dict()["param_groups"]
        optimiser.load_state_dict({"state": state, "param_groups": groups})
