"""A document's own Python, built and run once for each sample: what comes out, and what it holds."""

from __future__ import annotations

import traceback
from typing import Any

import torch
from torch import nn

from app.codegen.source import Source
from app.core.facts import Answer, Kept, Question, Type
from app.engine.build import compile_source, example, file_name, seeded
from app.engine.errors import RequestError, kind_of, sentence
from app.messages import Probe, Probed, Tensor


def probe(request: Probe) -> Probed:
    """Raises RequestError with what torch said, and the line of the text where it said so."""
    question = request.question
    source = Source(question.text)
    try:
        with seeded(0), torch.no_grad():
            return Probed(answer=_answered(question, source))
    except RequestError:
        raise
    except Exception as error:
        raise RequestError(_told(error, source), kind=_kind(error)) from error


def _answered(question: Question, source: Source) -> Answer:
    made = getattr(compile_source(source, "code"), question.name)
    module: nn.Module = made(**{name: _tuples(value) for name, value in question.arguments.items()})
    module.eval()
    outputs: list[tuple[Type, ...]] = []
    generator = torch.Generator().manual_seed(0)
    for sample in question.samples:
        inputs = [
            None if type_ is None else example(Tensor("", type_.shape, type_.dtype), generator) for type_ in sample
        ]
        outputs.append(_types(module(*inputs)))
    learnt = {name for name, _ in module.named_parameters()}
    state = tuple(
        Kept(key=key, shape=tuple(value.shape), dtype=_dtype(value), learnt=key in learnt)
        for key, value in module.state_dict().items()
        if isinstance(value, torch.Tensor)
    )
    return Answer(outputs=tuple(outputs), state=state)


def _types(value: Any) -> tuple[Type, ...]:
    parts = value if isinstance(value, tuple) else (value,)
    for part in parts:
        if not isinstance(part, torch.Tensor):
            raise RequestError(f"Its forward gives a {type(part).__name__} where a tensor should be.")
    return tuple(Type(tuple(part.shape), _dtype(part)) for part in parts)


def _dtype(value: torch.Tensor) -> str:
    return str(value.dtype).removeprefix("torch.")


def _tuples(value: Any) -> Any:
    return tuple(_tuples(item) for item in value) if isinstance(value, list | tuple) else value


def _kind(error: Exception) -> str:
    kind = kind_of(error)
    return "problem" if kind == "bug" else kind


def _told(error: Exception, source: Source) -> str:
    """What was raised, and the deepest line of the text on the way there."""
    said = " ".join(sentence(error).split())
    file = file_name(source, "code")
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename == file and frame.lineno is not None:
            return f"{said.removesuffix('.')}. It was raised in line {frame.lineno}: “{(frame.line or '').strip()}”."
    return said if said.endswith(".") else f"{said}."
