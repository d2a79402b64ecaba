"""The step graphs and the recipe of recurrent models that read one sequence and write another."""

from __future__ import annotations

from app.core.document import DataSource, Evaluation, Optimiser, Phase, Preview, Recipe, Schedule, Stage
from app.core.draw import Drawing, Wire, whole

PADDING, END = 0, 2
COUNT = whole("count", 33, low=1, help="Tokens that are written at most.")
LONGEST = whole("longest", 32, low=1, help="Letters of the longest string.")


def translation_steps(model: str, *, output: str = "") -> tuple[Drawing, ...]:
    """Training with the right answer so far; evaluation and preview of what the model writes.

    The model's inputs are the answer so far and the source, in this order. Where the logits are one of several outputs,
    ``output`` names them, and the model is judged with the right answer so far: all its tokens are the likeliest ones
    exactly where it would write that answer by itself.
    """
    train = Drawing("TrainStep", "The right answer so far goes in; each next token is asked for.")
    logits, _ = _answered(train, model, output)
    answer = train.input("answer")
    loss = train.add("cross_entropy", "CrossEntropyLoss", logits, answer, classes="last", ignore_index=PADDING)
    train.output("loss", loss)
    train.output("accuracy", train.add("accuracy", "Accuracy", logits, answer, classes="last", ignore_index=PADDING))

    arguments = [] if output else [COUNT]
    evaluate = Drawing("Evaluate", "How many answers are right from the first token to the last.", arguments=arguments)
    written, _ = _answered(evaluate, model, output) if output else _written(evaluate, model)
    right = evaluate.add("exact_match", "ExactMatch", written, evaluate.input("answer"), ignore_index=PADDING)
    evaluate.output("exact_match", right)

    show = Drawing("Answer", "What the model writes for each source.", arguments=arguments)
    written, source = _answered(show, model, output) if output else _written(show, model)
    show.output("source", source)
    show.output("answer", show.add("likeliest", "ArgMax", written, dim=-1) if output else written)
    return train, evaluate, show


def _answered(step: Drawing, model: str, output: str) -> tuple[Wire, Wire]:
    """Logits of each token after the right ones, and the source."""
    so_far, source = step.input("target"), step.input("source")
    found = step.add(model, f"model:{model}", so_far, source)
    return found[output] if output else found, source


def _written(step: Drawing, model: str) -> tuple[Wire, Wire]:
    """The answer that the model writes by itself, always going on from its own likeliest token; and the source."""
    so_far, source = step.input("target"), step.input("source")
    begin = step.add("begin", "Narrow", so_far, dim=1, start=0, length=1)
    called = step.module(step.add(model, f"model:{model}"))
    wired = {"model": called, "tokens": begin, "given": source}
    tokens = step.add("greedy", "GreedySearch", wired=wired, count="=count", end=END)
    return step.add("written", "Narrow", tokens, dim=1, start=1, length="=count"), source


def translation_recipe(
    model: str,
    data: DataSource,
    *,
    previews: tuple[Preview, ...] = (),
    steps: int,
    optimiser: Optimiser,
    schedule: Schedule,
    greedy: bool = True,
) -> Recipe:
    """One stage; whole answers are judged on validation as it goes, and on test at the end. ``greedy``: by what the
    model writes by itself, which has to be told how much that may be.
    """
    feeds = {"target": "decoder_input", "answer": "target"}
    count = {"count": "=longest + 1"} if greedy else {}
    learn = Phase(
        name="learn",
        step="TrainStep",
        models=(model,),
        feeds=feeds,
        optimiser=optimiser,
        schedule=schedule,
        clip_norm=5.0,
    )
    evaluations = tuple(
        Evaluation(
            name=split,
            graph="Evaluate",
            split=split,
            every=1000 if split == "validation" else None,
            feeds=feeds,
            arguments=count,
        )
        for split in ("validation", "test")
    )
    answers = Preview(
        name="answers",
        graph="Answer",
        show="text",
        count=8,
        every=1000,
        feeds={"target": "decoder_input"},
        arguments=count,
    )
    return Recipe(
        data=data,
        stages=(Stage(name="train", steps=steps, phases=(learn,)),),
        evaluations=evaluations,
        previews=(answers, *previews),
        batch_size=128,
    )
