"""References of the recurrent templates: every step written out, torch's layers kept for names and beginnings alone."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor, nn

from tests.references.case import Case, in_order, prefixed, tokens
from tests.references.counting import conv, linear, lstm_layer, norm
from tests.references.families import Counts
from tests.references.installed import torchvision_models

# -- counts -----------------------------------------------------------------------------------------------------------


def layer(gates: int, inputs: int, hidden: int, biases: int = 2) -> int:
    """So many matrices for the input and for the state; torch holds two bias vectors where papers have one."""
    return gates * hidden * (inputs + hidden + biases)


def lstm(vocabulary: int = 65, embedding: int = 64, hidden: int = 128) -> int:
    return vocabulary * embedding + lstm_layer(embedding, hidden) + linear(hidden, vocabulary)


def characters(gates: int, vocabulary: int = 65, embedding: int = 64, hidden: int = 128, biases: int = 2) -> int:
    return vocabulary * embedding + layer(gates, embedding, hidden, biases) + linear(hidden, vocabulary)


def many_to_one(gates: int) -> int:
    return layer(gates, 8, 64) + linear(64, 10)


def one_to_many(context: int = 30, vocabulary: int = 22, embedding: int = 64, hidden: int = 256) -> int:
    return linear(context, hidden) + characters(1, vocabulary, embedding, hidden)


def tree_lstm(word: int = 300, size: int = 150) -> int:
    """Cell and output gate of a leaf; five gates over either child, each with a bias (Tai et al., table 1)."""
    return 2 * linear(word, size) + 2 * 5 * linear(size, size)


def recursive(size: int = 25, ratings: int = 5) -> int:
    return linear(2 * size, size) + linear(size, ratings)


def frames_and_lstm(width: int = 16, features: int = 64, hidden: int = 64, side: int = 16) -> int:
    """Two convolutions, each halved, and a linear layer; one layer of LSTM and the classes."""
    frame = conv(1, width, 3) + conv(width, 2 * width, 3) + linear(2 * width * (side // 4) ** 2, features)
    return frame + lstm_layer(features, hidden) + linear(hidden, 8)


def r3d(classes: int = 400) -> int:
    """Tran et al., table 1, R3D with 18 layers: a stem of 3×7×7, four stages of two blocks, each of two 3×3×3."""
    total, before = 3 * 64 * 3 * 7 * 7 + norm(64), 64
    for planes in (64, 128, 256, 512):
        total += 27 * (before * planes + 3 * planes**2) + 4 * norm(planes)
        total += (before != planes) * (before * planes + norm(planes))
        before = planes
    return total + linear(512, classes)


def peephole_layer(inputs: int = 26, hidden: int = 100) -> int:
    """Four gates with one bias, three of which look at the cell (Graves et al.: 114,662 weights with both ways)."""
    return layer(4, inputs, hidden, biases=1) + 3 * hidden


COUNTS: Counts = {
    "lstm": {"paper": {"lstm": lstm()}},
    "rnn_vanilla": {"paper": {"rnn_vanilla": characters(1)}, "1990": {"rnn_vanilla": characters(1, biases=1)}},
    "gru": {
        "paper": {"gru": characters(3)},
        "2014": {"gru": characters(3, biases=1)},
        "tensorflow": {"gru": characters(3, 66, 256, 1024)},
    },
    "rnn_many_to_one": {
        preset: {"rnn_many_to_one": many_to_one(gates)} for preset, gates in (("paper", 1), ("gru", 3), ("lstm", 4))
    },
    "rnn_one_to_many": {"paper": {"rnn_one_to_many": one_to_many()}},
    "rnn_many_to_many": {"paper": {"rnn_many_to_many": characters(1, 2, 16, 64)}},
    "birnn": {
        "paper": {"birnn": 1000 * 64 + 2 * lstm_layer(64, 64) + linear(128, 10)},
        "1997": {"birnn": 2 * layer(1, 64, 64) + linear(128, 10)},
    },
    "recursive_nn": {
        "paper": {"words": 14 * 25, "recursive_nn": recursive()},
        "tensor": {"words": 14 * 25, "recursive_nn": recursive() + 25 * 50 * 50},
        "lstm": {"words": 14 * 300, "recursive_nn": tree_lstm() + linear(150, 5)},
    },
    "time_series": {"paper": {"time_series": lstm_layer(1, 32) + linear(32, 1)}},
    "cnn_rnn": {"paper": {"cnn_rnn": frames_and_lstm()}, "r3d_18": {"cnn_rnn": r3d()}},
    "speech_ctc": {
        "paper": {"speech_ctc": 2 * lstm_layer(26, 100) + linear(200, 62)},
        "2006": {"speech_ctc": 2 * peephole_layer() + linear(200, 62)},
    },
}

# -- steps, written out -----------------------------------------------------------------------------------------------

Weights = Mapping[str, Tensor]
Step = Callable[[Weights, Tensor, tuple[Tensor, ...]], tuple[Tensor, ...]]
"""From weights, input and states to states; the first is what is shown."""


def elman_step(w: Weights, x: Tensor, states: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    return (torch.tanh(x @ w["weight_ih"].T + w["bias_ih"] + states[0] @ w["weight_hh"].T + w["bias_hh"]),)


def gru_step(w: Weights, x: Tensor, states: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    of_input = (x @ w["weight_ih"].T + w["bias_ih"]).chunk(3, dim=-1)
    of_state = (states[0] @ w["weight_hh"].T + w["bias_hh"]).chunk(3, dim=-1)
    reset, update = (torch.sigmoid(a + b) for a, b in zip(of_input[:2], of_state[:2], strict=True))
    return (update * states[0] + (1 - update) * torch.tanh(of_input[2] + reset * of_state[2]),)


def lstm_step(w: Weights, x: Tensor, states: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    hidden, cell = states
    all_gates = x @ w["weight_ih"].T + w["bias_ih"] + hidden @ w["weight_hh"].T + w["bias_hh"]
    enter, forget, new, leave = all_gates.chunk(4, dim=-1)
    cell = torch.sigmoid(forget) * cell + torch.sigmoid(enter) * torch.tanh(new)
    return torch.sigmoid(leave) * torch.tanh(cell), cell


STEPS: Mapping[type[nn.Module], Step] = {nn.RNN: elman_step, nn.GRU: gru_step, nn.LSTM: lstm_step}


def walked(module: nn.RNNBase, xs: Tensor, ending: str = "", first: Tensor | None = None) -> Tensor:
    """What is shown at each place (B, T, hidden), by the weights of one direction."""
    places = range(xs.shape[1])
    weights = {
        name.removesuffix("_l0" + ending): value
        for name, value in module.named_parameters()
        if name.endswith("_l0" + ending)
    }
    begun = xs.new_zeros(len(xs), module.hidden_size) if first is None else first
    states: tuple[Tensor, ...] = (begun, begun)
    shown: dict[int, Tensor] = {}
    for place in reversed(places) if ending else places:
        states = STEPS[type(module)](weights, xs[:, place], states)
        shown[place] = states[0]
    return torch.stack([shown[place] for place in places], dim=1)


class Characters(nn.Module):
    """Embedding, one layer by the name that the template gives it, and logits; in both directions for a tagger."""

    def __init__(
        self, name: str, layer: nn.RNNBase, vocabulary: int = 65, embedding: int = 64, outputs: int | None = None
    ) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, embedding)
        self.name = name
        self.add_module(name, layer)
        self.head = nn.Linear(layer.hidden_size * (1 + layer.bidirectional), outputs or vocabulary)

    def forward(self, tokens: Tensor) -> Tensor:
        return self.head(both_ways(getattr(self, self.name), self.embedding(tokens)))


def both_ways(layer: nn.RNNBase, xs: Tensor) -> Tensor:
    ways = [walked(layer, xs, ending) for ending in ("", "_reverse")[: 1 + layer.bidirectional]]
    return torch.cat(ways, dim=-1)


class SymbolTagger(nn.Module):
    """Plain steps both ways over symbols, each as a vector with a single 1."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.RNN(64, 64, bidirectional=True)
        self.head = nn.Linear(128, 10)

    def forward(self, tokens: Tensor) -> Tensor:
        return self.head(both_ways(self.lstm, torch.eye(64)[tokens]))


