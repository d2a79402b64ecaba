"""Losses and draws against torch's own modules, torch.distributions, or their papers' formulas by hand."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from app.core.tensor_type import ModuleType, TensorType
from blocks import library
from tests.blocks.harness import namespace
from tests.blocks.test_values import drawn, value


def signs(*shape: int) -> Tensor:
    return drawn(*shape, seed=9).sign()


def test_weights_of_classes_are_those_of_torch() -> None:
    logits, target = drawn(6, 3), torch.tensor([0, 1, 2, 2, 1, 0])
    weights = (1.0, 2.0, 0.5)
    expected = F.cross_entropy(logits, target, torch.tensor(weights), ignore_index=1)
    found = value("CrossEntropyLoss", logits, target, class_weights=weights, ignore_index=1)
    torch.testing.assert_close(found, expected)
    logs = logits.log_softmax(dim=1)
    torch.testing.assert_close(
        value("NLLLoss", logs, target, class_weights=weights), F.nll_loss(logs, target, torch.tensor(weights))
    )
    yes = torch.rand(6, 3)
    expected = F.binary_cross_entropy_with_logits(logits, yes, pos_weight=torch.tensor(3.0))
    torch.testing.assert_close(value("BCEWithLogitsLoss", logits, yes, pos_weight=3.0), expected)


@pytest.mark.parametrize("reduction", ["mean", "sum", "batchmean", "none"])
def test_divergence_of_distributions(reduction: str) -> None:
    logs, target = drawn(4, 5).log_softmax(dim=1), drawn(4, 5, seed=1).softmax(dim=1)
    each = target * (target.log() - logs)
    expected = {"mean": each.mean(), "sum": each.sum(), "batchmean": each.sum() / 4, "none": each}[reduction]
    torch.testing.assert_close(value("KLDivLoss", logs, target, reduction=reduction), expected)
    torch.testing.assert_close(value("KLDivLoss", logs, target.log(), reduction=reduction, log_target=True), expected)


def test_divergence_of_two_gaussians_is_that_of_distributions() -> None:
    parts = [drawn(4, 3, seed=seed) for seed in range(4)]
    one, other = (
        torch.distributions.Normal(mean, (0.5 * log_variance).exp()) for mean, log_variance in (parts[:2], parts[2:])
    )
    expected = torch.distributions.kl_divergence(one, other).sum(dim=1)
    torch.testing.assert_close(value("GaussianKLDivergence", *parts, reduction="none"), expected)


def test_surprise_by_a_mixture_is_that_of_distributions() -> None:
    logits, mean, log_variance, target = drawn(4, 3), drawn(4, 3, 2), drawn(4, 3, 2, seed=1), drawn(4, 2)
    mixture = torch.distributions.MixtureSameFamily(
        torch.distributions.Categorical(logits=logits),
        torch.distributions.Independent(torch.distributions.Normal(mean, (0.5 * log_variance).exp()), 1),
    )
    found = value("MixtureDensityLoss", logits, mean, log_variance, target, reduction="none")
    torch.testing.assert_close(found, -mixture.log_prob(target))


def test_speech_without_lengths_takes_all_steps_and_all_but_blanks() -> None:
    logs = drawn(2, 8, 5).log_softmax(dim=2)
    targets = torch.tensor([[1, 2, 3], [4, 0, 0]])
    lengths = torch.tensor([8, 8]), torch.tensor([3, 1])
    expected = F.ctc_loss(logs.transpose(0, 1), targets, *lengths)
    torch.testing.assert_close(value("CTCLoss", logs, targets), expected)
    torch.testing.assert_close(value("CTCLoss", logs, targets, *lengths), expected)
    turned = value("CTCLoss", logs.transpose(0, 1), targets, batch_first=False, reduction="batchmean")
    torch.testing.assert_close(turned, F.ctc_loss(logs.transpose(0, 1), targets, *lengths, reduction="sum") / 2)
    impossible = torch.tensor([[1, 1, 1, 1, 1, 1, 1], [4, 0, 0, 0, 0, 0, 0]])
    assert torch.isfinite(value("CTCLoss", logs, impossible))
    assert torch.isinf(value("CTCLoss", logs, impossible, zero_infinity=False))


def test_like_pairs_are_pulled_and_unlike_ones_pushed() -> None:
    first, second, target = drawn(5, 3), drawn(5, 3, seed=1), torch.tensor([1.0, 0.0, 1.0, 0.0, 0.0])
    distance = (first - second).norm(dim=1)
    expected = [d**2 if t else max(0.0, 2 - d) ** 2 for d, t in zip(distance.tolist(), target.tolist(), strict=True)]
    found = value("ContrastiveLoss", first, second, target, margin=2.0, reduction="none")
    torch.testing.assert_close(found, torch.tensor(expected), atol=1e-4, rtol=1e-4)


def test_twins_find_each_other_as_the_papers_sum_says() -> None:
    first, second = drawn(3, 4), drawn(3, 4, seed=1)
    views = F.normalize(torch.cat([first, second]), dim=1)
    similarity = (views @ views.T / 0.2).exp()
    expected = [
        -math.log(float(similarity[i, (i + 3) % 6] / sum(similarity[i, j] for j in range(6) if j != i)))
        for i in range(6)
    ]
    found = value("NTXentLoss", first, second, temperature=0.2, reduction="none")
    torch.testing.assert_close(found, torch.tensor(expected))


def test_queries_find_their_keys_and_keys_their_queries() -> None:
    query, key = drawn(3, 4), drawn(3, 4, seed=1)
    chances = (F.cosine_similarity(query[:, None], key[None], dim=2) / 0.07).softmax(dim=1)
    there = -chances.diagonal().log().mean()
    torch.testing.assert_close(value("InfoNCELoss", query, key), there)
    back = value("InfoNCELoss", key, query)
    torch.testing.assert_close(value("InfoNCELoss", query, key, symmetric=True), (there + back) / 2)


def test_features_of_twins_correlate_with_themselves_alone() -> None:
    first, second = drawn(50, 3), drawn(50, 3, seed=1)
    c = torch.corrcoef(torch.cat([first, second], dim=1).T)[:3, 3:]
    by_hand = sum(float((1 - c[i, j]) ** 2 if i == j else 0.1 * c[i, j] ** 2) for i in range(3) for j in range(3))
    assert float(value("BarlowTwinsLoss", first, second, weight=0.1)) == pytest.approx(by_hand, rel=1e-3)


def test_overlap_and_focus() -> None:
    p, t = torch.rand(2, 3, 4, 4), (torch.rand(2, 3, 4, 4) > 0.5).float()
    by_hand = 1 - (2 * (p * t).sum(dim=(2, 3)) + 1) / (p.sum(dim=(2, 3)) + t.sum(dim=(2, 3)) + 1)
    torch.testing.assert_close(value("DiceLoss", p, t, reduction="none"), by_hand)
    logits = drawn(5)
    for right in (0.0, 1.0):
        chance = logits.sigmoid() if right else 1 - logits.sigmoid()
        weight = 0.25 if right else 0.75
        expected = -weight * (1 - chance) ** 2 * chance.log()
        torch.testing.assert_close(value("FocalLoss", logits, torch.full((5,), right), reduction="none"), expected)


def test_long_capsules_are_right() -> None:
    lengths, target = torch.tensor([[0.95, 0.05, 0.3], [0.5, 0.2, 0.0]]), torch.tensor([0, 0])
    expected = torch.tensor([0.5 * 0.2**2, 0.4**2 + 0.5 * 0.1**2])
    torch.testing.assert_close(value("MarginLoss", lengths, target, reduction="none"), expected)


def test_smooth_losses_of_regression() -> None:
    x, t = 30 * drawn(50), drawn(50, seed=1)
    d = (x - t).double()
    torch.testing.assert_close(value("LogCoshLoss", x, t).double(), d.cosh().log().mean(), atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(value("CharbonnierLoss", x, t, epsilon=0.1).double(), (d**2 + 0.01).sqrt().mean())
    expected = torch.maximum(0.9 * -d, -0.1 * -d).mean()
    torch.testing.assert_close(value("QuantileLoss", x, t, quantile=0.9).double(), expected)


def test_neighbours_that_differ_cost() -> None:
    image = torch.tensor([[[[0.0, 1.0], [3.0, 1.0]]]])
    assert float(value("TotalVariation", image)) == 1 + 2 + 3 + 0


def called(name: str, model: nn.Module, *inputs: Any, **arguments: Any) -> Tensor:
    """What the expression of a block that takes a module gives."""
    block = library().get(name)(**arguments)

    def typed(x: Any) -> Any:
        if isinstance(x, tuple):
            return tuple(map(typed, x))
        return None if x is None else TensorType(tuple(x.shape), str(x.dtype).removeprefix("torch."))

    wire = ModuleType(
        "model",
        ("x",),
        ("y",),
        lambda types: (typed(model(*(torch.zeros(t.shape).to(getattr(torch, t.dtype)) for t in types))),),
    )
    types = [wire, *map(typed, inputs)]
    block.infer(*types)
    call = block.call(*types)
    named = {port.name: x for port, x in zip(block.ports()[0], [model, *inputs], strict=True)}
    found = eval(call.template, namespace(call) | dict(call.values) | named)
    assert isinstance(found, Tensor)
    return found


def test_a_slope_of_one_costs_nothing_and_its_gradient_reaches_the_critic() -> None:
    critic = nn.Linear(3, 1)
    real, fake = drawn(4, 3), drawn(4, 3, seed=1)
    slope = float(critic.weight.detach().norm())
    penalty = called("GradientPenalty", critic, real, fake)
    assert float(penalty.detach()) == pytest.approx((slope - 1) ** 2, rel=1e-4)
    penalty.backward()
    assert critic.weight.grad is not None
    expected = 2 * (slope - 1) * critic.weight / slope
    torch.testing.assert_close(critic.weight.grad, expected.detach())
    assert float(called("GradientPenalty", critic, real, None, place="real", slope=0.0).detach()) == pytest.approx(
        slope**2
    )
    # y = |x|² has the slope 2|x|: where it is taken shows
    bowl = nn.Module()
    bowl.forward = lambda x: x.square().sum(dim=1)  # type: ignore[method-assign]
    at_fake = called("GradientPenalty", bowl, real, fake, place="fake", slope=0.0, reduction="none")
    torch.testing.assert_close(at_fake, 4 * fake.square().sum(dim=1))


def test_steps_down_the_energy_find_the_gaussian_that_it_is() -> None:
    """Energy |x - 3|² / 2 is that of a Gaussian around 3."""
    bowl = nn.Module()
    bowl.forward = lambda x: 0.5 * (x - 3).square().sum(dim=1)  # type: ignore[method-assign]
    torch.manual_seed(0)
    found = called("LangevinDynamics", bowl, drawn(4000, 1), count=120, step=0.05, noise=math.sqrt(0.1))
    assert float(found.mean()) == pytest.approx(3, abs=0.1)
    assert float(found.std()) == pytest.approx(1, abs=0.1)
    still = called("LangevinDynamics", bowl, drawn(5, 1), count=300, step=0.05, noise=0.0)
    torch.testing.assert_close(still, torch.full((5, 1), 3.0), atol=1e-3, rtol=0)


class Chain(nn.Module):
    """Scores of the next token by the last one alone."""

    def __init__(self, chances: list[list[float]]) -> None:
        super().__init__()
        self.chances = torch.tensor(chances)

    def forward(self, tokens: Tensor, *given: Tensor) -> Tensor:
        logits = self.chances.log()[tokens]
        return logits + given[0].unsqueeze(1) if given else logits


TRAP = Chain([[0.01, 0.5, 0.4, 0.09], [0.25, 0.25, 0.2, 0.3], [0.01, 0.01, 0.01, 0.97], [0.1, 0.1, 0.1, 0.7]])
"""From 0 the likeliest next token, 1, leads nowhere; 2 is followed by 3 almost surely."""


def test_a_beam_sees_further_than_greed() -> None:
    start = torch.zeros(2, 1, dtype=torch.long)
    assert called("GreedySearch", TRAP, start, (), count=2)[0].tolist()[:2] == [0, 1]
    assert called("BeamSearch", TRAP, start, (), count=2, width=3).tolist() == [[0, 2, 3]] * 2
    one = called("BeamSearch", TRAP, start, (), count=3, width=1)
    torch.testing.assert_close(one, called("GreedySearch", TRAP, start, (), count=3))


def test_a_wide_beam_finds_the_best_of_all_texts() -> None:
    chain = Chain(drawn(4, 4).softmax(dim=1).tolist())
    texts = torch.cartesian_prod(*[torch.arange(4)] * 3)
    path = torch.cat([torch.zeros(64, 1, dtype=torch.long), texts], dim=1)
    likely = chain.chances[path[:, :-1], path[:, 1:]].log().sum(dim=1)
    found = called("BeamSearch", chain, torch.zeros(1, 1, dtype=torch.long), (), count=3, width=64)
    assert found[0].tolist() == path[likely.argmax()].tolist()


def test_a_text_that_has_ended_stays_so() -> None:
    start = torch.tensor([[0], [2]])
    for name, more in (("GreedySearch", {}), ("BeamSearch", {"width": 2}), ("SampleTokens", {"top_k": 1})):
        found = called(name, TRAP, start, (), count=5, end=3, **more)
        assert found.shape == (2, 6)
        assert found[1].tolist() == [2, 3, 3, 3, 3, 3]
    short = called("BeamSearch", TRAP, start, (), count=5, end=3, width=4, penalty=1.0)
    assert short[1].tolist() == [2, 3, 3, 3, 3, 3]


def test_what_a_model_is_given_stays_with_its_row() -> None:
    """Each row is given scores that leave one token alone."""
    given = torch.full((2, 4), -50.0)
    given[0, 3] = given[1, 2] = 50.0
    start = torch.zeros(2, 1, dtype=torch.long)
    for name in ("GreedySearch", "BeamSearch", "SampleTokens"):
        assert called(name, TRAP, start, (given,), count=2).tolist() == [[0, 3, 3], [0, 2, 2]]


def test_only_the_nucleus_is_drawn() -> None:
    torch.manual_seed(0)
    start = torch.zeros(2000, 1, dtype=torch.long)
    drawn_ones = called("SampleTokens", TRAP, start, (), count=1, top_p=0.6)[:, 1]
    assert set(drawn_ones.tolist()) == {1, 2}
    assert float((drawn_ones == 1).float().mean()) == pytest.approx(5 / 9, abs=0.05)
    assert set(called("SampleTokens", TRAP, start, (), count=1, top_k=1)[:, 1].tolist()) == {1}
    cold = called("SampleTokens", TRAP, start, (), count=1, temperature=0.5)[:, 1]
    assert float((cold == 1).float().mean()) == pytest.approx(0.25 / (0.25 + 0.16 + 0.0081 + 0.0001), abs=0.05)


def test_filters_rule_out_what_is_unlikely() -> None:
    logits = torch.tensor([[0.5, 0.2, 0.2, 0.1], [0.1, 0.1, 0.1, 0.7]]).log()
    kept = torch.isfinite(value("TopKFilter", logits, k=2))
    assert kept[1].tolist() == [True, True, True, True], "equal scores stay together"
    assert value("TopKFilter", logits, k=1).isfinite().tolist() == [[True, False, False, False], [False] * 3 + [True]]
    assert value("TopPFilter", logits, p=0.6).isfinite().sum(dim=1).tolist() == [2, 1]
    assert value("TopPFilter", logits, p=0.0).isfinite().sum(dim=1).tolist() == [1, 1]
    torch.testing.assert_close(value("TopPFilter", logits, p=1.0), logits)


def test_gradients_pass_straight_through() -> None:
    chances = torch.rand(50, requires_grad=True)
    coins = value("Bernoulli", chances, straight_through=True)
    assert set(coins.detach().round(decimals=5).tolist()) <= {0.0, 1.0}
    coins.sum().backward()
    torch.testing.assert_close(chances.grad, torch.ones(50))
    logits = drawn(50, 4).requires_grad_()
    value("OneHotCategorical", logits)[:, 0].sum().backward()
    mine = logits.grad
    expected = torch.autograd.grad(logits.softmax(dim=1)[:, 0].sum(), logits)[0]
    torch.testing.assert_close(mine, expected)
    hard = value("GumbelSoftmax", logits, hard=True)
    torch.testing.assert_close(hard.detach().amax(dim=1), torch.ones(50))
    assert hard.requires_grad


def test_draws_are_of_their_distributions() -> None:
    torch.manual_seed(0)
    logits = torch.tensor([0.1, 0.2, 0.7]).log()
    often = value("OneHotCategorical", logits.expand(20_000, 3), straight_through=False).mean(dim=0)
    torch.testing.assert_close(often, torch.tensor([0.1, 0.2, 0.7]), atol=0.02, rtol=0)
    cut = value("TruncatedNormal", torch.zeros(20_000, 1), sizes=(1,), low=0.0, high=2.0)
    assert float(cut.min()) >= 0
    assert float(cut.max()) <= 2
    low, high = 0.5, 0.5 * (1 + math.erf(2 / math.sqrt(2)))
    expected = (1 - math.exp(-2)) / math.sqrt(2 * math.pi) / (high - low)
    assert float(cut.mean()) == pytest.approx(expected, abs=0.02)
    places = value("Multinomial", torch.ones(100, 5), count=5)
    assert places.sort(dim=1).values.tolist() == [[0, 1, 2, 3, 4]] * 100
    assert float(value("RandomMask", torch.zeros(20_000), share=0.15).float().mean()) == pytest.approx(0.15, abs=0.01)
    order = value("RandomPermutation", torch.zeros(30, 2))
    assert sorted(order.tolist()) == list(range(30)) != order.tolist()
    counts = value("Poisson", torch.full((20_000,), 3.0))
    assert float(counts.var()) == pytest.approx(3, abs=0.15)
