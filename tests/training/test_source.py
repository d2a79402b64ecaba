"""The text of train.py: formatted, linted, typed, the same in any process; refused with a sentence where it must be."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.codegen.optimisers import OPTIMISERS, SCHEDULES
from app.codegen.source import GenerationError
from app.codegen.training import train_source
from app.core.document import (
    DataSource,
    Document,
    Evaluation,
    Model,
    Optimiser,
    Phase,
    Preview,
    Recipe,
    Schedule,
    Stage,
)
from blocks import library
from tests.training.documents import classifier, document, files_of, step_graph, write

RULES = "E,W,F,I,N,UP,B,A,C4,PIE,RET,SIM,PT,PL,RUF"


def gan(**changes: Any) -> Document:
    """Two phases that share an output's name, a critic that goes first, names that clash with the loop's own."""
    phases = (
        Phase(name="critic first", step="CriticStep", models=("data",), clip_value=0.01, clip_norm=2.5),
        Phase(
            name="generate",
            step="GeneratorStep",
            models=("run",),
            every=5,
            optimiser=Optimiser("RMSprop", {"lr": 5e-5, "alpha": 0.9}),
            schedule=Schedule("one_cycle", {"peak": 0.2}),
        ),
    )
    recipe = Recipe(
        data=DataSource("Digits", {"size": 64, "value_range": "-1..1"}),
        stages=(Stage(name="play", steps=200, phases=phases),),
        previews=(Preview(name="made", graph="Samples", show="images", every=50),),
        **{"precision": "automatic", **changes},
    )
    return document(
        recipe,
        (Model(name="run", graph="Generator"), Model(name="data", graph="Critic")),
        step_graph("CriticStep", ("run", "data"), ("image",), ("loss", "batch")),
        step_graph("GeneratorStep", ("run", "data"), (), ("loss",)),
        step_graph("Samples", ("run",), (), ("image",)),
    )


def stages(**changes: Any) -> Document:
    """Pre-train, then fine-tune; a frozen model with weights, and averages, one with a decay over the steps."""
    models = (
        Model(name="encoder", graph="Encoder"),
        Model(name="head", graph="Head"),
        Model(name="teacher", graph="Teacher", frozen=True, weights="weights/teacher.safetensors"),
        Model(name="target", graph="Encoder", average_of="encoder", decay="=1 - 0.01 * max(0, 1 - step / steps)"),
        Model(name="smooth", graph="Head", average_of="head", decay=0.995),
    )
    sgd = Optimiser("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True})
    recipe = Recipe(
        data=DataSource("Digits"),
        stages=(
            Stage(
                name="pretrain",
                steps=100,
                phases=(
                    Phase(
                        name="contrast",
                        step="Contrast",
                        models=("encoder",),
                        feeds={"x": "image"},
                        optimiser=sgd,
                        schedule=Schedule("noam", {"warmup": 10}),
                    ),
                ),
            ),
            Stage(
                name="fine-tune",
                steps=50,
                phases=(
                    Phase(
                        name="classify",
                        step="Classify",
                        models=("encoder", "head"),
                        schedule=Schedule("linear", {"warmup": 5}),
                        clip_norm=1.0,
                    ),
                ),
            ),
        ),
        evaluations=(
            Evaluation(name="a rather long name of an evaluation", graph="Judge", every=20),
            Evaluation(name="test", graph="Judge", split="test"),
            Evaluation(name="smoothed", graph="JudgeSmoothly", split="test"),
        ),
        **changes,
    )
    return document(
        recipe,
        models,
        step_graph("Contrast", ("encoder", "target", "teacher"), ("x",), ("loss",)),
        step_graph("Classify", ("encoder", "head"), ("image", "label"), ("loss", "accuracy")),
        step_graph("Judge", ("encoder", "head"), ("image", "label"), ("accuracy",)),
        step_graph("JudgeSmoothly", ("encoder", "smooth"), ("image", "label"), ("accuracy",)),
    )


def counts(**changes: Any) -> Document:
    """What no gradient finds: a stage of its own, then in turns with a phase that learns from it."""
    counted = Phase(
        name="count", step="Count", models=("table",), minimise="", schedule=Schedule("cosine"), clip_norm=1
    )
    recipe = Recipe(
        data=DataSource("Digits"),
        stages=(
            Stage(name="fit", steps=1, phases=(counted,)),
            Stage(
                name="tune",
                steps=60,
                phases=(
                    msgspec.structs.replace(counted, name="count again", every=10),
                    Phase(name="learn", step="Learn", models=("head",)),
                ),
            ),
        ),
        **{"precision": "automatic", **changes},
    )
    return document(
        recipe,
        (
            Model(name="table", graph="Table"),
            Model(name="head", graph="Head"),
            Model(name="mean", graph="Table", average_of="table", decay=0.9),
        ),
        step_graph("Count", ("table",), ("image",), ("seen",)),
        step_graph("Learn", ("table", "mean", "head"), ("image", "label"), ("loss",)),
    )


DOCUMENTS = {"classifier": classifier, "gan": gan, "stages": stages, "counts": counts}


def scheduled(name: str) -> Document:
    phase = Phase(name="learn", step="TrainStep", models=("net",), schedule=Schedule(name, {}))
    return classifier(phase=phase)


@pytest.mark.parametrize("make", [*DOCUMENTS.values(), *(lambda name=name: scheduled(name) for name in SCHEDULES)])
def test_text_is_formatted_and_linted(make: Any, tmp_path: Path) -> None:
    folder = write(tmp_path, files_of(make()))
    for module in ("model", "steps"):
        (folder / f"{module}.py").touch()
    for command in (
        ["format", "--isolated", "--diff"],
        ["check", "--isolated", "--select", RULES, "--ignore", "RET504,PLR0913"],
    ):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "train.py", "runtime"],
            cwd=folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout


def test_text_is_typed(tmp_path: Path) -> None:
    folder = write(tmp_path, files_of(classifier()))
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), "train.py"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_bytes_are_the_same_in_any_process() -> None:
    program = (
        "from tests.training.test_source import DOCUMENTS, train_source, library\n"
        "print(*(train_source(make(), library()).text for make in DOCUMENTS.values()))"
    )
    texts = {
        subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(texts) == 1
    assert next(iter(texts)).count("def train(") == len(DOCUMENTS)


def test_a_phase_trains_its_own_models_only() -> None:
    text = train_source(gan(), library()).text
    critic = text.index("# critic first")
    assert text.index("run_2.requires_grad_(False)", critic) < text.index("data_2.requires_grad_(True)", critic)
    assert text.index("run_2.requires_grad_(True)", critic) > text.index("# generate")
    assert "with run.autocast():" in text
    assert "if step % GENERATE_EVERY == 0:" in text
    assert "nn.utils.clip_grad_value_(data_2.parameters(), CRITIC_FIRST_CLIP_VALUE)" in text


def test_where_nothing_is_minimised_there_is_no_optimiser_and_no_gradient() -> None:
    text = train_source(counts(), library()).text
    fit, tune = text.split("# Stage: tune")
    assert "optim" not in fit
    assert 'FIT_STEPS, data["train"], BATCH_SIZE):' in fit
    assert 'with torch.no_grad(), run.autocast():\n            seen = count(batch["image"])' in fit
    assert "cosine" not in text
    assert "clip_grad" not in text
    assert tune.count(".backward()") == tune.count(".step()") == 1
    assert "BATCH_SIZE, learn=learn_optimiser" in " ".join(tune.split())
    again = tune[tune.index("# count again") : tune.index("# learn")]
    assert "if step % TUNE_COUNT_AGAIN_EVERY == 0:\n            with torch.no_grad()" in again
    assert "requires_grad_" not in again
    assert "table.requires_grad_(False)" in tune[tune.index("# learn") :]
    assert text.count("follow(mean, table, MEAN_DECAY)") == 2, "an average follows what is written, too"


def test_stages_averages_and_frozen_models() -> None:
    text = train_source(stages(), library()).text
    assert 'target = run.keep("target", copy.deepcopy(encoder)).requires_grad_(False)' in text
    assert 'teacher = run.keep("teacher", teacher).requires_grad_(False).eval()' in text
    assert "follow(target, encoder, 1 - 0.01 * max(0, 1 - step / PRETRAIN_STEPS))" in text
    assert "follow(target, encoder, 1 - 0.01 * max(0, 1 - step / FINE_TUNE_STEPS))" in text
    assert text.count("follow(smooth, head, SMOOTH_DECAY)") == 1
    assert "steps=PRETRAIN_STEPS + FINE_TUNE_STEPS" in text


def test_values_of_the_preset_are_at_the_top() -> None:
    assert "LEARNING_RATE = 0.002" in train_source(classifier(), library(), "quick").text
    assert "LEARNING_RATE = 0.001" in train_source(msgspec.structs.replace(classifier(), preset=""), library()).text


def test_defaults_of_optimisers_are_those_of_torch() -> None:
    import inspect

    import torch

    for name, arguments in OPTIMISERS.items():
        real = inspect.signature(getattr(torch.optim, name)).parameters
        assert {key: real[key].default for key in arguments} == dict(arguments), name


def phase(**changes: Any) -> Document:
    return classifier(phase=Phase(**{"name": "learn", "step": "TrainStep", "models": ("net",), **changes}))


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (phase(optimiser=Optimiser("Adamw")), "no optimiser “Adamw”"),
        (phase(optimiser=Optimiser("SGD", {"betas": (0.9, 0.99)})), "but no “betas”"),
        (phase(optimiser=Optimiser("SGD", {"lr": "fast"})), "lr must be a number"),
        (phase(schedule=Schedule("zigzag")), "no schedule “zigzag”"),
        (phase(schedule=Schedule("step", {"every": 0})), "at least 1"),
        (phase(minimise="error"), "no output “error” to minimise"),
        (phase(minimise="", models=()), "updates no model"),
        (phase(models=("other",)), "no model “other”"),
        (phase(models=()), "updates no model"),
        (phase(step="Step"), "no graph “Step”"),
        (phase(feeds={"image": "picture"}), "finds no field “picture”"),
        (phase(every=0), "at least 1"),
        (classifier(steps="=rate"), "whole number"),
        (classifier(steps="=1 / 0"), "divides by zero"),
        (gan(batch_size=0), "batch_size"),
        (Document(), "no recipe"),
    ],
)
def test_what_cannot_be_written_is_a_sentence(made: Document, said: str) -> None:
    with pytest.raises(GenerationError, match=said):
        train_source(made, library())


HOSTILE = '"""\n__import__("os").system("touch hacked")\n"""'


def test_nothing_of_the_document_becomes_code(tmp_path: Path) -> None:
    """Texts of a document stay texts, whatever is in them."""
    made = msgspec.structs.replace(classifier(), title=HOSTILE)
    recipe = made.recipe
    assert recipe is not None
    (stage,) = recipe.stages
    graphs = {name: msgspec.structs.replace(graph, summary=HOSTILE) for name, graph in made.graphs.items()}
    evaluations = tuple(msgspec.structs.replace(e, name=f"{HOSTILE}{e.name}") for e in recipe.evaluations)
    named = msgspec.structs.replace(
        stage, name=HOSTILE, phases=tuple(msgspec.structs.replace(p, name=HOSTILE) for p in stage.phases)
    )
    recipe = msgspec.structs.replace(recipe, stages=(named,), evaluations=evaluations)
    text = train_source(msgspec.structs.replace(made, recipe=recipe, graphs=graphs, presets={}), library()).text
    import ast

    called = {
        node.func.id
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert "__import__" not in called
