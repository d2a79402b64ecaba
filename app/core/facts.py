"""What only running a document's own Python tells: shapes that come out, and weights. Asked elsewhere, told here.

A question is a text, the values of its arguments, and a few samples: types of the inputs with numbers in the place of
each unknown size. An answer is what torch gave for each sample; how an output's size hangs on the unknown ones is read
off these. Facts are a value: without the answer in them, elaboration says that it is missing and never looks for it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import msgspec
from msgspec import Struct

from app.core.document import Value
from app.core.symbolic import Symbol
from app.core.tensor_type import TensorType

BATCH, LENGTH = (2, 3, 5), (16, 24, 36)
"""Values that are tried for a batch, and for any other unknown size."""


class Type(Struct, frozen=True):
    """A tensor's sizes and element type."""

    shape: tuple[int, ...]
    dtype: str = "float32"


Sample = tuple[Type | None, ...]
"""A type for each input; None where nothing is wired."""


class Kept(Struct, frozen=True, kw_only=True):
    """A tensor of the module's state."""

    key: str
    shape: tuple[int, ...]
    dtype: str = "float32"
    learnt: bool = True


class Answer(Struct, frozen=True, kw_only=True, tag="answer"):
    """What torch gave for each sample, and the module's state."""

    outputs: tuple[tuple[Type, ...], ...]
    state: tuple[Kept, ...] = ()


class Failure(Struct, frozen=True, tag="failure"):
    """Why there is no answer, in a sentence."""

    message: str


Fact = Answer | Failure


class Question(Struct, frozen=True, kw_only=True, dict=True):
    """What is to be run: ``code`` is the text's digest."""

    code: str
    name: str
    text: str
    arguments: Mapping[str, Value]
    samples: tuple[Sample, ...]

    @cached_property
    def key(self) -> str:
        """What the answer is kept under, the same in any process."""
        asked = [self.code, *self.arguments.items(), self.samples]
        return hashlib.sha256(msgspec.json.encode(asked)).hexdigest()


class Facts(Struct, frozen=True, eq=False):
    """Answers by their questions' keys, and the digests of texts that may be run here."""

    answers: Mapping[str, Fact] = {}
    allowed: frozenset[str] = frozenset()

    def of(self, question: Question) -> Fact | None:
        """The answer, where the text may be run and was; None where it was not."""
        return self.answers.get(question.key) if question.code in self.allowed else None

    def knowing(self, answers: Mapping[str, Fact]) -> Facts:
        return Facts({**self.answers, **answers}, self.allowed)

    def allowing(self, digests: Iterable[str]) -> Facts:
        return Facts(self.answers, self.allowed | frozenset(digests))


NO_FACTS = Facts()


class NotAffineError(ValueError):
    """Sizes that no sum or product of the unknown ones explains."""


def samples_of(types: Sequence[TensorType | None]) -> tuple[Sample, ...]:
    """Numbers for the unknown sizes: each by itself at two further values, then all at once."""
    return tuple(
        tuple(
            None if type_ is None else Type(tuple(_size(dim, values) for dim in type_.shape), type_.dtype)
            for type_ in types
        )
        for values in _settings(types)
    )


def _settings(types: Sequence[TensorType | None]) -> list[dict[str, int]]:
    names = list(dict.fromkeys(name for symbol in _symbols(types) for name in symbol.poly.atoms()))
    base = {name: _values(name)[0] for name in names}
    found = [base]
    for name in names:
        found += [{**base, name: value} for value in _values(name)[1:]]
    if len(names) > 1:
        found.append({name: _values(name)[-1] for name in names})
    return found


def _values(name: str) -> tuple[int, ...]:
    return BATCH if name == "B" else LENGTH


def _symbols(types: Sequence[TensorType | None]) -> Iterator[Symbol]:
    for type_ in types:
        for dim in type_.shape if type_ is not None else ():
            if isinstance(dim, Symbol):
                yield dim


def _size(dim: Any, values: Mapping[str, int]) -> int:
    return dim.poly.value(values) if isinstance(dim, Symbol) else int(dim)


def outputs_of(answer: Answer, types: Sequence[TensorType | None], count: int) -> tuple[TensorType, ...]:
    """The output types over the unknown sizes of the inputs; raises NotAffineError."""
    for outputs in answer.outputs:
        if len(outputs) != count:
            said = "one tensor" if count == 1 else f"{count} tensors"
            raise NotAffineError(f"its forward should give {said} and gave {len(outputs)}")
    settings = _settings(types)
    unknown = list(dict.fromkeys(_symbols(types)))
    names = list(dict.fromkeys(name for symbol in unknown for name in symbol.poly.atoms()))
    found: list[TensorType] = []
    for at in range(count):
        seen = [outputs[at] for outputs in answer.outputs]
        if len({(len(one.shape), one.dtype) for one in seen}) > 1:
            raise NotAffineError("its number of dimensions or element type changes with the sizes that come")
        sizes = zip(*(one.shape for one in seen), strict=True)
        found.append(TensorType([_explained(list(size), settings, unknown, names) for size in sizes], seen[0].dtype))
    return tuple(found)


def _explained(sizes: list[int], settings: list[dict[str, int]], unknown: list[Symbol], names: list[str]) -> Any:
    """A size over the unknown ones: a number, one of these times and plus numbers, a sum of such, or a product."""
    if len(set(sizes)) == 1:
        return sizes[0]
    for symbol in (*unknown, *map(Symbol, names)):
        found = _line(sizes, [symbol.poly.value(values) for values in settings], symbol)
        if found is not None:
            return found
    for guess in (_sum(sizes, settings, names), _product(sizes, settings, names)):
        if isinstance(guess, Symbol) and [guess.poly.value(values) for values in settings] == sizes:
            return guess
    raise NotAffineError(
        f"a size that comes out is {', '.join(map(str, dict.fromkeys(sizes)))} for different sizes of "
        f"{', '.join(names)}, which is no multiple of one plus a number"
    )


def _line(sizes: list[int], values: list[int], symbol: Symbol) -> Any:
    """``a * symbol + b``, where that gives all the sizes."""
    other = next((at for at, value in enumerate(values) if value != values[0]), None)
    if other is None:
        return None
    factor, rest = divmod(sizes[other] - sizes[0], values[other] - values[0])
    constant = sizes[0] - factor * values[0]
    if rest or any(factor * value + constant != size for value, size in zip(values, sizes, strict=True)):
        return None
    return symbol * factor + constant


def _sum(sizes: list[int], settings: list[dict[str, int]], names: list[str]) -> Any:
    total: Any = sizes[0]
    for at, name in enumerate(names):
        factor = (sizes[1 + 2 * at] - sizes[0]) // (settings[1 + 2 * at][name] - settings[0][name])
        total = total + (Symbol(name) - settings[0][name]) * factor
    return total


def _product(sizes: list[int], settings: list[dict[str, int]], names: list[str]) -> Any:
    total: Any = 1
    least = 1
    for at, name in enumerate(names):
        if sizes[1 + 2 * at] != sizes[0]:
            total = Symbol(name) * total
            least *= settings[0][name]
    return total * (sizes[0] // least)
