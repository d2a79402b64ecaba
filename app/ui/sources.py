"""Generated text for the code panel: a file, or a sentence that says why there is none yet. No Qt."""

from __future__ import annotations

from collections.abc import Callable

from app.codegen.source import GenerationError, Source
from app.core.block import Library
from app.core.document import Document
from app.core.elaborate import Elaboration
from app.ui.starter import is_blank
from app.ui.unfinished import is_unfinished

PARTS = ("model.py", "steps.py", "train.py")


def generate(
    part: str, document: Document, library: Library, preset: str | None, elaboration: Elaboration
) -> Source | str:
    """One file of the document's code."""
    reason = _why_not(part, document, elaboration)
    if reason is not None:
        return reason
    try:
        return _writer(part)(document, library, preset, elaboration)
    except GenerationError as error:
        return str(error)


def _writer(part: str) -> Callable[[Document, Library, str | None, Elaboration], Source]:
    """Imported when first asked for: the first frame needs no code."""
    if part == "train.py":
        from app.codegen.training import train_source

        return lambda document, library, preset, _: train_source(document, library, preset)  # no shapes in it
    from app.codegen.generate import model_source, steps_source

    return model_source if part == "model.py" else steps_source


def _why_not(part: str, document: Document, elaboration: Elaboration) -> str | None:
    if is_blank(document):
        return "Nothing is drawn yet. The code appears here as you add blocks."
    if part != "model.py" and document.recipe is None:
        return "This document has no recipe yet, so there is nothing to train. Open a template to see one."
    if not document.models:
        return "This document has no model yet. Add a graph and a model, or open a template."
    if not elaboration.is_sound:
        wrong = [problem for problem in elaboration.problems if problem.severity == "error"]
        if all(is_unfinished(problem, document) for problem in wrong):
            return "The code appears when every block has its wires; the Problems panel says which waits for one."
        errors = len(wrong)
        thing = "one problem is" if errors == 1 else f"{errors} problems are"
        return f"The code appears when {thing} solved; the Problems panel says where."
    return None
