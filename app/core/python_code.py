"""Python of a document's own, read by its syntax tree alone: nothing in it is ever run here.

The text is a plain file that imports torch and the standard library and defines one subclass of ``nn.Module``, with
helper functions and constants beside it. Its constructor's parameters are the block's arguments, what ``forward`` takes
are its inputs, and what it says or returns its outputs. Anything else is refused with the line that it stands in.
"""

from __future__ import annotations

import ast
import hashlib
import re
import sys
import warnings
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NoReturn

from msgspec import Struct

from app.core.block import Argument, Port
from app.core.names import MODULE_ATTRIBUTES, why_not_class, why_not_variable
from app.core.python_types import OutputsError, argument_of, is_tensor, tensors_in

LARGEST = 200_000
"""Characters of a text; a longer one is no block."""

_HIDING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_BASES = frozenset({"nn.Module", "torch.nn.Module", "Module"})
_MAY_DEFINE = frozenset({"forward", "reset_parameters", "extra_repr", "train", "get_extra_state", "set_extra_state"})
_MEANT: Mapping[str, str] = {
    "torch": "torch",
    "nn": "torch.nn",
    "F": "torch.nn.functional",
    "math": "math",
    "Tensor": "torch.Tensor",
    "OrderedDict": "collections.OrderedDict",
    "Sequence": "collections.abc.Sequence",
}
"""What generated files mean by these names."""

_KEPT = frozenset(
    """
    inputs outputs synonyms trains infer call weights macs detail ports arguments defaults summary refused module
    reading text digest library
    """.split()
)
"""Names that a block has, or a template of its call, so that no argument of one can have them."""


class CodeError(ValueError):
    """What is wrong with a text, in a sentence that begins with the line."""

    def __init__(self, what: str, line: int = 0) -> None:
        super().__init__(f"Line {line}: {what}" if line else what)
        self.line = line


class Reading(Struct, frozen=True, kw_only=True):
    """What a text says of its class. Arguments that have no entry in ``defaults`` must be given. ``bound``: the names
    that it puts beside the generated classes, with what an import means by them (nothing for what it defines itself).
    """

    name: str
    summary: str
    arguments: Mapping[str, Argument]
    defaults: Mapping[str, Any]
    inputs: tuple[Port, ...]
    outputs: tuple[str, ...]
    is_tuple: bool
    bound: Mapping[str, str]