class ManyToOne(nn.Module):
    def __init__(self, kind: type[nn.RNNBase]) -> None:
        super().__init__()
        self.rnn, self.head = kind(8, 64), nn.Linear(64, 10)
        nn.init.orthogonal_(self.rnn.weight_hh_l0)

    def forward(self, rows: Tensor) -> Tensor:
        return self.head(walked(self.rnn, rows)[:, -1])


class OneToMany(nn.Module):
    """The context as the first state."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.embedding = nn.Linear(30, 256), nn.Embedding(22, 64)
        self.rnn, self.head = nn.RNN(64, 256), nn.Linear(256, 22)
        nn.init.orthogonal_(self.rnn.weight_hh_l0)

    def forward(self, tokens: Tensor, context: Tensor) -> Tensor:
        return self.head(walked(self.rnn, self.embedding(tokens), first=self.first(context)))


class PublishedCharacters(nn.Module):
    """Elman's step, or that of Cho et al. with the reset before the product: one bias each."""

    def __init__(self, gated: bool) -> None:
        super().__init__()
        self.gated = gated
        self.embedding = nn.Embedding(65, 64)
        widths = (256, 128) if gated else (128,)
        self.layers = nn.ModuleList(nn.Linear(192, width) for width in widths)
        self.head = nn.Linear(128, 65)

    def forward(self, tokens: Tensor) -> Tensor:
        hidden = torch.zeros(len(tokens), 128)
        shown = []
        for x in self.embedding(tokens).unbind(1):
            hidden = self.after(x, hidden)
            shown.append(self.head(hidden))
        return torch.stack(shown, dim=1)

    def after(self, x: Tensor, hidden: Tensor) -> Tensor:
        if not self.gated:
            return torch.tanh(self.layers[0](torch.cat([x, hidden], -1)))
        reset, update = torch.sigmoid(self.layers[0](torch.cat([x, hidden], -1))).chunk(2, -1)
        new = torch.tanh(self.layers[1](torch.cat([x, reset * hidden], -1)))
        return update * hidden + (1 - update) * new


