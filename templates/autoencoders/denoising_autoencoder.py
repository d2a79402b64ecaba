"""Denoising autoencoder

Paper: Extracting and Composing Robust Features with Denoising Autoencoders
Authors: Pascal Vincent, Hugo Larochelle, Yoshua Bengio and Pierre-Antoine Manzagol
Year: 2008
Link: https://doi.org/10.1145/1390156.1390294
Parameters: 28,353

Spoil the input, and ask for what it was before. A net that is shown noise on an image can no longer copy; it must know
what images look like, and tell from the rest of one what a pixel should be. So it needs no narrow waist to learn
something, and what it learns holds where the input is imperfect.

`TrainStep` adds Gaussian noise of deviation `noise` to an `image`, holds the result between black and white, and
minimises the cross-entropy of what the net makes of it with the clean image: `-x log x' - (1 - x) log (1 - x')`. The
net goes down `steps` times (a convolution to `width` maps, ReLU, pooling) and up again as often; pooling lets it see
far enough to tell strokes from specks. `Evaluate` gives the squared `error` beside that of the `noisy` image itself.

The paper set pixels to zero at random and stacked such nets as a start for classifiers; the net drawn here is the
usual convolutional example (Keras, 32-32). What is learnt is more than cleaning: the step from a noisy point to what
it may have been points towards where data are dense, the slope of their log-density (Vincent, 2011). Done at all
strengths of noise, one after the other, it makes images of nothing but noise: diffusion models.
"""

from __future__ import annotations

from app.core.document import DataSource, Document, Goal, InputType, Model, Optimiser, Preset
from app.core.draw import Drawing, Wire, real
from templates._template import document
from templates.autoencoders._autoencoder import SIZE, rebuilding_recipe
from templates.autoencoders._convolutional import STEPS, WIDTH, convolutional

NAME = "denoising_autoencoder"

NOISE = real("noise", 0.5, low=0, help="Deviation of the noise on pixels from 0 to 1.")


def denoising_autoencoder() -> Document:
    return document(
        __doc__,
        *convolutional(uniform=True),
        *_steps(),
        arguments=[
            WIDTH,
            STEPS,
            SIZE,
            NOISE,
        ],
        models=[
            Model(
                name=NAME,
                graph="Autoencoder",
                arguments={"width": "=width", "steps": "=steps"},
                inputs={"image": InputType(("B", 1, "=size", "=size"))},
            )
        ],
        recipe=rebuilding_recipe(
            DataSource("Digits", {"size": "=size"}),
            models=(NAME,),
            steps=5000,
            batch_size=128,
            optimiser=Optimiser("Adam", {"lr": 1e-3}),
            every=500,
            preview="Clean",
            arguments={"noise": "=noise"},
        ),
        presets=[
            Preset(name="paper", summary="32-32 maps, for images of 28×28."),
            Preset(
                name="quick",
                summary="Fewer maps, on digits that lie anywhere in the image.",
                arguments={"width": 16},
                data=DataSource("PlacedDigits", {"size": "=size", "digit_size": 16}),
                recipe={
                    "stages.train.steps": 1500,
                    "stages.train.learn.optimiser.lr": 3e-3,
                    "batch_size": 32,
                },
                goal=Goal(
                    evaluation="test",
                    metric="error",
                    at_most=0.0115,
                    baseline="0.014 by a line over 7×7 pixels, 0.016 by PCA, 0.115 as it came",
                    ruin="trained on clean images",
                ),
            ),
        ],
    )


def _cleaned(step: Drawing, image: Wire) -> tuple[Wire, Wire]:
    """A spoilt image, and what the net takes it for."""
    noisy = step.add("clamp", "Clamp", step.add("spoil", "AddNoise", image, std="=noise"), min=0.0, max=1.0)
    return noisy, step.add(NAME, f"model:{NAME}", noisy)["rebuilt"]


def _steps() -> tuple[Drawing, ...]:
    train = Drawing("TrainStep", "Spoil an image, and compare what comes back with the clean one.", arguments=[NOISE])
    image = train.input("image")
    _, cleaned = _cleaned(train, image)
    train.output("loss", train.add("difference", "BCELoss", cleaned, image))

    evaluate = Drawing("Evaluate", "Squared error of cleaned images, and of the noisy ones.", arguments=[NOISE])
    image = evaluate.input("image")
    noisy, cleaned = _cleaned(evaluate, image)
    evaluate.output("error", evaluate.add("error", "MeanSquaredError", cleaned, image))
    evaluate.output("noisy", evaluate.add("noisy", "MeanSquaredError", noisy, image))

    look = Drawing("Clean", "Images, their noisy selves, and what the net takes those for.", arguments=[NOISE])
    image = look.input("image")
    noisy, cleaned = _cleaned(look, image)
    look.output("image", image)
    look.output("noisy", noisy)
    look.output("cleaned", cleaned)
    return train, evaluate, look
