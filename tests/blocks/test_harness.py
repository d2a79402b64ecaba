"""The harness is tested too: faults planted in every block by pattern, and in some by hand, must be caught."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from app.core.block import Block, Module, Source, Weight
from app.core.problems import ShapeError
from app.core.symbolic import Symbol, Traced
from app.core.tensor_type import TensorType
from blocks import library
from tests.blocks.harness import TooFewAcceptedError, check

BLOCKS = [block for block in library().all() if not issubclass(block, Source)]


def planted(name: str, **members: Any) -> type[Block]:
    """The block of that name with some of its methods replaced."""
    return type(name, (library().get(name),), members)


def assert_caught(faulty: type[Block]) -> None:
    with pytest.raises(AssertionError) as caught:
        check(faulty)
    assert not isinstance(caught.value, TooFewAcceptedError), "Caught only because nothing was tested"


# ------------------------------------------------------------------------------ faults in every block


def _first_changed(block: type[Block], change: Callable[[TensorType], TensorType]) -> type[Block]:
    """The block with another type at its first output that is a tensor."""

    def infer(self: Block, *inputs: Any) -> Any:
        inferred = super(type(self), self).infer(*inputs)
        outputs = list(inferred) if isinstance(inferred, tuple) else [inferred]
        for position, item in enumerate(outputs):
            if isinstance(item, TensorType):
                outputs[position] = change(item)
                break
        return tuple(outputs) if isinstance(inferred, tuple) else outputs[0]

    return planted(block.__name__, infer=infer)


OTHER_DTYPE = {"float32": "float64", "int64": "int32", "bool": "uint8"}


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.__name__)
def test_another_dtype_is_caught(block: type[Block]) -> None:
    assert_caught(_first_changed(block, lambda item: item.with_dtype(OTHER_DTYPE.get(item.dtype, "float32"))))


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.__name__)
def test_another_size_is_caught(block: type[Block]) -> None:
    def larger(item: TensorType) -> TensorType:
        return item.with_shape(*item.shape[:-1], item.shape[-1] + 1) if item.rank else item.with_shape(1)

    assert_caught(_first_changed(block, larger))


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.__name__)
def test_a_block_that_refuses_everything_is_caught(block: type[Block]) -> None:
    def infer(self: Block, *inputs: Any) -> Any:
        raise ShapeError("Nothing is right.", expected="nothing", came="something")

    with pytest.raises(AssertionError):
        check(planted(block.__name__, infer=infer))


def _has_weights(block: type[Block]) -> bool:
    return block.weights is not Block.weights


WEIGHTY = [block for block in BLOCKS if _has_weights(block)]


@pytest.mark.parametrize("block", WEIGHTY, ids=lambda block: block.__name__)
def test_a_forgotten_weight_is_caught(block: type[Block]) -> None:
    def weights(self: Block, *inputs: Any) -> dict[str, Weight]:
        found = super(type(self), self).weights(*inputs)
        return dict(list(found.items())[:-1])

    assert_caught(planted(block.__name__, weights=weights))


@pytest.mark.parametrize("block", WEIGHTY, ids=lambda block: block.__name__)
def test_a_buffer_taken_for_a_parameter_is_caught(block: type[Block]) -> None:
    def weights(self: Block, *inputs: Any) -> dict[str, Weight]:
        found = super(type(self), self).weights(*inputs)
        return {key: dataclasses.replace(weight, learnt=not weight.learnt) for key, weight in found.items()}

    assert_caught(planted(block.__name__, weights=weights))


@pytest.mark.parametrize("block", WEIGHTY, ids=lambda block: block.__name__)
def test_a_lost_provenance_is_caught(block: type[Block]) -> None:
    """Sizes that a call forgets the origin of would become plain numbers in the code."""
    if not block().ports()[0]:
        pytest.skip("it has no inputs")
    plain = block().call(*_plain_inputs(block))
    inferred = set(plain.arguments) - set(block.arguments()) - set(plain.defaults) if isinstance(plain, Module) else ()
    if not inferred:
        pytest.skip("nothing is inferred from its inputs")

    def call(self: Block, *inputs: Any) -> Any:
        return super(type(self), self).call(*(_forgetful(item) for item in inputs))

    assert_caught(planted(block.__name__, call=call))


def _plain_inputs(block: type[Block]) -> tuple[Any, ...]:
    example = TensorType((2, 96, 16, 16))
    return tuple(None if port.optional else (example,) if port.variadic else example for port in block().ports()[0])


def _forgetful(item: Any) -> Any:
    if not isinstance(item, TensorType):
        return item
    return item.with_shape(*(int(size) if isinstance(size, Traced) else size for size in item.shape))


@pytest.mark.parametrize("block", [block for block in BLOCKS if block.trains is True], ids=lambda block: block.__name__)
def test_a_hidden_difference_between_modes_is_caught(block: type[Block]) -> None:
    assert_caught(planted(block.__name__, trains=False))


# ------------------------------------------------------------------------------------ faults by hand


def _swapped_sides(self: Any, input: TensorType) -> TensorType:
    batch, channels, height, width = super(type(self), self).infer(input).shape
    return input.with_shape(batch, channels, width, height)


def _rounded_up(self: Any, size: Any, kernel: int, stride: int, padding: int, dilation: int, side: str) -> Any:
    return -(dilation * (kernel - 1) + 1 - size - 2 * padding) // stride


def _without_groups(self: Any, input: TensorType) -> dict[str, Weight]:
    weights = super(type(self), self).weights(input)
    if "weight" not in weights:  # it is made of others
        return weights
    shape = (self.out_channels, input.shape[1], *weights["weight"].shape[2:])
    return weights | {"weight": Weight(shape)}


def _changed(**changes: Any) -> Callable[..., Any]:
    """A call whose parts are replaced."""

    def call(self: Any, *inputs: Any) -> Any:
        return dataclasses.replace(super(type(self), self).call(*inputs), **changes)

    return call


def _misspelt(self: Any, input: TensorType) -> Module:
    made = super(type(self), self).call(input)
    return dataclasses.replace(made, arguments={**made.arguments, "kernel": 3})


def _wrong_default(self: Any, input: TensorType) -> Module:
    made = super(type(self), self).call(input)
    return dataclasses.replace(made, defaults={**made.defaults, "momentum": 0.01})


def _stride_of_one(self: Any, input: TensorType) -> Module:
    made = super(type(self), self).call(input)
    return dataclasses.replace(made, defaults={**made.defaults, "stride": 2})


def _batch_as_number(self: Any, input: TensorType) -> TensorType:
    if isinstance(input.shape[0], Symbol):
        return input.with_shape(2, *super(type(self), self).infer(input).shape[1:])
    return super(type(self), self).infer(input)  # type: ignore[no-any-return]


def _inexact(self: Any, input: TensorType) -> TensorType:
    """Says of the channels that they are the input's, though they were divided."""
    made = super(type(self), self).infer(input)
    channels = input.shape[1]
    if isinstance(channels, Traced):
        return made.with_shape(made.shape[0], Traced(int(made.shape[1]), channels.poly), *made.shape[2:])
    return made  # type: ignore[no-any-return]


