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


def test_gated_pixelcnn_has_no_blind_spot() -> None:
    torch.manual_seed(0)
    build = _names("gated_pixelcnn")["gated_pixelcnn"]
    model = build(levels=3, colours=1, maps=12, blocks=3, kernel_size=3, hidden=9).double()
    seen = _influence(lambda x: model(x, torch.tensor([4])), torch.rand(1, 1, 5, 5, dtype=torch.double))
    assert not seen.triu().any()
    assert seen[12, :12].all(), "all rows above and the row so far, within reach"


@pytest.mark.parametrize(("own", "sees"), [("causal", False), ("hidden", True)])
def test_colours_of_a_pixel_are_drawn_in_order(own: str, sees: bool) -> None:
    torch.manual_seed(0)
    names = _names("gated_pixelcnn")
    image = torch.rand(1, 3, 2, 4, dtype=torch.double)
    if own == "causal":
        block = names["CausalBlock"](3, maps=6, kernel_size=3, colours=3).double()
        found = _influence(lambda x: block(x)[1].unflatten(1, (2, 3)), image)
    else:
        block = names["GatedBlock"](6, 6, maps=6, kernel_size=3, colours=3).double()
        steps = torch.rand(1, 6, 2, 4, dtype=torch.double)
        label = torch.tensor([1])

        def told(x: Tensor) -> Tensor:
            return block(steps, torch.cat([x, x], dim=1), torch.zeros_like(steps), label)[1].unflatten(1, (2, 3))

        found = _influence(told, image)
    assert not found.triu(1).any()
    assert bool(found.diagonal().any()) is sees


def test_wavenet_hears_4093_samples_and_nothing_later() -> None:
    torch.manual_seed(0)
    model = _names("wavenet")["wavenet"](
        classes=4, stacks=4, layers=10, residual=4, filters=4, skip_channels=4, end_channels=4
    ).double()
    sound = torch.rand(1, 4, 4110, dtype=torch.double, requires_grad=True)
    place = 4100
    (slopes,) = torch.autograd.grad(model(sound)[0, :, place].square().sum(), sound)
    heard = (slopes[0] != 0).any(0).nonzero().squeeze(1)
    assert int(heard.max()) == place, "the place itself, whose next sample is asked for, and nothing later"
    assert place - int(heard.min()) + 1 == 4 * (2**10 - 1) + 1 == 4093
    assert len(heard) == 4093


def test_wavenet_goes_on_as_if_it_had_been_asked_at_once() -> None:
    """Each new sample is drawn by what the whole model says of the sound so far."""
    names = _names("wavenet")
    torch.manual_seed(0)
    model = names["wavenet"]()
    sound = torch.rand(1, 192) * 2 - 1
    real, written = names["Continue"](model, classes=64, length=192, ahead=64)(sound)
    assert torch.equal(real[:64], written[:64])
    assert real.shape == written.shape == (128,)
    again = names["mu_law_encode"](written[None], 64)
    assert torch.equal(names["mu_law_decode"](again, 64)[0], written)
    scores = model(names["Vectors"](classes=64)(again))
    assert scores.shape == (1, 64, 128)
