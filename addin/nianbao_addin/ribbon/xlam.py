"""``nianbao.xlam`` from text: the same settings and the same xlwings give the same bytes.

The coat (styles, theme, relations) is the one of xlwings' quickstart add-in; ribbon, macros, the
sheet of settings and the properties are ours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from io import BytesIO
from xml.sax.saxutils import escape
from zipfile import ZipFile, ZipInfo

from nianbao.errors import UnusableInput
from nianbao_addin.ribbon import audit, buttons, ovba, xlwings_files
from nianbao_addin.ribbon.buttons import TAB_LABEL

FILE_NAME = "nianbao.xlam"
PROJECT = "nianbao"
"""Name of the VBA project, and of the settings' sheet before ``.conf``."""

_OWN_MODULES = ("NianbaoConfig", "NianbaoRibbon")
_DOCUMENTS = ("ThisWorkbook", "Sheet2")  # code names of the workbook and its only sheet
_WORKBOOK, _SHEET, _STRINGS = (
    "xl/workbook.xml",
    "xl/worksheets/sheet1.xml",
    "xl/sharedStrings.xml",
)
_PROPERTIES, _RIBBON, _MACROS = "docProps/core.xml", "customUI/customUI.xml", "xl/vbaProject.bin"
_PARTS = frozenset({_WORKBOOK, _SHEET, _STRINGS, _PROPERTIES, _RIBBON, _MACROS}) | {
    *("[Content_Types].xml", "_rels/.rels", "xl/_rels/workbook.xml.rels"),
    *("docProps/app.xml", "xl/styles.xml", "xl/theme/theme1.xml"),
}
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

_MESSAGES = {  # said by ribbon/vba/NianbaoRibbon.bas, which must stay ASCII
    "MESSAGE_TITLE": TAB_LABEL,
    "MESSAGE_NO_WORKBOOK": "没有可以处理的工作簿：请先打开年报工作簿；"
    "如果它在“受保护的视图”里，请先点“启用编辑”。",
    "MESSAGE_NAME": "这个工作簿的文件名里有会被命令行误解的字符"
    "（两个 %，或 macOS 上的双引号、$、`、|、\\），请改名后再试。",
    "MESSAGE_FAILED": "按钮没有运行成功。请运行 nianbao addin doctor，把结果发给技术支持。",
}


@dataclass(frozen=True)
class Settings:
    """What differs from one computer to another. An empty value gets no row."""

    pythonpath: str
    """The folder that holds ``macros.py``."""
    interpreter_win: str = ""
    interpreter_mac: str = ""
    udf_server: bool = False
    """Windows: keep Python alive between clicks."""

    def rows(self) -> tuple[tuple[str, str], ...]:
        """The sheet ``nianbao.conf``: keys as xlwings' VBA module asks for them, and values."""
        rows = {
            "Interpreter_Win": self.interpreter_win,
            "Interpreter_Mac": self.interpreter_mac,
            "ADD_WORKBOOK_TO_PYTHONPATH": "False",
            "PYTHONPATH": self.pythonpath,
            "Use UDF Server": str(self.udf_server),
            **_MESSAGES,
        }
        return tuple((key, value) for key, value in rows.items() if value)


def build(settings: Settings) -> bytes:
    """The add-in. Raises UnusableInput when the installed xlwings is missing or unknown."""
    parts = xlwings_files.workbook_parts()
    if parts.keys() != _PARTS:
        names = "、".join(sorted(parts.keys() ^ _PARTS))
        raise xlwings_files.unknown(f"quickstart_addin_ribbon.xlam 多出或缺少 {names}")
    data = _packed(
        {
            **parts,
            _WORKBOOK: _workbook(parts[_WORKBOOK].decode()).encode(),
            _SHEET: _sheet(settings).encode(),
            _STRINGS: _strings(settings).encode(),
            _PROPERTIES: _properties().encode(),
            _RIBBON: buttons.xml(),
            _MACROS: ovba.write(PROJECT, modules()),
        }
    )
    problems = audit.problems(data)
    if problems:
        raise UnusableInput(f"生成的加载项没有通过自查：{'；'.join(problems)}。")
    return data


def modules() -> tuple[ovba.Module, ...]:
    """All VBA modules: the two documents, ours, xlwings'. Raises UnusableInput."""
    return (
        *(ovba.Module(name, _source(f"{name}.cls"), document=True) for name in _DOCUMENTS),
        *(ovba.Module(name, _source(f"{name}.bas")) for name in _OWN_MODULES),
        ovba.Module("xlwings", _crlf(xlwings_files.vba_module())),
    )


def _source(name: str) -> str:
    text = resources.files(__package__).joinpath("vba", name).read_text("ascii")
    return _crlf(text)


def _crlf(text: str) -> str:
    return "\r\n".join(text.splitlines()) + "\r\n"


def _workbook(xml: str) -> str:
    xml = xlwings_files.replaced_once('name="_myaddin.conf"', f'name="{PROJECT}.conf"', xml)
    # where the file lay on the computer of its author
    place = re.compile(r"<mc:AlternateContent\b.*?</mc:AlternateContent>", re.DOTALL)
    return xlwings_files.replaced_once(place, "", xml)


def _sheet(settings: Settings) -> str:
    rows = "".join(
        f'<row r="{row}"><c r="A{row}" t="s"><v>{2 * row - 2}</v></c>'
        f'<c r="B{row}" t="s"><v>{2 * row - 1}</v></c></row>'
        for row in range(1, len(settings.rows()) + 1)
    )
    return (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetPr codeName="{_DOCUMENTS[1]}"/>'
        f'<dimension ref="A1:B{len(settings.rows())}"/>'
        '<sheetViews><sheetView tabSelected="1" workbookViewId="0"/></sheetViews>'
        '<sheetFormatPr defaultRowHeight="15"/><cols><col min="1" max="1" width="32" '
        'customWidth="1"/><col min="2" max="2" width="80" customWidth="1"/></cols>'
        f"<sheetData>{rows}</sheetData></worksheet>"
    )


def _strings(settings: Settings) -> str:
    cells = [text for row in settings.rows() for text in row]
    items = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in cells)
    count = len(cells)
    return f'{_HEAD}<sst xmlns="{_MAIN}" count="{count}" uniqueCount="{count}">{items}</sst>'


def _properties() -> str:
    package = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
    moment = '<dcterms:{0} xsi:type="dcterms:W3CDTF">2000-01-01T00:00:00Z</dcterms:{0}>'
    return (
        f'{_HEAD}<cp:coreProperties xmlns:cp="{package}"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{TAB_LABEL}</dc:title><dc:creator>{PROJECT}</dc:creator>"
        "<dc:description>政府信息公开工作年度报告：校验、填充、导出</dc:description>"
        f"{moment.format('created')}{moment.format('modified')}</cp:coreProperties>"
    )


def _packed(parts: Mapping[str, bytes]) -> bytes:
    """A ZIP without times, compression or traces of the system it was made on."""
    first = ("[Content_Types].xml", "_rels/.rels")
    stream = BytesIO()
    with ZipFile(stream, "w") as archive:
        for name in (*first, *sorted(parts.keys() - set(first))):
            info = ZipInfo(name)  # 1980-01-01, stored
            info.create_system = 0
            archive.writestr(info, parts[name])
    return stream.getvalue()
