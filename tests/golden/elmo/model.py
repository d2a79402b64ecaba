"""ELMo."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = [
    "ELMo",
    "ElmoLstm",
    "Highway",
    "LstmCell",
    "ScalarMix",
    "Softmax",
    "Tagger",
    "TokenEmbedder",
    "elmo",
    "mix",
    "softmax",
    "tagger",
]


class Highway(nn.Module):
    """A gate for each number: take the new one, or let the old one pass.

    x (B, T, in_features) -> (B, T, in_features)
    """

    def __init__(self, in_features: int) -> None:
        super().__init__()
        self.transform = nn.Linear(in_features, in_features)
        self.carry = nn.Linear(in_features, in_features)

    def forward(self, x: Tensor) -> Tensor:
        y = F.relu(self.transform(x))
        return torch.lerp(x, y, torch.sigmoid(self.carry(x)))  # (B, T, in_features)


class TokenEmbedder(nn.Module):
    """A vector for each word, from how it is spelled."""

    def __init__(
        self,
        kinds: int = 32,
        signs: int = 261,
        sign_size: int = 16,
        highways: int = 2,
        size: int = 512,
        spread: float = 0.05,
    ) -> None:
        super().__init__()
        self.embedding = nn.Embedding(signs, sign_size)
        self.char_conv_0 = nn.Conv2d(sign_size, kinds, kernel_size=(1, 1))
        self.char_conv_1 = nn.Conv2d(sign_size, kinds, kernel_size=(1, 2))
        self.char_conv_2 = nn.Conv2d(sign_size, kinds * 2, kernel_size=(1, 3))
        self.char_conv_3 = nn.Conv2d(sign_size, kinds * 4, kernel_size=(1, 4))
        self.char_conv_4 = nn.Conv2d(sign_size, kinds * 8, kernel_size=(1, 5))
        self.char_conv_5 = nn.Conv2d(sign_size, kinds * 16, kernel_size=(1, 6))
        self.char_conv_6 = nn.Conv2d(sign_size, kinds * 32, kernel_size=(1, 7))
        self.highways = nn.Sequential(*(Highway(kinds * 64) for _ in range(highways)))
        self.projection = nn.Linear(kinds * 64, size)

    def forward(self, characters: Tensor) -> Tensor:
        x = self.embedding(characters).permute(0, 3, 1, 2)
        y = F.relu(self.char_conv_0(x).amax(dim=3))  # (B, kinds, T)
        relu_1 = F.relu(self.char_conv_1(x).amax(dim=3))  # (B, kinds, T)
        relu_2 = F.relu(self.char_conv_2(x).amax(dim=3))  # (B, kinds * 2, T)
        relu_3 = F.relu(self.char_conv_3(x).amax(dim=3))  # (B, kinds * 4, T)
        relu_4 = F.relu(self.char_conv_4(x).amax(dim=3))  # (B, kinds * 8, T)
        relu_5 = F.relu(self.char_conv_5(x).amax(dim=3))  # (B, kinds * 16, T)
        x = F.relu(self.char_conv_6(x).amax(dim=3))  # (B, kinds * 32, T)
        x = torch.cat([y, relu_1, relu_2, relu_3, relu_4, relu_5, x], dim=1)
        x = self.highways(x.transpose(1, 2))  # (B, T, kinds * 64)
        token: Tensor = self.projection(x)  # (B, T, size)
        return token


class LstmCell(nn.Module):
    """One word: many cells, whose answer is made smaller.

    x (B, in_features), h (B, h_features), c (B, c_features) -> h (B, h_features), c (B,
    c_features), output (B, h_features)
    """

    def __init__(
        self, in_features: int, h_features: int, c_features: int, clip: float = 3.0
    ) -> None:
        super().__init__()
        self.clip = clip
        self.input_linearity = nn.Linear(in_features, c_features * 4, bias=False)
        self.state_linearity = nn.Linear(h_features, c_features * 4)
        self.state_projection = nn.Linear(c_features, h_features, bias=False)

    def forward(self, x: Tensor, h: Tensor, c: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        i, f, g, o = (self.input_linearity(x) + self.state_linearity(h)).chunk(4, dim=1)
        x = torch.sigmoid(i) * torch.tanh(g)
        c = (torch.sigmoid(f + 1.0) * c + x).clamp(min=-self.clip, max=self.clip)
        x = self.state_projection(torch.sigmoid(o) * torch.tanh(c))  # (B, h_features)
        h = x.clamp(min=-self.clip, max=self.clip)
        return h, c, h


class ElmoLstm(nn.Module):
    """Two layers in each direction, which never meet.

    x (B, T, in_features) -> first (B, T, size * 2), second (B, T, size * 2), forward
    (B, T, size), backward (B, T, size)
    """

    def __init__(
        self, in_features: int, size: int = 512, cells: int = 4096, clip: float = 3.0
    ) -> None:
        super().__init__()
        self.size = size
        self.cells = cells
        self.forward_layer_0 = LstmCell(in_features, size, cells, clip=clip)
        self.backward_layer_0 = LstmCell(in_features, size, cells, clip=clip)
        self.forward_layer_1 = LstmCell(size, size, cells, clip=clip)
        self.backward_layer_1 = LstmCell(size, size, cells, clip=clip)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        h = x.new_zeros(x.shape[0], self.size)  # (B, size)
        c = x.new_zeros(x.shape[0], self.cells)  # (B, cells)
        y = h
        y_2 = c
        outputs: list[Tensor] = []
        for x_t in x.unbind(dim=1):
            y, y_2, output = self.forward_layer_0(x_t, y, y_2)
            outputs.append(output)
        forward_layer_0 = torch.stack(outputs, dim=1)  # (B, T, size)
        x_2 = h
        x_3 = c
        outputs = []
        for x_t in reversed(x.unbind(dim=1)):
            x_2, x_3, output = self.backward_layer_0(x_t, x_2, x_3)
            outputs.append(output)
        backward_layer_0 = torch.stack(outputs[::-1], dim=1)  # (B, T, size)
        x = h
        x_2 = c
        outputs = []
        for x_t in forward_layer_0.unbind(dim=1):
            x, x_2, output = self.forward_layer_1(x_t, x, x_2)
            outputs.append(output)
        x = torch.stack(outputs, dim=1)  # (B, T, size)
        forward = x + forward_layer_0
        outputs = []
        for x_t in reversed(backward_layer_0.unbind(dim=1)):
            h, c, output = self.backward_layer_1(x_t, h, c)
            outputs.append(output)
        x = torch.stack(outputs[::-1], dim=1)  # (B, T, size)
        backward = x + backward_layer_0
        return (
            torch.cat([forward_layer_0, backward_layer_0], dim=-1),
            torch.cat([forward, backward], dim=-1),
            forward,
            backward,
        )


class ELMo(nn.Module):
    """Spelling, then two directions of reading; every layer is given."""

    def __init__(
        self,
        kinds: int = 32,
        signs: int = 261,
        sign_size: int = 16,
        highways: int = 2,
        size: int = 512,
        spread: float = 0.05,
        cells: int = 4096,
        clip: float = 3.0,
    ) -> None:
        super().__init__()
        self.kinds = kinds
        self.spread = spread
        self.token_embedder = TokenEmbedder(
            kinds=kinds,
            signs=signs,
            sign_size=sign_size,
            highways=highways,
            size=size,
            spread=spread,
        )
        self.elmo_lstm = ElmoLstm(size, size=size, cells=cells, clip=clip)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        nn.init.uniform_(self.token_embedder.embedding.weight, a=-1, b=1)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.uniform_(module.weight, a=-self.spread, b=self.spread)
            if isinstance(module, nn.Conv2d | nn.Linear) and module.bias is not None:
                nn.init.zeros_(module.bias)
            if isinstance(module, nn.Linear):
                nn.init.xavier_uniform_(module.weight)
        for name, parameter in self.named_parameters():
            if name.endswith((".transform.weight", ".carry.weight")):
                nn.init.normal_(parameter, std=1 / (self.kinds * 64) ** 0.5)
            if name.endswith(".carry.bias"):
                nn.init.constant_(parameter, val=-2.0)

    def forward(self, characters: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        token = self.token_embedder(characters)  # (B, T, size)
        first, second, forward, backward = self.elmo_lstm(token)
        layers = torch.stack([torch.cat([token, token], dim=-1), first, second], dim=0)
        return layers, forward, backward


class Softmax(nn.Module):
    """Which word comes next, or came before.

    x (B, T, in_features) -> (B, T, vocabulary)
    """

    def __init__(self, in_features: int, vocabulary: int = 320) -> None:
        super().__init__()
        self.in_features = in_features
        self.linear = nn.Linear(in_features, vocabulary)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        nn.init.normal_(self.linear.weight, std=1 / self.in_features**0.5)
        nn.init.zeros_(self.linear.bias)

    def forward(self, x: Tensor) -> Tensor:
        logits: Tensor = self.linear(x)  # (B, T, vocabulary)
        return logits


class ScalarMix(nn.Module):
    """A weighted mean of the layers, times a number."""

    def __init__(self, count: int = 3) -> None:
        super().__init__()
        self.weights = nn.Parameter(torch.zeros(count))
        self.gamma = nn.Parameter(torch.zeros(1))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        nn.init.zeros_(self.weights)
        nn.init.ones_(self.gamma)

    def forward(self, layers: Tensor) -> Tensor:
        x = torch.einsum("l,lbtf->btf", F.softmax(self.weights, dim=0), layers)
        return x * self.gamma


class Tagger(nn.Module):
    """What each word is meant as.

    x (B, T, in_features) -> (B, T, senses)
    """

    def __init__(self, in_features: int, senses: int = 6) -> None:
        super().__init__()
        self.linear = nn.Linear(in_features, senses)

    def forward(self, x: Tensor) -> Tensor:
        logits: Tensor = self.linear(x)  # (B, T, senses)
        return logits


def elmo(
    kinds: int = 32,
    signs: int = 261,
    sign_size: int = 16,
    highways: int = 2,
    size: int = 512,
    spread: float = 0.05,
    cells: int = 4096,
    clip: float = 3.0,
) -> ELMo:
    """The elmo model with the values of the "paper" preset as defaults."""
    return ELMo(
        kinds=kinds,
        signs=signs,
        sign_size=sign_size,
        highways=highways,
        size=size,
        spread=spread,
        cells=cells,
        clip=clip,
    )


def softmax(size: int = 512, stems: int = 1000, forms: int = 8) -> Softmax:
    """The softmax model with the values of the "paper" preset as defaults."""
    return Softmax(size, vocabulary=stems * forms)


def mix() -> ScalarMix:
    """The mix model with the values of the "paper" preset as defaults."""
    return ScalarMix()


def tagger(size: int = 512, senses: int = 6) -> Tagger:
    """The tagger model with the values of the "paper" preset as defaults."""
    return Tagger(size * 2, senses=senses)
