"""Multi-layer perceptron

Paper: Learning representations by back-propagating errors
Authors: David E. Rumelhart, Geoffrey E. Hinton and Ronald J. Williams
Year: 1986
Link: https://doi.org/10.1038/323533a0
Parameters: 17,226

Layers of weighted sums with a bend between them can represent what no single weighted sum can. Back-propagation sends
the error from the output to the input, layer by layer, and so tells every weight which way to move. What the hidden
units come to stand for is not given by anybody: it is learnt.

A layer computes `h = activation(x Wᵀ + b)`, with `W` of size `width × inputs`. Without the bend (`activation`) two
layers would be one: `(x W₁ᵀ) W₂ᵀ` is again a weighted sum. `Layer` is drawn once and used twice, with `hidden` and
then `hidden // 2` units; the last weighted sum gives one logit for each of the `classes`. Training minimises the
cross-entropy `-log softmax(logits)[label]`.

The 1986 nets used the logistic function (`sigmoid`); its slope is at most 1/4, so that errors fade on their way
through many layers. `relu`, whose slope is 1 wherever a unit is active, made deep nets trainable. Dropout (2012) was
added against overfitting; it is 0 here and can be turned up.
"""

from __future__ import annotations

from app.core.document import Case, DataSource, Document, Goal, InputType, Model, Optimiser, Preset, Schedule
from app.core.draw import Drawing, choice, real, use, whole
from templates._classification import classifier_recipe, classifier_steps
from templates._template import document

NAME = "mlp_classifier"


def mlp_classifier() -> Document:
    return document(
        __doc__,
        _mlp(),
        _layer(),
        *classifier_steps(NAME, flat=True),
        arguments=[
            whole("features", 64, low=1, help="Numbers that describe one example: 8×8 pixels of a digit."),
            whole("hidden", 128, low=2, help="Units of the first hidden layer; the second has half of them."),
            whole("classes", 10, low=2, help="How many classes there are to tell apart."),
            choice("activation", "relu", "relu", "tanh", "sigmoid", help="The bend between two layers."),
            real("dropout", 0.0, low=0, high=0.9, help="Share of hidden units silenced at each training step."),
        ],
        models=[
            Model(
                name=NAME,
                graph="MLP",
                arguments={name: f"={name}" for name in ("hidden", "classes", "activation", "dropout")},
                inputs={"x": InputType(("B", "=features"))},
            )
        ],
        recipe=classifier_recipe(
            NAME,
            DataSource("PlacedDigits", {"size": 8, "digit_size": 8, "noise": 0.35}),
            steps=4000,
            batch_size=128,
            optimiser=Optimiser("AdamW", {"lr": 3e-3, "weight_decay": 0.01}),
            schedule=Schedule("cosine"),
            every=500,
        ),
        presets=[
            Preset(name="paper", summary="64-128-64-10, as the digits want it."),
            Preset(
                name="quick",
                summary="The same net on the bundled digits, under noise that no weighted sum of pixels sees through.",
                goal=Goal(
                    evaluation="test",
                    metric="accuracy",
                    at_least=0.89,
                    baseline="0.83 by logistic regression, 0.81 by the nearest of 50 noisy copies of each image",
                    ruin="0.81 without the bend between the layers",
                ),
            ),
        ],
    )


def _mlp() -> Drawing:
    mlp = Drawing(
        "MLP",
        "Two hidden layers and a logit for each class.",
        arguments=[
            whole("hidden", 128, low=2, help="Units of the first hidden layer; the second has half of them."),
            whole("classes", 10, low=2, help="Number of logits."),
            choice("activation", "relu", "relu", "tanh", "sigmoid"),
            real("dropout", 0.0, low=0, high=0.9),
        ],
    )
    x = mlp.input("x", "One row of numbers for each example")
    for name, width in (("layer1", "=hidden"), ("layer2", "=hidden // 2")):
        x = mlp.add(name, "graph:Layer", x, width=width, activation="=activation", dropout="=dropout")
    mlp.output("logits", mlp.add("output", "Linear", x, out_features="=classes"))
    return mlp


def _layer() -> Drawing:
    layer = Drawing(
        "Layer",
        "A weighted sum, a bend, and dropout.",
        arguments=[
            whole("width", 128, low=1, help="Units of the layer."),
            choice("activation", "relu", "relu", "tanh", "sigmoid"),
            real("dropout", 0.0, low=0, high=0.9),
        ],
    )
    x = layer.input("x")
    x = layer.add("linear", "Linear", x, out_features="=width")
    others = {"tanh": "Tanh", "sigmoid": "Sigmoid"}
    cases = [Case(f"=activation == '{name}'", use(block)) for name, block in others.items()]
    x = layer.add("activation", "ReLU", x, cases=cases)
    layer.output("output", layer.add("dropout", "Dropout", x, p="=dropout"))
    return layer
