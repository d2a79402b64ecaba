"""AUROC."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.metric._ranking import RankingBlock


@dataclass(frozen=True, kw_only=True)
class AUROC(RankingBlock):
    """How often a right answer has a higher score than a wrong one, over a whole split: 0.5 is chance, 1 perfect.

    y = area under the curve of hits over false alarms, averaged over labels, or over classes against all others
    Shapes: two of the same (labels second), or logits B×C and classes B → scalar.
    Source: Hanley & McNeil, The meaning and use of the area under an ROC curve, 1982; as sklearn.metrics.roc_auc_score.
    """

    source = "auroc"
    synonyms = ("roc auc", "area under curve", "receiver operating characteristic", "ranking", "anomaly detection")
