"""Models that write one thing after the other: what comes later has no influence, and what came before has."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor

import templates
from app.codegen.generate import model_source, steps_source
from blocks import library


def _names(template: str) -> dict[str, Any]:
    """Everything that the generated model.py and steps.py define."""
    names: dict[str, Any] = {"__name__": "generated"}
    for make in (model_source, steps_source):
        exec(compile(make(templates.load(template), library(), "quick").text, template, "exec"), names)
    return names


def _influence(scores: Any, image: Tensor) -> Tensor:
    """Whether a score of each number of the image depends on each number: (numbers, numbers), in drawing order.

    ``scores`` (1, levels, colours, H, W) of an image (1, colours, H, W).
    """

    def summed(seen: Tensor) -> Tensor:
        found: Tensor = scores(seen).square().sum(1)
        return found.movedim(1, -1).flatten()

    slopes = torch.autograd.functional.jacobian(summed, image)
    assert isinstance(slopes, Tensor)
    return slopes.movedim(2, -1).flatten(1) != 0


@pytest.mark.parametrize("colours", [1, 3])
def test_pixelcnn_sees_pixels_before_and_nothing_else(colours: int) -> None:
    torch.manual_seed(0)
    model = _names("pixelcnn")["pixelcnn"](levels=3, colours=colours, width=24, blocks=2, hidden=48).double()
    image = torch.rand(1, colours, 5, 6, dtype=torch.double)
    seen = _influence(lambda x: model(x).unflatten(1, (3, colours)), image)
    assert not seen.triu().any(), "a number has a part in its own chance, or a later one has"
    for number in range(1, len(seen)):
        assert seen[number, number - 1] or number % (6 * colours) < colours, "the one before is in the row"
    assert not seen[6 * colours : 7 * colours].any(dim=0)[4 * colours : 6 * colours].any(), "7×7 reaches three places"


def test_a_lower_half_is_drawn_whatever_was_there() -> None:
    """The sampler writes places in order, each by those before it alone."""
    names = _names("pixelcnn")
    torch.manual_seed(0)
    complete = names["Complete"](names["pixelcnn"](), size=8, levels=17)
    image = torch.randint(17, (3, 1, 8, 8)) / 16
    other = torch.cat([image[:, :, :4], torch.rand(3, 1, 4, 8)], dim=2)
    drawn = []
    for given in (image, other):
        torch.manual_seed(1)
        drawn.append(complete(given)[1])
    assert torch.equal(drawn[0], drawn[1])
    assert torch.equal(drawn[0][:, :, :4], image[:, :, :4])
    assert torch.equal(drawn[0] * 16, (drawn[0] * 16).round())
    assert not torch.equal(drawn[0], image)
