"""Files of tensors by others: safetensors, and what ``torch.save`` wrote of a state_dict. Nothing in them is run."""

from __future__ import annotations

import pickle
import re
import struct
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from app.engine.errors import RequestError
from app.engine.fitting import Kind

NESTED = ("state_dict", "model_state_dict", "model")
"""Where a training program's own file may hold the weights."""

_LENGTH = struct.Struct("<Q")
_DTYPES = {
    "F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16, "I64": torch.int64,
    "I32": torch.int32, "I16": torch.int16, "I8": torch.int8, "U8": torch.uint8, "BOOL": torch.bool,
    "C64": torch.complex64,
}  # fmt: skip


class TensorFile(Protocol):
    """An open file: what is in it, and each tensor when it is asked for."""

    @property
    def kinds(self) -> Mapping[str, Kind]: ...

    def tensor(self, name: str) -> Tensor: ...


@contextmanager
def opened(path: Path) -> Iterator[TensorFile]:
    """The tensors of a file, whichever of the two forms it has; its name says nothing."""
    form = _form(path)
    if form == "safetensors":
        with _safetensors(path) as file:
            yield file
    elif form == "torch":
        yield _Loaded(_state_of(_loaded(path), path))
    else:
        raise RequestError(
            f"“{path.name}” is neither a safetensors file nor one that torch.save wrote, so there are no weights in "
            "it to read. Take a file that ends in .safetensors, .pth or .bin."
        )


def _form(path: Path) -> str:
    try:
        size = path.stat().st_size
        with open(path, "rb") as file:
            start = file.read(_LENGTH.size + 1)
    except OSError as error:
        raise RequestError(f"“{path}” cannot be read: {error.strerror or error}.") from error
    if len(start) > _LENGTH.size and start.endswith(b"{") and _LENGTH.unpack(start[:-1])[0] < size:
        return "safetensors"
    return "torch" if start.startswith((b"PK\x03\x04", b"\x80")) else ""


# -- safetensors ----------------------------------------------------------------------------------------------------


class _Safetensors:
    def __init__(self, file: Any, path: Path) -> None:
        self._file = file
        self.kinds: dict[str, Kind] = {}
        for name in file.keys():  # noqa: SIM118 - it is no mapping
            part = file.get_slice(name)
            if part.get_dtype() not in _DTYPES:
                raise RequestError(f"“{name}” in “{path.name}” holds {part.get_dtype()}, which cannot be taken over.")
            self.kinds[name] = Kind(tuple(part.get_shape()), _DTYPES[part.get_dtype()])

    def tensor(self, name: str) -> Tensor:
        found: Tensor = self._file.get_tensor(name)
        return found


@contextmanager
def _safetensors(path: Path) -> Iterator[_Safetensors]:
    try:
        file = safe_open(path, framework="pt")
    except (SafetensorError, OSError) as error:
        raise RequestError(f"“{path.name}” is broken: {error}. Fetch it again.") from error
    with file:
        yield _Safetensors(file, path)


# -- torch.save -----------------------------------------------------------------------------------------------------


class _Loaded:
    def __init__(self, state: Mapping[str, Tensor]) -> None:
        self._state = state
        self.kinds = {name: Kind(tuple(tensor.shape), tensor.dtype) for name, tensor in state.items()}

    def tensor(self, name: str) -> Tensor:
        return self._state[name]


def _loaded(path: Path) -> object:
    """What torch reads without running anything of it."""
    # A new file can be mapped, so that only what is used is read; one from before 2020 cannot. By a name that ends in
    # .safetensors torch takes the file for one, whatever it is.
    can_be_mapped = zipfile.is_zipfile(path) and path.suffix != ".safetensors"
    try:
        if can_be_mapped:
            return torch.load(path, map_location="cpu", weights_only=True, mmap=True)
        with open(path, "rb") as file:
            return torch.load(file, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise RequestError(_refusal(path, str(error))) from error
    except Exception as error:
        if isinstance(error, MemoryError):
            raise
        first = str(error).strip().partition("\n")[0]
        raise RequestError(f"“{path.name}” cannot be read: {first or type(error).__name__}. Fetch it again.") from error


def _refusal(path: Path, said: str) -> str:
    """torch's long advice to trust the file all the same is left out."""
    asked = re.search(r"GLOBAL ([\w.]+)", said) or re.search(r"class ([\w.]+)", said)
    if asked is None:
        return f"“{path.name}” cannot be read as tensors alone: it is broken, or no file of weights. Fetch it again."
    return (
        f"“{path.name}” is refused: to read it, code of its own ({asked[1]}) would have to run, and only tensors are "
        "read here. Nothing of it was run. Ask for a safetensors file, or for the state_dict alone."
    )


def _state_of(found: object, path: Path) -> dict[str, Tensor]:
    """The state_dict that the file is, or holds."""
    for name in NESTED:
        if isinstance(found, Mapping) and isinstance(found.get(name), Mapping):
            found = found[name]
    if not isinstance(found, Mapping) or not found:
        raise RequestError(f"“{path.name}” holds no state_dict: names with a tensor each are expected.")
    state: dict[str, Tensor] = {}
    for name, value in found.items():
        if not isinstance(name, str) or not isinstance(value, Tensor):
            raise RequestError(
                f"“{path.name}” holds no state_dict: “{str(name)[:60]}” is a {type(value).__name__}, not a tensor."
            )
        if value.layout != torch.strided or value.is_quantized:
            raise RequestError(f"“{name}” in “{path.name}” is sparse or quantised and cannot be taken over.")
        state[name] = value
    return state
