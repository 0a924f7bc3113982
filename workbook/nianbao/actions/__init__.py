"""The jobs themselves, free of any screen: what the command line and the add-in both call."""

from nianbao.actions.checking import (
    Checked,
    check,
    check_files,
    checked,
)
from nianbao.actions.reading import (
    ledger_in,
    load_bytes,
    load_stream,
    mapping_beside,
    open_file,
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
    "ledger_in",
    "ledger_workbook",
    "load_bytes",
    "load_stream",
    "mapping_beside",
    "open_file",
    "read_ledger",
    "refuse_ending",
    "refuse_nameless",
    "refuse_same",
    "render",
    "template",
    "with_ledger",
]
