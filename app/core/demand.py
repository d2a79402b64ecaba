"""How much memory a drawing asks for, from its shapes: what no machine could hold is told before it is tried."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from app.core.problems import Path, Problem, Severity
from app.core.recipe import RecipeError, plain_recipe
from app.core.results import Elaboration, GraphResult, NodeResult

NUMBER_BYTES = 4
STATES = 4
"""While it is trained, a parameter is held with its gradient and (Adam's) two moments."""

_UNITS = ("bytes", "kB", "MB", "GB", "TB", "PB", "EB")


class Demand(Struct, frozen=True, kw_only=True):
    """Bytes, roughly. ``weights``: of all models once built; ``training``: with gradients, an optimiser's state and the
    activations of one batch; as much as ``weights`` where nothing is trained. ``batch`` is that batch's size.
    """

    weights: int
    training: int
    batch: int = 0


def demand_of(elaboration: Elaboration) -> Demand:
    """What building and training would hold, of an elaboration that is sound."""
    totals = elaboration.totals
    weights = NUMBER_BYTES * (totals.parameters + totals.buffers)
    try:
        recipe = plain_recipe(elaboration.document, elaboration.preset or None)
    except RecipeError:  # told of as a problem of its own
        recipe = None
    if recipe is None:
        return Demand(weights=weights, training=weights)
    flowing = [
        result.totals.activation_bytes
        for stage in recipe.stages
        for phase in stage.phases
        if (result := elaboration.steps.get(phase.step)) is not None
    ]
    training = weights + NUMBER_BYTES * totals.parameters * (STATES - 1) + max(flowing, default=0) * recipe.batch_size
    return Demand(weights=weights, training=training, batch=recipe.batch_size)


def too_large(elaboration: Elaboration, memory: int | None) -> Problem | None:
    """A warning where a machine with so much memory could not build or train this."""
    if memory is None or not elaboration.is_sound:
        return None
    demand = demand_of(elaboration)
    has = f"this machine has {as_bytes(memory)} of memory"
    if demand.weights > memory:
        where = _heaviest(elaboration.models.values())
        count = elaboration.totals.parameters
        message = f"The models have {count:,} parameters, {as_bytes(demand.weights)} of weights; {has}."
        return _warning(f"{message} Take smaller sizes.", where, demand.weights, memory)
    if demand.training > memory:
        held = f"Training with batches of {demand.batch} would hold about {as_bytes(demand.training)}; {has}."
        return _warning(
            f"{held} Take a smaller batch or smaller sizes.", Path("", "", "batch_size"), demand.training, memory
        )
    return None


def as_bytes(count: int) -> str:
    """“23.4 GB”, of 1000³ bytes, as the window counts them."""
    size, unit = float(count), 0
    while size >= 1000 and unit < len(_UNITS) - 1:
        size, unit = size / 1000, unit + 1
    return f"{size:.1f} {_UNITS[unit]}" if unit > 2 else f"{round(size)} {_UNITS[unit]}"


def _warning(message: str, where: Path, wanted: int, memory: int) -> Problem:
    return Problem(message, where, Severity.WARNING, expected=f"at most {as_bytes(memory)}", came=as_bytes(wanted))


def _heaviest(results: Iterable[GraphResult]) -> Path:
    """The node that most of the weights come from, found from the largest model inwards."""
    here = max(results, key=_held, default=None)
    path = Path()
    while here is not None:
        node = max(here.nodes.values(), key=_held, default=None)
        if node is None or not _held(node):
            return path
        path = Path(here.graph.name, node.node.id)
        here = max(node.copies, key=_held, default=None)
    return path


def _held(result: GraphResult | NodeResult) -> int:
    return result.totals.parameters + result.totals.buffers


__all__ = ["Demand", "as_bytes", "demand_of", "too_large"]
