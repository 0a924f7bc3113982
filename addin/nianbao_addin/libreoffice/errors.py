"""What a running spreadsheet program can refuse, as one sentence each.

The sentences name no program where the same can happen in Excel, so that a host for another program
can raise the same errors.
"""

from __future__ import annotations

from nianbao.errors import CannotWrite, UnusableInput


class NoLibreOffice(UnusableInput):
    """There is no ``soffice`` here, it does not start, or Python cannot reach its UNO bridge."""


class ProgramGone(UnusableInput):
    """The program was closed, or it crashed, while we were working."""

    def __init__(self) -> None:
        super().__init__("表格软件已经关闭或意外退出，没有完成的操作需要重做。")


class NoBookOpen(UnusableInput):
    """There is no workbook to work on."""

    def __init__(self) -> None:
        super().__init__("没有打开的工作簿。")


class BookClosed(UnusableInput):
    """The workbook was closed by the user while we were working on it."""

    def __init__(self) -> None:
        super().__init__("工作簿已经被关闭，没有完成的操作需要重做。")


class SheetGone(UnusableInput):
    """The sheet was deleted while we were working on it."""

    def __init__(self) -> None:
        super().__init__("工作表已经被删除，没有完成的操作需要重做。")


class CannotOpen(UnusableInput):
    """The file is missing, damaged, locked, encrypted, or not a spreadsheet."""


class CannotSave(CannotWrite):
    """The file could not be written: no such folder, no permission, disk full, unknown kind."""


class SheetProtected(CannotWrite):
    """The sheet is protected, and the cells are locked or the change is not a mere entry."""

    def __init__(self, sheet: str, address: str) -> None:
        super().__init__(f"工作表“{sheet}”受保护，不能修改 {address}。")
        self.sheet, self.address = sheet, address


class BookProtected(CannotWrite):
    """The structure of the workbook is protected: no sheets added, removed, renamed or hidden."""

    def __init__(self, book: str) -> None:
        super().__init__(f"工作簿“{book}”的结构受保护，不能增删、改名或隐藏工作表。")


class BookReadOnly(CannotWrite):
    """The workbook was opened for reading only."""

    def __init__(self, book: str) -> None:
        super().__init__(f"工作簿“{book}”是以只读方式打开的，不能修改。")


class FormulaRefused(UnusableInput):
    """The program cannot make sense of a formula; nothing was written."""

    def __init__(self, address: str, formula: str) -> None:
        super().__init__(f"{address} 的公式写不进去：{formula}")
        self.address, self.formula = address, formula


class NotPossible(UnusableInput):
    """The program refuses for a reason of its own, given in the sentence."""


class ProgramRefused(UnusableInput):
    """The program said no and not why; what UNO said is the cause of this error."""

    def __init__(self, detail: str) -> None:
        super().__init__(f"表格软件拒绝了这个操作（{detail}）。")
