"""Neural Turing Machine

Paper: Neural Turing Machines
Authors: Alex Graves, Greg Wayne and Ivo Danihelka
Year: 2014
Link: https://arxiv.org/abs/1410.5401
Parameters: 62,860

A recurrent net keeps what it knows in one vector, and all of it changes at each step. Here a small controller works
beside a memory of `slots` rows, as a processor beside its store. Heads say where to read and write, not by a number but
by a weight for each row, so that everything stays smooth and the way of using a memory can be learnt from examples.

At each step a head tells what it looks for and how it moves. The weights become `softmax(strength · cos(key, row))`
(content), mixed with the last ones by `gate` (place), moved by -1, 0 or +1 rows as `shift` says, and sharpened to
`w^power / Σ w^power`. Reading gives `Σ w[i] row[i]`; writing makes each row `row (1 - w erase) + w add`. The `cell` is
one step, scanned along the sequence: memory, weights, what was read and the controller's state are carried.

In the copy task it hears random bits and has to say them again. It learns a loop (write and move on; go back; read and
move on), which works for sequences longer than any it was shown, where an LSTM fails. The 62,860 parameters are those
of a public implementation (loudinthecloud/pytorch-ntm); the paper has 67,561. Starting with an almost empty memory and
both heads on the first row (`blank` and `focus`; Collier and Beel, 2018, found the former) makes it learn far more
reliably. Memory networks and attention over a whole sequence followed, where nothing has to be overwritten.
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
    Scan,
    Schedule,
    Stage,
)
from app.core.draw import Drawing, Wire, real, whole
from templates._template import document

NAME = "ntm"

BITS = whole("bits", 8, low=1, help="Bits of a vector in the sequence.")
CONTROLLER = whole("controller", 100, low=1, help="Cells of the controller, an LSTM.")
SLOTS = whole("slots", 128, low=3, help="Rows of the memory.")
WIDTH = whole("width", 20, low=1, help="Numbers in a row.")
SPREAD = real("spread", 1.0, low=0, help="Size of the numbers that the memory starts with; 1 is the reference's.")
FOCUS = real("focus", 0.0, low=0, high=1, help="Weight that both heads start with on the first row.")
GAIN = real("gain", 5.0, low=0, help="Size of the controller's first weights; 5 is the reference's.")


def ntm() -> Document:
    return document(
        __doc__,
        _machine(),
        _cell(),
        _read_head(),
        _write_head(),
        _addressing(),
        _focus(),
        *_steps(),
        arguments=[
            BITS,
            CONTROLLER,
            SLOTS,
            WIDTH,
            SPREAD,
            FOCUS,
            GAIN,
            whole("longest", 20, low=1, help="Vectors in the longest training sequence; the test has twice as many."),
        ],
        models=[
            Model(
                name=NAME,
                graph="NTM",
                arguments={argument.name: f"={argument.name}" for argument in _ARGUMENTS},
                inputs={"x": InputType(("B", "T", "=bits + 1"))},
            )
        ],
        recipe=Recipe(
            data=DataSource("CopyTask", {"width": "=bits", "high": "=longest"}),
            stages=(
                Stage(
                    name="train",
                    steps=50_000,
                    phases=(
                        Phase(
                            name="learn",
                            step="TrainStep",
                            models=(NAME,),
                            optimiser=Optimiser("RMSprop", {"lr": 1e-4, "alpha": 0.95, "momentum": 0.9}),
                            schedule=Schedule("cosine", {"final": 1.0}),
                            clip_norm=10.0,
                        ),
                    ),
                ),
            ),
            evaluations=(
                Evaluation(name="validation", graph="Evaluate", split="validation", every=1000),
                Evaluation(name="test", graph="Evaluate", split="test"),
            ),
            previews=(Preview(name="recalled", graph="Recall", show="matrix", count=4, every=1000),),
            batch_size=16,
            eval_batch_size=64,
        ),
        presets=[
            Preset(name="paper", summary="The copy task with sequences of 1 to 20 vectors, and 128 rows."),
            Preset(
                name="quick",
                summary="Sequences of 1 to 6 vectors and 32 rows, blank and with both heads on the first one.",
                arguments={
                    "controller": 32,
                    "slots": 32,
                    "spread": 0.0,
                    "focus": 1.0,
                    "gain": 1.0,
                    "longest": 6,
                },
                recipe={
                    "stages.train.steps": 5000,
                    "stages.train.learn.optimiser.lr": 3e-4,
                    "stages.train.learn.schedule.final": 0.0,
                    "evaluations.validation.every": 500,
                    "previews.recalled.every": 500,
                },
                goal=Goal(
                    evaluation="test",
                    metric="bit_error",
                    at_most=0.1,
                    baseline="0.5 by guessing",
                ),
            ),
        ],
        layout={"Addressing": GraphLayout(frames=_FRAMES)},
    )


_ARGUMENTS = (BITS, CONTROLLER, SLOTS, WIDTH, SPREAD, FOCUS, GAIN)


def _machine() -> Drawing:
    net = Drawing(
        "NTM",
        "A cell, scanned along the sequence, and what it starts with.",
        arguments=_ARGUMENTS,
        initial=_INITIAL,
    )
    x = net.input("x", "Vectors to remember, a delimiter, and steps in which to recall")
    starts = {
        "memory": net.add("memory", "Expand", net.add("mem_bias", "Buffer", sizes="=(1, slots, width)"), x),
        "read": net.add("read", "Expand", net.add("read_bias", "Buffer", sizes="=(1, width)"), x),
        "hidden": net.add("hidden", "Expand", net.add("h_bias", "Parameter", sizes="=(1, controller)"), x),
        "state": net.add("state", "Expand", net.add("c_bias", "Parameter", sizes="=(1, controller)"), x),
        "read_weights": net.add("read_weights", "graph:Focus", x, slots="=slots", focus="=focus"),
        "write_weights": net.add("write_weights", "graph:Focus", x, slots="=slots", focus="=focus"),
    }
    done = net.add(
        "cell", "graph:Cell", wired={"x": x, **starts}, scan=Scan(sliced=("x",), dim=1), bits="=bits",
        controller="=controller", width="=width",
    )  # fmt: skip
    net.output("logits", done["logits"], "Of the bits that are recalled at each step")
    net.output("memory", done["memory"], "What is in the memory at the end")
    return net


_INITIAL = (
    Initial(
        nodes=("mem_bias",),
        parameter="",
        method="uniform_",
        arguments={"a": "=-spread / (slots + width) ** 0.5", "b": "=spread / (slots + width) ** 0.5"},
    ),
    Initial(nodes=("read_bias",), parameter="", method="normal_", arguments={"std": 0.01}),
    Initial(nodes=("h_bias", "c_bias"), parameter="", method="normal_", arguments={"std": 0.05}),
    *(
        Initial(
            nodes=("cell.lstm",),
            parameter=parameter,
            method="uniform_",
            arguments={
                "a": "=-gain / (bits + 1 + width + controller) ** 0.5",
                "b": "=gain / (bits + 1 + width + controller) ** 0.5",
            },
        )
        for parameter in ("weight_ih", "weight_hh")
    ),
    *(Initial(nodes=("cell.lstm",), parameter=parameter, method="zeros_") for parameter in ("bias_ih", "bias_hh")),
    Initial(nodes=("Linear",), parameter="weight", method="xavier_uniform_", arguments={"gain": 1.4}),
    Initial(nodes=("Linear",), parameter="bias", method="normal_", arguments={"std": 0.01}),
    Initial(nodes=("cell.fc",), parameter="weight", method="xavier_uniform_"),
)


def _focus() -> Drawing:
    graph = Drawing("Focus", "Weights of a head before the first step: all on the first row.", arguments=[SLOTS, FOCUS])
    like = graph.input("like", "A tensor whose batch they get")
    first = graph.add("first", "Full", like, sizes=(1,), value="=focus")
    rest = graph.add("rest", "Zeros", like, sizes="=(slots - 1,)")
    graph.output("weights", graph.add("join", "Concatenate", first, rest))
    return graph


def _cell() -> Drawing:
    graph = Drawing("Cell", "One step: think, read, write, answer.", arguments=[BITS, CONTROLLER, WIDTH])
    x = graph.input("x", "What comes in at this step")
    memory, read = graph.input("memory", "The rows"), graph.input("read", "What was read last")
    hidden, state = graph.input("hidden", "The controller's state"), graph.input("state", "The controller's cells")
    weights = {name: graph.input(f"{name}_weights", f"Where the {name} head was") for name in ("read", "write")}
    heard = graph.add("heard", "Concatenate", x, read)
    thought = graph.add("lstm", "LSTMCell", heard, hidden, state, hidden_size="=controller")
    hidden, state = thought["h_1"], thought["c_1"]
    reading = graph.add("read_head", "graph:ReadHead", hidden, memory, weights["read"], width="=width")
    writing = graph.add("write_head", "graph:WriteHead", hidden, memory, weights["write"], width="=width")
    known = graph.add("known", "Concatenate", hidden, reading["read"])
    graph.output("memory", writing["memory"])
    graph.output("read", reading["read"])
    graph.output("hidden", hidden)
    graph.output("state", state)
    graph.output("read_weights", reading["weights"])
    graph.output("write_weights", writing["weights"])
    graph.output("logits", graph.add("fc", "Linear", known, out_features="=bits"))
    return graph


def _head(graph: Drawing) -> tuple[Wire, Wire, Wire]:
    hidden = graph.input("hidden", "The controller's state")
    return hidden, graph.input("memory", "The rows"), graph.input("weights", "Where the head was")


def _aimed(graph: Drawing, parts: Wire, memory: Wire, weights: Wire) -> Wire:
    return graph.add(
        "address",
        "graph:Addressing",
        memory,
        weights,
        *(parts[name] for name in ("key", "strength", "gate", "shift", "power")),
    )


def _read_head() -> Drawing:
    graph = Drawing("ReadHead", "The mean of the rows that it looks at.", arguments=[WIDTH])
    hidden, memory, weights = _head(graph)
    orders = graph.add("fc_read", "Linear", hidden, out_features="=width + 6")
    parts = graph.add(
        "orders", "Split", orders, sizes="=(width, 1, 1, 3, 1)", dim=-1, names="key, strength, gate, shift, power"
    )
    weights = _aimed(graph, parts, memory, weights)
    graph.output("read", graph.add("read", "MemoryRead", memory, weights))
    graph.output("weights", weights)
    return graph


def _write_head() -> Drawing:
    graph = Drawing("WriteHead", "Erases and adds, as far as it looks at a row.", arguments=[WIDTH])
    hidden, memory, weights = _head(graph)
    orders = graph.add("fc_write", "Linear", hidden, out_features="=width * 3 + 6")
    parts = graph.add(
        "orders", "Split", orders, sizes="=(width, 1, 1, 3, 1, width, width)", dim=-1,
        names="key, strength, gate, shift, power, erase, add",
    )  # fmt: skip
    weights = _aimed(graph, parts, memory, weights)
    erase = graph.add("erase", "Sigmoid", parts["erase"])
    graph.output("memory", graph.add("write", "MemoryWrite", memory, weights, erase, parts["add"]))
    graph.output("weights", weights)
    return graph


_FRAMES = (
    Frame(title="Content", nodes=("softplus", "content")),
    Frame(title="Place", nodes=("open", "change", "part", "mixed")),
    Frame(title="Move", nodes=("likely", "moved")),
    Frame(title="Sharpen", nodes=("steep", "at_least_one", "sharpened")),
)


def _addressing() -> Drawing:
    graph = Drawing("Addressing", "Where a head looks: by content, or on from where it was.")
    memory, weights = graph.input("memory", "The rows"), graph.input("weights", "Where the head was")
    key, strength = graph.input("key", "What it looks for"), graph.input("strength", "How sharply")
    gate = graph.input("gate", "By content rather than by place")
    shift, power = graph.input("shift", "How it moves on"), graph.input("power", "How certain it is")
    strength = graph.add("softplus", "Softplus", strength)
    content = graph.add("content", "ContentAddressing", key, strength, memory)
    change = graph.add("change", "Subtract", content, weights)
    part = graph.add("part", "Multiply", graph.add("open", "Sigmoid", gate), change)
    mixed = graph.add("mixed", "Add", weights, part)
    moved = graph.add("moved", "CircularShift", mixed, graph.add("likely", "Softmax", shift, dim=-1))
    power = graph.add("at_least_one", "AddScalar", graph.add("steep", "Softplus", power), value=1.0)
    graph.output("weights", graph.add("sharpened", "Sharpen", moved, power))
    return graph


def _recalled(step: Drawing) -> tuple[Wire, Wire]:
    """Logits of the steps in which to recall, and the bits that they should tell."""
    bits, target = step.input("input"), step.input("target")
    logits = step.add(NAME, f"model:{NAME}", bits)["logits"]
    return step.add("answer", "LastSteps", logits, target), target


def _steps() -> tuple[Drawing, ...]:
    train = Drawing("TrainStep", "How far each recalled bit is from the one that was heard.")
    answer, target = _recalled(train)
    train.output("loss", train.add("bits", "BCEWithLogitsLoss", answer, target))
    train.output("bit_error", train.add("bit_error", "BitError", answer, target))

    evaluate = Drawing("Evaluate", "Share of the bits that are recalled wrong.")
    answer, target = _recalled(evaluate)
    evaluate.output("bit_error", evaluate.add("bit_error", "BitError", answer, target))

    recall = Drawing("Recall", "The bits that were heard, and those recalled.")
    answer, target = _recalled(recall)
    recall.output("heard", target)
    recall.output("recalled", recall.add("sigmoid", "Sigmoid", answer))
    return train, evaluate, recall
