"""Lines of a file under construction, each with the node that it came from."""

from __future__ import annotations

import ast
import copy
import textwrap
import unicodedata
from collections.abc import Iterable, Mapping

from app.codegen.printer import INDENT, WIDTH, statement
from app.codegen.trees import free_names
from app.core.problems import Path


class Lines:
    """Text, line by line; ``at`` is the node that the next lines come from."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.paths: list[Path | None] = []

    def add(self, text: str, path: Path | None = None) -> None:
        self.texts.append(text)
        self.paths.append(path if text else None)

    def extend(self, texts: Iterable[str], path: Path | None = None) -> None:
        for text in texts:
            self.add(text, path)

    def say(
        self,
        prefix: str,
        tree: ast.expr | None,
        indent: int,
        path: Path | None = None,
        *,
        comment: str = "",
        suffix: str = "",
    ) -> None:
        """One statement; the comment goes to its end where it fits."""
        lines = statement(prefix, _in_python(tree), indent, suffix)
        if comment and len(lines) == 1 and len(lines[0]) + len(comment) + 4 <= WIDTH:
            lines[0] += f"  # {comment}"
        self.extend(lines, path)

    def put(self, text: str, indent: int, path: Path | None = None) -> None:
        self.add(INDENT * indent + text if text else "", path)

    def append(self, other: Lines) -> None:
        self.texts.extend(other.texts)
        self.paths.extend(other.paths)

    def text(self) -> str:
        return "\n".join(self.texts) + "\n"

    def numbered(self) -> Mapping[int, Path]:
        return {number: path for number, path in enumerate(self.paths, 1) if path is not None}


class _OfMath(ast.NodeTransformer):
    """A formula's functions that Python keeps in a module: ``math.ceil(width / 4)``."""

    def visit_Call(self, node: ast.Call) -> ast.expr:
        inner = self.generic_visit(node)
        assert isinstance(inner, ast.Call)
        if isinstance(inner.func, ast.Name) and inner.func.id in ("ceil", "floor"):
            return ast.Call(ast.Attribute(ast.Name("math", ast.Load()), inner.func.id, ast.Load()), inner.args, [])
        return inner


def _in_python(tree: ast.expr | None) -> ast.expr | None:
    if tree is None or not {"ceil", "floor"} & set(free_names(tree)):
        return tree
    made = _OfMath().visit(copy.deepcopy(tree))
    assert isinstance(made, ast.expr)
    return made


_ASCII = str.maketrans(
    {"×": "x", "“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "→": "->", "·": "*", "≥": ">=", "≤": "<="}
)


def ascii_text(text: str) -> str:
    """Prose for a generated file, which holds nothing but ASCII."""
    text = unicodedata.normalize("NFKD", text.translate(_ASCII))
    return text.encode("ascii", "ignore").decode("ascii")


def wrapped(text: str, indent: int, width: int = WIDTH) -> list[str]:
    """Prose broken to lines of a docstring."""
    margin = INDENT * indent
    lines: list[str] = []
    for paragraph in ascii_text(text).strip().split("\n\n"):
        if lines:
            lines.append("")
        lines.extend(textwrap.wrap(" ".join(paragraph.split()), width, initial_indent=margin, subsequent_indent=margin))
    return lines
