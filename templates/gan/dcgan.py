"""DCGAN

Paper: Unsupervised Representation Learning with Deep Convolutional Generative Adversarial Networks
Authors: Alec Radford, Luke Metz and Soumith Chintala
Year: 2015
Link: https://arxiv.org/abs/1511.06434
Parameters: 3,576,704

Two nets play against each other: the discriminator learns to tell made images from real ones, the generator learns to
make images that it takes for real. Neither is told what an image should look like; each is the other's teacher. What
made the game stable were a few rules for convolutional nets: strides instead of pooling, batch normalisation, no fully
connected layers, relu in the generator and leaky relu in the discriminator.

`DiscriminatorStep` minimises `-log D(x) - log(1 - D(G(z)))`; the made images are detached, so that no gradient reaches
the generator. `GeneratorStep` minimises `-log D(G(z))`, the non-saturating form: its gradient is large exactly while
the discriminator wins. `z` has `noise` numbers from a normal distribution. Transposed convolutions of 4×4 with stride 2
double the image from 4×4 to 64×64 while the channels halve from `width * 8`; the discriminator is the mirror image.

A discriminator that wins at once teaches nothing. On few and simple images it does, by traits of single pixels; noise
of deviation `instance_noise` on all that it judges hides those (Sønderby et al., 2016). The paper has none.

The 3.6 million parameters are the generator's; the discriminator has 2,765,568. Names and start (weights from
`N(0, 0.02²)`) are those of PyTorch's own example. Later work replaced the loss (WGAN, hinge), tamed the discriminator
(spectral normalisation, gradient penalties) and grew the resolution (ProGAN, StyleGAN).
"""

from __future__ import annotations

