"""The order of training data, decided by (seed, epoch, index) alone."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Protocol

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

Batch = Mapping[str, Tensor]


class Data(Protocol):
    """One split. ``batch`` may draw only from the generator that it is given."""

    def __len__(self) -> int:
        """Count the examples."""

    def batch(self, indices: Tensor, generator: torch.Generator) -> Batch:
        """Give these examples, by field."""


def seed_of(*parts: object) -> int:
    """Give a seed that is as unlike that of other parts as a hash is."""
    text = "/".join(map(str, parts)).encode()
    digest = hashlib.blake2b(text, digest_size=8).digest()
    return int.from_bytes(digest, "little") >> 2  # room to count on from it


class Batches(Dataset[Batch]):
    """Batch by number, for ever; the order is drawn anew for each epoch."""

    def __init__(self, data: Data, batch_size: int, seed: int) -> None:
        """Take a split; what does not fill a batch waits for the next epoch's order."""
        self.data = data
        self.batch_size = min(batch_size, len(data))
        self.per_epoch = len(data) // self.batch_size
        self.seed = seed
        self.first_seed = seed_of(seed, "batch")
        self.generator = torch.Generator()
        self.epoch = -1

    def __getitem__(self, number: int) -> Batch:
        """Give a batch, the same for the same number."""
        epoch, index = divmod(number, self.per_epoch)
        if epoch != self.epoch:
            self.generator.manual_seed(seed_of(self.seed, "order", epoch))
            self.order = torch.randperm(len(self.data), generator=self.generator)
            self.epoch = epoch
        begin = index * self.batch_size
        self.generator.manual_seed(self.first_seed + number)
        chosen = self.order[begin : begin + self.batch_size]
        return self.data.batch(chosen, self.generator)

    def between(
        self, first: int, last: int, workers: int, pin: bool
    ) -> Iterator[Batch]:
        """Give batches in order, read ahead by processes where there are workers."""
        if not workers:
            return map(self.__getitem__, range(first, last))
        loader = DataLoader(
            self,
            batch_size=None,
            sampler=range(first, last),
            num_workers=workers,
            pin_memory=pin,
            generator=torch.Generator(),  # else its iterator draws from the default one
        )
        return iter(loader)
