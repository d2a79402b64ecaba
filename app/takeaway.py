"""What a user takes away: a folder of code that runs alone, and the weights of a run. No Qt, no torch.

Nothing is written over silently: a file that is there with other content is refused unless that is asked for.
"""

from __future__ import annotations

import errno
import json
import os
import struct
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app import folders
from app.codegen.training import source_files
from app.codegen.training_parts import reader_text
from app.core.block import Library, Source
from app.core.document import Document
from app.core.recipe import plain_recipe
from app.core.results import Elaboration
from app.runs import Run

_LENGTH = struct.Struct("<Q")


class TakeawayError(Exception):
    """Something that cannot be written or read; the message is a sentence."""


# -- files ----------------------------------------------------------------------------------------------------------


def compared(folder: Path, contents: Mapping[str, bytes]) -> dict[str, str]:
    """For each file by its path in the folder: ``new``, ``same`` or ``changed`` beside what is there."""
    return {name: _beside(folder / name, data) for name, data in contents.items()}


def write_files(folder: Path, contents: Mapping[str, bytes], *, force: bool = False) -> list[Path]:
    """Write files by their paths in the folder; none is written where one may not be, or where the disk is full."""
    if folder.exists() and not folder.is_dir():
        raise TakeawayError(f"“{folder}” is a file; a folder is needed. Choose another name.")
    states = compared(folder, contents)
    changed = [name for name, state in states.items() if state == "changed"]
    if changed and not force:
        raise TakeawayError(
            f"{', '.join(changed)} in “{folder}” would be written over. Choose another place, or add --force."
        )
    try:
        for name in changed:
            _refuse_read_only(folder / name)
        with folders.whole(folder) as staged:
            for name, state in states.items():
                if state != "same":
                    (staged / name).parent.mkdir(parents=True, exist_ok=True)
                    (staged / name).write_bytes(contents[name])
    except OSError as error:
        raise _unwritable(folder, error) from error
    return [folder / name for name in contents]


def left_over(folder: Path, contents: Mapping[str, bytes]) -> list[Path]:
    """Readers of data in a folder of code that what is to be written there does not use: another preset's.

    Only those that are word for word ours are named; one that somebody has changed is theirs.
    """
    others = [file for file in sorted(folder.glob("data_*.py")) if file.name not in contents and file.is_file()]
    return [file for file in others if file.read_bytes() == _own_reader(file.stem)]


def _own_reader(name: str) -> bytes | None:
    try:
        return reader_text(name).encode()
    except (OSError, ValueError):
        return None


def write_file(path: Path, data: bytes, *, force: bool = False) -> Path:
    """Write one file, whole or not at all."""
    path = Path(os.path.realpath(path))  # a link stays one: what it leads to is written
    state = _beside(path, data)
    if state == "changed" and not force:
        raise TakeawayError(f"“{path}” is there already with other content. Choose another name, or add --force.")
    temporary = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _refuse_read_only(path)
        handle, temporary = tempfile.mkstemp(prefix=".netloom-", dir=path.parent)
        with open(handle, "wb") as file:
            file.write(data)
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(temporary, 0o666 & ~mask)
        os.replace(temporary, path)
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        if temporary and os.path.exists(temporary):
            os.unlink(temporary)
    return path


def _refuse_read_only(path: Path) -> None:
    if path.is_file() and not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, f"{path.name} is read-only")


