"""Deep belief network

Paper: A Fast Learning Algorithm for Deep Belief Nets
Authors: Geoffrey E. Hinton, Simon Osindero and Yee-Whye Teh
Year: 2006
Link: https://doi.org/10.1162/neco.2006.18.7.1527
Parameters: 2,799,794

The paper that began deep learning: train a deep net one layer at a time, without labels, each as a restricted
Boltzmann machine on what the layers below make of the data. No error has to travel through many layers that know
nothing yet; each layer learns to say what it sees, and the next one learns about that.

There are as many stages as layers, and one more. In stage k the machines below `rbmk` are held still, an image goes up
through them (each unit on with the probability that its layer gives), and `Contrast` moves `rbmk` alone: `mean(F(data)
- F(fantasy))`, the data's free energy against that of where `chain` steps of sampling lead. At the end an `output`
layer is put on top, and the stage `fine_tune` sends the slope of the cross-entropy through the whole stack, whose
layers compute `σ(x W + hbias)`: the net has become an ordinary multi-layer perceptron with a good start. The downward
biases `vbias` have done their work then.

Sizes are those of the usual tutorial (deeplearning.net): 784-1000-1000-1000-10, of which 2,797,010 numbers classify
and 2,784 are downward biases. The paper had 784-500-500-2000 with the labels beside the last layer, tuned by waking
and sleeping rather than by back-propagation, and could also dream up digits. Rectifiers, better first weights and
normalisation soon made such a start unnecessary; pre-training without labels, and tuning with a few, came back with
language models.
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
    Schedule,
    Stage,
)
from app.core.draw import Drawing, Wire, whole
from templates._template import document
from templates.energy_based._rbm import CHAIN, GAIN, PHASES, machine, weights

NAME = "dbn"

LAYERS = ("rbm1", "rbm2", "rbm3")
CLASSES = whole("classes", 10, low=2, help="How many classes there are to tell apart.")


def dbn() -> Document:
    return document(
        __doc__,
        *machine(),
        _output(),
        *(_greedy(number) for number in range(len(LAYERS))),
        *_fine_tuning(),
        arguments=[
            whole("size", 28, low=4, help="Height and width of an image."),
            whole("hidden", 1000, low=1, help="Hidden units of each machine."),
            CLASSES,
            GAIN,
            CHAIN,
        ],
        models=[
            *(
                Model(
                    name=name,
                    graph="RBM",
                    arguments={"hidden": "=hidden", "gain": "=gain"},
                    inputs={"visible": InputType(("B", "=hidden" if number else "=size * size"))},
                )
                for number, name in enumerate(LAYERS)
            ),
            Model(
                name="output",
                graph="Output",
                arguments={"classes": "=classes"},
                inputs={"x": InputType(("B", "=hidden"))},
            ),
        ],
        recipe=_recipe(),
        presets=[
            Preset(name="paper", summary="784-1000-1000-1000-10, as of the tutorial."),
            Preset(
                name="quick",
                summary="Narrower machines on the bundled digits under noise, and a short tuning.",
                arguments={"size": 8, "hidden": 256, "gain": 0.1},
                data=DataSource("PlacedDigits", {"size": "=size", "digit_size": "=size", "noise": 0.35}),
                recipe={
                    **{f"stages.{name}.steps": 3000 for name in LAYERS},
                    "stages.fine_tune.steps": 4000,
                    "stages.fine_tune.learn.optimiser.lr": 5e-3,
                    "evaluations.validation.every": 500,
                },
                goal=Goal(
                    evaluation="test",
                    metric="accuracy",
                    at_least=0.87,
                    baseline="0.82 by logistic regression, 0.81 by the nearest of 50 noisy copies of each image",
                    ruin="0.10 without the three stages before the tuning",
                ),
            ),
        ],
        layout={"Contrast": PHASES} | {f"Greedy{number + 1}": _held_still(number) for number in (1, 2)},
    )


def _held_still(below: int) -> GraphLayout:
    nodes = tuple(f"{name}{part}" for name in LAYERS[:below] for part in ("", "_still", "_on"))
    return GraphLayout(frames=(Frame(title="Held still", nodes=nodes),))


def _recipe() -> Recipe:
    return Recipe(
        data=DataSource("Digits", {"size": "=size"}),
        stages=(
            *(
                Stage(
                    name=name,
                    steps=10_000,
                    phases=(
                        Phase(
                            name="learn",
                            step=f"Greedy{number}",
                            models=(name,),
                            arguments={"chain": "=chain"},
                            optimiser=Optimiser("SGD", {"lr": 0.1}),
                        ),
                    ),
                )
                for number, name in enumerate(LAYERS, start=1)
            ),
            Stage(
                name="fine_tune",
                steps=10_000,
                phases=(
                    Phase(
                        name="learn",
                        step="FineTune",
                        models=(*LAYERS, "output"),
                        optimiser=Optimiser("Adam", {"lr": 2e-3}),
                        schedule=Schedule("cosine"),
                    ),
                ),
            ),
        ),
        evaluations=(
            Evaluation(name="validation", graph="Evaluate", split="validation", every=200),
            Evaluation(name="test", graph="Evaluate", split="test"),
        ),
        previews=(
            Preview(name="rebuilt", graph="Rebuild", show="images", count=16, every=500, arguments={"size": "=size"}),
        ),
        batch_size=64,
    )


def _output() -> Drawing:
    graph = Drawing(
        "Output",
        "A logit for each class, put on top of the machines.",
        arguments=[CLASSES],
        initial=[Initial(nodes=("linear",), parameter=name, method="zeros_") for name in ("weight", "bias")],
    )
    graph.output("logits", graph.add("linear", "Linear", graph.input("x"), out_features="=classes"))
    return graph


def _greedy(below: int) -> Drawing:
    """The step of one machine, on what those below it make of the data."""
    name = LAYERS[below]
    on = f"what {below} held still make of it" if below else "the pixels"
    step = Drawing(f"Greedy{below + 1}", f"Contrastive divergence of machine {below + 1} on {on}.", arguments=[CHAIN])
    visible = step.add("pixels", "Bernoulli", step.add("flatten", "Flatten", step.input("image")))
    for lower in LAYERS[:below]:
        chance = step.add(lower, f"model:{lower}", visible)["hidden"]
        visible = step.add(f"{lower}_on", "Bernoulli", step.add(f"{lower}_still", "Detach", chance))
    known = step.add(name, f"model:{name}", visible)
    step.output("loss", step.add("contrast", "graph:Contrast", visible, *weights(known), chain="=chain"))
    rebuilt = step.add("down", "graph:Down", known["hidden"], known["W"], known["vbias"])
    step.output("error", step.add("error", "MSELoss", rebuilt, visible), "Not what is minimised")
    return step


def _upwards(step: Drawing, x: Wire) -> Wire:
    for name in LAYERS:
        x = step.add(name, f"model:{name}", x)["hidden"]
    return x


def _classified(step: Drawing) -> tuple[Wire, Wire]:
    image, label = step.input("image"), step.input("label")
    return step.add("output", "model:output", _upwards(step, step.add("flatten", "Flatten", image))), label


def _fine_tuning() -> tuple[Drawing, ...]:
    tune = Drawing("FineTune", "The stack as one net: cross-entropy, sent back through all of its layers.")
    logits, label = _classified(tune)
    tune.output("loss", tune.add("cross_entropy", "CrossEntropyLoss", logits, label))
    tune.output("accuracy", tune.add("accuracy", "Accuracy", logits, label))

    evaluate = Drawing("Evaluate", "Accuracy over a whole split.")
    logits, label = _classified(evaluate)
    evaluate.output("accuracy", evaluate.add("accuracy", "Accuracy", logits, label))

    look = Drawing(
        "Rebuild",
        "Images, and what is left of them after the way up to the top and down again.",
        arguments=[whole("size", 28, low=4, help="Height and width of an image.")],
    )
    image = look.input("image")
    x, machines = look.add("flatten", "Flatten", image), []
    for name in LAYERS:
        machines.append(look.add(name, f"model:{name}", x))
        x = machines[-1]["hidden"]
    for name, known in zip(reversed(LAYERS), reversed(machines), strict=True):
        x = look.add(f"{name}_down", "graph:Down", x, known["W"], known["vbias"])
    look.output("image", image)
    look.output("rebuilt", look.add("as_image", "Reshape", x, shape="=(1, size, size)"))
    return tune, evaluate, look
