"""AveragePrecision."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.metric._ranking import RankingBlock


@dataclass(frozen=True, kw_only=True)
class AveragePrecision(RankingBlock):
    """How precise answers are from the highest score down to the last right one, over a whole split.

    y = mean over the right answers of the precision down to each, averaged over labels or classes
    Shapes: two of the same (labels second), or logits B×C and classes B → scalar.
    Source: as sklearn.metrics.average_precision_score, the area under the curve of precision over recall.
    """

    source = "average_precision"
    synonyms = ("map", "mean average precision", "precision recall curve", "auprc", "retrieval", "rare classes")
