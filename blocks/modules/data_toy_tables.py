"""Small, well-known tables from scikit-learn, standardised: wine, breast cancer, iris
and diabetes.
"""

import torch
from sklearn import datasets
from torch import Tensor
from torch.nn import functional

TABLES = ("wine", "breast_cancer", "iris", "diabetes")
# Position of a row in its class, modulo ten, decides the split: 70 %, 10 % and 20 %,
# stratified.
SPLITS = {"train": range(7), "validation": range(7, 8), "test": range(8, 10)}


class Table:
    """One split, read in whole batches. ``labels`` is empty where the target is a
    number.
    """

    def __init__(
        self, features: Tensor, target: Tensor, labels: tuple[str, ...]
    ) -> None:
        """Keep features (N, columns), and classes (N,) or numbers (N, 1)."""
        self.features = features
        self.target = target
        self.labels = labels

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.features)

    def batch(self, indices: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Give features (B, columns), and label (B,) or target (B, 1)."""
        return {
            "features": self.features[indices],
            "label" if self.labels else "target": self.target[indices],
        }


def positions(classes: Tensor) -> Tensor:
    """Count for each row how many of its class came before it."""
    return (
        functional.one_hot(classes).cumsum(0).gather(1, classes.unsqueeze(1)).squeeze(1)
        - 1
    )


def standardised(values: Tensor, training: Tensor) -> Tensor:
    """Shift and scale columns (N, columns) by the training rows' mean and deviation."""
    deviation, mean = torch.std_mean(values[training], dim=0)
    return (values - mean) / deviation.clamp(min=1e-8)


def load(split: str, *, dataset: str = "wine") -> Table:
    """Load one split of a table."""
    if split not in SPLITS:
        raise ValueError(f"Expected a split of {', '.join(SPLITS)}; {split!r} came.")
    if dataset not in TABLES:
        raise ValueError(f"Expected a table of {', '.join(TABLES)}; {dataset!r} came.")
    table = getattr(datasets, f"load_{dataset}")()
    features, target = (
        torch.from_numpy(table.data).double(),
        torch.from_numpy(table.target),
    )
    labels = (
        () if dataset == "diabetes" else tuple(str(name) for name in table.target_names)
    )
    position = positions(target.long()) if labels else torch.arange(len(target))
    belongs = {
        name: torch.isin(position % 10, torch.tensor(share))
        for name, share in SPLITS.items()
    }
    features = standardised(features, belongs["train"]).float()
    target = (
        target.long()
        if labels
        else standardised(target.unsqueeze(1), belongs["train"]).float()
    )
    return Table(features[belongs[split]], target[belongs[split]], labels)
