"""LeNet's output layer."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Module, Weight, buffer, choice, whole
from app.core.problems import SetArgument, ShapeError
from app.core.symbolic import Dim, product
from app.core.tensor_type import TensorType
from blocks.rules import at_least_rank, certainly, float32, known

PIXELS = 84


@dataclass(frozen=True, kw_only=True)
class RadialBasisOutput(Block):
    """LeNet's output: the squared distance of the features to a fixed code of each class; the smallest wins.

    y[c] = sum over j of (x[j] - weight[c, j])². The codes are -1 and 1, and are never learnt.
    Shapes: ...×features → ...×classes.
    Source: LeCun et al., Gradient-based learning applied to document recognition, 1998, section II.
    """

    synonyms = ("rbf", "radial basis functions", "lenet output", "distance to prototypes")

    classes: int = whole(10, low=1, label="Classes", help="Number of codes.")
    codes: str = choice(
        "digits", "digits", "random", label="Codes", help="Pictures of the ten digits (84 pixels), or drawn once."
    )

    def infer(self, input: TensorType) -> TensorType:
        at_least_rank(input, 1, "...×features")
        float32(input)
        features = known(input.shape[-1], "number of features")
        if self.codes == "digits":
            self._check_digits(features, str(input))
        return input.with_shape(*input.shape[:-1], self.classes)

    def _check_digits(self, features: int, came: str) -> None:
        drawn = SetArgument("codes", "random", "Draw the codes")
        if not certainly(self.classes, 10):
            raise ShapeError(
                f"There are pictures of ten digits, not of {self.classes} classes. Draw the codes instead.",
                expected="10",
                came=str(self.classes),
                part="classes",
                fixes=(SetArgument("classes", 10, "Set it to 10 classes"), drawn),
            )
        if not certainly(features, PIXELS):
            raise ShapeError(
                f"The pictures of the digits have 7·12 = {PIXELS} pixels, so as many features are expected; "
                f"{came} came. Draw the codes instead.",
                expected=f"{PIXELS} features",
                came=came,
                part="input",
                fixes=(drawn,),
            )

    def call(self, input: TensorType) -> Module:
        return Module(
            "RadialBasisOutput",
            {"in_features": input.shape[-1], "classes": self.classes, "codes": self.codes},
            positional=2,
            defaults={"classes": 10, "codes": "digits"},
            source="radial_basis_output",
        )

    def weights(self, input: TensorType) -> dict[str, Weight]:
        return {"weight": buffer(self.classes, input.shape[-1])}

    def macs(self, input: TensorType) -> Dim:
        total: Dim = product(input.shape) * self.classes
        return total

    def detail(self) -> str:
        return f"→ {self.classes}"
