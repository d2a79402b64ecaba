"""Where torch has the whole architecture itself, the generated model gives what torch's gives."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

import templates
from app.codegen.generate import model_source
from blocks import library


def _built(name: str, preset: str) -> Any:
    names: dict[str, Any] = {"__name__": "generated"}
    text = model_source(templates.load(name), library(), preset).text
    exec(compile(text, name, "exec"), names)  # the text that is under test
    return names[name]()


def test_transformer_is_torchs_without_final_norms() -> None:
    torch.manual_seed(0)
    ours = _built("transformer", "quick").eval()
    layers = len(ours.encoder.layers)
    encoder = nn.TransformerEncoderLayer(64, 4, 128, batch_first=True)
    decoder = nn.TransformerDecoderLayer(64, 4, 128, batch_first=True)
    theirs = nn.ModuleDict(
        {
            "encoder": nn.TransformerEncoder(encoder, layers, enable_nested_tensor=False),
            "decoder": nn.TransformerDecoder(decoder, layers),
        }
    ).eval()
    state = {key: value for key, value in ours.state_dict().items() if key.startswith(("encoder.", "decoder."))}
    theirs.load_state_dict(state, strict=True)
    source = torch.tensor([[3, 4, 5, 6, 0, 0], [7, 8, 9, 10, 11, 12]])
    target = torch.tensor([[1, 3, 4, 5], [1, 6, 7, 8]])
    padding, mask = source == 0, torch.ones(4, 4, dtype=torch.bool).triu(1)
    with torch.no_grad():
        memory = theirs["encoder"](ours.embedding(source), src_key_padding_mask=padding)
        hidden = theirs["decoder"](
            ours.embedding(target), memory, tgt_mask=mask, memory_key_padding_mask=padding, tgt_is_causal=False
        )
        expected = hidden @ ours.embedding.words.weight.T
        torch.testing.assert_close(ours(source, target), expected, rtol=1e-4, atol=1e-4)


def test_gpt2_looks_only_back_and_its_head_is_its_embedding() -> None:
    torch.manual_seed(0)
    ours = _built("gpt2", "quick").eval()
    assert ours.lm_head.weight is ours.transformer.wte.weight
    tokens = torch.randint(0, 8, (2, 16))
    changed = tokens.clone()
    changed[:, 10:] = (changed[:, 10:] + 1) % 8
    with torch.no_grad():
        before, after = ours(tokens), ours(changed)
    torch.testing.assert_close(before[:, :10], after[:, :10])
    assert not torch.allclose(before[:, 10:], after[:, 10:])


def test_ntm_starts_as_the_reference_does() -> None:
    torch.manual_seed(0)
    ours = _built("ntm", "paper")
    bound = (128 + 20) ** -0.5
    assert 0.95 * bound < float(ours.mem_bias.detach().abs().max()) <= bound
    assert float(ours.cell.lstm.weight_ih.detach().abs().max()) <= 5 / (9 + 20 + 100) ** 0.5
    assert not ours.cell.lstm.bias_ih.any()
    assert not ours.read_weights(torch.zeros(2, 3, 9)).any()
