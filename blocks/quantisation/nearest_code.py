"""NearestCode."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, port
from app.core.problems import ShapeError
from app.core.symbolic import Dim, differ, product
from app.core.tensor_type import TensorType
from blocks.rules import at_least_rank, floating, same_dtype, shaped


@dataclass(frozen=True, kw_only=True)
class NearestCode(Block):
    """Puts the nearest row of a codebook in place of every vector: the bottleneck of VQ-VAE.

    index = argmin_k ‖x - codebook[k]‖, codes = codebook[index], y = x + (codes - x) without gradient in the bracket
    Shapes: ...×F and K×F → ...×F, ...×F and ...; the indices are int64.
    Source: van den Oord et al., Neural discrete representation learning, 2017. Its losses are an MSELoss between
    codes and the detached input, and a smaller one between the input and the detached codes.
    """

    inputs = (port("input", "Vectors, ...×F."), port("codebook", "K×F, as a Parameter gives it."))
    outputs = (
        port("quantised", "The nearest rows; its gradient goes straight to the input."),
        port("codes", "The same rows; their gradient goes to the codebook."),
        port("index", "Which rows they are; int64."),
    )
    synonyms = ("vector quantisation", "vq", "vq-vae", "codebook", "discrete latent", "vector quantizer", "k-means")

    def infer(self, input: TensorType, codebook: TensorType) -> tuple[TensorType, TensorType, TensorType]:
        at_least_rank(input, 1, "vectors, ...×F")
        floating(input)
        shaped(codebook, "K×F", "codebook")
        same_dtype(codebook, input, "codebook", "input")
        if differ(input.shape[-1], codebook.shape[1]):
            raise ShapeError(
                f"The rows of “codebook” must be as long as the vectors of “input”, {input.shape[-1]}; {codebook} "
                "came. Where the vectors lie along the channels, a MoveDim from 1 to -1 brings them last.",
                expected=f"K×{input.shape[-1]}",
                came=str(codebook),
                part="codebook",
            )
        return input, input, TensorType(input.shape[:-1], "int64")

    def call(self, input: TensorType, codebook: TensorType) -> Expression:
        return Expression("nearest_code(input, codebook)", returns="quantised, codes, index", source="nearest_code")

    def macs(self, input: TensorType, codebook: TensorType) -> Dim:
        total: Dim = product([*input.shape, codebook.shape[0]])
        return total
