"""Which published files fit which templates: address, digest, size, licence, and how their names are translated.

torchvision's file names end in the first eight digits of the file's SHA-256, as its own loader checks them. Hugging
Face's names carry none: where the digest is not written here, its server gives it beside the file (``X-Linked-ETag``),
which finds a broken file, not a dishonest server. An address there that names a commit means the same file for ever.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from msgspec import Struct
from msgspec.structs import replace

import templates
from app.core.document import Document
from app.messages import Translation
from app.weights.download import Wanted

IMAGENET = "imagenet"
LABELS = (IMAGENET,)


class Prepared(Struct, frozen=True, kw_only=True):
    """What the weights expect of an image beyond values from 0 to 1: mean and deviation of each colour. ``labels``
    names the list of classes, in ``resources/labels``. ``pieces``: texts are numbers of the publisher's own pieces of
    words, not of the characters of the document's data.
    """

    mean: tuple[float, ...] = ()
    deviation: tuple[float, ...] = ()
    labels: str = ""
    pieces: bool = False


class Published(Struct, frozen=True, kw_only=True):
    """One file. ``size`` in bytes, about; ``sha256``: the digest, how it begins, or nothing: the server says it."""

    template: str
    preset: str
    name: str
    publisher: str
    url: str
    size: int
    licence: str
    sha256: str = ""
    translation: Translation | None = None
    prepared: Prepared = Prepared()

    @property
    def label(self) -> str:
        """What a person calls it."""
        return f"{self.publisher}: {self.name}"

    @property
    def wanted(self) -> Wanted:
        return Wanted(url=self.url, sha256=self.sha256, size=self.size)

    @property
    def check(self) -> str:
        """What the file is compared with, in words."""
        if not self.sha256:
            return "checked by the SHA-256 that the server gives"
        known = len(self.sha256)
        return "checked by its SHA-256" if known == 64 else f"checked by the first {known} digits of its SHA-256"


_IMAGES = Prepared(mean=(0.485, 0.456, 0.406), deviation=(0.229, 0.224, 0.225), labels=IMAGENET)
_WORDS = Prepared(pieces=True)
_TORCHVISION = "BSD 3-Clause (torchvision); learnt from ImageNet, whose terms may bind"
_V1 = "IMAGENET1K_V1"

_FILES: tuple[tuple[str, str, str, str, float], ...] = (
    # template, preset, weights, file, megabytes (2²⁰)
    ("alexnet", "paper", _V1, "alexnet-owt-7be5be79.pth", 233.087),
    ("vgg16", "paper", _V1, "vgg16-397923af.pth", 527.796),
    ("vgg19", "paper", _V1, "vgg19-dcbb9e9d.pth", 548.051),
    ("vgg19", "batch_norm", _V1, "vgg19_bn-c79401a0.pth", 548.143),
    ("resnet18", "paper", _V1, "resnet18-f37072fd.pth", 44.661),
    ("resnet34", "paper", _V1, "resnet34-b627a593.pth", 83.275),
    ("resnet50", "paper", "IMAGENET1K_V2", "resnet50-11ad3fa6.pth", 97.79),
    ("resnet50", "paper", _V1, "resnet50-0676ba61.pth", 97.781),
    ("resnet101", "paper", "IMAGENET1K_V2", "resnet101-cd907fc2.pth", 170.53),
    ("resnet101", "paper", _V1, "resnet101-63fe2227.pth", 170.511),
    ("resnet152", "paper", "IMAGENET1K_V2", "resnet152-f82ba261.pth", 230.474),
    ("resnet152", "paper", _V1, "resnet152-394f9c45.pth", 230.434),
    ("efficientnet_b0", "paper", _V1, "efficientnet_b0_rwightman-7f5810bc.pth", 20.451),
    ("efficientnet_b0", "b1", "IMAGENET1K_V2", "efficientnet_b1-c27df63c.pth", 30.136),
    ("efficientnet_b0", "b2", _V1, "efficientnet_b2_rwightman-c35c1473.pth", 35.174),
    ("efficientnet_b0", "b3", _V1, "efficientnet_b3_rwightman-b3899882.pth", 47.184),
    ("efficientnet_b0", "b4", _V1, "efficientnet_b4_rwightman-23ab8bcd.pth", 74.489),
    ("efficientnet_b0", "b5", _V1, "efficientnet_b5_lukemelas-1a07897c.pth", 116.864),
    ("efficientnet_b0", "b6", _V1, "efficientnet_b6_lukemelas-24a108a5.pth", 165.362),
    ("efficientnet_b0", "b7", _V1, "efficientnet_b7_lukemelas-c5b4e57e.pth", 254.675),
    ("vit", "paper", _V1, "vit_b_16-c867db91.pth", 330.285),
    ("vit", "large", _V1, "vit_l_16-852ce7e3.pth", 1161.023),
)


_HALVES = Prepared(mean=(0.5, 0.5, 0.5), deviation=(0.5, 0.5, 0.5), labels=IMAGENET)
"""What the Inception nets were made for; torchvision turns its own preparation into this inside them."""

_V1_SIDES, _V3_SIDES = Translation(ignored=r"aux[12]\..*"), Translation(ignored=r"AuxLogits\..*")
_INCEPTIONS = (
    # template, preset, file, megabytes (2²⁰), which of its tensors belong to side classifiers that are not drawn
    ("inception_v1", "paper", "googlenet-1378be20.pth", 49.731, _V1_SIDES),
    ("inception_v1", "aux", "googlenet-1378be20.pth", 49.731, None),
    ("inception_v3", "paper", "inception_v3_google-0cc3c7bd.pth", 103.903, None),
    ("inception_v3", "no_aux", "inception_v3_google-0cc3c7bd.pth", 103.903, _V3_SIDES),
)


_AUX = Translation(ignored=r"aux_classifier\..*")
"""A side classifier of the segmentation nets, which helps in training alone."""

_SEGMENTATIONS = (
    ("deeplabv3", "paper", "deeplabv3_resnet50_coco-cd0a2569.pth", 160.515),
    ("deeplabv3", "resnet101", "deeplabv3_resnet101_coco-586e9e4e.pth", 233.217),
    ("deeplabv3", "fcn_resnet50", "fcn_resnet50_coco-1167a1af.pth", 135.009),
)


def _segmentation(template: str, preset: str, file: str, megabytes: float) -> Published:
    plain = _torchvision(template, preset, "COCO_WITH_VOC_LABELS_V1", file, megabytes)
    licence = "BSD 3-Clause (torchvision); learnt from COCO, whose terms may bind"
    return replace(plain, licence=licence, translation=_AUX, prepared=replace(_IMAGES, labels=""))


def _inception(template: str, preset: str, file: str, megabytes: float, translation: Translation | None) -> Published:
    plain = _torchvision(template, preset, _V1, file, megabytes)
    return replace(plain, translation=translation, prepared=_HALVES)


def _torchvision(template: str, preset: str, weights: str, file: str, megabytes: float) -> Published:
    found = re.search(r"-([0-9a-f]{8,})\.pth$", file)
    assert found is not None
    return Published(
        template=template,
        preset=preset,
        name=f"{file.rpartition('-')[0]} {weights}",
        publisher="torchvision",
        url=f"https://download.pytorch.org/models/{file}",
        size=round(megabytes * 2**20),
        licence=_TORCHVISION,
        sha256=found[1],
        prepared=_IMAGES,
    )


_GPT = Translation(
    prefix="transformer.",
    ignored=r"(transformer\.)?(h\.\d+\.attn\.(bias|masked_bias)|position_ids)",
    transposed=r"\.(c_attn|c_proj|c_fc)\.weight$",
)
"""Its file holds the transformer alone (the head is its embedding again), masks that are no weights, and Conv1D's
matrices, which lie the other way than Linear's."""