from app.core.document import (
    DataSource,
    Document,
    Evaluation,
    Goal,
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
from app.core.draw import Drawing, Wire, real, whole
from templates._template import document

NOISE = whole("noise", 100, low=1, help="Random numbers from which one image is made.")
WIDTH = whole("width", 64, low=1, help="Channels beside the image; each step inwards doubles them, up to eight times.")
CHANNELS = whole("channels", 3, low=1, help="Channels of an image: 3 for colour, 1 for grey.")
BLUR = real(
    "instance_noise", 0.0, low=0, help="Deviation of noise on every image that the discriminator judges in training."
)

INITIAL = (
    Initial(
        nodes=("Conv2d", "ConvTranspose2d"), parameter="weight", method="normal_", arguments={"mean": 0.0, "std": 0.02}
    ),
    Initial(nodes=("BatchNorm2d",), parameter="weight", method="normal_", arguments={"mean": 1.0, "std": 0.02}),
    Initial(nodes=("BatchNorm2d",), parameter="bias", method="zeros_"),
)


def dcgan() -> Document:
    adam = Optimiser("Adam", {"lr": 2e-4, "betas": (0.5, 0.999)})
    return document(
        __doc__,
        _generator(),
        _generator_layers(),
        _discriminator(),
        _discriminator_layers(),
        _discriminator_step(),
        _generator_step(),
        _evaluation(),
        _samples(),
        arguments=[NOISE, WIDTH, CHANNELS, BLUR],
        models=[
            Model(
                name="generator",
                graph="Generator",
                arguments={"width": "=width", "channels": "=channels"},
                inputs={"z": InputType(("B", "=noise", 1, 1))},
            ),
            Model(
                name="discriminator",
                graph="Discriminator",
                arguments={"width": "=width"},
                inputs={"image": InputType(("B", "=channels", 64, 64))},
            ),
        ],
        recipe=Recipe(
            data=DataSource("ImageFolder", {"size": 64, "channels": "=channels", "flip": True, "value_range": "-1..1"}),
            stages=(
                Stage(
                    name="train",
                    steps=100_000,
                    phases=(
                        Phase(
                            name="discriminate",
                            step="DiscriminatorStep",
                            models=("discriminator",),
                            arguments={"noise": "=noise", "instance_noise": "=instance_noise"},
                            optimiser=adam,
                        ),
                        Phase(
                            name="generate",
                            step="GeneratorStep",
                            models=("generator",),
                            arguments={"noise": "=noise", "instance_noise": "=instance_noise"},
                            optimiser=adam,
                        ),
                    ),
                ),
            ),
            evaluations=(
                Evaluation(
                    name="validation",
                    graph="Likeness",
                    split="validation",
                    every=2000,
                    arguments={"noise": "=noise"},
                ),
                Evaluation(name="test", graph="Likeness", split="test", arguments={"noise": "=noise"}),
            ),
            previews=(
                Preview(
                    name="samples", graph="Samples", show="images", count=36, every=500, arguments={"noise": "=noise"}
                ),
            ),
            batch_size=128,
        ),
        presets=[
            Preset(name="paper", summary="As published, on a folder of images."),
            Preset(
                name="quick",
                summary="An eighth of the width on the bundled digits, enlarged to 64×64.",
                arguments={"noise": 16, "width": 8, "channels": 1, "instance_noise": 0.5},
                data=DataSource("Digits", {"size": 64, "channels": 1, "value_range": "-1..1"}),
                recipe={
                    "batch_size": 32,
                    "stages.train.steps": 2500,
                    "stages.train.discriminate.optimiser.lr": 1e-3,
                    "stages.train.generate.optimiser.lr": 1e-3,
                    "stages.train.discriminate.schedule.name": "linear",
                    "stages.train.generate.schedule.name": "linear",
                    "evaluations.validation.every": 500,
                    "previews.samples.every": 100,
                },
                goal=Goal(
                    evaluation="test",
                    metric="coverage",
                    at_least=0.42,
                    baseline="0.38 by the ten class means, 0.20 by one Gaussian. Not beaten: 0.83 by a Gaussian for "
                    "each class, which is told the labels; 0.90 by as many training images",
                    ruin="0 with a generator that is not trained",
                ),
            ),
        ],
    )


def _generator() -> Drawing:
    graph = Drawing("Generator", "From random numbers to an image.", arguments=[WIDTH, CHANNELS], initial=INITIAL)
    z = graph.input("z", "Random numbers, as a map of 1×1")
    graph.output("image", graph.add("main", "graph:GeneratorLayers", z, width="=width", channels="=channels"))
    return graph


def _generator_layers() -> Drawing:
    """Names are those of PyTorch's example: ``main.0`` ..."""
    graph = Drawing(
        "GeneratorLayers",
        "Five transposed convolutions: 1×1, 4×4, 8×8, 16×16, 32×32, 64×64.",
        arguments=[WIDTH, CHANNELS],
        sequential=True,
    )
    x = graph.input("z")
    widths = ("=width * 8", "=width * 4", "=width * 2", "=width")
    for layer, channels in enumerate(widths):
        stride, padding = (1, 0) if layer == 0 else (2, 1)
        x = graph.add(
            str(3 * layer), "ConvTranspose2d", x, out_channels=channels, kernel_size=4, stride=stride, padding=padding,
            bias=False,
        )  # fmt: skip
        x = graph.add(str(3 * layer + 1), "BatchNorm2d", x)
        x = graph.add(str(3 * layer + 2), "ReLU", x)
    x = graph.add("12", "ConvTranspose2d", x, out_channels="=channels", kernel_size=4, stride=2, padding=1, bias=False)
    graph.output("image", graph.add("13", "Tanh", x))
    return graph


def _discriminator() -> Drawing:
    graph = Drawing("Discriminator", "How real an image looks.", arguments=[WIDTH], initial=INITIAL)
    x = graph.add("main", "graph:DiscriminatorLayers", graph.input("image"), width="=width")
    graph.output("real", graph.add("flatten", "Flatten", x, start_dim=0), "Between 0 (made) and 1 (real)")
    return graph


def _discriminator_layers() -> Drawing:
    graph = Drawing(
        "DiscriminatorLayers",
        "Five convolutions: 64×64, 32×32, 16×16, 8×8, 4×4, 1×1.",
        arguments=[WIDTH],
        sequential=True,
    )
    x = graph.input("image")
    x = graph.add("0", "Conv2d", x, out_channels="=width", kernel_size=4, stride=2, padding=1, bias=False)
    x = graph.add("1", "LeakyReLU", x, negative_slope=0.2)
    for layer in (1, 2, 3):
        x = graph.add(
            str(3 * layer - 1), "Conv2d", x, out_channels=f"=width * {2**layer}", kernel_size=4, stride=2, padding=1,
            bias=False,
        )  # fmt: skip
        x = graph.add(str(3 * layer), "BatchNorm2d", x)
        x = graph.add(str(3 * layer + 1), "LeakyReLU", x, negative_slope=0.2)
    x = graph.add("11", "Conv2d", x, out_channels=1, kernel_size=4, bias=False)
    graph.output("real", graph.add("12", "Sigmoid", x))
    return graph


def _made(step: Drawing, like: Wire) -> Wire:
    """As many images made from noise as ``like`` holds."""
    z = step.add("z", "Noise", like, sizes="=(noise, 1, 1)")
    return step.add("generator", "model:generator", z)


def _judged(step: Drawing, name: str, image: Wire) -> Wire:
    blurred = step.add(f"blur_{name}", "AddNoise", image, std="=instance_noise", enabled="=instance_noise > 0")
    return step.add(f"discriminator_{name}", "model:discriminator", blurred)


def _discriminator_step() -> Drawing:
    step = Drawing("DiscriminatorStep", "Real images are to be called real, made ones made.", arguments=[NOISE, BLUR])
    image = step.input("image")
    made = step.add("detach", "Detach", _made(step, image))
    real, fake = _judged(step, "real", image), _judged(step, "made", made)
    real_loss = step.add("real_loss", "BCELoss", real, step.add("ones", "OnesLike", real))
    made_loss = step.add("made_loss", "BCELoss", fake, step.add("zeros", "ZerosLike", fake))
    step.output("loss", step.add("loss", "Add", real_loss, made_loss))
    step.output("real", step.add("mean_real", "Mean", real), "How real it finds real images")
    step.output("made", step.add("mean_made", "Mean", fake), "How real it finds made images")
    return step


def _generator_step() -> Drawing:
    step = Drawing("GeneratorStep", "Made images are to be called real.", arguments=[NOISE, BLUR])
    fake = _judged(step, "made", _made(step, step.input("image")))
    step.output("loss", step.add("loss", "BCELoss", fake, step.add("ones", "OnesLike", fake)))
    return step


def _evaluation() -> Drawing:
    step = Drawing("Likeness", "Whether made images lie among real ones that were never shown.", arguments=[NOISE])
    image = step.input("image")
    made = _made(step, image)
    step.output(
        "coverage", step.add("coverage", "Coverage", made, image, neighbours=3), "Real images that have a made one near"
    )
    step.output(
        "distance", step.add("distance", "NearestNeighbourDistance", made, image), "1: as near as real ones are"
    )
    return step


def _samples() -> Drawing:
    step = Drawing("Samples", "Images from new noise.", arguments=[NOISE])
    step.output("image", _made(step, step.input("image")))
    return step