def _unwritable(path: Path, error: OSError) -> TakeawayError:
    is_full = error.errno in (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", None))
    remedy = "Free some space" if is_full else "Choose another place"
    return TakeawayError(f"“{path}” cannot be written: {error.strerror or error}. {remedy}.")


def _beside(path: Path, data: bytes) -> str:
    """How data compares with the file that is there. What is no ordinary file is neither read nor replaced."""
    try:
        if path.is_dir():
            raise TakeawayError(f"“{path}” is a folder; a file is to be written there. Choose another name.")
        if path.exists() and not path.is_file():
            raise TakeawayError(f"“{path}” is not an ordinary file. Choose another name.")
        return "same" if path.read_bytes() == data else "changed"
    except (FileNotFoundError, NotADirectoryError):
        return "new"
    except OSError as error:
        raise TakeawayError(f"“{path}” cannot be read: {error.strerror or error}. Choose another place.") from error


# -- code -----------------------------------------------------------------------------------------------------------


def code_folder(
    document: Document, library: Library, preset: str | None = None, before: Elaboration | None = None
) -> dict[str, bytes]:
    """Every file of the code by its path: model.py, and where there is a recipe what trains it; and a README."""
    texts = source_files(document, library, preset, before)
    texts["README.md"] = readme(document, library, preset, list(texts))
    return {name: text.encode() for name, text in texts.items()}


def readme(document: Document, library: Library, preset: str | None, names: list[str]) -> str:
    """What is in the folder and how it is run."""
    builders = list(document.models)
    lines = [f"# {_plain(document.title) or 'Model'}", ""]
    if document.summary:
        lines += [_plain(document.summary), ""]
    if document.credit.title:
        credit = document.credit
        year = f", {credit.year}" if credit.year else ""
        lines += [
            f"After: {_plain(credit.authors)}, *{_plain(credit.title)}*{year}. {_plain(credit.link)}".rstrip(),
            "",
        ]
    lines += ["## Files", ""]
    lines += [f"* `{name}`: {_ABOUT[name]}" for name in names if name in _ABOUT]
    lines += [f"* `{name}`: reads the data" for name in names if name.startswith("data_")]
    lines += ["", "## Use", "", "```python"]
    lines += [f"from model import {name}" for name in builders] + [""]
    nets = {name: "net" if len(builders) == 1 else f"{name}_net" for name in builders}
    lines += [f"{net} = {name}()" for name, net in nets.items()] + ["```"]
    lines += _loading(nets)
    recipe = plain_recipe(document, preset)
    if recipe is not None and "train.py" in names:
        needs = ["torch", "safetensors", *_package(library, recipe.data.block)]
        lines += ["", "## Train", "", "```", f"pip install {' '.join(needs)}", "python train.py --out run", "```", ""]
        lines += [
            "`--resume` goes on from the last checkpoint, `--device` and `--seed` choose; Ctrl-C stops and keeps a "
            "checkpoint. Metrics are in `run/metrics.sqlite`, weights in `run/checkpoints/`.",
        ]
    return "\n".join(lines).rstrip() + "\n"


def _loading(nets: Mapping[str, str]) -> list[str]:
    """How trained weights get into the models, which are called so."""
    if not nets:
        return []
    lines = ["", "With trained weights (saved from Netloom as one file for each model):", "", "```python"]
    lines += ["from safetensors.torch import load_model", ""]
    lines += [f'load_model({net}, "{name}.safetensors")' for name, net in nets.items()]
    return [*lines, "```"]


_ABOUT = {
    "model.py": "the architecture; needs torch alone",
    "steps.py": "training steps, evaluations and previews as modules",
    "train.py": "the training loop",
    "runtime/__init__.py": "the folder with what train.py leans on: data order, metrics, checkpoints",
}


def _package(library: Library, block: str) -> list[str]:
    found = library.find(block)
    return [found.needs] if found is not None and issubclass(found, Source) and found.needs else []


def _plain(text: str) -> str:
    return " ".join(text.split())


# -- weights --------------------------------------------------------------------------------------------------------


def weights(run: Run, checkpoint: Path | None = None) -> dict[str, bytes]:
    """For each model of a run a safetensors file whose keys are those of its ``state_dict``.

    ``checkpoint``: its best, else its last one where none is given.
    """
    folder = checkpoint or run.best() or next(reversed(run.checkpoints()), None)
    if folder is None:
        raise TakeawayError(f"The run in {run.folder} has no checkpoint yet. Train it for a while.")
    try:
        data = (folder / "weights.safetensors").read_bytes()
        (length,) = _LENGTH.unpack_from(data)
        header = json.loads(data[_LENGTH.size : _LENGTH.size + length])
    except (OSError, ValueError, struct.error) as error:
        raise TakeawayError(f"The weights in {folder} cannot be read: {error}.") from error
    body = memoryview(data)[_LENGTH.size + length :]
    aliases: dict[str, str] = header.pop("__metadata__", {})
    entries = {**header, **{alias: header[first] for alias, first in aliases.items() if first in header}}
    models = dict.fromkeys(key.partition(".")[0] for key in entries)
    return {f"{model}.safetensors": _packed(model, entries, body) for model in models}


def _packed(model: str, entries: Mapping[str, dict[str, Any]], body: memoryview) -> bytes:
    """One model's tensors under their own keys; a tied one stands under each of its names."""
    header: dict[str, object] = {}
    parts: list[memoryview] = []
    place = 0
    for key, entry in entries.items():
        owner, _, name = key.partition(".")
        if owner != model:
            continue
        begin, end = entry["data_offsets"]
        header[name] = {**entry, "data_offsets": [place, place + end - begin]}
        parts.append(body[begin:end])
        place += end - begin
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return b"".join([_LENGTH.pack(len(text)), text, *parts])
