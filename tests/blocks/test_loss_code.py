"""Losses, metrics and samplers in a generated step: what is carried along, optional wires, modules that are called."""

from __future__ import annotations

from typing import Any

import torch
from msgspec.structs import replace
from torch import nn

from app.codegen.generate import model_source, steps_source
from app.core.document import (
    DataSource,
    Document,
    Evaluation,
    InputType,
    Kind,
    Model,
    Phase,
    Preview,
    Recipe,
    Stage,
    Use,
)
from app.core.draw import Drawing, graphs
from app.core.elaborate import elaborate
from blocks import library

WEIGHTS = tuple(1.0 + number for number in range(10))


def _document() -> Document:
    critic = Drawing("Critic")
    critic.output("score", critic.add("fc", "Linear", critic.input("x"), out_features=1))
    writer = Drawing("Writer")
    embedded = writer.add("embedding", "Embedding", writer.input("tokens"), num_embeddings=10, embedding_dim=4)
    writer.output("logits", writer.add("head", "Linear", embedded, out_features=10))
    head = Drawing("Head")
    head.output("logits", head.add("fc", "Linear", head.input("x"), out_features=10))

    step = Drawing("Step")
    image, label = step.input("image"), step.input("label")
    logits = step.add("head", "model:head", image)
    surprise = step.add("surprise", "CrossEntropyLoss", logits, label, class_weights=WEIGHTS, label_smoothing=0.1)
    noisy = step.add("noisy", "AddNoise", image)
    wires = {"model": step.module(step.add("critic", "model:critic")), "real": image, "fake": noisy}
    penalty = step.add("penalty", "GradientPenalty", wired=wires)
    twins = step.add("twins", "NTXentLoss", image, noisy)
    step.output("loss", step.add("sum", "Add", surprise, penalty, twins))
    step.output("f1", step.add("f1", "F1Score", logits, label))

    test = Drawing("Test")
    image, label = test.input("image"), test.input("label")
    logits = test.add("head", "model:head", image)
    test.output("f1", test.add("f1", "F1Score", logits, label, average="micro"))

    look = Drawing("Look")
    called = look.module(look.add("writer", "model:writer"))
    label = look.input("label")
    begun = look.add("begun", "Unsqueeze", label, dim=1)
    found = look.add("beam", "BeamSearch", wired={"model": called, "tokens": begun}, count=3, width=2, end=5)
    look.output("tokens", found)
    names = {"critic": "Critic", "writer": "Writer", "head": "Head"}
    recipe = Recipe(
        data=DataSource("Digits", {"flat": True}),
        stages=(Stage(phases=(Phase(name="learn", step="Step", models=("head", "critic")),)),),
        evaluations=(Evaluation(name="test", graph="Test"),),
        previews=(Preview(name="look", graph="Look", show="text"),),
    )
    models = {
        "critic": Model(name="critic", graph="Critic", inputs={"x": InputType(("B", 64))}),
        "writer": Model(name="writer", graph="Writer", inputs={"tokens": InputType(("B", "T"), "int64")}),
        "head": Model(name="head", graph="Head", inputs={"x": InputType(("B", 64))}),
    }
    drawn = graphs(library(), critic, writer, head, step, test, look, models=names)
    return Document(graphs=drawn, models=models, recipe=recipe)


def _run(text: str) -> dict[str, Any]:
    space: dict[str, Any] = {"__name__": "generated"}
    exec(compile(text, "generated", "exec"), space)
    return space


def test_a_generated_step_computes_them() -> None:
    document = _document()
    assert [problem.message for problem in elaborate(document, library()).problems] == []
    models, steps = (_run(source(document, library()).text) for source in (model_source, steps_source))
    head, critic, writer = models["head"](), models["critic"](), models["writer"]()
    image, label = torch.rand(7, 64), torch.arange(7)
    loss, score = steps["Step"](head=head, critic=critic)(image, label)
    loss.backward()
    assert all(parameter.grad is not None for parameter in (*head.parameters(), critic.fc.weight))
    assert 0 <= float(score) <= 1
    test: nn.Module = steps["Test"](head)
    for part in (image[:5], image[5:]):
        test(part, head(part).argmax(dim=1))  # type: ignore[operator]
    assert float(test.compute()["f1"]) == 1  # type: ignore[operator]
    assert steps["Look"](writer)(label).shape == (7, 4)


def test_a_matrix_is_no_value_of_an_evaluation() -> None:
    document = _document()
    graph = document.graphs["Test"]
    node = replace(graph.nodes["f1"], use=Use(Kind.BLOCK, "ConfusionMatrix"), arguments={})
    changed = replace(graph, nodes={**graph.nodes, "f1": node})
    problems = elaborate(replace(document, graphs={**document.graphs, "Test": changed}), library()).problems
    assert [problem.expected for problem in problems] == ["a number"]
    assert "10×10" in problems[0].message
