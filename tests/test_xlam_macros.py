"""The macros of nianbao.xlam at work, in a real LibreOffice."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from nianbao_addin.ribbon import ovba
from nianbao_addin.ribbon.buttons import COMMANDS
from nianbao_addin.ribbon.xlam import Settings, build, modules
from xlam_parts import with_modules

Edit = Callable[[str], str]
PROBE = """\
Attribute VB_Name = "Probe"
Private Type FakeControl
    Tag As String
End Type
Public Recorded As String

Public Function Press(command As String) As String
    Dim control As FakeControl
    control.Tag = command
    Recorded = "nothing"
    OnAction control
    Press = Recorded
End Function

Public Function Record(first As String, Optional second As String, Optional third As String)
    Recorded = first
    Record = 0
End Function

Public Function RecordTask(script As String, handler As String, parameter As String)
    Recorded = parameter
End Function

Public Sub Tell(text As String, buttons As Integer, title As String)
    Recorded = title & ": " & text
End Sub
"""
STUB = """\
Attribute VB_Name = "xlwings"
Public Const PROJECT_NAME As String = "nianbao"
Public Function RunPython(PythonCommand As String)
    Record PythonCommand
End Function
"""
SENTINEL = 'Public Function Compiled{0}() As String\n    Compiled{0} = "{0}"\nEnd Function\n'


def resolved(source: str, **constants: Any) -> str:
    """VBA's conditional compilation, which LibreOffice does not know: it would run all branches."""
    values = {"App": "Microsoft Excel", "VBA7": True, "Win64": True, "Mac": False}
    lines: list[str] = []
    values |= {"MAC_OFFICE_VERSION": 16, **constants}
    stack: list[tuple[bool, bool]] = []  # (this branch, any branch so far)

    def holds(condition: str) -> bool:
        condition = re.sub(r"(?<![<>])=", "==", condition.removesuffix("Then").strip())
        return bool(eval(condition.replace("Not ", "not "), {}, values))

    for line in source.splitlines():
        word, _, rest = line.strip().partition(" ")
        if word == "#If":
            taken = holds(rest)
            stack.append((taken, taken))
        elif word == "#ElseIf":
            taken = not stack[-1][1] and holds(rest)
            stack[-1] = (taken, taken or stack[-1][1])
        elif word == "#Else":
            stack[-1] = (not stack[-1][1], True)
        elif word == "#End":
            stack.pop()
        elif word != "#Const" and all(taken for taken, _ in stack):
            lines.append(line)
    assert not stack
    return "\r\n".join(lines) + "\r\n"


def prepared(changes: Mapping[str, Edit], **constants: Any) -> Iterable[ovba.Module]:
    """All our modules with the probe, each with a sentinel, some changed."""
    for module in (*modules(), ovba.Module("Probe", PROBE)):
        change = changes.get(module.name)
        source = change(module.source) if change else module.source
        if not module.document:
            source += SENTINEL.format(module.name)
        yield replace(module, source=resolved(source, **constants))


def edited(*edits: tuple[str, str]) -> Edit:
    def edit(source: str) -> str:
        for old, new in edits:
            assert source.count(old) == 1, old
            source = source.replace(old, new)
        return source

    return edit


MESSAGES = (("    MsgBox text,", "    Tell text,"),)
RECORDED_MESSAGE = edited(*MESSAGES)
RECORDED_RUN = edited(
    ("ExitCode = WScript.Run(", "ExitCode = Record("),
    ("PythonDir = ParentFolder(PYTHON_WIN)", 'PythonDir = "."'),
    # LibreOffice's takes 16 bits: seconds since midnight would be too many from 9:06 on.
    ("Randomize Timer() + Application.Hwnd", "Randomize"),
    ('Application.Path & "\\" & Application.Name', '"Excel"'),
    ("Chr(34) & Application.Hwnd & Chr(34)", '"7"'),
)
RECORDED_TASK = edited(
    ("ExitCode = AppleScriptTask(", "ExitCode = RecordTask("),
    ("PythonInterpreter = ToPosixPath(PYTHON_MAC)", "PythonInterpreter = PYTHON_MAC"),
    ("Left(Application.Path, Len(Application.Path) - 4)", '"Excel"'),
)


NORMAL = ("年报", "年报；'a'; & (100%)")
UNFIT_ON_WINDOWS = "%CMDCMDLINE%&calc&"
UNFIT_ON_A_MAC = "$(evil)"


