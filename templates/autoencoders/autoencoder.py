"""Autoencoder

Paper: Reducing the Dimensionality of Data with Neural Networks
Authors: Geoffrey E. Hinton and Ruslan R. Salakhutdinov
Year: 2006
Link: https://doi.org/10.1126/science.1127647
Parameters: 50,992

A net that learns to say what it was shown, through a waist too narrow to let everything pass. Its first half, the
encoder, must find the few numbers that matter; its second half, the decoder, makes the image of them again. No labels
are needed: every image is its own answer.

The encoder goes from the pixels down to the code as `widths` says; the decoder takes the same widths backwards. Each
layer computes `activation(x Wᵀ + b)`, the last one with a `sigmoid`, so that pixels lie between 0 and 1; training
minimises `-x log x' - (1 - x) log (1 - x')`. Without bends, whatever the depth, the best such net is principal
component analysis: it keeps a flat sheet through the data. With them the sheet may curve, and the same few numbers go
further.

The preset `paper` is the usual first example (Keras), 784-32-784; `deep` goes down in three layers; `2006` is the
paper's own net, with logistic units and a code of 30 plain numbers. At the time such depth could not be trained from a
random start: the paper trained each pair of layers as a restricted Boltzmann machine first. Better starts, ReLU and
Adam have made that unnecessary. Later work gave the code a distribution (variational autoencoders), corrupted the
input (denoising autoencoders) or chose the code from a table (VQ-VAE).
"""

from __future__ import annotations

from app.core.document import Case, DataSource, Document, Goal, Initial, InputType, Model, Optimiser, Preset, Repeat
from app.core.draw import Drawing, Wire, choice, ints, use, whole
from templates._template import document
from templates.autoencoders._autoencoder import rebuilding_recipe, rebuilding_steps

NAME = "autoencoder"

BENDS = ("relu", "sigmoid", "none")
WIDTHS = ints("widths", (784, 32), low=1, help="Pixels, units of the encoder's layers, numbers of the code.")
ACTIVATION = choice("activation", "relu", "relu", "sigmoid", help="The bend of the layers between image and code.")
CODE = choice("code_activation", "relu", *BENDS, help="The bend of the code; none leaves its numbers as they are.")


def autoencoder() -> Document:
    return document(
        __doc__,
        _autoencoder(),
        _stack(),
        _layer(),
        *rebuilding_steps(_rebuilt, flat=True),
        arguments=[whole("size", 28, low=4, help="Height and width of an image."), WIDTHS, ACTIVATION, CODE],
        models=[
            Model(
                name=NAME,
                graph="Autoencoder",
                arguments={name: f"={name}" for name in ("widths", "activation", "code_activation")},
                inputs={"x": InputType(("B", "=widths[0]"))},
            )
        ],
        recipe=rebuilding_recipe(
            DataSource("Digits", {"size": "=size"}),
            models=(NAME,),
            steps=5000,
            batch_size=256,
            optimiser=Optimiser("Adam", {"lr": 1e-3}),
            every=500,
            flat=True,
        ),
        presets=[
            Preset(name="paper", summary="784-32-784: one layer down, one layer up."),
            Preset(
                name="deep",
                summary="784-128-64-32-64-128-784.",
                arguments={"widths": (784, 128, 64, 32)},
            ),
            Preset(
                name="2006",
                summary="784-1000-500-250-30-250-500-1000-784, the net of the paper.",
                arguments={"widths": (784, 1000, 500, 250, 30), "activation": "sigmoid", "code_activation": "none"},
            ),
            Preset(
                name="quick",
                summary="64-128-64-8-64-128-64: the bundled digits through eight numbers.",
                arguments={"size": 8, "widths": (64, 128, 64, 8), "code_activation": "none"},
                recipe={
                    "stages.train.steps": 3000,
                    "stages.train.learn.optimiser.lr": 2e-3,
                    "batch_size": 64,
                },
                goal=Goal(
                    evaluation="test",
                    metric="error",
                    at_most=0.016,
                    baseline="0.021 by the nearest of 256 mean images, 0.023 by PCA with as many numbers",
                    ruin="0.023 without the bends, which is PCA again",
                ),
            ),
        ],
    )


_INITIAL = (
    Initial(nodes=("Linear",), parameter="weight", method="xavier_uniform_"),
    Initial(nodes=("Linear",), parameter="bias", method="zeros_"),
)


def _autoencoder() -> Drawing:
    net = Drawing("Autoencoder", "Into the code and out again.", arguments=[WIDTHS, ACTIVATION, CODE], initial=_INITIAL)
    x = net.input("x", "Each image as one row of pixels from 0 to 1")
    code = net.add("encoder", "graph:Stack", x, widths="=widths", activation="=activation", last="=code_activation")
    rebuilt = net.add("decoder", "graph:Stack", code, widths="=widths[::-1]", activation="=activation", last="sigmoid")
    net.output("rebuilt", rebuilt, "Pixels from 0 to 1")
    net.output("code", code, "The few numbers that passed")
    return net


def _stack() -> Drawing:
    stack = Drawing(
        "Stack",
        "Layers from one width to the next; the last one has a bend of its own.",
        arguments=[WIDTHS, ACTIVATION, choice("last", "relu", *BENDS, help="The bend of the last layer.")],
    )
    output = stack.add(
        "layers",
        "graph:Layer",
        stack.input("x"),
        repeat=Repeat("=len(widths) - 1"),
        width="=widths[i + 1]",
        activation="=activation if i < len(widths) - 2 else last",
    )
    stack.output("output", output)
    return stack


def _layer() -> Drawing:
    layer = Drawing(
        "Layer",
        "A weighted sum and a bend.",
        arguments=[whole("width", 32, low=1, help="Units of the layer."), choice("activation", "relu", *BENDS)],
    )
    x = layer.add("linear", "Linear", layer.input("x"), out_features="=width")
    cases = [
        Case("=activation == 'sigmoid'", use("Sigmoid")),
        Case("=activation == 'none'", use("Identity")),
    ]
    layer.output("output", layer.add("activation", "ReLU", x, cases=cases))
    return layer


def _rebuilt(step: Drawing, image: Wire) -> Wire:
    return step.add(NAME, f"model:{NAME}", image)["rebuilt"]
