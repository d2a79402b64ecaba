"""What is taken out of the Transformers."""

from __future__ import annotations

from tests.ruins.operations import Ruin, bypassing

RUINS: dict[str, tuple[str, Ruin]] = {
    "transformer": ("the decoder does not look at the source", bypassing("DecoderLayer", "multihead_attn")),
    "gpt": ("no place looks at another", bypassing("Attention", "attention")),
    "vit": ("no square looks at another", bypassing("EncoderLayer", "self_attention")),
    "gpt2": ("no place looks at another", bypassing("Attention", "attention")),
}
