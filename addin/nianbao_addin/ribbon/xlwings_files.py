"""What we take from the installed xlwings, and what we cut out of it first.

Its files are read, never imported: ``import xlwings`` fails where the user's ``xlwings.conf``
cannot be decoded, and an installer must work there too. The VBA module is under the BSD licence,
whose text stays at its head. As shipped it asks the *active workbook* and the folder beside it
which interpreter to start, and runs code kept in sheets named ``*.py``: a workbook that somebody
sent must not have that say. The settings come from ``ribbon/vba/NianbaoConfig.bas`` instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import metadata, util
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from nianbao.errors import UnusableInput

SUPPORTED = "0.33 以上、1 以下"
_SUPPORTED = ((0, 33), (1, 0))

REMOVED = (
    # settings from the active workbook, from beside it and from the user's folder
    *("GetConfig", "GetConfigFromSheet", "GetConfigFromFile", "SaveConfigToFile"),
    *("GetConfigFilePath", "GetDirectoryConfigFilePath", "GetDirectoryPath", "GetFullName"),
    # functions in cells, which we have none of, and what writes macros into other workbooks
    *("GetUdfModules", "ImportPythonUDFsBase", "ImportPythonUDFs", "ImportPythonUDFsToAddin"),
    *("ImportXlwingsUdfsModule", "NDims", "has_dynamic_array"),
    # other entrances
    *("RunFrozenPython", "KillPy", "GetDLLVersion", "GetBaseName", "IsFullName", "GetDirectory"),
)

_EDITS: Mapping[str, str] = {
    'PROJECT_NAME As String = "myaddin"': 'PROJECT_NAME As String = "nianbao"',
    # Sheets named *.py, in whatever workbook is active
    """\
    ' Check for embedded Python code
    uses_embedded_code = False
    For i = 1 To 2
        If i = 1 Then
            Set wb = ActiveWorkbook
        Else
            Set wb = ThisWorkbook
        End If
        For Each sht In wb.Worksheets
            If Right$(sht.Name, 3) = ".py" Then
                uses_embedded_code = True
                Exit For
            End If
        Next
    Next i

    If uses_embedded_code = True Then
        AddExcelDir = "false"
    Else
        AddExcelDir = GetConfig("ADD_WORKBOOK_TO_PYTHONPATH", "true")
    End If
""": """\
    AddExcelDir = GetConfig("ADD_WORKBOOK_TO_PYTHONPATH", "false")
""",
    """\
    ' PythonCommand with embedded code
    If uses_embedded_code = True Then
        licenseKey = GetConfig("LICENSE_KEY")
        If licenseKey = "" Then
            MsgBox "Embedded code requires a valid LICENSE_KEY."
            Exit Function
        Else
            PythonCommand = "import xlwings.pro;xlwings.pro.runpython_embedded_code('" \
& SourcePythonCommand & "')"
        End If
    End If

""": "",
    # Paths of workbooks on a command line: ; & % ^ ' in a name change what is run, on macOS so
    # does $( ). They serve ADD_WORKBOOK_TO_PYTHONPATH alone, so both stay empty.
    """\
    #If Mac Then
        If InStr(ActiveWorkbook.FullName, "://") = 0 Then
            ActiveFullName = ToPosixPath(ActiveWorkbook.FullName)
            ThisFullName = ToPosixPath(ThisWorkbook.FullName)
        Else
            ActiveFullName = ActiveWorkbook.FullName
            ThisFullName = ThisWorkbook.FullName
        End If
    #Else
        ActiveFullName = ActiveWorkbook.FullName
        ThisFullName = ThisWorkbook.FullName
    #End If
