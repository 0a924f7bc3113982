"""A report as a frozen value, and the trace of where it was read.

The JSON shape is the contract's (``schema.json``); in memory figures are kept flat, by cell id.
Whatever is in a ``Report`` is valid by the schema: a count is a whole number ≥ 0 or not filled in.
What stood in the source instead is in ``Report.trace``.
"""

from nianbao.report.local import unnameable
from nianbao.report.trace import Heading, Note, Origin, Trace
from nianbao.report.value import (
    TEXT_TITLES,
    TEXTS,
    TITLE_WORDS,
    Agency,
    Report,
    build,
    from_dict,
    title_of,
    to_dict,
    with_totals,
)

__all__ = [
    "TEXTS",
    "TEXT_TITLES",
    "TITLE_WORDS",
    "Agency",
    "Heading",
    "Note",
    "Origin",
    "Report",
    "Trace",
    "build",
    "from_dict",
    "title_of",
    "to_dict",
    "unnameable",
    "with_totals",
]
