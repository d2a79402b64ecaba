"""The step graphs of every model that says, at each place of a text, which token comes next."""

from __future__ import annotations

from app.core.document import Evaluation, Preview, Value
from app.core.draw import Drawing, whole


def language_steps(model: str) -> tuple[Drawing, ...]:
    """Training step, evaluation in bits for each token, and a text written by the model itself."""
    train = Drawing("TrainStep", "At each place, how surprising the token was that came next.")
    tokens, targets = train.input("tokens"), train.input("targets")
    logits = train.add(model, f"model:{model}", tokens)
    loss = train.add("cross_entropy", "CrossEntropyLoss", logits, targets, classes="last")
    train.output("loss", loss)
    train.output("bits", train.add("bits", "Scale", loss, scale="=1 / 0.6931471805599453"))

    evaluate = Drawing("Evaluate", "Bits that each token costs, over a whole split.")
    tokens, targets = evaluate.input("tokens"), evaluate.input("targets")
    logits = evaluate.add(model, f"model:{model}", tokens)
    evaluate.output("bits", evaluate.add("bits", "BitsPerCharacter", logits, targets))
    return train, evaluate, _writing(model)


def _writing(model: str) -> Drawing:
    write = Drawing(
        "Write",
        "The model goes on from the beginning of a text, one token after the other.",
        arguments=[whole("context", 64, low=1, help="How many of the last tokens the model is shown.")],
    )
    tokens = write.input("tokens")
    called = write.module(write.add(model, f"model:{model}"))
    write.output(
        "tokens", write.add("generate", "GenerateTokens", wired={"model": called, "tokens": tokens}, context="=context")
    )
    return write


def language_evaluations(every: Value) -> tuple[Evaluation, ...]:
    return (
        Evaluation(name="validation", graph="Evaluate", split="validation", every=every),
        Evaluation(name="test", graph="Evaluate", split="test"),
    )


def language_previews(every: Value, context: str) -> tuple[Preview, ...]:
    """``context``: the document's argument that says how many tokens the model sees at once."""
    arguments = {"context": f"={context}"}
    return (Preview(name="writing", graph="Write", show="text", count=2, every=every, arguments=arguments),)