# -- trees ------------------------------------------------------------------------------------------------------------


class Tree(nn.Module):
    """One tree after the other, joint by joint, on vectors."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size

    def leaf(self, word: Tensor) -> tuple[Tensor, ...]:
        return (word,)

    def joint(self, left: tuple[Tensor, ...], right: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        raise NotImplementedError

    def forward(self, leaves: Tensor, children: Tensor) -> Tensor:
        return torch.stack([self.one(*tree) for tree in zip(leaves, children, strict=True)])

    def one(self, leaves: Tensor, children: Tensor) -> Tensor:
        nodes = [self.leaf(word) for word in leaves]
        for left, right in children.tolist():
            nodes.append(self.joint(nodes[left], nodes[right]))
        return self.classifier(torch.stack([state for state, *_ in nodes]))


class PlainTree(Tree):
    """p = tanh(W [left, right] + b), and [left, right]ᵀ T [left, right] added where there is a tensor."""

    def __init__(self, tensor: bool = False) -> None:
        super().__init__(25)
        self.composition = nn.Module()
        self.composition.linear = nn.Linear(50, 25)
        if tensor:
            self.composition.tensor = nn.Bilinear(50, 50, 25, bias=False)
        self.classifier = nn.Linear(25, 5)

    def joint(self, left: tuple[Tensor, ...], right: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        pair = torch.cat([left[0], right[0]])
        total = self.composition.linear(pair)
        if hasattr(self.composition, "tensor"):
            total = total + torch.stack([pair @ form @ pair for form in self.composition.tensor.weight])
        return (torch.tanh(total),)


class LstmTree(Tree):
    """Equations 9 to 14 of Tai et al. for two children; a leaf has a cell and an output gate of its word's vector."""

    def __init__(self, size: int = 150) -> None:
        super().__init__(size)
        self.composition, self.below = nn.Module(), nn.Module()
        self.composition.lh, self.composition.rh = (nn.Linear(size, 5 * size) for _ in range(2))
        self.below.c, self.below.o = (nn.Linear(300, size) for _ in range(2))
        self.classifier = nn.Linear(size, 5)

    def leaf(self, word: Tensor) -> tuple[Tensor, ...]:
        cell = self.below.c(word)
        return torch.sigmoid(self.below.o(word)) * torch.tanh(cell), cell

    def joint(self, left: tuple[Tensor, ...], right: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        enter, keep_left, keep_right, leave, new = (self.composition.lh(left[0]) + self.composition.rh(right[0])).split(
            self.size
        )
        kept = torch.sigmoid(keep_left) * left[1] + torch.sigmoid(keep_right) * right[1]
        cell = kept + torch.sigmoid(enter) * torch.tanh(new)
        return torch.sigmoid(leave) * torch.tanh(cell), cell


JOINTS = torch.tensor([[[0, 1], [2, 3], [4, 5]], [[2, 3], [1, 4], [0, 5]]])


class Treebank(nn.Module):
    """Words' vectors and the net over trees, as one module."""

    def __init__(self, net: nn.Module, words: nn.Module | None = None) -> None:
        super().__init__()
        self.words = words or nn.Embedding(14, 25)
        self.net = net

    @classmethod
    def of(cls, words: nn.Module, net: nn.Module) -> Treebank:
        return cls(net, words)

    def forward(self, words: Tensor, children: Tensor) -> Tensor:
        return self.net(self.words(words), children)


def trees(word: int) -> Callable[[bool], tuple[Tensor, ...]]:
    """Vectors of four words and the joints of ((0 1) (2 3)) and of (0 (1 (2 3)))."""
    return lambda _: (torch.randn(2, 4, word), JOINTS)


def renamed(ours: str, theirs: str) -> Callable[[dict[str, Tensor], nn.Module], dict[str, Tensor]]:
    """One module has another name there; the order of the rest does not matter."""

    def translate(state: dict[str, Tensor], other: nn.Module) -> dict[str, Tensor]:
        wanted = set(other.state_dict())
        here, there = (ours, theirs) if any(key.startswith(theirs) for key in wanted) else (theirs, ours)
        return {there + key[len(here) :] if key.startswith(here) else key: value for key, value in state.items()}

    return translate


# -- films, sounds and series -----------------------------------------------------------------------------------------


class Forecaster(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.lstm, self.head = nn.LSTM(1, 32), nn.Linear(32, 1)

    def forward(self, past: Tensor) -> Tensor:
        return self.head(walked(self.lstm, past)[:, -1])


class Film(nn.Module):
    """All frames at once through the convolutions, as so many examples more."""

    def __init__(self) -> None:
        super().__init__()
        self.frame = nn.Module()
        self.frame.conv1, self.frame.conv2 = nn.Conv2d(1, 16, 3, padding=1), nn.Conv2d(16, 32, 3, padding=1)
        self.frame.fc = nn.Linear(512, 64)
        self.lstm, self.head = nn.LSTM(64, 64), nn.Linear(64, 8)

    def forward(self, video: Tensor) -> Tensor:
        x = video.flatten(0, 1)
        for convolution in (self.frame.conv1, self.frame.conv2):
            x = convolution(x).clamp(min=0)
            x = x.unflatten(3, (-1, 2)).unflatten(2, (-1, 2)).amax(dim=(3, 5))
        x = self.frame.fc(x.flatten(1)).clamp(min=0).unflatten(0, video.shape[:2])
        return self.head(walked(self.lstm, x)[:, -1])


class R3d(nn.Module):
    """torchvision's, which takes channels before time."""

    def __init__(self) -> None:
        super().__init__()
        for name, child in torchvision_models().video.r3d_18().named_children():
            self.add_module(name, child)

    def forward(self, video: Tensor) -> Tensor:
        x = video.transpose(1, 2)
        for name in ("stem", "layer1", "layer2", "layer3", "layer4", "avgpool"):
            x = getattr(self, name)(x)
        return self.fc(x.flatten(1))


class PeepholeWay(nn.Module):
    """The LSTM of Graves et al.: gates see the cell, the last one the new cell."""

    def __init__(self) -> None:
        super().__init__()
        self.gates = nn.Linear(126, 400)
        for name in ("enter", "forget", "leave"):
            self.register_parameter(f"peephole_{name}", nn.Parameter(torch.zeros(100)))

    def walk(self, xs: Tensor, places: Sequence[int]) -> Tensor:
        hidden = cell = xs.new_zeros(len(xs), 100)
        shown: dict[int, Tensor] = {}
        for place in places:
            enter, forget, new, leave = self.gates(torch.cat([xs[:, place], hidden], -1)).split(100, -1)
            kept = torch.sigmoid(forget + self.peephole_forget * cell) * cell
            cell = kept + torch.sigmoid(enter + self.peephole_enter * cell) * torch.tanh(new)
            hidden = torch.sigmoid(leave + self.peephole_leave * cell) * torch.tanh(cell)
            shown[place] = hidden
        return torch.stack([shown[place] for place in sorted(shown)], dim=1)


class Recogniser(nn.Module):
    """Windows through a Fourier matrix, LSTMs both ways, logarithms of chances."""

    def __init__(self, published: bool) -> None:
        super().__init__()
        if published:
            self.lstm = nn.Module()
            self.lstm.forwards, self.lstm.backwards = PeepholeWay(), PeepholeWay()
        else:
            self.lstm = nn.LSTM(26, 100, bidirectional=True)
        self.head = nn.Linear(200, 62)

    def forward(self, sound: Tensor) -> Tensor:
        xs = self.heard(sound)
        if isinstance(self.lstm, nn.LSTM):
            read = both_ways(self.lstm, xs)
        else:
            places = range(xs.shape[1])
            ways = self.lstm.forwards.walk(xs, places), self.lstm.backwards.walk(xs, places[::-1])
            read = torch.cat(ways, dim=-1)
        logits = self.head(read)
        return logits - logits.logsumexp(-1, keepdim=True)

    @staticmethod
    def heard(sound: Tensor, window: int = 50, hop: int = 25) -> Tensor:
        turns = torch.arange(window, dtype=torch.float64) / window
        hann = 0.5 - 0.5 * torch.cos(math.tau * turns)
        angles = math.tau * turns[:, None] * torch.arange(window // 2 + 1)
        silence = sound.new_zeros(len(sound), window // 2)
        pieces = torch.cat([silence, sound, silence], dim=1).double().unfold(1, window, hop) * hann
        sizes = (pieces @ torch.cos(angles)).square() + (pieces @ torch.sin(angles)).square()
        return torch.log1p(sizes.sqrt()).float()


def numbers_and_names(_: bool) -> tuple[Tensor, ...]:
    return torch.randint(22, (2, 12)), torch.eye(10)[torch.randint(10, (2, 3))].flatten(1)


CASES = (
    Case(
        template="lstm",
        reference="by hand, gates written out",
        build=lambda: Characters("lstm", nn.LSTM(64, 128)),
        inputs=tokens(65, 20),
    ),
    Case(
        template="rnn_vanilla",
        reference="by hand, steps written out",
        build=lambda: Characters("rnn", nn.RNN(64, 128)),
        inputs=tokens(65, 20),
    ),
    Case(
        template="gru",
        reference="by hand, gates written out",
        build=lambda: Characters("gru", nn.GRU(64, 128)),
        inputs=tokens(65, 20),
    ),
    *(
        Case(
            template=template,
            preset=preset,
            reference="by hand, from the paper's equations",
            build=lambda gated=gated: PublishedCharacters(gated),
            inputs=tokens(65, 20),
            translate=in_order,
            keys="in order",
        )
        for template, preset, gated in (("rnn_vanilla", "1990", False), ("gru", "2014", True))
    ),
    *(
        Case(
            template="rnn_many_to_one",
            preset=preset,
            reference="by hand, steps written out",
            build=lambda kind=kind: ManyToOne(kind),
            inputs=lambda _: (torch.rand(3, 12, 8),),
        )
        for preset, kind in (("paper", nn.RNN), ("gru", nn.GRU), ("lstm", nn.LSTM))
    ),
    Case(
        template="rnn_one_to_many",
        reference="by hand, steps written out",
        build=OneToMany,
        inputs=numbers_and_names,
    ),
    Case(
        template="rnn_many_to_many",
        reference="by hand, steps written out",
        build=lambda: Characters("rnn", nn.RNN(16, 64), 2, 16),
        inputs=tokens(2, 20),
    ),
    Case(
        template="birnn",
        reference="by hand, gates written out",
        build=lambda: Characters("lstm", nn.LSTM(64, 64, bidirectional=True), 1000, 64, 10),
        inputs=tokens(1000, 15),
    ),
    Case(
        template="birnn",
        preset="1997",
        reference="by hand, steps written out",
        build=SymbolTagger,
        inputs=tokens(64, 15),
    ),
    Case(
        template="recursive_nn",
        models=("words", "recursive_nn"),
        reference="by hand, tree by tree",
        build=lambda: Treebank(PlainTree()),
        inputs=lambda _: (torch.randint(14, (2, 4)), JOINTS),
        translate=prefixed({"words.vectors.": "words."}),
        keys="“words” without “.vectors”",
        join=Treebank.of,
        explained={
            r"classifier\.bias$": "five numbers are too few to tell how they are spread; both are torch's Linear"
        },
    ),
    Case(
        template="recursive_nn",
        models=("recursive_nn",),
        preset="tensor",
        reference="by hand, tree by tree",
        build=lambda: PlainTree(tensor=True),
        inputs=trees(25),
    ),
    Case(
        template="recursive_nn",
        models=("recursive_nn",),
        preset="lstm",
        reference="by hand, tree by tree",
        build=LstmTree,
        inputs=trees(300),
        translate=renamed("leaf.", "below."),
        keys="“below.” for “leaf.”",
    ),
    Case(
        template="time_series",
        reference="by hand, gates written out",
        build=Forecaster,
        inputs=lambda _: (torch.randn(3, 20, 1),),
    ),
    Case(
        template="cnn_rnn",
        reference="by hand, gates written out",
        build=Film,
        inputs=lambda _: (torch.rand(3, 5, 1, 16, 16),),
        translate=prefixed({"recurrent.": ""}),
        keys="without “recurrent.”",
    ),
    Case(
        template="cnn_rnn",
        preset="r3d_18",
        reference="torchvision r3d_18",
        build=R3d,
        inputs=lambda _: (torch.rand(2, 4, 3, 32, 32),),
    ),
    *(
        Case(
            template="speech_ctc",
            preset=preset,
            reference="by hand, gates written out",
            build=lambda published=published: Recogniser(published),
            inputs=lambda _: (torch.randn(2, 400),),
        )
        for preset, published in (("paper", False), ("2006", True))
    ),
)
