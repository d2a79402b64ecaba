"""References of the Transformers."""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from tests.references.case import Case, State, columns, image, tokens, transposed
from tests.references.counting import conv, linear, lstm_layer, mlp, norm
from tests.references.families import Counts
from tests.references.installed import require, torchvision


def transformer_count(width: int, feed_forward: int, layers: int = 6, vocabulary: int = 37_000) -> int:
    attention = 4 * linear(width, width)
    feed = linear(width, feed_forward) + linear(feed_forward, width)
    encoder = attention + feed + 2 * norm(width)
    decoder = 2 * attention + feed + 3 * norm(width)
    return layers * (encoder + decoder) + vocabulary * width


def gpt2_count(layers: int, width: int, vocabulary: int = 50_257, context: int = 1024) -> int:
    block = 2 * norm(width) + linear(width, 3 * width) + linear(width, width) + mlp([width, 4 * width, width])
    return (vocabulary + context) * width + layers * block + norm(width)


def gpt_count(layers: int, width: int, vocabulary: int = 40_478, context: int = 512) -> int:
    """As GPT-2's, without the norm at the end."""
    return gpt2_count(layers, width, vocabulary, context) - norm(width)


def vit_count(layers: int, width: int, hidden: int, patch: int = 16, size: int = 224, classes: int = 1000) -> int:
    squares = (size // patch) ** 2
    words = conv(3, width, patch) + width + (squares + 1) * width
    return words + layers * encoder_layer(width, hidden) + norm(width) + linear(width, classes)


def encoder_layer(width: int, hidden: int) -> int:
    return 4 * linear(width, width) + mlp([width, hidden, width]) + 2 * norm(width)


def bert_count(layers: int, width: int, vocabulary: int = 30_522, places: int = 512, kinds: int = 2) -> int:
    """Embeddings with their norm, layers four times as wide inside, and the pooler."""
    embeddings = (vocabulary + places + kinds) * width + norm(width)
    return embeddings + layers * encoder_layer(width, 4 * width) + linear(width, width)


def masked_head(width: int, vocabulary: int) -> int:
    """What asks for hidden tokens: one more layer, its norm, and a bias for each token; the table is counted."""
    return linear(width, width) + norm(width) + vocabulary


def bert_counts(layers: int, width: int) -> dict[str, int]:
    return {"bert": bert_count(layers, width), "cls": masked_head(width, 30_522) + linear(width, 2)}


def roberta_counts(layers: int, width: int, pooler: bool = True) -> dict[str, int]:
    whole = bert_count(layers, width, vocabulary=50_265, places=514, kinds=1)
    body = whole if pooler else whole - linear(width, width)
    return {"roberta": body, "lm_head": masked_head(width, 50_265)}


def seq2seq_count(source: int, target: int, embedding: int, hidden: int, layers: int) -> int:
    """Two nets of LSTMs, torch's with two biases; without embeddings a token is a row as long as its vocabulary."""
    total = linear(hidden, target)
    for vocabulary in (source, target):
        total += vocabulary * embedding + lstm_layer(embedding or vocabulary, hidden)
        total += (layers - 1) * lstm_layer(hidden, hidden)
    return total


def attention_seq2seq_count(score: str, words: int = 30_000, m: int = 620, n: int = 1000, units: int = 500) -> int:
    """Appendix A of the paper; torch's two biases for each of the three gates of a GRU, and none elsewhere."""
    encoder = 2 * 3 * n * (m + n + 2) + n * n
    decoder = 3 * n * (m + 2 * n + n + 2) + (n + m + 2 * n) * 2 * units + units * words
    comparing = 2 * n * n + (n * n + n if score == "additive" else 0)
    return 2 * words * m + encoder + decoder + comparing


class Places(nn.Module):
    """Embedding times the root of its width, plus the paper's sines and cosines, one angle at a time."""

    def __init__(self, vocabulary: int, width: int) -> None:
        super().__init__()
        self.words = nn.Embedding(vocabulary, width)

    def forward(self, tokens: Tensor) -> Tensor:
        width, length = self.words.embedding_dim, tokens.shape[1]
        pair = torch.arange(width) // 2
        angle = torch.arange(length).unsqueeze(1) / 10_000 ** (2 * pair / width)
        waves = torch.where(torch.arange(width) % 2 == 0, angle.sin(), angle.cos())
        return self.words(tokens) * width**0.5 + waves


class Transformer(nn.Module):
    """torch.nn.Transformer without its two final norms, between an embedding and the same matrix as softmax weights."""

    def __init__(self, width: int = 512, heads: int = 8, layers: int = 6, feed_forward: int = 2048) -> None:
        super().__init__()
        whole = nn.Transformer(width, heads, layers, layers, feed_forward, batch_first=True)
        self.embedding = Places(37_000, width)
        self.encoder, self.decoder = whole.encoder, whole.decoder
        self.encoder.norm = self.decoder.norm = None
        self.softmax = nn.Linear(width, 37_000, bias=False)
        self.softmax.weight = self.embedding.words.weight
        nn.init.normal_(self.embedding.words.weight, std=width**-0.5)

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        padding = source == 0
        places = torch.arange(target.shape[1])
        later = places.unsqueeze(0) > places.unsqueeze(1)
        memory = self.encoder(self.embedding(source), src_key_padding_mask=padding)
        written = self.embedding(target)
        return self.softmax(self.decoder(written, memory, tgt_mask=later, memory_key_padding_mask=padding))


def gpt2() -> Any:
    """Hugging Face's GPT-2 of the smallest published size, which is what its configuration says unasked."""
    require("transformers")
    from transformers import GPT2Config, GPT2LMHeadModel  # type: ignore[import-not-found]

    return GPT2LMHeadModel(GPT2Config(use_cache=False))


def gpt() -> Any:
    """Hugging Face's GPT of the one published size."""
    require("transformers")
    from transformers import OpenAIGPTConfig, OpenAIGPTLMHeadModel  # type: ignore[import-not-found]

    return OpenAIGPTLMHeadModel(OpenAIGPTConfig())


def bert(whole: bool = False) -> Any:
    """Hugging Face's BERT of the smaller published size, without or with its two heads."""
    require("transformers")
    from transformers import BertConfig, BertForPreTraining, BertModel  # type: ignore[import-not-found]

    return (BertForPreTraining if whole else BertModel)(BertConfig())


def roberta(head: bool = False, pooler: bool = True) -> Any:
    """Hugging Face's RoBERTa of the smaller published size. Its model with the head has no pooler: it is given one."""
    require("transformers")
    from transformers import RobertaConfig, RobertaForMaskedLM, RobertaModel  # type: ignore[import-not-found]

    sizes = {"vocab_size": 50_265, "max_position_embeddings": 514, "type_vocab_size": 1, "layer_norm_eps": 1e-5}
    config = RobertaConfig(**sizes)
    if not head:
        return RobertaModel(config)
    model = RobertaForMaskedLM(config)
    if pooler:
        model.roberta = RobertaModel(config)
        model.tie_weights()
    return model


class SelfAttention(nn.MultiheadAttention):
    """torch's own, with one input for queries, keys and values, and the weights of every head."""

    def __init__(self, causal: bool = False) -> None:
        super().__init__(64, 4, batch_first=True)
        self.causal = causal

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:  # type: ignore[override]
        ahead = torch.ones(x.shape[1], x.shape[1], dtype=torch.bool).triu(1) if self.causal else None
        output, weights = super().forward(x, x, x, attn_mask=ahead, average_attn_weights=False)
        assert weights is not None
        return output.contiguous(), weights  # torch's lies with its places first


class Seq2Seq(nn.Module):
    """The Keras example's two nets, one step after the other; the source is read from its end, as the paper's was."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.ModuleDict({"lstm": nn.LSTM(71, 256)})  # for their parameters, names and beginning only
        self.decoder = nn.ModuleDict({"lstm": nn.LSTM(93, 256), "dense": nn.Linear(256, 93)})

    def forward(self, target: Tensor, source: Tensor) -> Tensor:
        state = (torch.zeros(len(source), 256), torch.zeros(len(source), 256))
        for place in reversed(range(source.shape[1])):
            state = self.step(self.encoder["lstm"], torch.eye(71)[source[:, place]], *state)
        steps = []
        for place in range(target.shape[1]):
            state = self.step(self.decoder["lstm"], torch.eye(93)[target[:, place]], *state)
            steps.append(self.decoder["dense"](state[0]))
        return torch.stack(steps, dim=1)

    @staticmethod
    def step(lstm: nn.Module, x: Tensor, hidden: Tensor, cell: Tensor) -> tuple[Tensor, Tensor]:
        w = dict(lstm.named_parameters())
        gates = x @ w["weight_ih_l0"].T + w["bias_ih_l0"] + hidden @ w["weight_hh_l0"].T + w["bias_hh_l0"]
        enter, forget, new, leave = gates.chunk(4, dim=-1)
        cell = torch.sigmoid(forget) * cell + torch.sigmoid(enter) * torch.tanh(new)
        return torch.sigmoid(leave) * torch.tanh(cell), cell


class RnnSearch(nn.Module):
    """Appendix A of Bahdanau's paper, one step after the other, begun as its appendix B says: with its own GRU, and an
    orthogonal matrix as large for three gates as one is for each.
    """

    def __init__(self, additive: bool, words: int = 30_000, m: int = 620, n: int = 1000, units: int = 500) -> None:
        super().__init__()
        self.additive = additive
        sizes = {
            "encoder.embedding.weight": (words, m), "encoder.start.weight": (n, n), "encoder.keys.weight": (n, 2 * n),
            "decoder.embedding.weight": (words, m), "decoder.step.readout.weight": (2 * units, n + m + 2 * n),
            "decoder.step.logits.weight": (words, units),
        }  # fmt: skip
        if additive:
            sizes["decoder.step.attention.scores.query.weight"] = (n, n)
            sizes["decoder.step.attention.scores.v.weight"] = (1, n)
        for name, end, inputs in (
            ("encoder.gru", "_l0", m), ("encoder.gru", "_l0_reverse", m), ("decoder.step.gru", "", m + 2 * n)
        ):  # fmt: skip
            sizes |= {f"{name}.weight_ih{end}": (3 * n, inputs), f"{name}.weight_hh{end}": (3 * n, n)}
            sizes |= {f"{name}.bias_ih{end}": (3 * n,), f"{name}.bias_hh{end}": (3 * n,)}
        self.numbers = nn.ParameterDict(
            {name.replace(".", "/"): self.begun(name, size) for name, size in sizes.items()}
        )

    @staticmethod
    def begun(name: str, size: tuple[int, ...]) -> Tensor:
        if "bias" in name or name.endswith("v.weight"):
            return torch.zeros(size)
        if "weight_hh" in name:
            return nn.init.orthogonal_(torch.empty(size)) * 3**0.5
        return torch.randn(size) * (0.001 if "query" in name or "keys" in name else 0.01)

    def number(self, name: str) -> Tensor:
        return self.numbers[name.replace(".", "/")]

    def gru(self, name: str, end: str, x: Tensor, state: Tensor) -> Tensor:
        there = x @ self.number(f"{name}.weight_ih{end}").T + self.number(f"{name}.bias_ih{end}")
        here = state @ self.number(f"{name}.weight_hh{end}").T + self.number(f"{name}.bias_hh{end}")
        (r, z, new), (own_r, own_z, own_new) = there.chunk(3, dim=-1), here.chunk(3, dim=-1)
        update = torch.sigmoid(z + own_z)
        return (1 - update) * torch.tanh(new + torch.sigmoid(r + own_r) * own_new) + update * state

    def read(self, x: Tensor, end: str, places: list[int]) -> dict[int, Tensor]:
        state, found = torch.zeros(len(x), self.number("encoder.start.weight").shape[0]), {}
        for place in places:
            state = found[place] = self.gru("encoder.gru", end, x[:, place], state)
        return found

    def scores(self, state: Tensor, keys: Tensor) -> Tensor:
        if not self.additive:
            return (state.unsqueeze(1) * keys).sum(-1)
        query = state @ self.number("decoder.step.attention.scores.query.weight").T
        return torch.tanh(query.unsqueeze(1) + keys) @ self.number("decoder.step.attention.scores.v.weight")[0]

    def forward(self, target: Tensor, source: Tensor) -> tuple[Tensor, Tensor]:
        places = list(range(source.shape[1]))
        x = self.number("encoder.embedding.weight")[source]
        onwards, back = self.read(x, "_l0", places), self.read(x, "_l0_reverse", places[::-1])
        memory = torch.stack([torch.cat([onwards[place], back[place]], dim=-1) for place in places], dim=1)
        keys = memory @ self.number("encoder.keys.weight").T
        state = torch.tanh(back[0] @ self.number("encoder.start.weight").T)
        logits, weights = [], []
        for word in self.number("decoder.embedding.weight")[target].unbind(1):
            looked = self.scores(state, keys).masked_fill(source == 0, -torch.inf).softmax(-1)
            context = (looked.unsqueeze(-1) * memory).sum(1)
            y = torch.cat([state, word, context], dim=-1) @ self.number("decoder.step.readout.weight").T
            units = torch.maximum(y[:, ::2], y[:, 1::2])
            logits.append(units @ self.number("decoder.step.logits.weight").T)
            weights.append(looked)
            state = self.gru("decoder.step.gru", "", torch.cat([word, context], dim=-1), state)
        return torch.stack(logits, dim=1), torch.stack(weights, dim=1)


def slashed(state: State, other: nn.Module) -> State:
    """Names of a ParameterDict's entries have no dots."""
    if isinstance(other, RnnSearch):
        return {f"numbers.{name.replace('.', '/')}": value for name, value in state.items()}
    return {name.removeprefix("numbers.").replace("/", "."): value for name, value in state.items()}


class PreTraining(nn.Module):
    """The template's encoder and heads as one module, so that one reference meets both."""

    def __init__(self, bert: nn.Module, cls: nn.Module) -> None:
        super().__init__()
        self.bert, self.cls = bert, cls

    def forward(self, tokens: Tensor, kinds: Tensor) -> tuple[Tensor, Tensor]:
        logits, follows = self.cls(*self.bert(tokens, kinds))
        return logits, follows


TIED = {
    "lm_head.decoder.weight": "roberta.embeddings.word_embeddings.weight",
    "lm_head.decoder.bias": "lm_head.bias",
    "cls.predictions.decoder.weight": "bert.embeddings.word_embeddings.weight",
    "cls.predictions.decoder.bias": "cls.predictions.bias",
}
"""Names that Hugging Face has twice for one tensor: the second of each pair is the template's."""


def untied(state: State, other: nn.Module) -> State:
    wanted = TIED.keys() & other.state_dict().keys()
    if wanted:
        return state | {twice: state[TIED[twice]] for twice in wanted}
    return {name: value for name, value in state.items() if name not in TIED}


class Masked(nn.Module):
    """The same of RoBERTa; the head asks nothing of the pooler."""

    def __init__(self, roberta: nn.Module, lm_head: nn.Module) -> None:
        super().__init__()
        self.roberta, self.lm_head = roberta, lm_head

    def forward(self, tokens: Tensor) -> tuple[Tensor]:
        hidden, _, table = self.roberta(tokens)
        return (self.lm_head(hidden, table),)


def texts(_: bool) -> tuple[Tensor, ...]:
    """Two texts of different lengths, the shorter one filled up with ones."""
    tokens = torch.randint(2, 50_265, (2, 24))
    tokens[1, 19:] = 1
    return (tokens,)


def of_texts(model: nn.Module, inputs: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """What is said of each token, and of the text; as for pairs."""
    (tokens,) = inputs
    is_text = tokens != 1
    if hasattr(model, "config"):
        found = model(tokens, attention_mask=is_text.long(), return_dict=False)
    else:
        found = model(tokens)
    return (found[0] * is_text.unsqueeze(-1), *found[1:2])


def pairs(_: bool) -> tuple[Tensor, ...]:
    """Two pairs of texts of different lengths, the shorter one filled up with zeros."""
    tokens, kinds = torch.randint(1, 30_522, (2, 24)), torch.arange(24).expand(2, -1) // 13
    tokens[1, 19:] = 0
    return tokens, kinds


def of_pairs(model: nn.Module, inputs: tuple[Tensor, ...]) -> tuple[Tensor, Tensor]:
    """What is said of each token and of the pair. What stands at padding means nothing, and is left out; Hugging Face's
    models are told of it, and give its embedding no gradient.
    """
    tokens, kinds = inputs
    is_text = tokens != 0
    if hasattr(model, "config"):
        found = model(tokens, token_type_ids=kinds, attention_mask=is_text.long(), return_dict=False)
    else:
        found = model(tokens, kinds)
    return found[0] * is_text.unsqueeze(-1), found[1]


def sentences(_: bool) -> tuple[Tensor, ...]:
    """Two of different lengths, the shorter one filled up with zeros."""
    source = torch.randint(1, 37_000, (2, 11))
    source[1, 7:] = 0
    return source, torch.randint(1, 37_000, (2, 9))


def answers(_: bool) -> tuple[Tensor, ...]:
    """The same the other way round, for smaller vocabularies."""
    source, target = sentences(False)
    return target % 30_000, source % 30_000


BIAS_OF_LINEAR = "torch's Linear starts its bias uniformly; the authors' (tensor2tensor) at zero, as the template does"


COUNTS: Counts = {
    "transformer": {
        "paper": {"transformer": transformer_count(512, 2048)},
        "big": {"transformer": transformer_count(1024, 4096)},
    },
    "gpt": {"paper": {"gpt": gpt_count(12, 768)}},
    "bert": {"paper": bert_counts(12, 768), "large": bert_counts(24, 1024)},
    "roberta": {
        "paper": roberta_counts(12, 768),
        "mlm": roberta_counts(12, 768, pooler=False),
        "large": roberta_counts(24, 1024),
        "large_mlm": roberta_counts(24, 1024, pooler=False),
    },
    "self_attention": {
        "paper": {"self_attention": 4 * linear(64, 64)},
        "causal": {"self_attention": 4 * linear(64, 64)},
        "base": {"self_attention": 4 * linear(512, 512)},
    },
    "seq2seq": {
        "paper": {"seq2seq": seq2seq_count(71, 93, 0, 256, 1)},
        "sutskever": {"seq2seq": seq2seq_count(160_000, 80_000, 1000, 1000, 4)},
    },
    "attention_seq2seq": {
        "paper": {"attention_seq2seq": attention_seq2seq_count("additive")},
        "multiplicative": {"attention_seq2seq": attention_seq2seq_count("multiplicative")},
    },
    "vit": {
        "paper": {"vit": vit_count(12, 768, 3072)},
        "large": {"vit": vit_count(24, 1024, 4096)},
        "huge": {"vit": vit_count(32, 1280, 5120, patch=14)},
        "small": {"vit": vit_count(12, 384, 1536)},
    },
    "gpt2": {
        "paper": {"gpt2": gpt2_count(12, 768)},
        "medium": {"gpt2": gpt2_count(24, 1024)},
        "large": {"gpt2": gpt2_count(36, 1280)},
        "xl": {"gpt2": gpt2_count(48, 1600)},
    },
}


CASES = (
    Case(
        template="transformer",
        reference="torch.nn.Transformer without final norms",
        build=Transformer,
        inputs=sentences,
        explained={r"linear[12]\.bias$": BIAS_OF_LINEAR},
    ),
    Case(
        template="gpt",
        reference="transformers OpenAIGPTLMHeadModel",
        build=gpt,
        inputs=tokens(40_478, 24),
        translate=transposed(r"\.(c_attn|c_proj|c_fc)\.weight$"),
        keys="the same, Conv1D transposed",
        call=lambda model, inputs: getattr(found := model(*inputs), "logits", found),
    ),
    Case(
        template="gpt2",
        reference="transformers GPT2LMHeadModel",
        build=gpt2,
        inputs=tokens(50_257, 24),
        translate=transposed(r"\.(c_attn|c_proj|c_fc)\.weight$"),
        keys="the same, Conv1D transposed",
        call=lambda model, inputs: getattr(found := model(*inputs), "logits", found),
    ),
    Case(
        template="bert",
        models=("bert",),
        reference="transformers BertModel",
        build=bert,
        inputs=pairs,
        call=of_pairs,
    ),
    Case(
        template="bert",
        models=("bert", "cls"),
        reference="transformers BertForPreTraining",
        build=lambda: bert(whole=True),
        inputs=pairs,
        call=of_pairs,
        translate=untied,
        keys="without the names of tied tensors",
        join=PreTraining,
    ),
    Case(
        template="roberta",
        models=("roberta",),
        reference="transformers RobertaModel",
        build=roberta,
        inputs=texts,
        call=of_texts,
    ),
    *(
        Case(
            template="roberta",
            models=("roberta", "lm_head"),
            preset=preset,
            reference="transformers RobertaForMaskedLM",
            build=partial(roberta, head=True, pooler=preset == "paper"),
            inputs=texts,
            call=of_texts,
            translate=untied,
            keys="without the names of tied tensors",
            join=Masked,
        )
        for preset in ("paper", "mlm")
    ),
    Case(
        template="self_attention",
        reference="torch.nn.MultiheadAttention",
        build=SelfAttention,
        inputs=columns(3, 20, 64),
    ),
    Case(
        template="self_attention",
        preset="causal",
        reference="torch.nn.MultiheadAttention",
        build=lambda: SelfAttention(causal=True),
        inputs=columns(3, 20, 64),
    ),
    Case(
        template="seq2seq",
        reference="by hand, gates written out",
        build=Seq2Seq,
        inputs=lambda _: (torch.randint(93, (3, 9)), torch.randint(71, (3, 12))),
    ),
    *(
        Case(
            template="attention_seq2seq",
            preset=preset,
            reference="by hand, from the paper's appendix",
            build=partial(RnnSearch, preset == "paper"),
            inputs=answers,
            translate=slashed,
            keys="with slashes for dots",
        )
        for preset in ("paper", "multiplicative")
    ),
    Case(
        template="vit",
        reference="torchvision vit_b_16",
        build=lambda: torchvision("vit_b_16"),
        inputs=image(3, 224),
    ),
)
