"""The trace of where and how a report was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a figure or text stood: ``place`` as ``表三!D5``, ``text`` as it was written there.

    ``issue`` is the code of the V-rule that its writing breaks, or None.
    """

    place: str | None
    text: str = ""
    issue: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Something the reader did or could not do. Rules judge it; nothing is done silently.

    kinds: ``nearest_label`` a misspelt label was taken for the official one · ``missing`` official
    rows or columns not found · ``extra`` a local row was kept · ``unplaced`` content that belongs
    nowhere · ``computed`` totals calculated because the file holds none · ``merged_row``
    （六）其他处理 as one row in a 2021 form · ``mixed_forms`` labels of both forms · ``duplicate``
    a figure or a table that stands twice with two values · ``ledger`` a list of requests or cases,
    with personal data, was left unread · ``characters`` control characters were dropped ·
    ``lost_names`` defined names of a workbook of ours are gone, its cells were found by their
    labels.
    """

    kind: str
    message: str
    place: str | None = None
    cells: tuple[str, ...] = ()
    whole: str = ""  # the message with all of the content that it cuts short


@dataclass(frozen=True, slots=True)
class Heading:
    """A section heading as found: the section it was taken for and its own words."""

    section: str
    text: str
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """How a report was read. ``headings`` and ``title`` are None where the source has none to check
    (JSON, our own workbook)."""

    source: str = ""
    kind: str = ""
    title: str | None = None
    headings: tuple[Heading, ...] | None = None
    origins: Mapping[str, Origin] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()


UNREAD = Trace()
"""Of a report that was read from nothing."""
