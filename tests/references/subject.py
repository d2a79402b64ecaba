"""What a comparison is about: the part of a template that decides its models, as a hash."""

from __future__ import annotations

import hashlib

import msgspec

import templates
from app.core.document import Credit
from app.core.elaborate import elaborate
from app.core.files import encode
from app.core.results import walk
from app.receipts import carried
from blocks import library, module_text


def subject(template: str, preset: str) -> str:
    """The graphs and models under the preset and the modules that they carry along; how they train, look and are told
    of does not matter.
    """
    document = templates.load(template)
    found = elaborate(document, library(), preset)
    reached = [inner for result in found.models.values() for inner in walk(result)]
    graphs = {inner.graph.name for inner in reached}
    chosen = msgspec.structs.replace(document.presets[preset], summary="", data=None, recipe={}, goal=None)
    bare = msgspec.structs.replace(
        document, title="", summary="", lesson="", credit=Credit(), template="", layout={}, recipe=None, preset="",
        presets={preset: chosen}, graphs={name: graph for name, graph in document.graphs.items() if name in graphs},
    )  # fmt: skip
    parts = [encode(bare), *(module_text(name).encode() for name in sorted(carried(found.models.values())))]
    return hashlib.blake2b(b"\0".join(parts), digest_size=8).hexdigest()
