"""The protection of a sheet, lifted and put back as it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nianbao.errors import CannotWrite

ALLOWED = (
    "AllowFormattingCells",
    "AllowFormattingColumns",
    "AllowFormattingRows",
    "AllowInsertingColumns",
    "AllowInsertingRows",
    "AllowInsertingHyperlinks",
    "AllowDeletingColumns",
    "AllowDeletingRows",
    "AllowSorting",
    "AllowFiltering",
    "AllowUsingPivotTables",
)
"""What Excel's protection may leave free; each comes back with it."""


def unlock_libreoffice(sheet: Any) -> Callable[[], object]:
    """Lift it from a sheet of our engine; calling the result puts it back."""
    if not sheet.protected:
        return lambda: None
    sheet.unprotect()
    return sheet.protect  # type: ignore[no-any-return]


def unlock_windows(api: Any, sheet: str) -> Callable[[], object]:
    """Lift it from Excel's or WPS' own Worksheet; calling the result puts it back.

    Raises CannotWrite when it has a password.
    """
    if not api.ProtectContents:
        return lambda: None
    allowed = api.Protection
    options = {
        "DrawingObjects": api.ProtectDrawingObjects,
        "Contents": True,
        "Scenarios": api.ProtectScenarios,
        **{name: getattr(allowed, name) for name in ALLOWED},
    }
    try:
        api.Unprotect("")  # an empty password fails where there is one; none at all would ask
    except Exception as error:
        raise CannotWrite(f"工作表“{sheet}”有密码保护，请先在“审阅”中撤销保护。") from error
    return lambda: api.Protect(**options)
