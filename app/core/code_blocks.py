"""A document's own Python as blocks: the library that a document is elaborated, drawn and generated with.

The texts are read (python_code), never run; what only running tells comes in as facts. Whatever the library cannot
answer it remembers as ``questions``, so that whoever may run the text knows what to ask.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from app.core.block import Block, Library, Module, Port, Weight
from app.core.document import Code, Document
from app.core.facts import NO_FACTS, Answer, Facts, Failure, NotAffineError, Question, outputs_of, samples_of
from app.core.problems import Path, Problem, ShapeError
from app.core.python_code import CodeError, Reading, digest, read
from app.core.symbolic import Traced
from app.core.tensor_type import TensorType

FAMILY = "python"
CARRIED = "python:"
"""What the name begins with under which generated code carries such a text along."""

NOT_ALLOWED, NOT_KNOWN = "Not allowed yet.", "Not known yet."
"""What a problem begins with that is there only because nobody has run the text yet."""

KEPT = 8
"""How many documents' libraries a library remembers."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class CodeBlock(Block):
    """Base of the blocks that a document brings along."""

    reading: ClassVar[Reading]
    text: ClassVar[str]
    digest: ClassVar[str]
    library: ClassVar[DocumentLibrary]

    def infer(self, *inputs: Any) -> Any:
        self._need()
        question = self._question(inputs)
        fact = self.library.answer(question)
        name = self.reading.name
        came = ", ".join(str(type_) for type_ in inputs if type_ is not None)
        if isinstance(fact, Failure):
            raise ShapeError(f"{name} does not take {came or 'these arguments'}: {fact.message}", came=came)
        if fact is None and self.digest not in self.library.facts.allowed:
            raise ShapeError(
                f"{NOT_ALLOWED} {name} is Python that this document brings along: what it gives is known once you "
                "have read and allowed it, and until then nothing of it runs."
            )
        if fact is None:
            raise ShapeError(f"{NOT_KNOWN} What {name} gives is found out by running it once.")
        try:
            types = outputs_of(fact, inputs, len(self.outputs))
        except NotAffineError as error:
            raise ShapeError(f"What {name} gives cannot be drawn: {error}.", came=came) from None
        return tuple(self._said(type_, inputs) for type_ in types)

    def _need(self) -> None:
        for name, argument in self.arguments().items():
            if getattr(self, name) is None and not argument.optional:
                message = f"{self.reading.name} needs {name}: {argument.expectation}."
                raise ShapeError(message, part=name, expected=argument.expectation, came="nothing")

    def _question(self, inputs: tuple[Any, ...]) -> Question:
        values = {name: _plain(getattr(self, name)) for name in self.arguments()}
        samples = samples_of(inputs)
        return Question(code=self.digest, name=self.reading.name, text=self.text, arguments=values, samples=samples)

    def _said(self, type_: TensorType, inputs: tuple[Any, ...]) -> TensorType:
        """The type with the provenance that its sizes have, where they are those of an input or of an argument."""
        if not any(isinstance(dim, Traced) for given in inputs if given is not None for dim in given.shape):
            return type_
        given = [getattr(self, name) for name, kind in self.arguments().items() if kind.kind == "int"]
        values = sorted(
            (value for value in given if value is not None), key=lambda value: not isinstance(value, Traced)
        )
        alike = next((one.shape for one in inputs if one is not None and one.rank == type_.rank), ())
        sizes = [_origin(dim, alike[at] if alike else None, values) for at, dim in enumerate(type_.shape)]
        return TensorType(sizes, type_.dtype)

    def call(self, *inputs: Any) -> Module:
        values = {name: getattr(self, name) for name in self.arguments()}
        reading = self.reading
        return Module(
            reading.name,
            values,
            defaults=reading.defaults,
            forward=self._forward(inputs),
            returns=f"{', '.join(reading.outputs)}{',' * (len(reading.outputs) == 1)}" if reading.is_tuple else None,
            source=CARRIED + reading.name,
            random=True,
        )

    def _forward(self, inputs: tuple[Any, ...]) -> str | None:
        """None where the wired inputs come in order; past an input that is not wired they go by name."""
        args: list[str] = []
        has_gap = False
        for port, type_ in zip(self.inputs, inputs, strict=True):
            if type_ is None:
                has_gap = True
            else:
                args.append(f"{port.name}={port.name}" if has_gap else port.name)
        return f"module({', '.join(args)})" if any("=" in arg for arg in args) else None

    def weights(self, *inputs: Any) -> dict[str, Weight]:
        fact = self.library.answer(self._question(inputs))
        if not isinstance(fact, Answer):
            return {}
        return {kept.key: Weight(kept.shape, kept.learnt, kept.dtype) for kept in fact.state}

    @classmethod
    def summary(cls) -> str:
        return cls.refused or cls.reading.summary


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(_plain(item) for item in value)
    return int(value) if isinstance(value, Traced) else value


