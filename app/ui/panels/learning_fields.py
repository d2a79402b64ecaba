"""Optimisers, schedules and the recipe's own values as fields: what each takes, its range and what it means. No Qt.

Which there are, and their defaults, is the code generator's table; here is what a person needs to choose among them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.codegen.optimisers import OPTIMISERS, SCHEDULES
from app.core.block import Argument
from app.core.document import Value

OPTIMISER_HELP = {
    "AdamW": "Adam with weight decay apart from the gradient: the usual first choice.",
    "Adam": "Steps scaled by running means of the gradient and of its square.",
    "SGD": "The plain gradient step, with momentum if wanted.",
    "RMSprop": "Steps scaled by a running mean of squared gradients.",
    "Adagrad": "Steps that shrink with all squared gradients so far: for sparse features.",
    "Adadelta": "Adagrad with a window, and no learning rate to speak of.",
    "Adamax": "Adam with the largest gradient in place of the mean square.",
    "NAdam": "Adam with Nesterov’s look ahead.",
    "RAdam": "Adam that waits until its variance can be trusted: no warm-up needed.",
    "ASGD": "Gradient steps whose average is kept.",
    "Rprop": "Steps by the gradient’s sign alone: for full batches.",
    "Adafactor": "Adam with factored moments: little memory for large models.",
}
SCHEDULE_HELP = {
    "constant": "The peak all the way, after the warm-up.",
    "cosine": "Falls in half a cosine to a fraction of the peak.",
    "linear": "Falls in a straight line to a fraction of the peak.",
    "step": "Falls by a factor every so many steps.",
    "noam": "Falls with one over the root of the step, as for the Transformer.",
    "one_cycle": "Rises for a share of the steps, then falls.",
}

_SHARE = {"low": 0, "high": 1}
_FIELDS: Mapping[str, dict[str, Any]] = {
    "lr": {"label": "Learning rate", "low": 0, "help": "Size of the steps, at the schedule’s peak."},
    "weight_decay": {"low": 0, "help": "How strongly weights are pulled towards zero."},
    "momentum": {"low": 0, "help": "How much of the last step is kept in the next."},
    "dampening": {"low": 0, "help": "How much less the gradient counts beside the momentum."},
    "nesterov": {"help": "Look ahead along the momentum; needs momentum above 0 and no dampening."},
    "betas": {**_SHARE, "help": "How slowly the running means of the gradient and of its square forget."},
    "eps": {"low": 0, "help": "Added below the fraction, so that nothing is divided by zero."},
    "amsgrad": {"help": "Keep the largest mean square so far."},
    "maximize": {"label": "Maximise", "help": "Go up the gradient in place of down."},
    "alpha": {**_SHARE, "help": "How slowly the running mean forgets."},
    "centered": {"label": "Centred", "help": "Divide by the gradient’s variance in place of its mean square."},
    "lr_decay": {"label": "Rate decay", "low": 0, "help": "How the learning rate falls with the steps."},
    "initial_accumulator_value": {"label": "Start of the sum", "low": 0, "help": "Of squared gradients."},
    "rho": {**_SHARE, "help": "How slowly the mean of squared gradients forgets."},
    "momentum_decay": {"low": 0, "help": "How the momentum falls with the steps."},
    "decoupled_weight_decay": {"label": "Decay apart", "help": "Weight decay apart from the gradient, as in AdamW."},
    "lambd": {"low": 0, "help": "How the steps shrink."},
    "t0": {"low": 0, "help": "The step at which averaging begins."},
    "etas": {"low": 0, "help": "Factors by which a step shrinks and grows: below and above 1."},
    "step_sizes": {"low": 0, "help": "The smallest and the largest step."},
    "beta2_decay": {"high": 0, "help": "How the second moment’s memory grows: a power of the step."},
    "d": {"low": 0, "label": "Clipping", "help": "Updates larger than this are scaled down."},
    "warmup": {"label": "Warm-up", "low": 0, "help": "Steps in which the rate rises from near 0 to its peak."},
    "final": {**_SHARE, "label": "Ends at", "help": "Fraction of the peak at the last step."},
    "every": {"low": 1, "help": "Steps between two falls."},
    "factor": {**_SHARE, "help": "What the rate is multiplied by at each fall."},
    "peak": {**_SHARE, "label": "Peak at", "help": "Share of the steps after which the rate is at its peak."},
    "start": {**_SHARE, "label": "Starts at", "help": "Fraction of the peak at the first step."},
}

MAIN = ("lr", "momentum", "weight_decay")
"""What is nearly always set by hand; the rest stands behind “More”."""

Fields = dict[str, tuple[Argument, Value]]
"""What something takes, by name: the field, and its default."""


def _field(name: str, default: Any) -> Argument:
    facts = {"label": name.replace("_", " ").capitalize(), **_FIELDS[name]}
    if isinstance(default, bool):
        return Argument(kind="bool", **facts)
    if isinstance(default, tuple):
        return Argument(kind="floats", length=len(default), **facts)
    whole = isinstance(default, int)
    return Argument(kind="int" if whole else "float", **facts)


def optimiser_fields(name: str) -> Fields:
    """What an optimiser takes, with torch's defaults; nothing for a name that torch.optim does not have.

    Adafactor's ``eps``, which may be half empty, can be set in a file alone.
    """
    known = OPTIMISERS.get(name, {})
    return {
        key: (_field(key, default), default)
        for key, default in known.items()
        if not (isinstance(default, tuple) and None in default)
    }


def schedule_fields(name: str) -> Fields:
    fields = {key: (_field(key, default), default) for key, default in SCHEDULES.get(name, {}).items()}
    if name == "noam":
        fields["warmup"] = (Argument(kind="int", low=1, label="Warm-up", help=_FIELDS["warmup"]["help"]), 4000)
    return fields


STEPS = Argument(kind="int", low=1, label="Steps", help="How often the weights are updated in this stage.")
EVERY_STEP = Argument(kind="int", low=1, label="Every", help="1: in every step; 5: in every fifth.")
CLIP_NORM = Argument(
    kind="float", low=0, optional=True, label="Clip norm", help="The gradients’ length is cut to this; empty: never."
)
CLIP_VALUE = Argument(
    kind="float", low=0, optional=True, label="Clip value", help="Each gradient is cut to this; empty: never."
)
EVERY_LOOK = Argument(
    kind="int", low=1, optional=True, label="Every", help="Steps between two looks; empty: at the end alone."
)
COUNT = Argument(kind="int", low=1, label="Examples", help="How many examples are looked at.")
BATCH = Argument(kind="int", low=1, label="Batch size", help="Examples in one step.")
EVAL_BATCH = Argument(kind="int", low=1, label="Evaluation batch", help="Examples at a time while evaluating.")
PRECISION = Argument(
    kind="choice",
    choices=("float32", "automatic", "bfloat16"),
    label="Precision",
    help="automatic: bfloat16 on CUDA, float32 elsewhere.",
)
SEED = Argument(kind="int", low=0, label="Seed", help="Of all random numbers: the same seed trains the same way.")
DEVICE = Argument(
    kind="str", label="Device", help="auto: the best there is; or cpu, cuda, cuda:1, mps. Each run may choose another."
)
SHOWN = tuple("images masks boxes keypoints text curve scatter matrix table bars graph frames".split())
"""How a preview's outputs are shown."""