@dataclass(frozen=True)
class Pressed:
    """What the buttons of one variant did."""

    modules: tuple[str, ...]
    by_workbook: Mapping[str, Any]
    """Keys are the names of the active workbooks; 校验 was pressed."""
    rest: tuple[Any, ...]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of workbooks that want to choose the interpreter, with files that would help."""
    folder = tmp_path_factory.mktemp("下载 & 'x'; (100%)")
    evil = folder / "evil"
    evil.write_text("")
    book = openpyxl.Workbook()
    sheet = book.create_sheet("nianbao.conf")
    for key in ("Interpreter_Win", "Interpreter_Mac", "PYTHONPATH", "MESSAGE_TITLE"):
        sheet.append((key, str(evil)))
    book.create_sheet("macros.py").append(["raise SystemExit('evil')"])
    for name in (*NORMAL, UNFIT_ON_WINDOWS, UNFIT_ON_A_MAC):
        book.save(folder / f"{name}.xlsx")
    (folder / "nianbao.conf").write_text(f'"INTERPRETER_WIN","{evil}"\n')
    for module in ("xlwings", "macros", "os"):
        (folder / f"{module}.py").write_text("raise SystemExit('evil')")
    return folder


@pytest.fixture(scope="module")
def macros(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a macros.py that tells what it was asked to do."""
    folder = tmp_path_factory.mktemp("《年报》 & 资料 (100%)")
    (folder / "macros.py").write_text(
        "import sys\ndef run(command): print(command, *sys.argv[1:], sep='\\n')\n"
    )
    return folder


@pytest.fixture(scope="module")
def office(
    hostile: Path, macros: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Pressed]:
    """Every variant of the add-in at work, in one LibreOffice."""
    folder = tmp_path_factory.mktemp("xlam")
    books = {path.stem: str(path) for path in sorted(hostile.glob("*.xlsx"))}
    everywhere = [press("check", book) for book in books.values()]
    own = [module.name for module in modules() if not module.document]
    sentinels: list[Call] = [{"function": f"{name}.Compiled{name}", "args": []} for name in own]
    jobs = []
    for name, content in variants(macros).items():
        file = folder / f"{name}.xlam"
        file.write_bytes(content)
        rest = sentinels
        if name == "built":
            rest = [{"function": "NianbaoConfig.GetConfig", "args": ["pythonpath", "no"]}]
        elif name == "stub":
            rest = [press(command) for command in COMMANDS]
        jobs.append({"addin": str(file), "calls": [*everywhere * (name != "built"), *rest]})
    results = {}
    for name, result in zip(variants(macros), driven(jobs, folder / "profile"), strict=True):
        values = result["values"]
        count = 0 if name == "built" else len(books)
        by_workbook = dict(zip(books, values[:count], strict=False))
        results[name] = Pressed(tuple(result["modules"]), by_workbook, tuple(values[count:]))
    return results


Call = dict[str, Any]


def press(command: str, workbook: str = "") -> Call:
    return {"function": "Probe.Press", "args": [command], "workbook": workbook}


def variants(macros: Path) -> dict[str, bytes]:
    """The add-in as built, and as changed so that what it would start is recorded instead."""
    xlam = build(Settings(str(macros), sys.executable, sys.executable))
    told = {"NianbaoRibbon": RECORDED_MESSAGE}
    stub = {**told, "xlwings": lambda _: STUB}
    real = {**told, "xlwings": RECORDED_RUN}
    careless = edited(("ThisWorkbook.Worksheets(", "ActiveWorkbook.Worksheets("))
    nobody = edited(("ActiveWorkbook Is Nothing", "Nothing Is Nothing"), *MESSAGES)
    failing = edited(("Record Python", "Error 53 '"))
    return {
        "built": xlam,
        "stub": with_modules(xlam, prepared(stub)),
        "windows": with_modules(xlam, prepared(real)),
        "mac": with_modules(xlam, prepared({**told, "xlwings": RECORDED_TASK}, Mac=True)),
        "careless": with_modules(xlam, prepared({**real, "NianbaoConfig": careless})),
        "nobody": with_modules(xlam, prepared({**stub, "NianbaoRibbon": nobody})),
        "failing": with_modules(xlam, prepared({**stub, "xlwings": lambda _: failing(STUB)})),
    }


