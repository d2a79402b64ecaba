"""An argument declared as something else still has a default that is one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import declared
from app.core.changes import EditError
from app.core.document import Argument
from app.core.resolve import why_not_value

NUMBERS = st.integers(-5, 5) | st.floats(-5, 5)
VALUES: st.SearchStrategy[Any] = (
    NUMBERS
    | st.booleans()
    | st.text(max_size=3)
    | st.none()
    | st.lists(NUMBERS, max_size=3).map(tuple)
    | st.lists(st.tuples(NUMBERS, st.text(max_size=2)), max_size=2).map(tuple)
)
KINDS = st.sampled_from(declared.KINDS)


@given(start=VALUES, kinds=st.lists(KINDS, min_size=1, max_size=4))
def test_whatever_it_was_the_default_fits_the_kind(start: Any, kinds: list[str]) -> None:
    made = Argument(name="a", kind="str", default=start)
    for kind in kinds:
        before = made
        made = declared.recast(made, kind)
        if kind != before.kind:
            assert why_not_value(made, made.default) is None, made


def test_a_number_stays_what_it_was_as_near_as_can_be() -> None:
    width = Argument(name="width", default=64, low=1)
    assert declared.recast(width, "float").default == 64.0
    assert declared.recast(width, "ints").default == (64,)
    assert declared.recast(width, "table") == Argument(name="width", kind="table", default=((64,),), columns=("first",))
    assert declared.recast(declared.recast(width, "ints"), "int").default == 64
    with pytest.raises(EditError, match="one of the kinds"):
        declared.recast(width, "image")


def test_choices_keep_a_default_among_them() -> None:
    act = Argument(name="act", kind="choice", default="relu", choices=("relu", "gelu"))
    assert declared.with_choices(act, ("tanh", "relu")).default == "relu"
    assert declared.with_choices(act, ("tanh",)).default == "tanh"
    with pytest.raises(EditError, match="at least one"):
        declared.with_choices(act, ())
    with pytest.raises(EditError, match="twice"):
        declared.with_choices(act, ("a", "a"))


def test_columns_cut_and_fill_the_rows() -> None:
    stages = Argument(name="stages", kind="table", default=((1, 2), (3, 4)), columns=("depth", "width"))
    assert declared.with_columns(stages, ("depth",)).default == ((1,), (3,))
    assert declared.with_columns(stages, ("depth", "width", "stride")).default == ((1, 2, 1), (3, 4, 1))


def test_a_range_holds_the_default() -> None:
    width = Argument(name="width", default=4)
    assert declared.with_range(width, 1, 8) == Argument(name="width", default=4, low=1, high=8)
    for low, high in ((5, None), (None, 3), (9, 8)):
        with pytest.raises(EditError, match="width"):
            declared.with_range(width, low, high)


def test_what_must_be_given_has_no_default() -> None:
    width = Argument(name="width", default=4)
    needed = declared.must_be_given(width, True)
    assert needed.default is None
    assert declared.must_be_given(needed, False).default == 1
    assert declared.must_be_given(width, False) is width