def digest(text: str) -> str:
    """What a text is known by where it is allowed, and where facts about it are kept."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@lru_cache(maxsize=64)
def read(text: str) -> Reading:
    """What the text defines; raises CodeError."""
    try:
        return _read(text)
    except RecursionError:
        raise CodeError("the text is nested too deeply to be read.", 1) from None


def _read(text: str) -> Reading:
    tree = _parsed(text)
    bound: dict[str, str] = {}
    for at, statement in enumerate(tree.body):
        if at == 0 and _is_text(statement):
            continue
        for name, meaning, line in _names_of(statement):
            _check_bound(name, meaning, line, bound)
    found = _class_in(tree)
    members = _methods(found)
    arguments, defaults = _arguments(members.get("__init__"))
    forward = members.get("forward")
    if forward is None:
        raise CodeError(f"{found.name} has no “forward”, which says what becomes of its inputs.", found.lineno)
    inputs = _inputs(forward, arguments)
    outputs, is_tuple = _outputs(forward)
    return Reading(
        name=found.name,
        summary=" ".join((ast.get_docstring(found) or "").strip().split("\n\n", 1)[0].split()),
        arguments=arguments,
        defaults=defaults,
        inputs=inputs,
        outputs=outputs,
        is_tuple=is_tuple,
        bound=bound,
    )


def _parsed(text: str) -> ast.Module:
    if len(text) > LARGEST:
        raise CodeError(f"the text has {len(text):,} characters; a block has at most {LARGEST:,}.")
    for number, line in enumerate(text.split("\n"), 1):
        if _HIDING.search(line):
            raise CodeError("a character that cannot be seen changes the order in which this line is shown.", number)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", SyntaxWarning)
            warnings.simplefilter("error", DeprecationWarning)
            return ast.parse(text)
    except SyntaxError as error:
        raise CodeError(f"this is not Python: {error.msg}.", error.lineno or 1) from None
    except (ValueError, UnicodeError) as error:  # a null character, or half of one
        raise CodeError(f"this is not Python: {error}.", 1) from None
    except (RecursionError, MemoryError):
        raise CodeError("the text is nested too deeply to be read.", 1) from None


def _is_text(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


# -- what stands beside the class -------------------------------------------------------------------------------------


def _names_of(statement: ast.stmt) -> Iterator[tuple[str, str, int]]:
    """The names that a statement outside the class binds, what it means by them, and its line."""
    line = statement.lineno
    if isinstance(statement, ast.Import):
        for alias in statement.names:
            _check_import(alias.name, line)
            root = alias.name.partition(".")[0]
            yield (alias.asname or root), (alias.name if alias.asname else root), line
    elif isinstance(statement, ast.ImportFrom):
        module = statement.module or ""
        if statement.level:
            raise CodeError("the text is a file by itself, so it cannot import from one beside it.", line)
        _check_import(module, line)
        for alias in statement.names:
            if alias.name == "*":
                raise CodeError(f"name what is imported from {module}; “*” takes everything.", line)
            if module == "__future__" and alias.name == "annotations":
                continue
            yield (alias.asname or alias.name), f"{module}.{alias.name}", line
    elif isinstance(statement, ast.FunctionDef | ast.ClassDef):
        yield statement.name, "", line
    elif isinstance(statement, ast.Assign):
        for target in statement.targets:
            if not isinstance(target, ast.Name):
                raise CodeError("a constant is a name on the left of one “=”.", line)
            yield target.id, "", line
    elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        yield statement.target.id, "", line
    else:
        raise CodeError("beside the class may stand imports, functions and constants; this is none of them.", line)


def _check_import(module: str, line: int) -> None:
    root = module.partition(".")[0]
    if root in ("__future__", "torch") or root in sys.stdlib_module_names:
        return
    raise CodeError(f"“{module}” is neither torch nor of the standard library, so others may not have it.", line)


def _check_bound(name: str, meaning: str, line: int, bound: dict[str, str]) -> None:
    meant = _MEANT.get(name)
    if meant is not None and meaning != meant:
        raise CodeError(f"generated files mean {meant} by “{name}”; call this otherwise.", line)
    if name in bound and (not meaning or bound[name] != meaning):
        raise CodeError(f"“{name}” is there already; one of the two would hide the other.", line)
    if meant is None and not meaning and name.startswith("__"):
        raise CodeError(f"“{name}” begins with “__”, which Python keeps for itself.", line)
    bound[name] = meaning


# -- the class --------------------------------------------------------------------------------------------------------


def _class_in(tree: ast.Module) -> ast.ClassDef:
    classes = [statement for statement in tree.body if isinstance(statement, ast.ClassDef)]
    if not classes:
        raise CodeError("there is no class. A block is one subclass of nn.Module.")
    if len(classes) > 1:
        raise CodeError(f"there is a second class, {classes[1].name}; a block is one.", classes[1].lineno)
    found = classes[0]
    reason = why_not_class(found.name)
    if reason is not None:
        raise CodeError(f"“{found.name}” {reason}.", found.lineno)
    if [ast.unparse(base) in _BASES for base in found.bases] != [True] or found.keywords or found.decorator_list:
        raise CodeError(f"write “class {found.name}(nn.Module):”, with no other base and no decorator.", found.lineno)
    return found


def _methods(found: ast.ClassDef) -> dict[str, ast.FunctionDef]:
    members: dict[str, ast.FunctionDef] = {}
    for statement in found.body:
        names = [statement.name] if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) else []
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        names += [target.id for target in targets if isinstance(target, ast.Name)]
        if isinstance(statement, ast.AnnAssign) and statement.value and isinstance(statement.target, ast.Name):
            names.append(statement.target.id)
        for name in names:
            if name in MODULE_ATTRIBUTES - _MAY_DEFINE or name in ("__call__", "__getattr__", "__setattr__"):
                raise CodeError(
                    f"“{name}” is an attribute that every nn.Module has; call this otherwise.", statement.lineno
                )
            if name in members:
                raise CodeError(f"“{name}” is there twice.", statement.lineno)
        if isinstance(statement, ast.AsyncFunctionDef) and names[0] in ("__init__", "forward"):
            raise CodeError(f"“{names[0]}” is called as a plain function; leave the “async” out.", statement.lineno)
        if isinstance(statement, ast.FunctionDef):
            if statement.name in ("__init__", "forward"):
                _check_plain(statement)
            members[statement.name] = statement
        elif {"__init__", "forward"} & set(names):
            raise CodeError(f"“{names[0]}” must be written out as a function.", statement.lineno)
    return members


def _check_plain(function: ast.FunctionDef) -> None:
    """Refuse a form of ``__init__`` or ``forward`` that a drawing cannot stand for."""
    takes = function.args
    if function.decorator_list:
        raise CodeError(f"a decorator would change what “{function.name}” takes; leave it out.", function.lineno)
    for star in (takes.vararg, takes.kwarg):
        if star is not None:
            raise CodeError(f"“*{star.arg}” of {function.name} takes any number; name each by itself.", star.lineno)
    if takes.posonlyargs:
        raise CodeError(f"leave the “/” out of what {function.name} takes.", function.lineno)
    if not takes.args or takes.args[0].arg != "self":
        raise CodeError(f"{function.name} takes “self” first.", function.lineno)


def _parameters(function: ast.FunctionDef) -> Iterator[tuple[ast.arg, ast.expr | None]]:
    """What a function takes after ``self``, each with its default."""
    takes = function.args
    defaults: list[ast.expr | None] = [*([None] * (len(takes.args) - len(takes.defaults))), *takes.defaults]
    yield from zip(takes.args[1:], defaults[1:], strict=True)
    yield from zip(takes.kwonlyargs, takes.kw_defaults, strict=True)


def _arguments(init: ast.FunctionDef | None) -> tuple[dict[str, Argument], dict[str, Any]]:
    arguments: dict[str, Argument] = {}
    defaults: dict[str, Any] = {}
    for parameter, written in _parameters(init) if init is not None else ():
        name, line = parameter.arg, parameter.lineno
        reason = why_not_variable(name)
        if reason is None and name in _KEPT:
            reason = "is a name that a block keeps for itself; call the argument otherwise"
        if reason is not None:
            raise CodeError(f"“{name}” {reason}.", line)
        default: Any = None
        if written is not None:
            try:
                default = _frozen(ast.literal_eval(written))
            except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
                raise CodeError(f"the default of “{name}” is not a plain value such as 8, 0.1 or None.", line) from None
        try:
            argument = argument_of(parameter.annotation, default, written is not None)
        except ValueError as error:
            raise CodeError(f"“{name}” {error}.", line) from None
        if written is not None:
            defaults[name] = default
            refused = argument.accepts(default)
            if refused is not None:
                raise CodeError(f"the default of “{name}” is not what its type says. {refused}", line)
        arguments[name] = argument
    return arguments, defaults


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, list | tuple) else value


# -- forward ----------------------------------------------------------------------------------------------------------


def _inputs(forward: ast.FunctionDef, arguments: Mapping[str, Argument]) -> tuple[Port, ...]:
    """Parameters without a default, and those whose default is None; any other default stays as it is."""
    ports: list[Port] = []
    by_name = {parameter.arg for parameter in forward.args.kwonlyargs}
    for parameter, default in _parameters(forward):
        name, line = parameter.arg, parameter.lineno
        is_optional = isinstance(default, ast.Constant) and default.value is None
        if default is not None and not is_optional:
            continue
        if name in by_name:
            raise CodeError(f"“{name}” of forward can be given by name alone; leave the “*” before it out.", line)
        reason = why_not_variable(name) or ("is a name that a block keeps for itself" if name == "module" else None)
        if reason is not None:
            raise CodeError(f"“{name}” {reason}.", line)
        if name in arguments:
            raise CodeError(f"“{name}” is an argument of the constructor and of forward; rename one of the two.", line)
        if parameter.annotation is not None and not is_tensor(parameter.annotation):
            said = ast.unparse(parameter.annotation)
            message = f"“{name}” of forward is a {said}; wires carry tensors. Take it in the constructor instead."
            raise CodeError(message, line)
        ports.append(Port(name=name, optional=is_optional))
    return tuple(ports)


def _outputs(forward: ast.FunctionDef) -> tuple[tuple[str, ...], bool]:
    """Names of the outputs, and whether they come as a tuple."""
    returned = [value for value in _returned(forward) if value is not None]
    if not returned:
        raise CodeError("forward returns nothing; it gives a tensor or a tuple of tensors.", forward.lineno)
    tuples = [value for value in returned if isinstance(value, ast.Tuple)]
    count: int | None = None
    if forward.returns is not None:
        try:
            count = tensors_in(forward.returns)
        except OutputsError as error:
            raise CodeError(str(error), forward.lineno) from None
    elif tuples:
        count = len(tuples[-1].elts)
    if count is None:
        _refuse_others(tuples, 0)
        return ("output",), False
    if not count:
        _refuse_others(tuples, 0)
        return ("output",), False
    _refuse_others(tuples, count)
    return _names(tuples[-1] if tuples else None, count), True


def _refuse_others(tuples: list[ast.Tuple], count: int) -> None:
    for value in tuples:
        if len(value.elts) != count or any(isinstance(part, ast.Starred) for part in value.elts):
            said = f"{count} tensors" if count else "one tensor"
            raise CodeError(f"forward gives {said} elsewhere, and {len(value.elts)} here.", value.lineno)


def _names(value: ast.Tuple | None, count: int) -> tuple[str, ...]:
    """The names that are returned, where they are names; else ``output1``, ``output2``."""
    found = [part.id for part in value.elts if isinstance(part, ast.Name)] if value is not None else []
    if len(found) == count == len(set(found)) and all(why_not_variable(name) is None for name in found):
        return tuple(name for name in found)
    return tuple(f"output{number}" for number in range(1, count + 1))


def _returned(function: ast.FunctionDef) -> Iterator[ast.expr | None]:
    """What the function's own returns give, not those of functions inside it."""
    waiting: list[ast.AST] = [*reversed(function.body)]
    while waiting:
        statement = waiting.pop()
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            continue
        if isinstance(statement, ast.Yield | ast.YieldFrom | ast.Await):
            _refuse_generator(statement)
        if isinstance(statement, ast.Return):
            yield statement.value
        waiting += reversed([*ast.iter_child_nodes(statement)])


def _refuse_generator(statement: ast.expr) -> NoReturn:
    raise CodeError("forward gives its tensors at once, with “return”.", statement.lineno)
