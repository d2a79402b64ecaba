"""Speech recognition with CTC

Paper: Connectionist Temporal Classification: Labelling Unsegmented Sequence Data with Recurrent Neural Networks
Authors: Alex Graves, Santiago Fernández, Faustino Gomez and Jürgen Schmidhuber
Year: 2006
Link: https://www.cs.toronto.edu/~graves/icml_2006.pdf
Parameters: 114,862

Of most speech it is known what was said, but not when each sound of it began and ended. Connectionist temporal
classification needs no such times: at every step the net gives the chances of all labels and of a blank, which says
nothing; and every way to stretch the transcript over the steps, with blanks in between, counts as right. The loss is
the logarithm of all their chances together, which a recursion over the steps adds up.

`features` numbers for each window of the sound go through LSTMs of `hidden` cells that read from both ends, since a
sound is coloured by its neighbours on either side; `V [f, b] + c` and a softmax give the `labels`, blank included. A
path becomes a text by merging what repeats and then dropping blanks, so that `--laa-la` reads “la la”; training
minimises `-log Σ p(path)` over all paths that read as the transcript, and the test counts edits against it.

For TIMIT the paper had 26 inputs, 100 cells each way and 61 phonemes. With torch's two biases that makes 114,862
parameters; the preset `2006` draws the paper's LSTM with one bias and peepholes, by which gates look at the cell, and
has exactly its 114,662. Deep Speech 2 (2015) put convolutions below and more layers on top; the RNN transducer let
labels depend on those before, and attention-based models such as Whisper align by looking.
"""

from __future__ import annotations

from app.core.document import (
    Case,
    DataSource,
    Document,
    Evaluation,
    Frame,
    Goal,
    GraphLayout,
    InputType,
    Model,
    Optimiser,
    Phase,
    Preset,
    Preview,
    Recipe,
    Scan,
    Schedule,
    Stage,
)
from app.core.draw import Drawing, Wire, choice, use, whole
from templates._template import document

NAME = "speech_ctc"

FEATURES = whole("features", 26, low=2, help="Numbers that describe a window of the sound: the loudness of pitches.")
HIDDEN = whole("hidden", 100, low=1, help="Cells of the LSTM in each direction.")
LABELS = whole("labels", 62, low=2, help="What can be said, and the blank, which is number 0.")
FORM = choice("form", "torch", "torch", "2006", help="torch's LSTM, or the paper's, with one bias and peepholes.")
_OWN = (FEATURES, HIDDEN, LABELS, FORM)
BLANK = 0


def speech_ctc() -> Document:
    return document(
        __doc__,
        _recogniser(),
        _both_ways(),
        _step(),
        *_steps(),
        arguments=[*_OWN, whole("most", 4, low=1, help="Syllables in the longest utterance.")],
        models=[
            Model(
                name=NAME,
                graph="Recogniser",
                arguments={argument.name: f"={argument.name}" for argument in _OWN},
                inputs={"sound": InputType(("B", "S"))},
            )
        ],
        recipe=_recipe(),
        presets=[
            Preset(name="paper", summary="26 numbers for a window, 100 cells each way, 61 phonemes and the blank."),
            Preset(
                name="quick",
                summary="Six made syllables of two tones each, told by what follows what.",
                arguments={"labels": 7, "hidden": 48},
                recipe={"stages.train.steps": 1800},
                goal=Goal(
                    evaluation="test",
                    metric="label_error",
                    at_most=0.03,
                    baseline="0.26 by the most similar utterance, 0.056 by the rule and the loudest pitch",
                    ruin="5.0 where each window is heard by itself",
                ),
            ),
            Preset(
                name="2006", summary="The paper's own LSTM, its step drawn with peepholes.", arguments={"form": "2006"}
            ),
        ],
        layout={"PeepholeStep": GraphLayout(frames=_FRAMES)},
    )


_FRAMES = tuple(
    Frame(title=title, nodes=tuple(f"{part}_{gate}" for part in ("peephole", "look", "order", "open")))
    for title, gate in (("Enter", "enter"), ("Forget", "forget"), ("Leave", "leave"))
)


def _recipe() -> Recipe:
    learn = Phase(
        name="learn",
        step="TrainStep",
        models=(NAME,),
        optimiser=Optimiser("AdamW", {"lr": 2e-3, "weight_decay": 0.001}),
        schedule=Schedule("cosine", {"warmup": 50}),
        clip_norm=1.0,
    )
    return Recipe(
        data=DataSource("ToneSyllables", {"most": "=most"}),
        stages=(Stage(name="train", steps=4000, phases=(learn,)),),
        evaluations=(
            Evaluation(name="validation", graph="Evaluate", split="validation", every=200),
            Evaluation(name="test", graph="Evaluate", split="test"),
        ),
        previews=(Preview(name="path", graph="Hear", show="text", count=8, every=200),),
        batch_size=32,
    )


