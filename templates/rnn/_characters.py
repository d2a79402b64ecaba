"""What character models have in common: characters in, a recurrent layer, and the logits of the next one."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.document import (
    Case,
    DataSource,
    Document,
    Frame,
    Goal,
    GraphLayout,
    InputType,
    Model,
    Optimiser,
    Phase,
    Preset,
    Recipe,
    Scan,
    Schedule,
    Stage,
    Value,
)
from app.core.draw import Drawing, choice, use, whole
from templates._language import language_evaluations, language_previews, language_steps
from templates._template import document

VOCABULARY = whole("vocabulary", 65, low=2, help="Different characters.")
EMBEDDING = whole("embedding", 64, low=1, help="Numbers that describe a character.")
HIDDEN = whole("hidden", 128, low=1, help="Size of the state.")
LENGTH = whole("length", 64, low=1, help="Characters of a training window: how far back the error goes.")
FORM = choice("form", "torch", "torch", "paper", help="One layer as torch holds it, or its step drawn as published.")
_OWN = (VOCABULARY, EMBEDDING, HIDDEN, FORM)


def character_document(
    docstring: str | None,
    name: str,
    layer: str,
    step: Drawing,
    *,
    lr: float,
    presets: Sequence[Preset],
    frames: Sequence[Frame] = (),
) -> Document:
    """A document whose model has torch's ``layer`` in it, or the layer's ``step`` scanned along the text."""
    model = Model(
        name=name,
        graph="CharacterModel",
        arguments={argument.name: f"={argument.name}" for argument in _OWN},
        inputs={"tokens": InputType(("B", "T"), "int64")},
    )
    return document(
        docstring,
        _character_model(layer),
        _scanned(step.name),
        step,
        *language_steps(name),
        arguments=[*_OWN, LENGTH],
        models=[model],
        recipe=_recipe(name, lr),
        presets=presets,
        layout={step.name: GraphLayout(frames=tuple(frames))},
    )


def _character_model(layer: str) -> Drawing:
    graph = Drawing("CharacterModel", "Characters in, and at each place the logits of the next one.", arguments=_OWN)
    x = graph.input("tokens")
    x = graph.add("embedding", "Embedding", x, num_embeddings="=vocabulary", embedding_dim="=embedding")
    drawn = Case("=form == 'paper'", use("graph:Recurrence"), {"hidden": "=hidden"})
    x = graph.add(layer.lower(), layer, x, hidden_size="=hidden", batch_first=True, cases=[drawn])
    graph.output("logits", graph.add("head", "Linear", x, out_features="=vocabulary"))
    return graph


def _scanned(step: str) -> Drawing:
    graph = Drawing("Recurrence", "The same step for one character after the other.", arguments=[HIDDEN])
    x = graph.input("input")
    start = graph.add("start", "Zeros", x, sizes="=(hidden,)")
    states = graph.add(
        "step", f"graph:{step}", wired={"x": x, "h": start}, scan=Scan(sliced=("x",), dim=1), hidden="=hidden"
    )
    graph.output("output", states["output"])
    graph.output("h_n", graph.add("last", "Unsqueeze", states["h"], dim=0), "As torch gives it: 1×B×hidden")
    return graph


def _recipe(name: str, lr: float) -> Recipe:
    learn = Phase(
        name="learn",
        step="TrainStep",
        models=(name,),
        optimiser=Optimiser("AdamW", {"lr": lr, "weight_decay": 0.01}),
        schedule=Schedule("cosine", {"warmup": 100, "final": 0.05}),
        clip_norm=1.0,
    )
    return Recipe(
        data=DataSource("TextFile", {"length": "=length", "vocabulary": "=vocabulary"}),
        stages=(Stage(name="train", steps=2000, phases=(learn,)),),
        evaluations=language_evaluations(every=250),
        previews=language_previews(every=250, context="length"),
        batch_size=32,
    )


def on_brackets(goal: Goal, *, steps: Value, summary: str, length: int, **brackets: Value) -> Preset:
    """The preset ``quick``: the next mark of nested brackets, where what closes can have opened long ago."""
    kinds = brackets.get("kinds", 4)
    return Preset(
        name="quick",
        summary=summary,
        arguments={"vocabulary": 2 * kinds, "length": length},
        data=DataSource("NestedBrackets", {"length": "=length", **brackets}),
        recipe={"stages.train.steps": steps},
        goal=goal,
    )
