"""Multi-layer perceptron for regression

Paper: Learning representations by back-propagating errors
Authors: David E. Rumelhart, Geoffrey E. Hinton and Ronald J. Williams
Year: 1986
Link: https://doi.org/10.1038/323533a0
Parameters: 5,121

The same net that tells classes apart can say a number: leave the last sum as it is, and let the error be the square of
what it is off by. Between the inputs and that sum, hidden units each bend along a direction of their own; together they
fold a plane into any smooth surface. House prices from thirteen figures of a suburb were the usual first example.

A layer computes `h = ReLU(x Wᵀ + b)` with `hidden` units, dropout silences a share of them while it learns, and the
output is `h wᵀ + b`, one number. Training minimises the mean of `(output - target)²`: what the net then says is an
estimate of the mean of all targets that go with such inputs. The goal is told as R², the share of the targets' variance
that is explained: 0 for who always says the mean, 1 for who is never wrong. Inputs and targets are standardised.

Boston's houses are no longer given out with the tools of the trade, for what one of their columns says about people.
`quick` learns a law of physics instead: by how much an alternating current lags behind its voltage, arctan((ωL -
1/(ωC)) / R), from four columns among thirteen (after Friedman, 1991). No plane follows a quotient, and nearness is
misled by the idle columns. On small tables of the real world, such as the diabetes data of the preset of that name, a
plane is hard to beat; boosted trees are today's usual answer to tables.
"""

from __future__ import annotations

from app.core.document import (
    DataSource,
    Document,
    Evaluation,
    Goal,
    InputType,
    Model,
    Optimiser,
    Phase,
    Preset,
    Preview,
    Recipe,
    Schedule,
    Stage,
)
from app.core.draw import Drawing, Wire, real, whole
from templates._template import document

NAME = "mlp_regression"

FEATURES = whole("features", 13, low=5, help="Numbers that describe one example.")
HIDDEN = whole("hidden", 64, low=1, help="Units of each of the two hidden layers.")
DROPOUT = real("dropout", 0.0, low=0, high=0.9, help="Share of hidden units silenced at each training step.")


def mlp_regression() -> Document:
    return document(
        __doc__,
        _mlp(),
        _layer(),
        *_steps(),
        arguments=[FEATURES, HIDDEN, DROPOUT],
        models=[
            Model(
                name=NAME,
                graph="MLP",
                arguments={"hidden": "=hidden", "dropout": "=dropout"},
                inputs={"x": InputType(("B", "=features"))},
            )
        ],
        recipe=_recipe(),
        presets=[
            Preset(name="paper", summary="13-64-64-1, as for the houses of Boston."),
            Preset(
                name="diabetes",
                summary="10-64-64-1, for a disease's progress a year later; a line has 0.46 of its variance.",
                arguments={"features": 10, "dropout": 0.5},
                data=DataSource("ToyTables", {"dataset": "diabetes"}),
                recipe={"stages.train.steps": 300},
            ),
            Preset(
                name="quick",
                summary="The same net, on the phase of a current that four columns among thirteen decide.",
                goal=Goal(
                    evaluation="test",
                    metric="r2",
                    at_least=0.88,
                    baseline="0.80 by a cubic of all columns, 0.66 by a plane, 0.58 by the ten nearest rows",
                    ruin="0.66 without the bend between the layers",
                ),
            ),
        ],
    )


def _recipe() -> Recipe:
    learn = Phase(
        name="learn",
        step="TrainStep",
        models=(NAME,),
        optimiser=Optimiser("AdamW", {"lr": 3e-3, "weight_decay": 1.0}),
        schedule=Schedule("cosine"),
    )
    return Recipe(
        data=DataSource("MadeTable", {"law": "circuit", "columns": "=features", "rows": 3000}),
        stages=(Stage(name="train", steps=3000, phases=(learn,)),),
        evaluations=(
            Evaluation(name="validation", graph="Evaluate", split="validation", every=500),
            Evaluation(name="test", graph="Evaluate", split="test"),
        ),
        previews=(Preview(name="predictions", graph="Predict", show="scatter", count=200, every=500),),
        batch_size=64,
    )


def _mlp() -> Drawing:
    mlp = Drawing("MLP", "Two hidden layers, and a sum that stays as it is.", arguments=[HIDDEN, DROPOUT])
    x = mlp.input("x", "One row of numbers for each example")
    for name in ("layer1", "layer2"):
        x = mlp.add(name, "graph:Layer", x, width="=hidden", dropout="=dropout")
    mlp.output("output", mlp.add("output", "Linear", x, out_features=1), "The number")
    return mlp


def _layer() -> Drawing:
    layer = Drawing(
        "Layer",
        "A weighted sum, a bend, and dropout.",
        arguments=[whole("width", 64, low=1, help="Units of the layer."), DROPOUT],
    )
    x = layer.add("linear", "Linear", layer.input("x"), out_features="=width")
    x = layer.add("activation", "ReLU", x)
    layer.output("output", layer.add("dropout", "Dropout", x, p="=dropout"))
    return layer


def _predicted(step: Drawing) -> tuple[Wire, Wire]:
    """What the net says, and what it should say."""
    return step.add(NAME, f"model:{NAME}", step.input("features")), step.input("target")


def _steps() -> tuple[Drawing, ...]:
    train = Drawing("TrainStep", "The square of what each number is off by.")
    train.output("loss", train.add("error", "MSELoss", *_predicted(train)))

    evaluate = Drawing("Evaluate", "Share of the targets' variance that is explained over a whole split.")
    predicted, target = _predicted(evaluate)
    evaluate.output("r2", evaluate.add("r2", "R2Score", predicted, target))
    evaluate.output("error", evaluate.add("error", "MeanSquaredError", predicted, target, root=True))

    predict = Drawing("Predict", "What the net says, against what is right.")
    predicted, target = _predicted(predict)
    points = predict.add("points", "Concatenate", target, predicted)
    predict.output("points", points, "The target across, the prediction up")
    return train, evaluate, predict
