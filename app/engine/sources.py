"""The files of a source folder as imported modules, for as long as something runs them."""

from __future__ import annotations

import contextlib
import linecache
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType

import app.engine.runtime
from app.engine.errors import RequestError


def read_folder(folder: Path) -> dict[str, str]:
    """The generated files of a run, by name; the run-time is the engine's own, which is the same text."""
    try:
        return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py"))}
    except OSError as error:
        raise RequestError(f"The source of the run cannot be read: {error}.") from error


@contextlib.contextmanager
def imported(files: Mapping[str, str], folder: str = "") -> Iterator[Mapping[str, ModuleType]]:
    """The files by module name, made anew. While this lasts, they find one another (and the run-time) under these
    names, and relative paths are meant from ``folder``.
    """
    texts = {name.removesuffix(".py"): text for name, text in files.items() if name.endswith(".py") and "/" not in name}
    # train.py imports all others, and steps.py may import model.py.
    order = sorted(texts, key=lambda name: (name == "train", name == "steps", name))
    before = {name: sys.modules.get(name) for name in (*texts, "runtime")}
    made: dict[str, ModuleType] = {}
    with contextlib.chdir(folder) if folder and Path(folder).is_dir() else contextlib.nullcontext():
        try:
            sys.modules["runtime"] = app.engine.runtime
            for name in order:
                made[name] = sys.modules[name] = ModuleType(name)
                _execute(made[name], texts[name])
            yield made
        finally:
            _restore(before)


def _execute(module: ModuleType, text: str) -> None:
    file = f"<{module.__name__}.py>"
    module.__file__ = file
    # An entry without a modification time is never dropped as stale, so that tracebacks show the text.
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    exec(compile(text, file, "exec"), vars(module))


def _restore(before: Mapping[str, ModuleType | None]) -> None:
    for name, module in before.items():
        if module is None:
            sys.modules.pop(name, None)
        else:
            sys.modules[name] = module