def _recogniser() -> Drawing:
    graph = Drawing("Recogniser", "From a sound to the chances of all labels at each step.", arguments=_OWN)
    x = graph.input("sound")
    x = graph.add("pitches", "Spectrogram", x, window="=features * 2 - 2", hop="=features - 1")
    drawn = Case("=form == '2006'", use("graph:BothWays"), {"hidden": "=hidden"})
    x = graph.add("lstm", "LSTM", x, hidden_size="=hidden", bidirectional=True, cases=[drawn])
    x = graph.add("head", "Linear", x, out_features="=labels")
    graph.output("chances", graph.add("softmax", "LogSoftmax", x, dim=-1), "Logarithms of them")
    return graph


def _both_ways() -> Drawing:
    graph = Drawing("BothWays", "One net reads from the beginning, one from the end.", arguments=[HIDDEN])
    x = graph.input("input")
    start = graph.add("start", "Zeros", x, sizes="=(hidden,)")
    ways = [_read(graph, name, x, start, backwards) for name, backwards in (("forwards", False), ("backwards", True))]
    graph.output("output", graph.add("join", "Concatenate", *(way["output"] for way in ways), dim=-1))
    graph.output("h_n", graph.add("last", "Stack", *(way["h"] for way in ways), dim=0), "As torch gives it: 2×B×hidden")
    return graph


def _read(graph: Drawing, name: str, x: Wire, start: Wire, backwards: bool) -> Wire:
    return graph.add(
        name,
        "graph:PeepholeStep",
        wired={"x": x, "h": start, "c": start},
        scan=Scan(sliced=("x",), dim=1, reverse=backwards),
        hidden="=hidden",
    )


def _step() -> Drawing:
    step = Drawing("PeepholeStep", "One window: gates look at it, at the state and at the cell.", arguments=[HIDDEN])
    x, h, c = step.input("x"), step.input("h", "State"), step.input("c", "Cell")
    seen = step.add("seen", "Concatenate", x, h)
    orders = step.add("gates", "Linear", seen, out_features="=hidden * 4")
    parts = step.add("parts", "Chunk", orders, chunks=4, dim=-1, names="enter, forget, new, leave")
    enter = _gate(step, "enter", parts["enter"], c)
    kept = step.add("kept", "Multiply", _gate(step, "forget", parts["forget"], c), c)
    added = step.add("added", "Multiply", enter, step.add("bend", "Tanh", parts["new"]))
    c = step.add("cell", "Add", kept, added)
    leave = _gate(step, "leave", parts["leave"], c)
    h = step.add("state", "Multiply", leave, step.add("shown", "Tanh", c))
    step.output("h", h)
    step.output("c", c)
    step.output("output", h, "What is told about this window")
    return step


def _gate(step: Drawing, name: str, order: Wire, cell: Wire) -> Wire:
    weights = step.add(f"peephole_{name}", "Parameter", sizes="=(hidden,)")
    looked = step.add(f"look_{name}", "Multiply", weights, cell)
    return step.add(f"open_{name}", "Sigmoid", step.add(f"order_{name}", "Add", order, looked))


def _steps() -> tuple[Drawing, ...]:
    train = Drawing("TrainStep", "How surprising the transcript is, wherever in time its labels stand.")
    sound, said = train.input("sound"), train.input("syllables")
    chances = train.add(NAME, f"model:{NAME}", sound)
    train.output("loss", train.add("ctc", "CTCLoss", chances, said, blank=BLANK))

    evaluate = Drawing("Evaluate", "Edits that lead from what was heard to what was said, for each label of it.")
    sound, said = evaluate.input("sound"), evaluate.input("syllables")
    chances = evaluate.add(NAME, f"model:{NAME}", sound)
    evaluate.output(
        "label_error", evaluate.add("label_error", "EditDistance", chances, said, padding=BLANK, blank=BLANK)
    )

    hear = Drawing("Hear", "The likeliest label of each step, as it is before repeats are merged, and what was said.")
    sound, said = hear.input("sound"), hear.input("syllables")
    chances = hear.add(NAME, f"model:{NAME}", sound)
    hear.output("path", hear.add("likely", "ArgMax", chances, dim=-1))
    hear.output("said", said)
    return train, evaluate, hear
