"""The jobs themselves, free of any screen: what the command line and the add-in both call."""

from nianbao.actions.checking import (
    SUFFIXES,
    Checked,
    check,
    check_files,
    checked,
)
from nianbao.actions.reading import (
    load_bytes,
    load_stream,
    read,
    read_bytes,
    read_ledger,
)
from nianbao.actions.writing import (
    KINDS,
    Kind,
    Written,
    export,
    fill,
    filled,
    form_for,
    ledger_workbook,
    refuse_ending,
    refuse_nameless,
    refuse_same,
    render,
    template,
    with_ledger,
)

__all__ = [
    "KINDS",
    "SUFFIXES",
    "Checked",
    "Kind",
    "Written",
    "check",
    "check_files",
    "checked",
    "export",
    "fill",
    "filled",
    "form_for",
    "ledger_workbook",
    "load_bytes",
    "load_stream",
    "read",
    "read_bytes",
    "read_ledger",
    "refuse_ending",
    "refuse_nameless",
    "refuse_same",
    "render",
    "template",
    "with_ledger",
]
