"""NASNet-A Mobile

Paper: Learning Transferable Architectures for Scalable Image Recognition
Authors: Barret Zoph, Vijay Vasudevan, Jonathon Shlens and Quoc V. Le
Year: 2017
Link: https://arxiv.org/abs/1707.07012
Parameters: 5,289,978

Instead of a whole net a search looked for one small graph, the cell, on small images; what it found is then repeated
and widened for large ones. A controller draws, five times, two of the maps there are and an operation for each, and
adds the results; how well a small net of such cells learns tells the controller what to draw next. Two cells are
searched for: a normal one, which keeps the size, and one that halves it.

A cell sees the outputs `x` and `before` of the two cells before it, so two wires go through the repeat. `comb_iter_0`
to `comb_iter_4` are the five sums: separable convolutions of 3×3, 5×5 and 7×7 (each of them done twice), averages, the
largest, or the map as it is. Sums that nothing else uses are laid side by side. `filters = 44` channels in the first
stage become 88 and 176; the last cell gives `6 · 4 · filters = 1056`, whence the paper's name, 4 @ 1056. Where `before`
is twice as large, `path_1` takes every second pixel and `path_2` those between them.

The published training also silenced whole paths of a cell (drop path), ever more of them; the larger net needs that,
and neither reference implementation has it. The names are those of Cadene's model, whose weights load unchanged.
The search took 500 GPUs four days. Evolution (AmoebaNet) and gradients (DARTS) found as good cells in the
same space for less, ENAS a thousand times less; EfficientNet searched whole nets for what they cost.
"""

from __future__ import annotations

from app.core.document import Document
from templates.cnn_classification._nasnet import nasnet_document


def nasnet_mobile() -> Document:
    return nasnet_document(
        __doc__,
        "nasnet_mobile",
        filters=44,
        stem=32,
        cells=4,
        size=224,
        two_before=False,
        counted=False,
        recipe={"stages.train.steps": 550},
    )
