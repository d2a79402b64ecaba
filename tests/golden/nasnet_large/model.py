"""NASNet-A Large."""

from collections import OrderedDict
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = [
    "ActConvBn",
    "BranchSeparables",
    "CellStem0",
    "CellStem1",
    "FirstCell",
    "NASNet",
    "NormalCell",
    "Path1",
    "Path2",
    "ReductionCell",
    "SeparableConv2d",
    "nasnet_large",
]


class ActConvBn(nn.Module):
    """Relu, 1x1 and norm.

    x (B, in_channels, H, W) -> (B, channels, H, W)
    """

    def __init__(self, in_channels: int, channels: int = 44) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, channels, kernel_size=1, bias=False)
        self.bn = nn.BatchNorm2d(channels, eps=0.001)

    def forward(self, x: Tensor) -> Tensor:
        x = self.bn(self.conv(F.relu(x)))  # (B, channels, H, W)
        return x


class SeparableConv2d(nn.Module):
    """A window for every channel by itself, then 1x1 among the channels."""

    def __init__(
        self,
        in_channels: int,
        channels: int = 44,
        kernel: int = 3,
        stride: int = 1,
        padding: int = 1,
    ) -> None:
        super().__init__()
        self.depthwise_conv2d = nn.Conv2d(
            in_channels,
            in_channels,
            kernel_size=kernel,
            stride=stride,
            padding=padding,
            groups=in_channels,
            bias=False,
        )
        self.pointwise_conv2d = nn.Conv2d(
            in_channels, channels, kernel_size=1, bias=False
        )

    def forward(self, x: Tensor) -> Tensor:
        x = self.pointwise_conv2d(self.depthwise_conv2d(x))
        return x


class BranchSeparables(nn.Module):
    """Two separable convolutions, the first of which may halve the size."""

    def __init__(
        self,
        in_channels: int,
        channels: int = 44,
        kernel: int = 3,
        stride: int = 1,
        even: bool = False,
        widens: bool = False,
    ) -> None:
        super().__init__()
        self.kernel = kernel
        self.even = even
        self.separable_1 = SeparableConv2d(
            in_channels,
            channels=channels if widens else in_channels,
            kernel=kernel,
            stride=stride,
            padding=0 if even else kernel // 2,
        )
        self.bn_sep_1 = nn.BatchNorm2d(channels if widens else in_channels, eps=0.001)
        self.separable_2 = SeparableConv2d(
            channels if widens else in_channels,
            channels=channels,
            kernel=kernel,
            padding=kernel // 2,
        )
        self.bn_sep_2 = nn.BatchNorm2d(channels, eps=0.001)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(x)
        if self.even:
            x = F.pad(
                x,
                (
                    self.kernel // 2 - 1,
                    self.kernel // 2,
                    self.kernel // 2 - 1,
                    self.kernel // 2,
                ),
            )
        x = self.bn_sep_1(self.separable_1(x))
        x = self.separable_2(F.relu(x))
        x = self.bn_sep_2(x)
        return x