def _origin(dim: Any, across: Any, values: list[Any]) -> Any:
    """A size with what it comes from: the same place of an input, or an argument; else it is only its number."""
    if not isinstance(dim, int):
        return dim
    if isinstance(across, int) and across == dim:
        return across
    return next((value for value in values if value == dim), dim)


class DocumentLibrary(Library):
    """A library, the Python of one document before it, and what is known of that by having run it."""

    def __init__(self, base: Library, codes: Mapping[str, Code], facts: Facts) -> None:
        super().__init__(base._loaders, base._families)
        self.base = base
        self.codes = codes
        self.facts = facts
        self.questions: dict[str, Question] = {}
        """What was asked and not known, by key."""
        self.missed: dict[str, Question] = {}
        """The same, each time again, since somebody last emptied it."""
        self._classes = {name: self._block(code) for name, code in codes.items()}

    def _block(self, code: Code) -> type[Block]:
        text = code.text
        try:
            reading = read(text)
            if reading.name != code.name:
                raise CodeError(f"the class is called {reading.name}, the block {code.name}; give both one name.")
        except CodeError as error:
            refused = f"The Python of {code.name} makes no block. {error}"
            broken = type(code.name, (CodeBlock,), {"refused": refused, "text": text, "digest": digest(text)})
            return dataclasses.dataclass(frozen=True, kw_only=True)(broken)
        fields = [
            (name, Any, dataclasses.field(default=reading.defaults.get(name), metadata={"argument": argument}))
            for name, argument in reading.arguments.items()
        ]
        known: dict[str, Any] = {
            "reading": reading,
            "text": text,
            "digest": digest(text),
            "library": self,
            "inputs": reading.inputs,
            "outputs": tuple(Port(name=name) for name in reading.outputs),
        }
        return dataclasses.make_dataclass(
            code.name, fields, bases=(CodeBlock,), namespace=known, frozen=True, kw_only=True
        )

    def find(self, name: str) -> type[Block] | None:
        return self._classes[name] if name in self.codes else self.base.find(name)

    def get(self, name: str) -> type[Block]:
        found = self._classes[name] if name in self.codes else None
        return found or self.base.get(name)

    def family(self, name: str) -> str:
        return FAMILY if name in self.codes else self.base.family(name)

    def all(self) -> list[type[Block]]:
        """Every block that is there without the document."""
        return self.base.all()

    def answer(self, question: Question) -> Answer | Failure | None:
        """What is known; a question that nothing is known about is remembered."""
        fact = self.facts.of(question)
        if fact is None:
            self.questions[question.key] = question
            self.missed[question.key] = question
        return fact

    def text(self, name: str) -> str:
        """A text that generated code carries along."""
        return self.codes[name].text


def library_of(document: Document, library: Library, facts: Facts | None = None) -> Library:
    """The library with the document's own Python before it; the library itself where there is none.

    ``facts``: else those of the library that is given, where it is some document's.
    """
    base, known = library, facts
    if isinstance(library, DocumentLibrary):
        base = library.base
        known = library.facts if facts is None else facts
    if not document.codes:
        return base
    known = NO_FACTS if known is None else known
    for found in reversed(base.of_documents):
        assert isinstance(found, DocumentLibrary)
        if found.facts is known and (found.codes is document.codes or found.codes == document.codes):
            return found
    made = DocumentLibrary(base, document.codes, known)
    base.of_documents.append(made)
    del base.of_documents[:-KEPT]
    return made


def code_problems(document: Document) -> Iterator[Problem]:
    """Names that a document's own Python puts beside generated classes and that mean something else there."""
    owners: dict[str, tuple[str, str]] = {}
    for kind, names in (("graph", document.graphs), ("model", document.models)):
        owners.update({name: (kind, name) for name in names})
    meanings: dict[str, str] = {}
    for code in document.codes.values():
        try:
            bound = read(code.text).bound
        except CodeError:
            continue  # told at the nodes that use it
        for name, meaning in bound.items():
            owner = owners.get(name)
            if owner is not None and not (owner[0] == "Python" and meaning and meanings.get(name) == meaning):
                other = f"the Python of {owner[1]}" if owner[0] == "Python" else f"a {owner[0]} of this document"
                message = f"“{name}” of the Python of {code.name} is also a name of {other}: rename one of the two."
                yield Problem(message, Path("", code.name), came=name)
            owners.setdefault(name, ("Python", code.name))
            meanings.setdefault(name, meaning)
