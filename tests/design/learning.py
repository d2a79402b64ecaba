"""Hard documents of sequences and of learning: ties, scans, two updates, an average, a sampler, a world."""

from __future__ import annotations

from app.core.document import (
    DataSource,
    Document,
    InputType,
    Model,
    Phase,
    Preview,
    Recipe,
    Scan,
    Stage,
)
from app.core.draw import Drawing, whole
from tests.design.vision import assembled


def gpt2() -> Document:
    """A head whose weight is another node's, two graphs deeper; a tower of blocks."""
    block = Drawing("Block", arguments=[whole("width", 16, low=1)])
    x = block.input("x")
    y = block.add("fc", "Linear", block.add("norm", "LayerNorm", x), out_features="=width")
    block.output("output", block.add("add", "Add", x, y))
    body = Drawing("Body", arguments=[whole("width", 16, low=1), whole("layers", 3, low=1)])
    x = body.add("wte", "Embedding", body.input("tokens"), num_embeddings=50, embedding_dim="=width")
    body.output("hidden", body.add("h", "graph:Block", x, width="=width", repeat="=layers"))
    net = Drawing("LM", arguments=[whole("width", 16, low=1), whole("layers", 3, low=1)])
    x = net.add("transformer", "graph:Body", net.input("tokens"), width="=width", layers="=layers")
    ties = {"weight": "transformer.wte.weight"}
    net.output("logits", net.add("lm_head", "Linear", x, out_features=50, bias=False, ties=ties))
    return assembled(
        net, body, block, models=(Model(name="lm", graph="LM", inputs={"tokens": InputType(("B", "T"), "int64")}),)
    )


def turing_machine() -> Document:
    """One cell, scanned over time; memory and the controller's state are carried, their first values are wires."""
    cell = Drawing("Cell", arguments=[whole("slots", 8, low=1), whole("width", 4, low=1)])
    x, memory, hidden = cell.input("x"), cell.input("memory"), cell.input("hidden")
    state = cell.add("controller", "RNNCell", x, hidden, hidden_size=12)
    weights = cell.add("softmax", "Softmax", cell.add("address", "Linear", state, out_features="=slots"), dim=-1)
    row = cell.add("row", "Unsqueeze", weights, dim=1)
    read = cell.add("read", "Squeeze", cell.add("reading", "MatMul", row, memory), dim=1)
    column = cell.add("column", "Unsqueeze", weights, dim=2)
    written = cell.add("written", "Unsqueeze", cell.add("write", "Linear", state, out_features="=width"), dim=1)
    cell.output("memory", cell.add("update", "Add", memory, cell.add("outer", "MatMul", column, written)))
    cell.output("hidden", state)
    cell.output("output", cell.add("head", "Linear", read, out_features=3))
    net = Drawing("Machine", arguments=[whole("slots", 8, low=1), whole("width", 4, low=1)])
    x = net.input("x")
    hidden = net.add("start", "LearntState", x, size=12)
    blank = net.add("blank", "LearntState", x, size="=slots * width")
    memory = net.add("memory", "Unflatten", blank, dim=1, unflattened_size="=(slots, width)")
    result = net.add(
        "cell", "graph:Cell", wired={"x": x, "memory": memory, "hidden": hidden}, slots="=slots", width="=width",
        scan=Scan(sliced=("x",), dim=1),
    )  # fmt: skip
    net.output("output", result["output"])
    net.output("memory", result["memory"])
    return assembled(
        net, cell, models=(Model(name="machine", graph="Machine", inputs={"x": InputType(("B", "T", 5))}),)
    )


def _mlp(name: str, outputs: int) -> Drawing:
    graph = Drawing(name)
    x = graph.add("fc1", "Linear", graph.input("x"), out_features=16)
    graph.output("output", graph.add("fc2", "Linear", graph.add("relu", "ReLU", x), out_features=outputs))
    return graph


