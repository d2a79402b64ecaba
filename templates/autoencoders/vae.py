"""Variational autoencoder

Paper: Auto-Encoding Variational Bayes
Authors: Diederik P. Kingma and Max Welling
Year: 2013
Link: https://arxiv.org/abs/1312.6114
Parameters: 652,824

An autoencoder whose code is not a point but a small cloud: the encoder gives a mean and a variance, and the decoder has
to cope with any point drawn from that cloud. All clouds together are pressed towards one standard normal distribution,
so that a point drawn from it decodes to something like the data. Drawing is written as `mean + deviation * noise`, so
that the gradient passes through it.

The step minimises the negative of a bound on the log-likelihood, for each example the sum of two parts: how badly the
image is rebuilt, `-Σ x log x' + (1 - x) log(1 - x')` over its pixels, and how far the cloud is from the standard
normal, `½ Σ (mu² + exp(logvar) - logvar - 1)` over the `latent` dimensions. `GaussianSample` draws
`z = mu + exp(logvar / 2) ε`. The encoder has one hidden layer of `hidden` units and two heads; the decoder mirrors it.

Layers are named as in PyTorch's own example (fc1, fc21, fc22; fc3, fc4) and hold 652,824 parameters together. If the
second part wins, the clouds say nothing about the image (posterior collapse); weighting it gave the β-VAE, codes from a
table the VQ-VAE, and a VAE's latent space is where latent diffusion works.
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
    Stage,
)
from app.core.draw import Drawing, Wire, whole
from templates._template import document

SIZE = whole("size", 28, low=4, help="Height and width of an image.")
FEATURES = whole("features", 784, low=1, help="Pixels of an image: 28×28.")
HIDDEN = whole("hidden", 400, low=1, help="Units of the encoder's and of the decoder's hidden layer.")
LATENT = whole("latent", 20, low=1, help="Dimensions of the code.")


def vae() -> Document:
    return document(
        __doc__,
        _encoder(),
        _decoder(),
        _train_step(),
        _evaluation(),
        _rebuilt(),
        _samples(),
        arguments=[SIZE, HIDDEN, LATENT],
        models=[
            Model(
                name="encoder",
                graph="Encoder",
                arguments={"hidden": "=hidden", "latent": "=latent"},
                inputs={"x": InputType(("B", "=size * size"))},
            ),
            Model(
                name="decoder",
                graph="Decoder",
                arguments={"hidden": "=hidden", "features": "=size * size"},
                inputs={"z": InputType(("B", "=latent"))},
            ),
        ],
        recipe=Recipe(
            data=DataSource("Digits", {"size": "=size"}),
            stages=(
                Stage(
                    name="train",
                    steps=5000,
                    phases=(
                        Phase(
                            name="learn",
                            step="TrainStep",
                            models=("encoder", "decoder"),
                            optimiser=Optimiser("Adam", {"lr": 1e-3}),
                        ),
                    ),
                ),
            ),
            evaluations=(
                Evaluation(name="validation", graph="Evaluate", split="validation", every=1000),
                Evaluation(name="test", graph="Evaluate", split="test"),
            ),
            previews=(
                Preview(name="rebuilt", graph="Rebuild", show="images", every=250, arguments={"size": "=size"}),
                Preview(
                    name="samples",
                    graph="Samples",
                    show="images",
                    count=36,
                    every=250,
                    arguments={"latent": "=latent", "size": "=size"},
                ),
            ),
            batch_size=128,
        ),
        presets=[
            Preset(name="paper", summary="784-400-20-400-784, for images of 28×28."),
            Preset(
                name="quick",
                summary="The same halves, narrower, on the bundled digits of 8×8.",
                arguments={"size": 8, "hidden": 256, "latent": 8},
                recipe={"stages.train.steps": 8000, "stages.train.learn.optimiser.lr": 2e-3, "batch_size": 64},
                goal=Goal(
                    evaluation="test",
                    metric="bound",
                    at_most=24.2,
                    baseline="24.4 by the mean of the image's class and log 10 for its name, 26.8 by PCA with its "
                    "code's cost, 27.2 by each pixel's mean",
                    ruin="27.3 with a code that is drawn without looking at the image",
                ),
            ),
        ],
    )


def _encoder() -> Drawing:
    graph = Drawing(
        "Encoder", "From an image to a cloud: mean and logarithm of the variance.", arguments=[HIDDEN, LATENT]
    )
    x = graph.add("fc1", "Linear", graph.input("x"), out_features="=hidden")
    x = graph.add("relu", "ReLU", x)
    graph.output("mu", graph.add("fc21", "Linear", x, out_features="=latent"))
    graph.output("logvar", graph.add("fc22", "Linear", x, out_features="=latent"))
    return graph


def _decoder() -> Drawing:
    graph = Drawing("Decoder", "From a point to an image.", arguments=[HIDDEN, FEATURES])
    x = graph.add("fc3", "Linear", graph.input("z"), out_features="=hidden")
    x = graph.add("relu", "ReLU", x)
    x = graph.add("fc4", "Linear", x, out_features="=features")
    graph.output("x", graph.add("sigmoid", "Sigmoid", x), "Between 0 (black) and 1 (white)")
    return graph


def _train_step() -> Drawing:
    step = Drawing("TrainStep", "The negative of the bound: rebuilding error and divergence, in nats for each image.")
    error, divergence = _parts(step)
    step.output("loss", step.add("loss", "Mean", step.add("bound", "Add", error, divergence)))
    step.output("error", step.add("mean_error", "Mean", error))
    step.output("divergence", step.add("mean_divergence", "Mean", divergence))
    return step


def _evaluation() -> Drawing:
    step = Drawing("Evaluate", "The negative of the bound over a whole split, in nats for each image.")
    error, divergence = _parts(step)
    step.output("bound", step.add("mean_bound", "MeanMetric", step.add("bound", "Add", error, divergence)))
    step.output("divergence", step.add("mean_divergence", "MeanMetric", divergence))
    return step


def _parts(step: Drawing) -> tuple[Wire, Wire]:
    """Rebuilding error and distance from the standard normal, for each image."""
    x = step.add("flatten", "Flatten", step.input("image"))
    cloud = step.add("encoder", "model:encoder", x)
    mu, logvar = cloud["mu"], cloud["logvar"]
    rebuilt = step.add("decoder", "model:decoder", step.add("draw", "GaussianSample", mu, logvar))
    errors = step.add("errors", "BCELoss", rebuilt, x, reduction="none")
    error = step.add("error", "Sum", errors, dim=(1,))
    return error, step.add("divergence", "KLDivergence", mu, logvar, reduction="none")


def _rebuilt() -> Drawing:
    step = Drawing("Rebuild", "Images, and what comes back from the middle of their clouds.", arguments=[SIZE])
    image = step.input("image")
    x = step.add("flatten", "Flatten", image)
    rebuilt = step.add("decoder", "model:decoder", step.add("encoder", "model:encoder", x)["mu"])
    step.output("image", image)
    step.output("rebuilt", _as_image(step, rebuilt))
    return step


def _samples() -> Drawing:
    step = Drawing("Samples", "Images from points of the standard normal distribution.", arguments=[LATENT, SIZE])
    image = step.input("image")
    made = step.add("decoder", "model:decoder", step.add("z", "Noise", image, sizes="=(latent,)"))
    step.output("image", _as_image(step, made))
    return step


def _as_image(step: Drawing, x: Wire) -> Wire:
    """Rows of pixels as images."""
    return step.add("image", "Reshape", x, shape="=(1, size, size)")
