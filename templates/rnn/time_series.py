"""Time-series forecasting (LSTM)

Paper: Long Short-Term Memory
Authors: Sepp Hochreiter and Jürgen Schmidhuber
Year: 1997
Link: https://doi.org/10.1162/neco.1997.9.8.1735
Parameters: 4,513

What comes next in a series of measurements depends on which kind of series it is, and that has to be found out from the
values themselves. A linear forecast gives the last values weights that are the same for all series; a recurrent net
reads the series, and what it has seen of it so far, kept in its cells, decides what each further value means.

The series goes through an LSTM of `hidden` cells one value at a time, and the forecast is `V h + c` of its last state;
training minimises the squared error to the value `ahead` steps after the last one. A step has four gates over
`[1, hidden]` numbers, so `4 * hidden * (1 + hidden + 2)` parameters, and `hidden + 1` for the forecast: 4,513.

To repeat the last value is the first thing to be beaten, the best linear weights of the last `length` values the
second: on a single wave these are exact, and only where waves differ in length does reading pay. The benchmarks of real
series (M4, 2018) were won by a hybrid of exponential smoothing and LSTM; DeepAR (2017) foretells distributions, and
convolutional and attention-based models such as N-BEATS and the temporal fusion transformer followed.
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
from app.core.draw import Drawing, Wire, whole
from templates._template import document

NAME = "time_series"

HIDDEN = whole("hidden", 32, low=1, help="Cells of the LSTM.")
LENGTH = whole("length", 48, low=2, help="Values of a series that are seen.")
AHEAD = whole("ahead", 8, low=1, help="How many steps after the last one the forecast is for.")


def time_series() -> Document:
    return document(
        __doc__,
        _forecaster(),
        *_steps(),
        arguments=[HIDDEN, LENGTH, AHEAD],
        models=[
            Model(
                name=NAME,
                graph="Forecaster",
                arguments={"hidden": "=hidden"},
                inputs={"past": InputType(("B", "T", 1))},
            )
        ],
        recipe=_recipe(),
        presets=[
            Preset(name="paper", summary="32 cells, which see 48 values and tell the one 8 steps later."),
            Preset(
                name="quick",
                summary="The same net, trained for less than a minute.",
                recipe={"stages.train.steps": 3000},
                goal=Goal(
                    evaluation="test",
                    metric="squared_error",
                    at_most=0.08,
                    baseline="0.11 by the five most similar series, 0.15 by fixed weights, 1.18 by the last value",
                    ruin="0.41 by the last value alone",
                ),
            ),
        ],
    )


def _recipe() -> Recipe:
    learn = Phase(
        name="learn",
        step="TrainStep",
        models=(NAME,),
        optimiser=Optimiser("AdamW", {"lr": 5e-3, "weight_decay": 0.001}),
        schedule=Schedule("cosine", {"warmup": 50}),
        clip_norm=1.0,
    )
    return Recipe(
        data=DataSource("NoisyWaves", {"length": "=length", "ahead": "=ahead"}),
        stages=(Stage(name="train", steps=4000, phases=(learn,)),),
        evaluations=(
            Evaluation(name="validation", graph="Evaluate", split="validation", every=250),
            Evaluation(name="test", graph="Evaluate", split="test"),
        ),
        previews=(Preview(name="forecasts", graph="Compare", show="scatter", count=64, every=250),),
        batch_size=64,
    )


def _forecaster() -> Drawing:
    graph = Drawing("Forecaster", "Read the series, and tell by the last state how it goes on.", arguments=[HIDDEN])
    x = graph.input("past", "The values that are seen")
    x = graph.add("lstm", "LSTM", x, hidden_size="=hidden")
    x = graph.add("last", "Select", x, dim=1, index=-1)
    graph.output("forecast", graph.add("head", "Linear", x, out_features=1))
    return graph


def _steps() -> tuple[Drawing, ...]:
    train = Drawing("TrainStep", "How far the forecast is from what came.")
    forecast, future = _foretold(train)
    train.output("loss", train.add("squared", "MSELoss", forecast, future))

    evaluate = Drawing("Evaluate", "Squared and absolute error over a whole split.")
    forecast, future = _foretold(evaluate)
    evaluate.output("squared_error", evaluate.add("squared_error", "MeanSquaredError", forecast, future))
    evaluate.output("absolute_error", evaluate.add("absolute_error", "MeanAbsoluteError", forecast, future))

    compare = Drawing("Compare", "What came, and what was foretold: one point for each series.")
    forecast, future = _foretold(compare)
    points = compare.add("points", "Concatenate", future, forecast, dim=1)
    compare.output("points", points)
    return train, evaluate, compare


def _foretold(step: Drawing) -> tuple[Wire, Wire]:
    past, future = step.input("past"), step.input("future")
    return step.add(NAME, f"model:{NAME}", past), future
