"""The engine as the command line uses it: one request, progress on standard error, the answer or a sentence."""

from __future__ import annotations

from typing import TypeVar

from app.cli.console import Exit, RefusedError, say
from app.cli.opened import Opened
from app.client import EngineClient, EngineError
from app.codegen.source import GenerationError
from app.core.results import Elaboration
from app.messages import Answer, Built, ModelBuilt, Progress, Request
from app.requests import build_request

Wanted = TypeVar("Wanted", bound=Answer)


def ask(request: Request, wanted: type[Wanted]) -> Wanted:
    """Start an engine, ask it, end it."""
    told = ""

    def tell(progress: Progress) -> None:
        nonlocal told
        if progress.text != told:
            told = progress.text
            say(told)

    with EngineClient() as client:
        try:
            answer = client.send(request, on_progress=tell).result()
        except EngineError as error:
            failed = error.failed
            code = Exit.PROBLEMS if failed.kind == "problem" else Exit.ENGINE
            raise RefusedError(failed.message, code, failed.problems) from error
    if not isinstance(answer, wanted):
        raise RefusedError(f"The engine answered with {type(answer).__name__}, which was not asked for.", Exit.ENGINE)
    return answer


def build(opened: Opened, elaboration: Elaboration) -> tuple[ModelBuilt, ...]:
    """Every model built in PyTorch and run once on small inputs."""
    try:
        request = build_request(opened.document, opened.library, opened.preset or None, elaboration)
    except GenerationError as error:
        raise RefusedError(f"“{opened.name}” cannot become code: {error}") from error
    built = ask(request, Built)
    if built.problems:
        raise RefusedError(f"PyTorch found something wrong with “{opened.name}”:", problems=built.problems)
    return built.models