def driven(jobs: list[dict[str, Any]], profile: Path) -> list[dict[str, Any]]:
    program = shutil.which("soffice")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("CI must have soffice")
        pytest.skip("no soffice here")
    python = next(filter(Path.exists, map(Path, ("/usr/bin/python3", sys.executable))))
    driver = Path(__file__).with_name("soffice_macros.py")
    result = subprocess.run(
        [python, driver, program, profile],
        input=json.dumps(jobs),
        capture_output=True,
        text=True,
        timeout=1200,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    values: list[dict[str, Any]] = json.loads(result.stdout)
    return values


@pytest.mark.libreoffice
def test_libreoffice_loads_the_add_in_as_it_is_built_and_reads_its_settings(
    office: dict[str, Pressed], macros: Path
) -> None:
    assert sorted(office["built"].modules) == sorted(module.name for module in modules())
    assert office["built"].rest == (str(macros),)


@pytest.mark.libreoffice
def test_every_module_compiles(office: dict[str, Pressed]) -> None:
    own = tuple(module.name for module in modules() if not module.document)
    for variant in ("windows", "mac"):
        assert office[variant].rest == own


@pytest.mark.libreoffice
def test_each_button_asks_python_for_its_command(office: dict[str, Pressed]) -> None:
    asked = tuple(f"import macros; macros.run('{command}')" for command in COMMANDS)
    assert office["stub"].rest == asked
    for workbook in NORMAL:
        assert office["stub"].by_workbook[workbook] == asked[0]


@pytest.mark.libreoffice
def test_a_name_that_would_leave_its_quotes_is_refused_in_a_sentence(
    office: dict[str, Pressed],
) -> None:
    for variant, name in (("windows", UNFIT_ON_WINDOWS), ("mac", UNFIT_ON_A_MAC)):
        assert office[variant].by_workbook[name].startswith("政务公开年报: 这个工作簿的文件名里有")
    assert "evil" in office["windows"].by_workbook[UNFIT_ON_A_MAC]
    assert "calc" in office["mac"].by_workbook[UNFIT_ON_WINDOWS]


@pytest.mark.libreoffice
def test_without_a_workbook_the_button_says_what_to_do(office: dict[str, Pressed]) -> None:
    said = office["nobody"].by_workbook["年报"]
    assert said.startswith("政务公开年报: 没有可以处理的工作簿：请先打开年报工作簿")


@pytest.mark.libreoffice
def test_a_failure_of_the_start_is_said_in_a_sentence(office: dict[str, Pressed]) -> None:
    said = office["failing"].by_workbook["年报"]
    assert said.startswith("政务公开年报: 按钮没有运行成功。")
    assert said.endswith("\r\nFile not found.")


@pytest.mark.libreoffice
def test_a_hostile_workbook_changes_nothing_in_what_windows_is_asked_to_start(
    office: dict[str, Pressed], hostile: Path, macros: Path
) -> None:
    for name in NORMAL:
        command = office["windows"].by_workbook[name]
        assert str(hostile) not in command
        assert command.startswith(f'ComSpec /C "{sys.executable}" -B -P -c ')
    # the same with settings from the active workbook: then it does choose
    assert str(hostile / "evil") in office["careless"].by_workbook["年报"]


@pytest.mark.libreoffice
def test_a_hostile_workbook_changes_nothing_in_what_macos_is_asked_to_start(
    office: dict[str, Pressed], macros: Path
) -> None:
    for name in NORMAL:
        path, interpreter, command, workbook, *_ = office["mac"].by_workbook[name].split("|")
        assert path == f"False;;;;;;{macros};"
        assert (interpreter, command) == (sys.executable, "import macros; macros.run('check')")
        assert workbook == f"{name}.xlsx"


@pytest.mark.libreoffice
def test_what_windows_is_asked_to_start_runs_our_macros_and_no_file_of_the_current_folder(
    office: dict[str, Pressed], hostile: Path
) -> None:
    for name in NORMAL:
        line = office["windows"].by_workbook[name].replace("^&", "&")  # as cmd.exe reads it
        shell, _, *arguments = shlex.split(line)
        assert shell == "ComSpec"
        assert arguments[-2] == "2>"
        result = subprocess.run(
            arguments[:-2], cwd=hostile, capture_output=True, text=True, check=True
        )
        assert result.stdout.splitlines() == [
            "check",
            f"--wb={name}.xlsx",
            "--from_xl=1",
            "--app=Excel",
            "--hwnd=7",
        ]
