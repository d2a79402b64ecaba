"""An image as a sequence of patches."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Module, Weight, flag, parameter, whole
from app.core.problems import ShapeError
from app.core.symbolic import Dim, product, smaller
from app.core.tensor_type import TensorType
from blocks.convolution._convolution import unflattening
from blocks.rules import float32, known, shaped


@dataclass(frozen=True, kw_only=True)
class PatchEmbedding(Block):
    """Cuts an image into square patches and projects each to a vector: the tokens of a vision transformer.

    It is a Conv2d whose stride is its kernel, its places put into a row: y[n] = W·patch[n] + b, patches row by row.
    Shapes: B×C×H×W → B×N×embed_dim, N = (H//patch_size)·(W//patch_size); what is left at the edges is not seen.
    Source: Dosovitskiy et al., An image is worth 16×16 words, 2021, equation 1.
    """

    synonyms = ("vit", "patches", "tokens", "vision transformer", "patchify")

    embed_dim: int = whole(192, low=1, label="Features", help="Size of each patch's vector.")
    patch_size: int = whole(16, low=1, label="Patch size", help="Height and width of a patch.")
    bias: bool = flag(True, label="Bias", help="Adds a learnt vector to each.")

    def infer(self, input: TensorType) -> TensorType:
        shaped(input, "B×C×H×W", fixes=unflattening(input, 2))
        float32(input)
        known(input.shape[1], "number of channels")
        for size in input.shape[2:]:
            if smaller(size, self.patch_size):
                raise ShapeError(
                    f"A patch is {self.patch_size} wide, but the image only {size}. Take smaller patches.",
                    expected=f"at least {self.patch_size}",
                    came=str(size),
                    part="patch_size",
                )
        return input.with_shape(input.shape[0], self._patches(input), self.embed_dim)

    def _patches(self, input: TensorType) -> Dim:
        patches: Dim = product([size // self.patch_size for size in input.shape[2:]])
        return patches

    def call(self, input: TensorType) -> Module:
        arguments = {"in_channels": input.shape[1], "embed_dim": self.embed_dim, "patch_size": self.patch_size}
        return Module(
            "PatchEmbedding",
            arguments | {"bias": self.bias},
            positional=3,
            defaults={"bias": True},
            source="patch_embedding",
        )

    def weights(self, input: TensorType) -> dict[str, Weight]:
        weights = {"proj.weight": parameter(self.embed_dim, input.shape[1], self.patch_size, self.patch_size)}
        return weights | ({"proj.bias": parameter(self.embed_dim)} if self.bias else {})

    def macs(self, input: TensorType) -> Dim:
        per_patch = product([input.shape[1], self.patch_size, self.patch_size, self.embed_dim])
        total: Dim = input.shape[0] * (self._patches(input) * per_patch)
        return total

    def detail(self) -> str:
        return f"{self.patch_size}×{self.patch_size} → {self.embed_dim}"
