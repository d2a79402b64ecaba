"""nn.ChannelShuffle."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Module, whole
from app.core.problems import ShapeError
from app.core.symbolic import indivisible
from app.core.tensor_type import TensorType
from blocks.rules import at_least_rank


@dataclass(frozen=True, kw_only=True)
class ChannelShuffle(Block):
    """Takes the channels in turn from each group, so that grouped convolutions see each other's results.

    y[i·g + j] = x[j·(C / g) + i] with g the number of groups. Shapes: B×C×positions, unchanged.
    Source: Zhang et al., ShuffleNet, 2017; as torch.nn.ChannelShuffle.
    """

    synonyms = ("shufflenet", "interleave", "permute channels", "mix groups")

    groups: int = whole(2, low=1, label="Groups", help="How many groups the channels are taken from in turn.")

    def infer(self, input: TensorType) -> TensorType:
        at_least_rank(input, 3, "B×C×positions")
        channels = input.shape[1]
        if indivisible(channels, self.groups):
            raise ShapeError(
                f"{channels} channels cannot be split into {self.groups} equal groups. Choose a divisor.",
                expected=f"a multiple of {self.groups}",
                came=str(channels),
                part="groups",
            )
        return input

    def call(self, input: TensorType) -> Module:
        template = "F.channel_shuffle(input, groups)"
        return Module("nn.ChannelShuffle", {"groups": self.groups}, positional=1, functional=template)

    def detail(self) -> str:
        return f"{self.groups} groups"