""": "",
    'AddExcelDir & ";" & ActiveWorkbook.FullName & ";" & ThisWorkbook.FullName & ";" &': (
        'AddExcelDir & ";;;" &'
    ),
    '    AddExcelDir = GetConfig("ADD_WORKBOOK_TO_PYTHONPATH", "true")\n': (
        '    AddExcelDir = GetConfig("ADD_WORKBOOK_TO_PYTHONPATH", "false")\n'
    ),
    # Excel's current folder is often the one of the workbook: neither the shell nor a module of
    # Python (-P, since 3.11) may be looked for there.
    'WScript.Run("cmd.exe /C " &': 'WScript.Run(Environ("ComSpec") & " /C " &',
    'PYTHON_WIN = "cmd.exe " & ConsoleSwitch & " /K " & Chr(34) & Chr(34) & PYTHON_WIN': (
        'PYTHON_WIN = Environ("ComSpec") & " " & ConsoleSwitch & " /K " '
        "& Chr(34) & Chr(34) & PYTHON_WIN"
    ),
    '" -B -c ""import xlwings.utils;': '" -B -P -c ""import xlwings.utils;',
    '" -B -c ""import sys, os;"': '" -B -P -c ""import sys, os;"',
}
"""Old text, which must stand there exactly once → new text. In this order."""


def version() -> str:
    """Of the installed xlwings. Raises UnusableInput when there is none."""
    try:
        return metadata.version("xlwings")
    except metadata.PackageNotFoundError:
        raise UnusableInput("没有安装 xlwings，功能区加载项需要它：pip install xlwings。") from None


def is_supported(version: str) -> bool:
    """Whether the macros of this version have been tried: a 1.0 is to break things."""
    numbers = tuple(int(number) for number in re.findall(r"\d+", version)[:2])
    return _SUPPORTED[0] <= numbers < _SUPPORTED[1]


def folder() -> Path:
    """Where the installed xlwings lies. Raises UnusableInput when there is none."""
    found = util.find_spec("xlwings")
    if found is None or found.origin is None:
        raise UnusableInput("没有安装 xlwings，功能区加载项需要它：pip install xlwings。")
    return Path(found.origin).parent


def vba_module() -> str:
    """xlwings' VBA module for add-ins, restricted, ASCII, lines ending in LF.

    Raises UnusableInput when a new xlwings has changed the text that is to be cut.
    """
    source = read("xlwings_custom_addin.bas").decode("ascii").replace("\r\n", "\n")
    return restricted(source)


def restricted(source: str) -> str:
    """Cut what a stranger's workbook could abuse. Raises UnusableInput unless all is found."""
    for name in REMOVED:
        source = replaced_once(_procedure(name), "", source)
    for old, new in _EDITS.items():
        source = replaced_once(old, new, source)
    return source


def workbook_parts() -> dict[str, bytes]:
    """The parts of xlwings' quickstart add-in, by name. Raises UnusableInput."""
    try:
        with ZipFile(folder() / "quickstart_addin_ribbon.xlam") as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except (OSError, BadZipFile) as error:
        raise unknown(f"读不到 quickstart_addin_ribbon.xlam：{error}") from error


def replaced_once(old: str | re.Pattern[str], new: str, text: str) -> str:
    """``text`` with its single ``old`` replaced. Raises UnusableInput unless there is just one."""
    pattern = re.compile(re.escape(old)) if isinstance(old, str) else old
    changed, count = pattern.subn(lambda _: new, text)
    if count != 1:
        what = old.strip().splitlines()[0] if isinstance(old, str) else old.pattern
        raise unknown(f"其中“{what}”应有 1 处，实有 {count} 处")
    return changed


def _procedure(name: str) -> re.Pattern[str]:
    """One procedure; with the #If App around it, or around its two signatures."""
    return re.compile(
        r'(?:^#If App = "Microsoft Excel" Then\n)?'
        rf"^(?:Private |Public )?(Sub|Function) {name}\(.*?^End \1\n"
        r"(?:^#End If\n)?",
        re.DOTALL | re.MULTILINE,
    )


def read(name: str) -> bytes:
    """A file of the installed xlwings. Raises UnusableInput."""
    try:
        return (folder() / name).read_bytes()
    except OSError as error:
        raise unknown(f"读不到 {name}：{error.strerror}") from error


def unknown(detail: str) -> UnusableInput:
    """The error for an xlwings whose files are not the ones we know."""
    return UnusableInput(
        f"已安装的 xlwings {version()} 与本程序不配套（{detail}），没有生成加载项。"
    )
