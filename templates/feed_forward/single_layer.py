"""Single layer: y = s(Wx + b)

Paper: Learning internal representations by error propagation
Authors: David E. Rumelhart, Geoffrey E. Hinton and Ronald J. Williams
Year: 1986
Link: https://doi.org/10.7551/mitpress/4943.003.0128
Parameters: 650

The piece that every net is made of: weigh all inputs, add a number, bend the sum. Here it stands alone, with one unit
for each class, and a softmax as the bend, which makes of any numbers shares that add up to one. Each weight moves in
proportion to the error of its unit times its input: the delta rule, all of learning where no unit is hidden.

The layer computes `x Wᵀ + b`, with a row of `features` weights for each of the `classes`, and as its bend `s` a
softmax, of which it gives the logarithm: `output = log softmax(x Wᵀ + b)`. Training minimises `-output[label]`, the
surprise at the right answer. Its slope at a sum is `share - target`, so that the rule is `W ← W - lr · (share -
target)ᵀ x`: the perceptron's, with a share in place of yes or no. Where an example is answered right, and surely so,
nothing moves any more.

Statisticians know the net as multinomial logistic regression. Its borders between classes are planes, which is enough
for these digits under any light: light only adds to an image, and what is added can be weighed out, whereas images of
one digit may be far apart. Where planes are not enough a second layer is needed, and the slope of the error has to be
sent back through the first one: that is the multi-layer perceptron, of the same chapter.
"""

from __future__ import annotations

from msgspec.structs import replace

from app.core.document import DataSource, Document, Goal, InputType, Model, Optimiser, Preset, Preview, Recipe, Schedule
from app.core.draw import Drawing, Wire, whole
from templates._classification import classifier_recipe
from templates._template import document

NAME = "single_layer"

CLASSES = whole("classes", 10, low=2, help="How many classes there are to tell apart.")


def single_layer() -> Document:
    return document(
        __doc__,
        _layer(),
        *_steps(),
        arguments=[whole("features", 64, low=1, help="Numbers that describe one example: 8×8 pixels."), CLASSES],
        models=[
            Model(
                name=NAME,
                graph="SingleLayer",
                arguments={"classes": "=classes"},
                inputs={"x": InputType(("B", "=features"))},
            )
        ],
        recipe=_recipe(),
        presets=[
            Preset(name="paper", summary="64-10, for the digits as they are."),
            Preset(
                name="quick",
                summary="The same layer on digits under uneven light, which changes an image more than its digit does.",
                data=DataSource("LitDigits", {"light": 2.0}),
                goal=Goal(
                    evaluation="test",
                    metric="accuracy",
                    at_least=0.90,
                    baseline="0.68 by the nearest of 50 differently lit copies of each image, 0.18 by the nearest mean "
                    "of a class; logistic regression, which is this very layer, has 0.95",
                    ruin="0.22 without the bend, which says when an answer is right enough",
                ),
            ),
        ],
    )


def _recipe() -> Recipe:
    return replace(
        classifier_recipe(
            NAME,
            DataSource("Digits"),
            steps=4000,
            batch_size=64,
            optimiser=Optimiser("Adam", {"lr": 0.01}),
            schedule=Schedule("cosine"),
            every=500,
        ),
        previews=(Preview(name="confusions", graph="Confusions", show="matrix", count=178, every=500),),
    )


def _layer() -> Drawing:
    layer = Drawing("SingleLayer", "A weighted sum for each class, and a softmax over them.", arguments=[CLASSES])
    x = layer.input("x", "One row of numbers for each example")
    total = layer.add("linear", "Linear", x, out_features="=classes")
    shares = layer.add("log_softmax", "LogSoftmax", total, dim=1)
    layer.output("output", shares, "Logarithms of shares that add up to one")
    return layer


def _steps() -> tuple[Drawing, ...]:
    train = Drawing("TrainStep", "How surprising the right answers are.")
    output, label = _answered(train)
    train.output("loss", train.add("surprise", "NLLLoss", output, label))
    train.output("accuracy", train.add("accuracy", "Accuracy", output, label))

    evaluate = Drawing("Evaluate", "Accuracy over a whole split.")
    output, label = _answered(evaluate)
    evaluate.output("accuracy", evaluate.add("accuracy", "Accuracy", output, label))

    confusions = Drawing("Confusions", "How often each digit (down) is taken for each (across).")
    output, label = _answered(confusions)
    confusions.output("counts", confusions.add("confusions", "ConfusionMatrix", output, label))
    return train, evaluate, confusions


def _answered(step: Drawing) -> tuple[Wire, Wire]:
    """What the layer says, and what it should say."""
    x = step.add("flatten", "Flatten", step.input("image"))
    return step.add(NAME, f"model:{NAME}", x), step.input("label")
