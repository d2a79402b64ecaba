"""What feed-forward templates must beat."""

from __future__ import annotations

from functools import partial

from tests.baselines import Measured
from tests.baselines.classes import of_classes

BASELINES: dict[str, Measured] = {
    "mlp_classifier": partial(of_classes, "mlp_classifier", epochs=(1, 50)),
}
