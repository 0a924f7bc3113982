"""Many values of a mapping at once, which is several times faster than one after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any

Picker = Callable[[Mapping[str, Any]], tuple[Any, ...]]


def picker(keys: Sequence[str]) -> Picker:
    """A function that gives the values of these keys as a tuple, in their order."""
    if len(keys) > 1:
        return itemgetter(*keys)
    return lambda mapping: tuple(mapping[key] for key in keys)
