"""Convolutional autoencoder

Paper: Stacked Convolutional Auto-Encoders for Hierarchical Feature Extraction
Authors: Jonathan Masci, Ueli Meier, Dan Cireşan and Jürgen Schmidhuber
Year: 2011
Link: https://doi.org/10.1007/978-3-642-21735-7_7
Parameters: 4,385

An autoencoder that knows what an image is. Its layers look for the same small patterns everywhere, so that a digit
costs the same code wherever it lies, and far fewer weights than a layer that joins every pixel with every unit.
Pooling keeps the strongest answer of each neighbourhood: the code says what is there, and only roughly where.

The encoder goes down once for each of the `widths`: a 3×3 convolution to so many maps, ReLU, and the maximum of each
2×2 pixels. The decoder takes the widths backwards: a convolution, ReLU, and each pixel repeated 2×2 times; a last
convolution and a sigmoid give pixels between 0 and 1. Training minimises `-x log x' - (1 - x) log (1 - x')`. Of 28×28
pixels 8 maps of 4×4 are left; halving 7 rounds up to 4, and so the last step up has no `padding`, which brings 32 back
to 28.

The paper stacked such pairs of layers, trained one after the other, as a start for a classifier, and found that
without pooling the filters come out meaningless: copying is too easy. The net drawn here is the usual example (Keras,
16-8-8). To draw borders and not only what lies within them, one more wire across each level is needed: that is the
U-Net. Masked autoencoders (2021) took up the idea of pre-training, with most of the image missing.
"""

from __future__ import annotations

from app.core.document import DataSource, Document, Goal, InputType, Model, Optimiser, Preset
from app.core.draw import Drawing, Wire
from templates._template import document
from templates.autoencoders._autoencoder import SIZE, rebuilding_recipe, rebuilding_steps
from templates.autoencoders._convolutional import WIDTHS, convolutional

NAME = "autoencoder_conv"


def autoencoder_conv() -> Document:
    return document(
        __doc__,
        *convolutional(uniform=False),
        *rebuilding_steps(_rebuilt),
        arguments=[
            WIDTHS,
            SIZE,
        ],
        models=[
            Model(
                name=NAME,
                graph="Autoencoder",
                arguments={"widths": "=widths"},
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
        ),
        presets=[
            Preset(name="paper", summary="16-8-8 maps, for images of 28×28."),
            Preset(
                name="quick",
                summary="The same net on digits that lie anywhere in the image.",
                data=DataSource("PlacedDigits", {"size": "=size", "digit_size": 8}),
                recipe={
                    "stages.train.steps": 1200,
                    "stages.train.learn.optimiser.lr": 3e-3,
                    "batch_size": 32,
                },
                goal=Goal(
                    evaluation="test",
                    metric="error",
                    at_most=0.0066,
                    baseline="0.010 by shrinking to 7×7 pixels and back, 0.014 by PCA with as many weights; PCA with "
                    "as many numbers in its code has 0.004, and 23 times as many weights",
                    ruin="0.0071 without the bends",
                ),
            ),
        ],
    )


def _rebuilt(step: Drawing, image: Wire) -> Wire:
    return step.add(NAME, f"model:{NAME}", image)["rebuilt"]