class CellStem0(nn.Module):
    """A reduction that has only one cell before it."""

    def __init__(
        self, in_channels: int, channels: int = 44, even: bool = False
    ) -> None:
        super().__init__()
        self.even = even
        self.conv_1x1 = ActConvBn(in_channels, channels=channels)
        self.comb_iter_0_left = BranchSeparables(
            channels, channels=channels, kernel=5, stride=2, even=even
        )
        self.comb_iter_0_right = BranchSeparables(
            in_channels, channels=channels, kernel=7, stride=2, even=even, widens=True
        )
        self.comb_iter_1_right = BranchSeparables(
            in_channels, channels=channels, kernel=7, stride=2, even=even, widens=True
        )
        self.comb_iter_2_right = BranchSeparables(
            in_channels, channels=channels, kernel=5, stride=2, even=even, widens=True
        )
        self.comb_iter_4_left = BranchSeparables(channels, channels=channels)

    def forward(self, x: Tensor) -> Tensor:
        conv_1x1 = self.conv_1x1(x)  # (B, channels, H, W)
        y = self.comb_iter_0_left(conv_1x1)
        comb_iter_0 = y + self.comb_iter_0_right(x)
        y = F.max_pool2d(
            conv_1x1, 3, stride=2, padding=0 if self.even else 1, ceil_mode=True
        )
        comb_iter_1 = y + self.comb_iter_1_right(x)
        y = F.avg_pool2d(
            conv_1x1,
            3,
            stride=2,
            padding=0 if self.even else 1,
            ceil_mode=True,
            divisor_override=9,
        )
        comb_iter_3_right = F.avg_pool2d(
            comb_iter_0, 3, stride=1, padding=1, count_include_pad=False
        )
        conv_1x1 = F.max_pool2d(
            conv_1x1, 3, stride=2, padding=0 if self.even else 1, ceil_mode=True
        )
        x = y + self.comb_iter_2_right(x)
        y = self.comb_iter_4_left(comb_iter_0) + conv_1x1
        y = torch.cat([comb_iter_1, x, comb_iter_3_right + comb_iter_1, y], dim=1)
        return y


class Path1(nn.Sequential):
    """Every second pixel."""

    def __init__(self, in_channels: int, channels: int = 44) -> None:
        super().__init__(
            OrderedDict(
                [
                    ("avgpool", nn.AvgPool2d(1, stride=2)),
                    (
                        "conv",
                        nn.Conv2d(in_channels, channels, kernel_size=1, bias=False),
                    ),
                ]
            )
        )


class Path2(nn.Sequential):
    """Every second pixel, from the second on."""

    def __init__(self, in_channels: int, channels: int = 44) -> None:
        super().__init__(
            OrderedDict(
                [
                    ("pad", nn.ZeroPad2d((-1, 1, -1, 1))),
                    ("avgpool", nn.AvgPool2d(1, stride=2)),
                    (
                        "conv",
                        nn.Conv2d(in_channels, channels, kernel_size=1, bias=False),
                    ),
                ]
            )
        )


