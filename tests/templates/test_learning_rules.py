"""Rules that are no slope of a loss that anybody wrote down are drawn as losses whose slope they are: is it so?"""

from __future__ import annotations

from math import log
from typing import Any

import torch
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfTransformer
from torch import Tensor

import templates
from app.codegen.generate import model_source, steps_source
from blocks import library
from tests.sources.readers import reader


def _names(template: str, preset: str = "quick") -> dict[str, Any]:
    """Everything that the generated model.py and steps.py define."""
    names: dict[str, Any] = {"__name__": "generated"}
    for make in (model_source, steps_source):
        exec(compile(make(templates.load(template), library(), preset).text, template, "exec"), names)
    return names


def test_a_step_of_the_perceptron_is_rosenblatts_rule() -> None:
    names = _names("perceptron")
    unit = names["perceptron"]()
    step = names["TrainStep"](unit)
    optimiser = torch.optim.SGD(unit.parameters(), lr=1.0)
    torch.manual_seed(0)
    weights, threshold, moved = torch.zeros(30), 0.0, 0
    for _ in range(60):
        x, target = torch.randn(1, 30), int(torch.randint(2, (1,)))
        optimiser.zero_grad()
        loss, mistakes = step(x, torch.tensor([target]))
        loss.backward()
        optimiser.step()
        error = target - int(x[0] @ weights + threshold >= 0)
        weights, threshold, moved = weights + error * x[0], threshold + error, moved + abs(error)
        assert float(mistakes) == abs(error)
        torch.testing.assert_close(unit.linear.weight[0].detach(), weights)
        torch.testing.assert_close(unit.linear.bias.detach(), torch.tensor([float(threshold)]))
    assert 10 < moved < 50


def _machine(names: dict[str, Any], visible: int, hidden: int) -> Any:
    torch.manual_seed(0)
    machine = names["RBM"](visible, hidden=hidden, gain=2.0)
    for bias in (machine.hbias, machine.vbias):
        torch.nn.init.normal_(bias, std=0.5)
    return machine


def test_slope_of_the_contrast_is_what_data_and_fantasy_do_together() -> None:
    """Hinton's rule, 2002: <v h> at the data minus <v h> at the end of the chain, for ``chain`` steps of it."""
    names = _names("rbm")
    machine = _machine(names, 9, 5)
    known = (machine.W, machine.hbias, machine.vbias)
    data = torch.bernoulli(torch.full((20, 9), 0.4))
    for chain in (1, 3):
        torch.manual_seed(7)
        fantasy = data
        for _ in range(chain):
            hidden = torch.bernoulli(torch.sigmoid(fantasy @ machine.W + machine.hbias))
            fantasy = torch.bernoulli(torch.sigmoid(hidden @ machine.W.T + machine.vbias))
        machine.zero_grad()
        torch.manual_seed(7)
        names["Contrast"](chain=chain)(data, *known).backward()
        with torch.no_grad():
            above, dreamt = (torch.sigmoid(v @ machine.W + machine.hbias) for v in (data, fantasy))
            torch.testing.assert_close(-machine.W.grad, (data.T @ above - fantasy.T @ dreamt) / 20)
            torch.testing.assert_close(-machine.hbias.grad, (above - dreamt).mean(0))
            torch.testing.assert_close(-machine.vbias.grad, (data - fantasy).mean(0))


def _states(units: int) -> Tensor:
    return (torch.arange(2**units)[:, None] >> torch.arange(units) & 1).float()


def test_free_energy_sums_the_hidden_units_out_and_annealing_finds_the_constant() -> None:
    names = _names("rbm")
    machine = _machine(names, 8, 4)
    known = (machine.W, machine.hbias, machine.vbias)
    with torch.no_grad():
        v, h = _states(8), _states(4)
        energy = -(v @ machine.vbias)[:, None] - (h @ machine.hbias)[None] - v @ machine.W @ h.T
        torch.testing.assert_close(names["FreeEnergy"]()(v, *known), -(-energy).logsumexp(1), rtol=1e-4, atol=1e-4)
        exact = float((-energy).logsumexp((0, 1)))
        torch.manual_seed(0)
        estimate = float(names["LogPartition"](turns=200)(torch.zeros(400, 8), *known))
        assert abs(estimate - exact) < 0.1 < abs(exact - 12 * log(2))


def test_each_stage_of_the_belief_net_moves_its_own_machine_only() -> None:
    names = _names("dbn")
    machines = {name: names[name]() for name in ("rbm1", "rbm2", "rbm3")}
    image = torch.rand(4, 1, 8, 8)
    for number in (1, 2, 3):
        below = {name: machines[name] for name in list(machines)[:number]}
        for machine in machines.values():
            machine.zero_grad()
        names[f"Greedy{number}"](**below)(image)[0].backward()
        moved = [name for name, machine in machines.items() if machine.W.grad is not None and machine.W.grad.any()]
        assert moved == [f"rbm{number}"]


def test_the_decomposition_is_scikit_learns() -> None:
    """What one step writes into the model, and where that puts documents, beside both transformers fitted there."""
    names = _names("lsa")
    counts = reader("data_term_counts").load("train", vocabulary=1500, least=150).counts.double()
    model = names["lsa"]().double()
    explained = names["Decompose"](model, factors=20)(counts)
    weigh, project = TfidfTransformer(), TruncatedSVD(20, algorithm="arpack", random_state=0)
    x = weigh.fit_transform(counts.numpy())
    places = torch.from_numpy(project.fit_transform(x))
    torch.testing.assert_close(model.idf, torch.from_numpy(weigh.idf_), rtol=1e-5, atol=1e-5)
    components = torch.from_numpy(project.components_)
    turned = (model.svd.components * components).sum(dim=1).sign()
    near = {"rtol": 0.0, "atol": 1e-5}
    torch.testing.assert_close(model.svd.components, components * turned[:, None], **near)
    torch.testing.assert_close(model(counts)[0], places * turned, **near)
    torch.testing.assert_close(model(counts)[1], torch.from_numpy(x.toarray()), **near)
    assert abs(float(explained) - project.explained_variance_ratio_.sum()) < 1e-5
    before = {key: value.clone() for key, value in model.state_dict().items()}
    names["Decompose"](model, factors=20).eval()(counts[:50])
    assert all(torch.equal(before[key], value) for key, value in model.state_dict().items()), "Looking changes nothing."
