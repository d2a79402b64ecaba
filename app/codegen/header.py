"""A whole file: docstring, imports, ``__all__``, what is carried along, classes and functions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from app.codegen.lines import Lines, wrapped
from app.codegen.printer import WIDTH
from app.codegen.source import FUNCTIONAL, Source
from app.core.problems import Path

if TYPE_CHECKING:
    from app.codegen.project import Project


def assembled(
    project: Project, title: str, classes: list[tuple[str, Lines]], functions: list[Lines], exported: list[str]
) -> Source:
    """The file's text and which node each line came from."""
    body = Lines()
    imports, carried = project.carried_text()
    for _, texts in carried:
        _apart(body)
        body.extend(texts)
    for _, lines in classes:
        _apart(body)
        body.append(lines)
    for lines in functions:
        _apart(body)
        body.append(lines)
    head = Lines()
    summary = wrapped(title, 0, WIDTH - 6)
    head.extend(['"""' + summary[0], *summary[1:]])
    head.texts[-1] += '"""'
    head.put("", 0)
    wanted = imports | project.imports | _needed(body.text())
    head.extend(_import_lines(wanted))
    head.put("", 0)
    head.extend(_exports(exported))
    head.append(body)
    return Source(head.text(), head.numbered())


def _apart(body: Lines) -> None:
    body.add("")
    body.add("")


def _needed(text: str) -> set[str]:
    """Imports that the text's own names ask for."""
    found: set[str] = set()
    if re.search(r"(?<![\w.])torch\.", text):
        found.add("import torch")
    if re.search(r"(?<![\w.])math\.", text):
        found.add("import math")
    if re.search(r"(?<![\w.])F\.", text):
        found.add(FUNCTIONAL)
    names = [label for label in ("Tensor", "nn") if re.search(rf"(?<![\w.]){label}\b", text)]
    if names:
        found.add(f"from torch import {', '.join(names)}")
    return found


def _import_lines(wanted: set[str]) -> list[str]:
    """Sorted as ruff sorts them: the future, the standard library, then torch; ``import`` before ``from``."""
    merged: dict[str, set[str]] = {}
    plain: set[str] = set()
    for line in wanted:
        match = re.match(r"from (\S+) import ([^#]+)", line)
        if match and "noqa" not in line:
            merged.setdefault(match[1], set()).update(part.strip() for part in match[2].split(","))
        else:
            plain.add(line)
    if "torch.nn" in merged and any("functional as F" in name for name in merged["torch.nn"]):
        merged["torch.nn"] = {name for name in merged["torch.nn"] if "functional as F" not in name}
        plain.add(FUNCTIONAL)
    lines = plain | {
        f"from {module} import {', '.join(sorted(names, key=_member))}" for module, names in merged.items() if names
    }
    future = sorted(line for line in lines if "__future__" in line)
    torch = sorted((line for line in lines if _is_torch(line)), key=_import_key)
    standard = sorted((line for line in lines if line not in future and line not in torch), key=_import_key)
    groups = [group for group in (future, standard, torch) if group]
    return [line for at, group in enumerate(groups) for line in ([""] if at else []) + group]


def _member(label: str) -> tuple[int, str]:
    """ruff's order inside one import: constants, classes, then the rest."""
    return (0 if label.isupper() and len(label) > 1 else 1 if label[:1].isupper() else 2, label)


def _is_torch(line: str) -> bool:
    return re.match(r"(from|import) torch\b", line) is not None


def _import_key(line: str) -> tuple[int, str, str]:
    """``import`` before ``from``, then by module; of one module, what has another name here comes last."""
    return (0 if line.startswith("import ") else 1, line.split()[1].lower(), line)


def _exports(exported: list[str]) -> list[str]:
    names = sorted(exported, key=_export_key)
    line = "__all__ = [" + ", ".join(f'"{label}"' for label in names) + "]"
    if len(line) <= WIDTH:
        return [line]
    return ["__all__ = [", *(f'    "{label}",' for label in names), "]"]


def _export_key(label: str) -> tuple[int, list[object]]:
    """ruff's order of ``__all__``: constants, classes, the rest, numbers in names counted as numbers."""
    kind = 0 if label.isupper() and len(label) > 1 else 1 if label[:1].isupper() else 2
    parts: list[object] = [
        (0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.split(r"(\d+)", label) if part
    ]
    return kind, parts


__all__ = ["Path", "assembled"]
