"""What must hold of the code of any sound document, in one call."""

from __future__ import annotations

import ast

import torch

from app.codegen.generate import model_source
from app.core.block import Library
from app.core.document import Document
from app.core.elaborate import elaborate, state_of, walk
from app.core.tensor_type import ABSENT, TensorType
from tests.codegen import compare
from tests.codegen.naive import Naive


def presets(document: Document) -> list[str]:
    return list(document.presets) or [""]


def is_sound(document: Document, library: Library) -> bool:
    """Whether elaboration has nothing against it, under any preset."""
    for preset in presets(document):
        elaboration = elaborate(document, library, preset)
        if elaboration.problems:
            return False
        for result in elaboration.models.values():
            if any(type_ is ABSENT for inner in walk(result) for type_ in inner.outputs.values()):
                return False
    return True


def agree(document: Document, library: Library) -> str:
    """Check the generated classes against the document under every preset, each built through every file.

    Gives the text under the document's own preset.
    """
    texts = {preset: model_source(document, library, preset).text for preset in presets(document)}
    for written, text in texts.items():
        module = compare.load(text, "generated")
        for preset in presets(document):
            elaboration = elaborate(document, library, preset)
            for name, result in elaboration.models.items():
                built = compare.build(module, document, name, preset)
                expected = {key: weight.shape for key, weight in state_of(result).items()}
                assert compare.shapes(built) == expected, f"{name} of {preset} through {written}'s file\n{text}"
                assert sum(p.numel() for p in built.parameters()) == result.totals.parameters, text
                naive = Naive(result)
                naive.load_state_dict(built.state_dict(), strict=True)
                _compare(built, naive, result, text)
    first = texts[document.preset or presets(document)[0]]
    assert _classes(texts) == 1, "class texts differ between presets"
    return first


def _compare(built: torch.nn.Module, naive: Naive, result: object, text: str) -> None:
    inputs = compare.inputs_of(result)  # type: ignore[arg-type]
    for training in (False, True):
        expected = _run(naive.train(training), inputs)
        found = _run(built.train(training), inputs)
        for a, b in zip(compare.flat(found), compare.flat(expected), strict=True):
            assert a.shape == b.shape, text
            assert torch.allclose(a, b, rtol=1e-5, atol=1e-6, equal_nan=True), text
    known = [[compare._size(d) for d in t.shape] for t in result.outputs.values() if isinstance(t, TensorType)]  # type: ignore[attr-defined]
    assert [tuple(shape) for shape in known] == compare.size_of(found), text


def _run(module: torch.nn.Module, inputs: list[object]) -> object:
    torch.manual_seed(3)
    with torch.no_grad():
        return module(*inputs)


def _classes(texts: dict[str, str]) -> int:
    """How many different texts the classes have."""
    return len({classes_of(text) for text in texts.values()})


def classes_of(text: str) -> str:
    """The classes of a generated file, without what stands around them."""
    return "\n".join(ast.unparse(part) for part in ast.parse(text).body if isinstance(part, ast.ClassDef))
