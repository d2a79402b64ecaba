"""What restricted Boltzmann machines are drawn from: up, down, to and fro, and how likely a state is."""

from __future__ import annotations

from app.core.document import Frame, GraphLayout, Initial, Scan
from app.core.draw import Drawing, Wire, real, whole

HIDDEN = whole("hidden", 500, low=1, help="Hidden units.")
CHAIN = whole("chain", 1, low=1, help="Steps of Gibbs sampling from the data to what is unlearnt: the k of CD-k.")

GAIN = real("gain", 4.0, low=0, help="Size of the first weights; 4 is usual for logistic units.")

WEIGHTS = ("W", "hbias", "vbias")

PHASES = GraphLayout(
    frames=(
        Frame(title="Learnt: the data", nodes=("data",)),
        Frame(title="Unlearnt: the fantasy", nodes=("drift", "fantasy", "dreamt")),
    )
)
"""Frames of ``Contrast``."""


def machine() -> tuple[Drawing, ...]:
    """The model, and graphs that step graphs put together: up, down, one Gibbs step, free energy, what CD compares."""
    return _rbm(), _up(), _down(), _gibbs(), _free_energy(), _contrast()


def weights(rbm: Wire) -> tuple[Wire, ...]:
    """The wires that the machine gives beside its hidden units: what the other graphs work with."""
    return tuple(rbm[name] for name in WEIGHTS)


def _inputs(graph: Drawing, *names: str) -> tuple[Wire, ...]:
    helps = {"W": "Visible by hidden units", "hbias": "Of the hidden units", "vbias": "Of the visible units"}
    return tuple(graph.input(name, helps[name]) for name in names)


def _rbm() -> Drawing:
    rbm = Drawing(
        "RBM",
        "One matrix between two layers, used in both directions; forward is up.",
        arguments=[HIDDEN, GAIN],
        initial=[Initial(nodes=("W",), parameter="", method="xavier_uniform_", arguments={"gain": "=gain"})],
    )
    visible = rbm.input("visible", "Units that are seen, 0 or 1 or how likely they are 1")
    matrix = rbm.add("W", "Parameter", sizes="=(visible.features, hidden)")
    hbias = rbm.add("hbias", "Parameter", sizes="=(hidden,)")
    vbias = rbm.add("vbias", "Parameter", sizes="=(visible.features,)")
    rbm.output("hidden", rbm.add("up", "graph:Up", visible, matrix, hbias), "How likely each hidden unit is 1")
    rbm.output("W", matrix)
    rbm.output("hbias", hbias)
    rbm.output("vbias", vbias)
    return rbm


def _up() -> Drawing:
    up = Drawing("Up", "How likely each hidden unit is 1, given the visible ones.")
    visible = up.input("visible")
    matrix, hbias = _inputs(up, "W", "hbias")
    total = up.add("total", "Add", up.add("seen", "MatMul", visible, matrix), hbias)
    up.output("chance", up.add("chance", "Sigmoid", total))
    return up


def _down() -> Drawing:
    down = Drawing("Down", "How likely each visible unit is 1, given the hidden ones.")
    hidden = down.input("hidden")
    matrix, vbias = _inputs(down, "W", "vbias")
    turned = down.add("turned", "Transpose", matrix, dim0=0, dim1=1)
    total = down.add("total", "Add", down.add("imagined", "MatMul", hidden, turned), vbias)
    down.output("chance", down.add("chance", "Sigmoid", total))
    return down


def _gibbs() -> Drawing:
    gibbs = Drawing("Gibbs", "Up and down again, with a throw of the dice each way.")
    visible = gibbs.input("visible")
    matrix, hbias, vbias = _inputs(gibbs, *WEIGHTS)
    hidden = gibbs.add("hidden", "Bernoulli", gibbs.add("up", "graph:Up", visible, matrix, hbias))
    chance = gibbs.add("down", "graph:Down", hidden, matrix, vbias)
    gibbs.output("visible", gibbs.add("visible", "Bernoulli", chance))
    return gibbs


def _free_energy() -> Drawing:
    energy = Drawing("FreeEnergy", "How unlikely a visible state is, but for a constant: hidden units summed out.")
    visible = energy.input("visible")
    matrix, hbias, vbias = _inputs(energy, *WEIGHTS)
    alone = energy.add("alone", "MatMul", visible, vbias)
    total = energy.add("total", "Add", energy.add("seen", "MatMul", visible, matrix), hbias)
    explained = energy.add("explained", "Sum", energy.add("softplus", "Softplus", total), dim=(1,))
    energy.output("energy", energy.add("negative", "Negate", energy.add("both", "Add", alone, explained)))
    return energy


def _contrast() -> Drawing:
    """Contrastive divergence: the slope of its loss is <v h> at the chain's end minus <v h> at the data."""
    graph = Drawing(
        "Contrast", "Free energy of the data, minus that of where the machine drifts to from there.", arguments=[CHAIN]
    )
    visible = graph.input("visible")
    known = _inputs(graph, *WEIGHTS)
    drifted = graph.add("drift", "graph:Gibbs", visible, *known, scan=Scan(count="=chain"))
    fantasy = graph.add("fantasy", "Detach", drifted)
    data = graph.add("data", "graph:FreeEnergy", visible, *known)
    dreamt = graph.add("dreamt", "graph:FreeEnergy", fantasy, *known)
    graph.output("loss", graph.add("loss", "Mean", graph.add("gap", "Subtract", data, dreamt)))
    return graph
