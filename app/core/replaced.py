"""A mapping that another became when one of its values was replaced, and that knows which."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar
from weakref import ref

Value = TypeVar("Value")


class Replaced(dict[str, Value]):
    """A copy of a mapping with another value under one key.

    Whoever compares the two need not look at the rest. Like every mapping of a document it is never changed in place;
    the one before is only known while somebody else holds it.
    """

    __slots__ = ("__weakref__", "_before", "key")

    def __init__(self, before: Mapping[str, Value], key: str, value: Value) -> None:
        super().__init__(before)
        self[key] = value
        self.key = key
        self._before = ref(before) if isinstance(before, Replaced) and key in before else None

    def is_after(self, other: Mapping[str, Value]) -> bool:
        """Whether this is the other mapping but for the value under ``key``."""
        return self._before is not None and self._before() is other

    def __reduce__(self) -> Any:
        return dict, (dict(self),)
