"""How an output's size hangs on the unknown ones, read off a few samples; and what elaboration says without facts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core import clipboard, files
from app.core.changes import EditError
from app.core.code_blocks import DocumentLibrary, library_of
from app.core.code_edits import add_code, remove_code, set_code, why_not_code
from app.core.document import Document
from app.core.edits import add_node
from app.core.elaborate import elaborate
from app.core.facts import Answer, Facts, Failure, Kept, NotAffineError, Type, outputs_of, samples_of
from app.core.symbolic import Symbol
from app.core.tensor_type import TensorType
from blocks import library
from tests.python_code.documents import GATED, SWISH, allowing, block, chain, code, gated

B, T = Symbol("B"), Symbol("T")
Size = Callable[[int, int], int]


def explained(size: Size, *types: TensorType) -> object:
    """The size that is read off what a function of the batch and the length gives."""
    answer = Answer(
        outputs=tuple((Type((size(*one[0].shape[:2]),)),) for one in samples_of(types) if one[0] is not None)
    )
    (found,) = outputs_of(answer, types, 1)
    return found.shape[0]


@settings(max_examples=60)
@given(st.integers(0, 9), st.integers(-9, 9), st.integers(0, 40))
def test_sums_of_multiples_are_found(a: int, b: int, c: int) -> None:
    found = explained(lambda batch, length: a * batch + b * length + c + 400, TensorType((B, T, 4)))
    assert found == B * a + T * b + c + 400


@given(st.integers(1, 9))
def test_products_are_found(a: int) -> None:
    assert explained(lambda batch, length: a * batch * length, TensorType((B, T, 4))) == B * T * a


def test_what_came_in_is_found_again_also_where_it_was_divided() -> None:
    half = (T - 1) // 2 + 1
    assert explained(lambda _, length: 3 * length - 1, TensorType((B, half))) == half * 3 - 1


@pytest.mark.parametrize("size", [lambda b, t: t // 7, lambda b, t: t * t, lambda b, t: b * t + b])
def test_other_sizes_are_refused(size: Size) -> None:
    with pytest.raises(NotAffineError, match="different sizes of B, T"):
        explained(size, TensorType((B, T, 4)))


def answered(document: Document, facts: Facts, outputs: Callable[..., tuple[Type, ...]], *state: Kept) -> Facts:
    """Facts with an answer to all that is asked."""
    found = library_of(document, library(), facts)
    elaborate(document, found)
    assert isinstance(found, DocumentLibrary)
    answers = {
        key: Answer(outputs=tuple(outputs(*sample) for sample in question.samples), state=state)
        for key, question in found.questions.items()
    }
    return facts.knowing(answers)


def gate(sample: Type, *_: object) -> tuple[Type, ...]:
    return (Type((*sample.shape[:-1], 10)),) * 2


def test_without_facts_the_node_has_the_one_problem() -> None:
    document = gated()
    found = elaborate(document, library())
    assert [(one.path.node, "have read and allowed it" in one.message) for one in found.problems] == [("gate", True)]
    found = elaborate(document, library_of(document, library(), allowing(document)))
    assert [(one.path.node, "Not known yet" in one.message) for one in found.problems] == [("gate", True)]


def test_with_facts_shapes_and_weights_are_known() -> None:
    document = gated()
    weight = Kept(key="linear.weight", shape=(10, 8))
    facts = answered(document, allowing(document), gate, weight, Kept(key="scale", shape=(10,), learnt=False))
    found = elaborate(document, library_of(document, library(), facts))
    assert found.is_sound
    result = found.models["net"]
    assert str(result.outputs["y"]) == "B×T×3"
    assert (result.nodes["gate"].totals.parameters, result.nodes["gate"].totals.buffers) == (80, 10)


def test_answers_do_not_count_where_the_text_is_not_allowed() -> None:
    document = gated()
    facts = answered(document, allowing(document), gate)
    assert not elaborate(document, library_of(document, library(), Facts(facts.answers))).is_sound


def test_a_failure_is_the_problem_of_the_node() -> None:
    document = gated()
    found = library_of(document, library(), allowing(document))
    elaborate(document, found)
    assert isinstance(found, DocumentLibrary)
    facts = allowing(document).knowing({key: Failure("too wide.") for key in found.questions})
    (problem,) = elaborate(document, library_of(document, library(), facts)).problems
    assert problem.path.node == "gate"
    assert problem.message.endswith("too wide.")


def test_another_text_and_other_arguments_are_other_questions() -> None:
    document = gated()
    keys: set[str] = set()
    for text in (GATED, GATED.replace("SHIFT = 0.5", "SHIFT = 0.25")):
        for beta in (1, 1.0, True and 2.0):
            made = chain(code(text, "Gated"), block("gate", "Gated", features=8, beta=beta))
            found = library_of(made, library(), allowing(made))
            elaborate(made, found)
            assert isinstance(found, DocumentLibrary)
            keys |= set(found.questions)
    assert len(keys) == 6
    assert document.codes["Gated"].text == GATED


def test_a_required_argument_that_is_missing_is_named() -> None:
    (problem,) = elaborate(made := chain(code(GATED, "Gated"), block("gate", "Gated")), library()).problems
    assert (problem.path.node, problem.path.part) == ("gate", "features")
    assert made.codes


def test_a_broken_text_is_told_at_the_node() -> None:
    document = chain(code("class Swish:\n    pass\n", "Swish"), block("swish", "Swish"))
    (problem,) = elaborate(document, library()).problems
    assert problem.path.node == "swish"
    assert "Line 1" in problem.message


def test_names_that_stand_for_two_things_are_told() -> None:
    helper = SWISH.replace("class Swish", "def Net(x):\n    return x\n\n\nclass Swish")
    found = elaborate(chain(code(helper, "Swish"), block("swish", "Swish")), library())
    assert any("“Net”" in problem.message and "graph" in problem.message for problem in found.problems)


# -- the document ---------------------------------------------------------------------------------------------------


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), max_size=5))
def test_a_text_comes_back_from_the_file_as_it_was(lines: list[str]) -> None:
    document = chain(code("\n".join(lines), "Own"), block("own", "Own"))
    data = files.encode(document)
    assert files.decode(data) == document
    assert files.encode(files.decode(data)) == data


def test_each_line_of_a_text_is_a_line_of_the_file() -> None:
    data = files.encode(chain(code(SWISH, "Swish"))).decode()
    assert data.count("\n") > SWISH.count("\n")
    assert '        "class Swish(nn.Module):",\n' in data


def test_a_text_is_added_changed_and_taken_away() -> None:
    document = add_code(chain({}), library(), SWISH).document
    assert document.codes["Swish"].text == SWISH
    document = add_node(document, "Net", document.codes["Swish"] and block("s", "Swish").use).document
    (node,) = document.graphs["Net"].nodes.values()
    with pytest.raises(EditError, match="Remove it first"):
        remove_code(document, "Swish")
    document = set_code(document, library(), "Swish", SWISH.replace("class Swish", "class Gate")).document
    assert list(document.codes) == ["Gate"]
    assert document.graphs["Net"].nodes[node.id].use.name == "Gate"
    assert remove_code(add_code(chain({}), library(), SWISH).document, "Swish").document == chain({})


@pytest.mark.parametrize("name", ["Net", "net", "Conv2d", "Swish"])
def test_a_name_that_is_taken_is_refused(name: str) -> None:
    document = add_code(chain({}), library(), SWISH).document
    assert why_not_code(document, library(), SWISH.replace("class Swish", f"class {name}")) is not None
    assert why_not_code(document, library(), SWISH, "Swish") is None


def test_copied_nodes_bring_their_text_along() -> None:
    document = gated()
    text = clipboard.copy(document, "Net", ["gate"])
    other = clipboard.paste(chain({}), "Net", text).document
    assert other.codes == document.codes
    different = chain(code(GATED + "\n\nOTHER = 1\n", "Gated"))
    with pytest.raises(EditError, match="other Python called Gated"):
        clipboard.paste(different, "Net", text)


def test_documents_without_python_share_the_library() -> None:
    assert library_of(chain({}), library()) is library()
    own = library_of(gated(), library())
    assert library_of(gated(), own) is own
    assert library_of(chain({}), own) is library()
