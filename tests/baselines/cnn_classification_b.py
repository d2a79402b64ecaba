"""What the classifiers that were built of many-branched modules must beat: remembered placings, and linear models."""

from __future__ import annotations

from functools import partial

from tests.baselines import Measured
from tests.baselines.classes import of_classes

PLACED = ("inception_v1", "inception_v3", "xception", "inception_v4", "nasnet_mobile", "nasnet_large")
"""Templates that read digits which lie anywhere, as a short training would show them: in a hundred placings."""

BASELINES: dict[str, Measured] = {name: partial(of_classes, name, epochs=(1, 20, 100)) for name in PLACED}