def _one_direction(self: Any, input: TensorType, *states: Any) -> dict[str, Weight]:
    found = super(type(self), self).weights(input, *states)
    return {key: weight for key, weight in found.items() if not key.endswith("_reverse")}


def _half(self: Any, *inputs: Any) -> Any:
    return super(type(self), self).macs(*inputs) // 2


def _any_size(self: Any, input: TensorType) -> TensorType:
    try:
        return super(type(self), self).infer(input)  # type: ignore[no-any-return]
    except ShapeError:
        return input


def _no_sentence(self: Any, input: TensorType) -> TensorType:
    try:
        return super(type(self), self).infer(input)  # type: ignore[no-any-return]
    except ShapeError as error:
        raise ShapeError("bad input", expected=error.expected) from None


FAULTS: dict[str, tuple[str, dict[str, Any]]] = {
    "height and width swapped": ("Conv2d", {"infer": _swapped_sides}),
    "height and width swapped in a pool": ("AvgPool2d", {"infer": _swapped_sides}),
    "windows counted upwards": ("Conv2d", {"_side": _rounded_up}),
    "groups forgotten in the weights": ("Conv2d", {"weights": _without_groups}),
    "half the work": ("Conv2d", {"macs": _half}),
    "half the work of a transposed convolution": ("ConvTranspose2d", {"macs": _half}),
    "half the work of a linear layer": ("Linear", {"macs": _half}),
    "half the work of attention": ("MultiheadAttention", {"macs": _half}),
    "the block's default in place of torch's": ("MaxPool2d", {"call": _stride_of_one}),
    "a functional form with another default": ("Flatten", {"call": _changed(functional="torch.flatten(input)")}),
    "a functional form with another value": ("LeakyReLU", {"call": _changed(functional="F.leaky_relu(input)")}),
    "a functional form in place": ("ReLU", {"call": _changed(functional="F.relu_(input)")}),
    "an operation in place": ("ReLU", {"call": _changed(forward="input.relu_()")}),
    "arguments in another order": ("Linear", {"call": _changed(positional=3, arguments={"out_features": 3})}),
    "states the wrong way round": ("LSTM", {"call": _changed(returns="output, (c_n, h_n)"), "proj_size": 2}),
    "one direction forgotten": ("LSTM", {"weights": _one_direction}),
    "an unknown batch taken for two": ("Conv2d", {"infer": _batch_as_number}),
    "an origin that is not true": ("PixelShuffle", {"infer": _inexact}),
    "sizes that do not divide": ("PixelShuffle", {"infer": _any_size}),
    "any number of groups": ("GroupNorm", {"infer": _any_size}),
    "any dtype": ("Linear", {"infer": _any_size}),
    "a kernel larger than the map": ("MaxPool1d", {"_check_padding": lambda *_: None}),
    "a refusal that is no sentence": ("Conv2d", {"infer": _no_sentence}),
    "a claimed difference between modes": ("ReLU", {"trains": True}),
    "a claimed draw": ("ReLU", {"call": _changed(random=True)}),
    "an argument that there is not": ("Conv2d", {"call": _misspelt}),
    "a default that is not torch's": ("BatchNorm2d", {"call": _wrong_default}),
    "a hidden draw": ("Dropout", {"call": _changed(random=False)}),
    "a mask that is not passed on": ("MultiheadAttention", {"call": _changed(forward="module(query, key, value)")}),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_planted_fault_is_caught(fault: str) -> None:
    name, members = FAULTS[fault]
    assert_caught(planted(name, **members))


@pytest.mark.parametrize("name", ["Conv2d", "Flatten", "LSTM"])
def test_the_same_block_without_a_fault_passes(name: str) -> None:
    check(planted(name))