_GPTS = (
    # template, preset, repository, commit, digest where it is known, bytes
    ("gpt", "paper", "openai-gpt", "main", "", 479_000_000),
    ("gpt2", "paper", "gpt2", "607a30d783dfa663caf39e06633721c8d4cfcd7e",
     "248dfc3911869ec493c76e65bf2fcf7f615828b0254c12b473182f0f81d3a707", 548_105_171),
    ("gpt2", "medium", "gpt2-medium", "6dcaa7a952f72f9298047fd5137cd6e4f05f41da", "", 1_520_000_000),
    ("gpt2", "large", "gpt2-large", "32b71b12589c2f8d625668d2335a01cac3249519", "", 3_247_000_000),
    ("gpt2", "xl", "gpt2-xl", "15ea56dee5df4983c59b2538573817e1667135e2",
     "0f8b28eb05a8075f48b61b6f35332978c74fc7763fa9fb4051a1c30511736a6a", 6_431_800_000),
)  # fmt: skip


def _gpt(template: str, preset: str, repository: str, commit: str, sha256: str, size: int) -> Published:
    return Published(
        template=template,
        preset=preset,
        name=f"openai-community/{repository}",
        publisher="Hugging Face",
        url=f"https://huggingface.co/openai-community/{repository}/resolve/{commit}/model.safetensors",
        size=size,
        licence="MIT (OpenAI)",
        sha256=sha256,
        translation=_GPT,
        prepared=_WORDS,
    )