def gan() -> Document:
    """Two models, two phases, two step graphs that each call both."""
    models = (
        Model(name="generator", graph="Generator", inputs={"x": InputType(("B", 8))}),
        Model(name="discriminator", graph="Discriminator", inputs={"x": InputType(("B", 64))}),
    )
    steps = []
    for name, sign in (("DiscriminatorStep", -1.0), ("GeneratorStep", 1.0)):
        step = Drawing(name)
        image = step.add("flat", "Flatten", step.input("image"))
        made = step.add("generator", "model:generator", step.add("z", "Noise", image, sizes=(8,)))
        if sign < 0:
            made = step.add("detach", "Detach", made)
        real = step.add("real", "model:discriminator", image)
        fake = step.add("made", "model:discriminator", made)
        gap = step.add("gap", "Subtract", real, fake)
        step.output("loss", step.add("scale", "Scale", step.add("mean", "Mean", gap, dim=()), scale=sign))
        steps.append(step)
    phases = (
        Phase(name="discriminate", step="DiscriminatorStep", models=("discriminator",)),
        Phase(name="generate", step="GeneratorStep", models=("generator",), every=2),
    )
    recipe = Recipe(data=DataSource("Digits"), stages=(Stage(phases=phases),))
    return assembled(_mlp("Generator", 64), _mlp("Discriminator", 1), *steps, models=models, recipe=recipe)


def byol() -> Document:
    """A model that is the slow average of another, and gets no gradient."""
    models = (
        Model(name="online", graph="Net", inputs={"x": InputType(("B", 64))}),
        Model(name="predictor", graph="Predictor", inputs={"x": InputType(("B", 8))}),
        Model(name="target", graph="Net", inputs={"x": InputType(("B", 64))}, average_of="online", decay=0.99),
    )
    step = Drawing("Step")
    image = step.add("flat", "Flatten", step.input("image"))
    predicted = step.add("predictor", "model:predictor", step.add("online", "model:online", image))
    followed = step.add("still", "Detach", step.add("target", "model:target", image))
    step.output("loss", step.add("loss", "CosineLoss", predicted, followed))
    phases = (Phase(name="learn", step="Step", models=("online", "predictor")),)
    recipe = Recipe(data=DataSource("Digits"), stages=(Stage(phases=phases),))
    return assembled(_mlp("Net", 8), _mlp("Predictor", 8), step, models=models, recipe=recipe)


def diffusion() -> Document:
    """The preview wires the model itself, not what it gives, into a sampler."""
    net = Drawing("Denoiser")
    x, time = net.input("x"), net.input("time")
    y = net.add("conv", "Conv2d", x, out_channels=8, kernel_size=3, padding=1)
    when = net.add("embedding", "Embedding", time, num_embeddings=100, embedding_dim=8)
    when = net.add("tall", "Unflatten", when, dim=1, unflattened_size=(8, 1, 1))
    y = net.add("add", "Add", y, when)
    net.output("noise", net.add("out", "Conv2d", y, out_channels=1, kernel_size=3, padding=1))
    step = Drawing("Step")
    image = step.input("image")
    noise = step.add("noise", "RandomNormalLike", image)
    time = step.add("time", "RandomIntegers", image, high=100)
    predicted = step.add("net", "model:net", step.add("noisy", "Add", image, noise), time)
    step.output("loss", step.add("loss", "MSELoss", predicted, noise))
    look = Drawing("Sample")
    noise = look.add("noise", "RandomNormalLike", look.input("image"))
    model = look.module(look.add("net", "model:net"))
    look.output("image", look.add("sampler", "DiffusionSampler", wired={"model": model, "noise": noise}))
    types = {"x": InputType(("B", 1, 8, 8)), "time": InputType(("B",), "int64")}
    recipe = Recipe(
        data=DataSource("Digits"),
        stages=(Stage(phases=(Phase(name="learn", step="Step", models=("net",)),)),),
        previews=(Preview(name="samples", graph="Sample", show="images"),),
    )
    models = (Model(name="net", graph="Denoiser", inputs=types),)
    return assembled(net, step, look, models=models, recipe=recipe)


def agent() -> Document:
    """A world as the source of data; the policy that acts in it and the loss are graphs that call the same model."""
    model = Model(name="policy", graph="Policy", inputs={"x": InputType(("B", 4))})
    act = Drawing("Act")
    logits = act.add("policy", "model:policy", act.input("observation"))
    act.output("action", act.add("choose", "Categorical", logits))
    step = Drawing("Step")
    observation, action, returns = (step.input(name) for name in ("observation", "action", "returns"))
    logits = step.add("policy", "model:policy", observation)
    surprise = step.add("surprise", "CrossEntropyLoss", logits, action, reduction="none")
    weighted = step.add("weighted", "Multiply", surprise, returns)
    step.output("loss", step.add("mean", "Mean", weighted))
    recipe = Recipe(
        data=DataSource("Environment", act="Act"),
        stages=(Stage(phases=(Phase(name="learn", step="Step", models=("policy",)),)),),
    )
    return assembled(_mlp("Policy", 2), act, step, models=(model,), recipe=recipe)


DOCUMENTS = (gpt2, turing_machine, gan, byol, diffusion, agent)
