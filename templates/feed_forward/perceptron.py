"""Perceptron

Paper: The perceptron: a probabilistic model for information storage and organization in the brain
Authors: Frank Rosenblatt
Year: 1958
Link: https://doi.org/10.1037/h0042519
Parameters: 31

One unit that weighs its inputs and answers yes or no: the first machine that learnt to classify from examples. After
each example it compares its answer with the right one. If they agree, nothing happens; if not, the weights move by the
very example, towards it if the answer should have been yes, away from it if not.

The unit answers `output = 1 where total ≥ 0, else 0`, with `total = x wᵀ + b` over its `features`. The rule is
`w ← w - lr · (output - target) · x`, one example at a time. It is not the slope of how often the unit is wrong, since a
step has no slope; but it is that of `error · total` with `error = output - target` held fixed, as `TrainStep` draws it,
and so plain gradient descent (SGD with `lr` 1 and batches of one) is Rosenblatt's rule to the letter.

If some plane makes no mistake, the rule finds one after at most (R / γ)² mistakes, where R is the length of the longest
example and γ the plane's gap (Novikoff, 1962). What no plane divides, such as exclusive-or, it cannot learn (Minsky and
Papert, 1969): that takes hidden units, and a bend with a slope, so that errors can be sent back through it. Logistic
regression is the same unit with a smooth answer and a loss of its own; it also learns from examples that are right, but
narrowly so.
"""

from __future__ import annotations

from app.core.document import (
    DataSource,
    Document,
    Evaluation,
    Frame,
    Goal,
    GraphLayout,
    Initial,
    InputType,
    Model,
    Optimiser,
    Phase,
    Preset,
    Preview,
    Recipe,
    Stage,
)
from app.core.draw import Drawing, Wire, whole
from templates._template import document

NAME = "perceptron"


def perceptron() -> Document:
    return document(
        __doc__,
        _perceptron(),
        *_steps(),
        arguments=[whole("features", 30, low=1, help="Numbers that describe one example.")],
        models=[Model(name=NAME, graph="Perceptron", inputs={"x": InputType(("B", "=features"))})],
        recipe=_recipe(),
        presets=[
            Preset(name="paper", summary="Thirty measures of a cell's nucleus: malignant or benign?"),
            Preset(
                name="quick",
                summary="Thirty columns that move together, divided by a plane that no single column and no distance "
                "tells.",
                data=DataSource("MadeTable", {"law": "half_space", "columns": "=features"}),
                goal=Goal(
                    evaluation="test",
                    metric="mistakes",
                    at_most=0.03,
                    baseline="0.115 by the fifteen nearest neighbours, 0.12 by the nearer mean of the two classes",
                    ruin="0.12 by Hebb's rule, which learns from every example, right or wrong",
                ),
            ),
        ],
        layout={"TrainStep": GraphLayout(frames=(Frame(title="The rule", nodes=("error", "pull", "mean")),))},
    )


def _recipe() -> Recipe:
    learn = Phase(name="learn", step="TrainStep", models=(NAME,), optimiser=Optimiser("SGD", {"lr": 1.0}))
    return Recipe(
        data=DataSource("ToyTables", {"dataset": "breast_cancer"}),
        stages=(Stage(name="train", steps=12_000, phases=(learn,)),),
        evaluations=(
            Evaluation(name="validation", graph="Evaluate", split="validation", every=3000),
            Evaluation(name="test", graph="Evaluate", split="test"),
        ),
        previews=(Preview(name="totals", graph="Totals", show="scatter", count=100, every=3000),),
        batch_size=1,
    )


def _perceptron() -> Drawing:
    unit = Drawing(
        "Perceptron",
        "A weighted sum, and a step.",
        initial=[Initial(nodes=("linear",), parameter=name, method="zeros_") for name in ("weight", "bias")],
    )
    total = unit.add("linear", "Linear", unit.input("x", "One row of numbers for each example"), out_features=1)
    unit.output("output", unit.add("step", "Step", total), "1 for yes, 0 for no")
    unit.output("total", total, "How far beyond the threshold")
    return unit


def _answered(step: Drawing) -> tuple[Wire, Wire]:
    """What the unit says (output and total), and what it should say."""
    answer = step.add(NAME, f"model:{NAME}", step.input("features"))
    label = step.add("number", "Cast", step.input("label"))
    return answer, step.add("target", "Unsqueeze", label)


def _steps() -> tuple[Drawing, ...]:
    train = Drawing("TrainStep", "Rosenblatt's rule: the weights move by the example, and only where it went wrong.")
    answer, target = _answered(train)
    error = train.add("error", "Subtract", answer["output"], target)
    pull = train.add("pull", "Multiply", error, answer["total"])
    train.output("loss", train.add("mean", "Mean", pull, dim=()), "Its slope is the rule; its value means nothing")
    train.output("mistakes", train.add("mistakes", "Mean", train.add("wrong", "Abs", error), dim=()))

    evaluate = Drawing("Evaluate", "Share of the examples that are answered wrong.")
    answer, target = _answered(evaluate)
    evaluate.output("mistakes", evaluate.add("mistakes", "MeanAbsoluteError", answer["output"], target))

    totals = Drawing("Totals", "How far each example is beyond the threshold, and on which side it belongs.")
    answer, target = _answered(totals)
    totals.output("points", totals.add("points", "Concatenate", answer["total"], target), "Total across, target up")
    return train, evaluate, totals