class CellStem1(nn.Module):
    """A reduction whose cell before is twice as large."""

    def __init__(
        self,
        in_channels: int,
        before_channels: int,
        channels: int = 44,
        even: bool = False,
    ) -> None:
        super().__init__()
        self.even = even
        self.conv_1x1 = ActConvBn(in_channels, channels=channels)
        self.path_1 = Path1(before_channels, channels=channels // 2)
        self.path_2 = Path2(before_channels, channels=channels // 2)
        self.final_path_bn = nn.BatchNorm2d(channels, eps=0.001)
        self.comb_iter_0_left = BranchSeparables(
            channels, channels=channels, kernel=5, stride=2, even=even
        )
        self.comb_iter_0_right = BranchSeparables(
            channels, channels=channels, kernel=7, stride=2, even=even
        )
        self.comb_iter_1_right = BranchSeparables(
            channels, channels=channels, kernel=7, stride=2, even=even
        )
        self.comb_iter_2_right = BranchSeparables(
            channels, channels=channels, kernel=5, stride=2, even=even
        )
        self.comb_iter_4_left = BranchSeparables(channels, channels=channels)

    def forward(self, x: Tensor, before: Tensor) -> Tensor:
        conv_1x1 = self.conv_1x1(x)  # (B, channels, H, W)
        act = F.relu(before)
        x = self.path_1(act)  # (B, channels // 2, H, W)
        x = torch.cat([x, self.path_2(act)], dim=1)  # (B, channels, H, W)
        final_path_bn = self.final_path_bn(x)
        x = self.comb_iter_0_left(conv_1x1)
        comb_iter_0 = x + self.comb_iter_0_right(final_path_bn)
        x = F.max_pool2d(
            conv_1x1, 3, stride=2, padding=0 if self.even else 1, ceil_mode=True
        )
        comb_iter_1 = x + self.comb_iter_1_right(final_path_bn)
        x = F.avg_pool2d(
            conv_1x1,
            3,
            stride=2,
            padding=0 if self.even else 1,
            ceil_mode=True,
            divisor_override=9,
        )
        y = F.avg_pool2d(comb_iter_0, 3, stride=1, padding=1, count_include_pad=False)
        conv_1x1 = F.max_pool2d(
            conv_1x1, 3, stride=2, padding=0 if self.even else 1, ceil_mode=True
        )
        x = x + self.comb_iter_2_right(final_path_bn)
        comb_iter_4 = self.comb_iter_4_left(comb_iter_0) + conv_1x1
        return torch.cat([comb_iter_1, x, y + comb_iter_1, comb_iter_4], dim=1)


class FirstCell(nn.Module):
    """A normal cell whose cell before is twice as large."""

    def __init__(
        self, in_channels: int, before_channels: int, channels: int = 44
    ) -> None:
        super().__init__()
        self.path_1 = Path1(before_channels, channels=channels // 2)
        self.path_2 = Path2(before_channels, channels=channels // 2)
        self.final_path_bn = nn.BatchNorm2d(channels, eps=0.001)
        self.conv_1x1 = ActConvBn(in_channels, channels=channels)
        self.comb_iter_0_left = BranchSeparables(channels, channels=channels, kernel=5)
        self.comb_iter_0_right = BranchSeparables(channels, channels=channels)
        self.comb_iter_1_left = BranchSeparables(channels, channels=channels, kernel=5)
        self.comb_iter_1_right = BranchSeparables(channels, channels=channels)
        self.comb_iter_4_left = BranchSeparables(channels, channels=channels)

    def forward(self, x: Tensor, before: Tensor) -> Tensor:
        y = F.relu(before)
        path_1 = self.path_1(y)  # (B, channels // 2, H, W)
        y = torch.cat([path_1, self.path_2(y)], dim=1)  # (B, channels, H, W)
        y = self.final_path_bn(y)
        x = self.conv_1x1(x)  # (B, channels, H, W)
        comb_iter_0_left = self.comb_iter_0_left(x)
        comb_iter_1_left = self.comb_iter_1_left(y)
        comb_iter_3_left = F.avg_pool2d(
            y, 3, stride=1, padding=1, count_include_pad=False
        )
        comb_iter_3_right = F.avg_pool2d(
            y, 3, stride=1, padding=1, count_include_pad=False
        )
        comb_iter_0 = comb_iter_0_left + self.comb_iter_0_right(y)
        comb_iter_1 = comb_iter_1_left + self.comb_iter_1_right(y)
        comb_iter_4 = self.comb_iter_4_left(x) + x
        x = F.avg_pool2d(x, 3, stride=1, padding=1, count_include_pad=False) + y
        x = torch.cat(
            [
                y,
                comb_iter_0,
                comb_iter_1,
                x,
                comb_iter_3_left + comb_iter_3_right,
                comb_iter_4,
            ],
            dim=1,
        )
        return x


class NormalCell(nn.Module):
    """Five sums of two, laid beside what came before.

    x (B, in_channels, H, W), before (B, before_channels, H, W) -> x (B, channels * 6,
    H, W), before (B, in_channels, H, W)
    """

    def __init__(
        self, in_channels: int, before_channels: int, channels: int = 44
    ) -> None:
        super().__init__()
        self.conv_prev_1x1 = ActConvBn(before_channels, channels=channels)
        self.conv_1x1 = ActConvBn(in_channels, channels=channels)
        self.comb_iter_0_left = BranchSeparables(channels, channels=channels, kernel=5)
        self.comb_iter_0_right = BranchSeparables(channels, channels=channels)
        self.comb_iter_1_left = BranchSeparables(channels, channels=channels, kernel=5)
        self.comb_iter_1_right = BranchSeparables(channels, channels=channels)
        self.comb_iter_4_left = BranchSeparables(channels, channels=channels)

    def forward(self, x: Tensor, before: Tensor) -> tuple[Tensor, Tensor]:
        y = self.conv_prev_1x1(before)  # (B, channels, H, W)
        conv_1x1 = self.conv_1x1(x)  # (B, channels, H, W)
        comb_iter_0_left = self.comb_iter_0_left(conv_1x1)
        comb_iter_1_left = self.comb_iter_1_left(y)
        comb_iter_2_left = F.avg_pool2d(
            conv_1x1, 3, stride=1, padding=1, count_include_pad=False
        )
        comb_iter_3_left = F.avg_pool2d(
            y, 3, stride=1, padding=1, count_include_pad=False
        )
        comb_iter_3_right = F.avg_pool2d(
            y, 3, stride=1, padding=1, count_include_pad=False
        )
        comb_iter_0 = comb_iter_0_left + self.comb_iter_0_right(y)
        comb_iter_1 = comb_iter_1_left + self.comb_iter_1_right(y)
        conv_1x1 = self.comb_iter_4_left(conv_1x1) + conv_1x1
        y = torch.cat(
            [
                y,
                comb_iter_0,
                comb_iter_1,
                comb_iter_2_left + y,
                comb_iter_3_left + comb_iter_3_right,
                conv_1x1,
            ],
            dim=1,
        )
        return y, x


class ReductionCell(nn.Module):
    """Five sums of two at half the size."""

    def __init__(
        self,
        in_channels: int,
        before_channels: int,
        channels: int = 44,
        even: bool = False,
    ) -> None:
        super().__init__()
        self.even = even
        self.conv_prev_1x1 = ActConvBn(before_channels, channels=channels)
        self.conv_1x1 = ActConvBn(in_channels, channels=channels)
        self.comb_iter_0_left = BranchSeparables(
            channels, channels=channels, kernel=5, stride=2, even=even
        )
        self.comb_iter_0_right = BranchSeparables(
            channels, channels=channels, kernel=7, stride=2, even=even
        )
        self.comb_iter_1_right = BranchSeparables(
            channels, channels=channels, kernel=7, stride=2, even=even
        )
        self.comb_iter_2_right = BranchSeparables(
            channels, channels=channels, kernel=5, stride=2, even=even
        )
        self.comb_iter_4_left = BranchSeparables(channels, channels=channels)

    def forward(self, x: Tensor, before: Tensor) -> Tensor:
        conv_prev_1x1 = self.conv_prev_1x1(before)  # (B, channels, H, W)
        conv_1x1 = self.conv_1x1(x)  # (B, channels, H, W)
        x = self.comb_iter_0_left(conv_1x1)
        comb_iter_0 = x + self.comb_iter_0_right(conv_prev_1x1)
        x = F.max_pool2d(
            conv_1x1, 3, stride=2, padding=0 if self.even else 1, ceil_mode=True
        )
        comb_iter_1 = x + self.comb_iter_1_right(conv_prev_1x1)
        x = F.avg_pool2d(
            conv_1x1,
            3,
            stride=2,
            padding=0 if self.even else 1,
            ceil_mode=True,
            divisor_override=9,
        )
        y = F.avg_pool2d(comb_iter_0, 3, stride=1, padding=1, count_include_pad=False)
        conv_1x1 = F.max_pool2d(
            conv_1x1, 3, stride=2, padding=0 if self.even else 1, ceil_mode=True
        )
        x = x + self.comb_iter_2_right(conv_prev_1x1)
        comb_iter_4 = self.comb_iter_4_left(comb_iter_0) + conv_1x1
        return torch.cat([comb_iter_1, x, y + comb_iter_1, comb_iter_4], dim=1)


class NASNet(nn.Module):
    """Three stages of one cell, each fed by the two before it, with a reduction between
    stages.

    image (B, in_channels, H, W) -> (B, classes)
    """

    def __init__(
        self,
        in_channels: int,
        filters: int = 168,
        stem: int = 96,
        cells: int = 6,
        classes: int = 1000,
        stride: int = 2,
        even: Sequence[int] = (0, 0, 0, 0),
        dropout: float = 0.5,
    ) -> None:
        super().__init__()
        self.cells = cells
        self.conv0 = nn.Sequential(
            OrderedDict(
                [
                    (
                        "conv",
                        nn.Conv2d(
                            in_channels, stem, kernel_size=3, stride=stride, bias=False
                        ),
                    ),
                    ("bn", nn.BatchNorm2d(stem, eps=0.001)),
                ]
            )
        )
        self.cell_stem_0 = CellStem0(stem, channels=filters // 4, even=even[0] == 1)
        self.cell_stem_1 = CellStem1(
            filters, stem, channels=filters // 2, even=even[1] == 1
        )
        self.cell_0 = FirstCell(filters * 2, filters, channels=filters)
        self.cell_1 = NormalCell(filters * 6, filters * 2, channels=filters)
        for i in range(cells - 2):
            self.add_module(
                f"cell_{i + 2}", NormalCell(filters * 6, filters * 6, channels=filters)
            )
        self.reduction_cell_0 = ReductionCell(
            filters * 6, filters * 6, channels=filters * 2, even=even[2] == 1
        )
        self.cell_6 = FirstCell(filters * 8, filters * 6, channels=filters * 2)
        self.cell_7 = NormalCell(filters * 12, filters * 8, channels=filters * 2)
        for i in range(cells - 2):
            self.add_module(
                f"cell_{i + 8}",
                NormalCell(filters * 12, filters * 12, channels=filters * 2),
            )
        self.reduction_cell_1 = ReductionCell(
            filters * 12, filters * 12, channels=filters * 4, even=even[3] == 1
        )
        self.cell_12 = FirstCell(filters * 16, filters * 12, channels=filters * 4)
        self.cell_13 = NormalCell(filters * 24, filters * 16, channels=filters * 4)
        for i in range(cells - 2):
            self.add_module(
                f"cell_{i + 14}",
                NormalCell(filters * 24, filters * 24, channels=filters * 4),
            )
        self.dropout = nn.Dropout(dropout)
        self.last_linear = nn.Linear(filters * 24, classes)

    def forward(self, image: Tensor) -> Tensor:
        x = self.conv0(image)
        y = self.cell_stem_0(x)
        before = self.cell_stem_1(y, x)
        y = self.cell_0(before, y)
        for i in range(self.cells - 1):
            y, before = self.get_submodule(f"cell_{i + 1}")(y, before)
        y = self.reduction_cell_0(y, before)
        x = self.cell_6(y, before)
        for i in range(self.cells - 1):
            x, y = self.get_submodule(f"cell_{i + 7}")(x, y)
        before = self.reduction_cell_1(x, y)
        y = self.cell_12(before, y)
        for i in range(self.cells - 1):
            y, before = self.get_submodule(f"cell_{i + 13}")(y, before)
        y = torch.flatten(F.adaptive_avg_pool2d(F.relu(y), 1), 1)  # (B, filters * 24)
        logits: Tensor = self.last_linear(self.dropout(y))  # (B, classes)
        return logits


def nasnet_large(
    filters: int = 168,
    stem: int = 96,
    cells: int = 6,
    classes: int = 1000,
    stride: int = 2,
    dropout: float = 0.5,
    channels: int = 3,
    size: int = 331,
) -> NASNet:
    """The nasnet_large model with the values of the "paper" preset as defaults."""
    return NASNet(
        channels,
        filters=filters,
        stem=stem,
        cells=cells,
        classes=classes,
        stride=stride,
        even=(
            1 - ((size - 3) // stride + 1) % 2,
            1 - ((size - 3) // stride + 1 + 1) // 2 % 2,
            1 - (((size - 3) // stride + 1 + 1) // 2 + 1) // 2 % 2,
            1 - ((((size - 3) // stride + 1 + 1) // 2 + 1) // 2 + 1) // 2 % 2,
        ),
        dropout=dropout,
    )
