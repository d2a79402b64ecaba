"""What annotations in a document's own Python say: which argument a parameter is, how many tensors come out."""

from __future__ import annotations

import ast
from typing import Any

from app.core.block import Argument

_SIMPLE = {"int": "int", "float": "float", "bool": "bool", "str": "str"}
_LISTS = {"int": "ints", "float": "floats"}
_SEQUENCES = frozenset({"tuple", "list", "Sequence", "Tuple", "List", "collections.abc.Sequence"})
_TENSORS = frozenset({"Tensor", "torch.Tensor"})


class OutputsError(ValueError):
    """A return annotation that is no tensors."""


def is_tensor(annotation: ast.expr) -> bool:
    """Whether an annotation says ``Tensor``, or a tensor or None."""
    return ast.unparse(_without_none(_opened(annotation))[0]) in _TENSORS


def is_tensor_alone(annotation: ast.expr) -> bool:
    """Whether an annotation says ``Tensor`` and nothing else."""
    return ast.unparse(_opened(annotation)) in _TENSORS


def tensors_in(annotation: ast.expr) -> int:
    """0 for ``Tensor``, else the number of them in ``tuple[Tensor, Tensor]``; raises OutputsError."""
    opened = _opened(annotation)
    if ast.unparse(opened) in _TENSORS:
        return 0
    parts = _parts(opened)
    if parts is not None and parts[0] in ("tuple", "Tuple") and parts[1] and all(map(is_tensor_alone, parts[1])):
        return len(parts[1])
    said = ast.unparse(annotation)
    raise OutputsError(
        f"forward gives “{said}”; a block gives Tensor, or tuple[Tensor, Tensor] with one for each output."
    )


def argument_of(annotation: ast.expr | None, default: Any, is_given: bool) -> Argument:
    """Which argument a constructor's parameter is; ValueError with the end of a sentence about it."""
    optional = is_given and default is None
    if annotation is None:
        if not is_given or default is None:
            raise ValueError("says nothing of its type; write one, such as “: int”")
        return _by_default(default)
    opened, may_be_none = _without_none(_opened(annotation))
    made = _by_annotation(opened, optional or may_be_none)
    if made is None:
        known = "int, float, bool, str, tuple[int, ...], tuple[float, ...] or Literal"
        raise ValueError(f"is a {ast.unparse(annotation)}; arguments are {known}")
    return made


def _by_default(default: Any) -> Argument:
    kind = type(default).__name__
    if kind in _SIMPLE:
        return Argument(kind=kind)
    if isinstance(default, tuple) and default and all(type(item) is int for item in default):
        return Argument(kind="ints")
    if isinstance(default, tuple) and default and all(type(item) in (int, float) for item in default):
        return Argument(kind="floats")
    raise ValueError("says nothing of its type; write one, such as “: tuple[int, ...]”")


def _by_annotation(opened: ast.expr, optional: bool) -> Argument | None:
    text = ast.unparse(opened)
    if text in _SIMPLE:
        return Argument(kind=_SIMPLE[text], optional=optional)
    found = _parts(opened)
    if found is None:
        return None
    head, parts = found
    if head in ("Literal", "typing.Literal"):
        choices = tuple(part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str))
        return Argument(kind="choice", choices=choices, optional=optional) if len(choices) == len(parts) else None
    if head not in _SEQUENCES or not parts:
        return None
    names = {ast.unparse(part) for part in parts if not (isinstance(part, ast.Constant) and part.value is ...)}
    kind = _LISTS.get(next(iter(names))) if len(names) == 1 else None
    if kind is None:
        return None
    is_open = head not in ("tuple", "Tuple") or any(isinstance(part, ast.Constant) for part in parts)
    return Argument(kind=kind, length=None if is_open else len(parts), optional=optional)


def _opened(annotation: ast.expr) -> ast.expr:
    """An annotation that is written as a text, as the syntax that it holds."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            return ast.parse(annotation.value, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return annotation
    return annotation


def _without_none(annotation: ast.expr) -> tuple[ast.expr, bool]:
    """``int`` of ``int | None``, ``None | int`` and ``Optional[int]``, and whether it was one of these."""
    if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
        for one, other in ((annotation.left, annotation.right), (annotation.right, annotation.left)):
            if isinstance(other, ast.Constant) and other.value is None:
                return one, True
    parts = _parts(annotation)
    if parts is not None and parts[0] in ("Optional", "typing.Optional") and len(parts[1]) == 1:
        return parts[1][0], True
    return annotation, False


def _parts(annotation: ast.expr) -> tuple[str, list[ast.expr]] | None:
    """``tuple[int, ...]`` as its name and what is in the brackets."""
    if not isinstance(annotation, ast.Subscript):
        return None
    inner = annotation.slice
    return ast.unparse(annotation.value), list(inner.elts) if isinstance(inner, ast.Tuple) else [inner]
