"""What elaboration remembers is bounded, and forgetting it changes nothing."""

from __future__ import annotations

from app.core import edits
from app.core.document import Document, InputType, Model
from app.core.draw import Drawing, graphs
from app.core.elaborate import elaborate
from blocks import library


def test_a_long_series_of_edits_does_not_fill_the_memory() -> None:
    net = Drawing("Net")
    net.output("y", net.add("fc", "Linear", net.input("x"), out_features=1))
    document = Document(
        graphs=graphs(library(), net),
        models={"net": Model(name="net", graph="Net", inputs={"x": InputType(("B", 4))})},
    )
    found = elaborate(document, library())
    most = 0
    for width in range(2, 2600):
        document = edits.set_argument(document, "Net", "fc", "out_features", width).document
        found = elaborate(document, library(), before=found)
        most = max(most, len(found.memory.results))
        assert found.totals.parameters == 5 * width
    assert most <= 2_100
    assert len(found.memory.results) < most, "nothing was ever forgotten"