_NORMS = ((r"\.gamma$", ".weight"), (r"\.beta$", ".bias"))
"""How norms were called in BERT's first code, and still are in its file."""

_BERT = Translation(renamed=_NORMS, ignored=r"bert\.embeddings\.position_ids|cls\.predictions\.decoder\..*")
_ROBERTA = Translation(renamed=_NORMS, ignored=r"roberta\.(embeddings\.position_ids|pooler\..*)|lm_head\.decoder\..*")
_ENCODERS = (
    # template, preset, repository, commit, digest where it is known, bytes, licence, translation
    ("bert", "paper", "google-bert/bert-base-uncased", "86b5e0934494bd15c9632b12f734a8a67f723594",
     "68d45e234eb4a928074dfd868cead0219ab85354cc53d20e772753c6bb9169d3", 440_449_768, "Apache 2.0 (Google)", _BERT),
    ("bert", "large", "google-bert/bert-large-uncased", "main", "", 1_345_000_000, "Apache 2.0 (Google)", _BERT),
    ("roberta", "mlm", "FacebookAI/roberta-base", "main", "", 499_000_000, "MIT (Facebook)", _ROBERTA),
    ("roberta", "large_mlm", "FacebookAI/roberta-large", "main", "", 1_422_000_000, "MIT (Facebook)", _ROBERTA),
)  # fmt: skip


def _encoder(
    template: str, preset: str, repository: str, commit: str, sha256: str, size: int, licence: str, names: Translation
) -> Published:
    return Published(
        template=template,
        preset=preset,
        name=repository,
        publisher="Hugging Face",
        url=f"https://huggingface.co/{repository}/resolve/{commit}/model.safetensors",
        size=size,
        licence=licence,
        sha256=sha256,
        translation=names,
        prepared=_WORDS,
    )


TABLE: tuple[Published, ...] = (
    *(_torchvision(*row) for row in _FILES),
    *(_inception(*row) for row in _INCEPTIONS),
    *(_segmentation(*row) for row in _SEGMENTATIONS),
    *(_gpt(*row) for row in _GPTS),
    *(_encoder(*row) for row in _ENCODERS),
)
"""The best of a preset first."""


@cache
def class_names(labels: str) -> tuple[str, ...]:
    """The names of the classes in a list of ``resources/labels``; none where there is no such list."""
    file = files("resources").joinpath("labels", f"{labels}.txt")
    return tuple(file.read_text(encoding="utf-8").split("\n")[:-1]) if labels in LABELS else ()


def published(template: str) -> tuple[Published, ...]:
    """What is published for a template, in the order of the table."""
    return tuple(one for one in TABLE if one.template == template)


def template_of(document: Document) -> str:
    """Which template a document began as; of one that does not say so, the one of its title."""
    if document.template:
        return document.template
    return next((one.name for one in templates.listing() if one.title == document.title), "")


def translation_for(template: str, preset: str) -> Translation | None:
    """How a file that a person has would have to be translated, if it is the publisher's."""
    entries = published(template)
    return next((one.translation for one in entries if one.preset == preset), None) or next(
        (one.translation for one in entries if one.translation is not None), None
    )
