"""DeepFake: one encoder, two decoders

Paper: Face swapping with a shared encoder and two decoders, as published in public code
Authors: deepfakes (a pseudonym) and the faceswap community
Year: 2017
Link: https://github.com/deepfakes/faceswap
Parameters: 82,062,470

One encoder for two people, and for each a decoder of its own. The encoder sees pictures of both and can afford but few
numbers, so it keeps what both have in common: where the head is, where it looks, what the mouth does. Who it is, each
decoder knows by itself. Show the encoder one person and ask the other's decoder: the other makes the same face.

`encoder` halves the image four times, `width` maps at first and eight times as many at last, goes through a waist of
`code` numbers and comes back to small maps; a decoder doubles them until the image is whole, each time by a convolution
to four times as many maps, which become pixels (`PixelShuffle`). `LearnA` and `LearnB` take turns: a face is warped,
and what comes back through its own person's decoder is compared with the face as it was, by absolute difference. The
warp keeps the encoder from copying outlines, which would give away whose they are. Nothing ever says what a swap should
give; `Evaluate` may look, since the held-out faces are the same for both.

With an encoder for each person the two codes need not agree in anything, and a swap gives some other face. Later work
added masks, adversaries and a loss in features; first-order motion and diffusion models do without training for each
person. Pictures of people say things that they never did: whoever publishes one must have been given leave, and say so.
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
from app.core.draw import Drawing, Wire, whole
from templates._template import document

WIDTH = whole("width", 128, low=1, help="Maps after the first halving.")
CODE = whole("code", 1024, low=1, help="Numbers that all must pass through.")
SIZE = whole("size", 64, low=16, help="Height and width of an image.")
PEOPLE = ("a", "b")


def deepfake_ae() -> Document:
    return document(
        __doc__,
        _encoder(),
        _decoder(),
        _down(),
        _upscale(),
        *(_learn(person) for person in PEOPLE),
        _evaluation(),
        _swapped(),
        arguments=[WIDTH, CODE, SIZE],
        models=[
            Model(
                name="encoder",
                graph="Encoder",
                arguments={"width": "=width", "code": "=code", "side": "=size // 16"},
                inputs={"face": InputType(("B", 3, "=size", "=size"))},
            ),
            *(
                Model(
                    name=f"decoder_{person}",
                    graph="Decoder",
                    arguments={"width": "=width"},
                    inputs={"code": InputType(("B", "=width * 4", "=size // 8", "=size // 8"))},
                )
                for person in PEOPLE
            ),
        ],
        recipe=_recipe(),
        presets=[
            Preset(name="paper", summary="64×64 pixels through 1024 numbers."),
            Preset(
                name="quick",
                summary="Two drawn people, 32×32 pixels, fewer maps.",
                arguments={"width": 16, "code": 12, "size": 32},
                recipe={
                    "batch_size": 32,
                    "data.examples": 400,
                    "stages.train.steps": 1000,
                    **{f"stages.train.{person}.optimiser.lr": 1e-3 for person in PEOPLE},
                    "evaluations.validation.every": 200,
                    "previews.swapped.every": 200,
                },
                goal=Goal(
                    evaluation="test",
                    metric="swapped",
                    at_most=0.0019,
                    baseline="0.0022 by the other's training face that is nearest in edges, 0.0028 by the nearest in "
                    "pixels, 0.0054 by the other's mean face",
                    ruin="0.019 with an encoder for each",
                ),
            ),
        ],
    )


def _recipe() -> Recipe:
    phases = [
        Phase(
            name=person,
            step=f"Learn{person.upper()}",
            models=("encoder", f"decoder_{person}"),
            feeds={"warped": f"warped_{person}", "face": f"face_{person}"},
            optimiser=Optimiser("Adam", {"lr": 5e-5, "betas": (0.5, 0.999)}),
        )
        for person in PEOPLE
    ]
    return Recipe(
        data=DataSource("TwoFaces", {"size": "=size"}),
        stages=(Stage(name="train", steps=100_000, phases=tuple(phases)),),
        evaluations=(
            Evaluation(name="validation", graph="Evaluate", split="validation", every=5000),
            Evaluation(name="test", graph="Evaluate", split="test"),
        ),
        previews=(Preview(name="swapped", graph="Swapped", show="images", count=8, every=5000),),
        batch_size=64,
    )


_INITIAL = (
    Initial(nodes=("Conv2d", "Linear"), parameter="weight", method="xavier_uniform_"),
    Initial(nodes=("Conv2d", "Linear"), parameter="bias", method="zeros_"),
)


def _encoder() -> Drawing:
    graph = Drawing(
        "Encoder",
        "What both have in common: small maps, a few numbers, small maps again.",
        arguments=[WIDTH, CODE, whole("side", 4, low=1, help="Height and width of the smallest maps.")],
        initial=_INITIAL,
    )
    x = graph.input("face")
    for step, maps in enumerate(("width", "width * 2", "width * 4", "width * 8"), 1):
        x = graph.add(f"down{step}", "graph:Down", x, width=f"={maps}")
    x = graph.add("flat", "Reshape", x, shape="=(width * 8 * side * side,)")
    x = graph.add("waist", "Linear", x, out_features="=code")
    x = graph.add("wide", "Linear", x, out_features="=width * 8 * side * side")
    x = graph.add("maps", "Unflatten", x, dim=1, unflattened_size="=(width * 8, side, side)")
    graph.output("code", graph.add("upscale", "graph:Upscale", x, width="=width * 4"))
    return graph


def _decoder() -> Drawing:
    graph = Drawing("Decoder", "One person, making the face that the code says.", arguments=[WIDTH], initial=_INITIAL)
    x = graph.input("code")
    for step, maps in enumerate(("width * 2", "width", "width // 2"), 1):
        x = graph.add(f"upscale{step}", "graph:Upscale", x, width=f"={maps}")
    x = graph.add("output", "Conv2d", x, out_channels=3, kernel_size=5, padding=2)
    graph.output("face", graph.add("sigmoid", "Sigmoid", x), "Pixels from 0 to 1")
    return graph


def _down() -> Drawing:
    graph = Drawing("Down", "Looks for patterns, at half the size.", arguments=[WIDTH])
    x = graph.input("x")
    x = graph.add("conv", "Conv2d", x, out_channels="=width", kernel_size=5, stride=2, padding=2)
    graph.output("output", graph.add("leaky", "LeakyReLU", x, negative_slope=0.1))
    return graph


def _upscale() -> Drawing:
    graph = Drawing("Upscale", "Four maps become one of twice the size.", arguments=[WIDTH])
    x = graph.input("x")
    x = graph.add("conv", "Conv2d", x, out_channels="=width * 4", kernel_size=3, padding=1)
    x = graph.add("leaky", "LeakyReLU", x, negative_slope=0.1)
    graph.output("output", graph.add("shuffle", "PixelShuffle", x, upscale_factor=2))
    return graph


def _learn(person: str) -> Drawing:
    step = Drawing(f"Learn{person.upper()}", "A warped face is to come back as it was, through its own decoder.")
    warped, face = step.input("warped"), step.input("face")
    rebuilt = _through(step, step.add("encoder", "model:encoder", warped), person, "rebuilt")
    step.output("loss", step.add("difference", "L1Loss", rebuilt, face))
    return step


def _through(step: Drawing, code: Wire, person: str, name: str) -> Wire:
    return step.add(name, f"model:decoder_{person}", code)


def _faces(step: Drawing) -> tuple[dict[str, Wire], dict[str, Wire]]:
    """Both people's faces, and what the encoder makes of them."""
    faces = {person: step.input(f"face_{person}") for person in PEOPLE}
    return faces, {person: step.add(f"code_{person}", "model:encoder", face) for person, face in faces.items()}


def _evaluation() -> Drawing:
    step = Drawing("Evaluate", "Squared difference of swapped faces and what the other really looks like so.")
    faces, codes = _faces(step)
    made = [_through(step, codes["a"], "b", "a_as_b"), _through(step, codes["b"], "a", "b_as_a")]
    right = step.add("right", "Concatenate", faces["b"], faces["a"], dim=0)
    swapped = step.add("made", "Concatenate", *made, dim=0)
    step.output("swapped", step.add("swapped", "MeanSquaredError", swapped, right))
    for person in PEOPLE:
        rebuilt = _through(step, codes[person], person, f"rebuilt_{person}")
        step.output(f"rebuilt_{person}", step.add(f"error_{person}", "MeanSquaredError", rebuilt, faces[person]))
    return step


def _swapped() -> Drawing:
    step = Drawing("Swapped", "Each person's face, and the same face on the other.")
    faces, codes = _faces(step)
    for person, other in (("a", "b"), ("b", "a")):
        step.output(person, faces[person])
        step.output(f"{person}_as_{other}", _through(step, codes[person], other, f"as_{other}"))
    return step
