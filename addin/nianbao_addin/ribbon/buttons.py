"""The buttons of the tab 政务公开年报, declared once.

From here come the ribbon's XML, the commands that ``macros.run`` knows, the toolbar for
LibreOffice, ``nianbao attach`` and the table in the manual.
"""

from __future__ import annotations

from dataclasses import dataclass

TAB_ID = "nianbao"
TAB_LABEL = "政务公开年报"


@dataclass(frozen=True)
class Group:
    """One group of the tab; ``id`` is unique in the ribbon."""

    id: str
    label: str


@dataclass(frozen=True)
class Button:
    """One button. ``command`` is what ``macros.run`` receives; it is the button's tag."""

    command: str
    label: str
    group: Group
    icon: str
    """Name of an icon that every Office carries (imageMso)."""
    screentip: str
    """What the button does, in a few words."""
    supertip: str
    """What happens to the workbook, in a sentence or two."""
    large: bool = False

    @property
    def id(self) -> str:
        """Unique in the ribbon."""
        return f"{TAB_ID}_{self.command}"


CHECKING = Group("nianbao_checking", "校验")
FILLING = Group("nianbao_filling", "填充")
WRITING = Group("nianbao_writing", "文字")
EXPORTING = Group("nianbao_exporting", "导出")
BATCHING = Group("nianbao_batching", "批量")
HELPING = Group("nianbao_helping", "帮助")

BUTTONS: tuple[Button, ...] = (
    Button(
        "check",
        "校验",
        CHECKING,
        "Spelling",
        "检查整份年报",
        "按国办公开办格式逐项核对三张表和文字，把结果写进“校验结果”表，并跳到第一处错误。"
        "不改动任何数字，也不改动单元格自己的格式。",
        large=True,
    ),
    Button(
        "previous",
        "上一处",
        CHECKING,
        "ReviewPreviousComment",
        "转到上一处问题",
        "跳到“校验结果”里当前位置的上一处。",
    ),
    Button(
        "next",
        "下一处",
        CHECKING,
        "ReviewNextComment",
        "转到下一处问题",
        "跳到“校验结果”里当前位置的下一处。",
    ),
    Button(
        "clear",
        "清除标记",
        CHECKING,
        "ClearFormats",
        "清除校验留下的标记",
        "只删去校验加上的标记和“校验结果”表；您自己的批注、颜色和数字都不动。",
    ),
    Button(
        "detail",
        "查看明细",
        CHECKING,
        "Filter",
        "看这一格统计的是台账哪些行",
        "选中表三、表四或表二规章、规范性文件的一格，台账里只留下它统计的行；"
        "在台账里再点一次，全部显示。",
    ),
    Button(
        "formulas",
        "填充公式",
        FILLING,
        "FunctionWizard",
        "恢复公式，把空格接到台账",
        "把被数字盖掉的合计、核对公式放回原处；台账有内容的，表二、表三、表四的空格改由台账统计。"
        "已填的数只比较，不改动；可以撤销。",
        large=True,
    ),
    Button(
        "last_year",
        "读入上年报告",
        FILLING,
        "FileOpen",
        "读入上一年度的报告",
        "从上年的 Excel、Word、网页或文字稿读入“上年数据”和上年结转；"
        "已填的数字不会被覆盖，不一致的地方只列出来。可以撤销。",
    ),
    Button(
        "undo",
        "撤销上次填充",
        FILLING,
        "Undo",
        "恢复填充前的值",
        "把最近一次填充改动过的单元格恢复成填充前的样子；保存并重新打开后仍然可以撤销。",
    ),
    Button(
        "narrate",
        "生成文字",
        WRITING,
        "ReviewNewComment",
        "由数据生成各部分文字",
        "用三张表、上年数据和“文字素材”写出开头、一、五、六；没有依据的一句也不写。"
        "您自己写的文字不会被覆盖，生成的另放在“文字建议”表。可以撤销。",
        large=True,
    ),
    Button(
        "texts",
        "核对文字",
        WRITING,
        "FindDialog",
        "核对文字里的数字和写法",
        "把文字里的件数、占比、同比与表格逐一核对，查出漏填、年份不对和与上年雷同的段落，"
        "列在“校验结果”表里；表格的问题仍留在名单上。不改动文字。",
    ),
    Button(
        "export_xlsx",
        "导出报告表",
        EXPORTING,
        "FileSaveAsExcelXlsx",
        "导出报告表（Excel）",
        "在本工作簿旁边生成只含报告内容的 Excel 文件；台账不会带出去。",
        large=True,
    ),
    Button(
        "export_docx",
        "Word",
        EXPORTING,
        "FileSaveAsWordDocx",
        "导出 Word 报告",
        "在本工作簿旁边生成可直接送审的 Word 报告：标题、六个部分和三张表。",
    ),
    Button(
        "export_pdf",
        "PDF",
        EXPORTING,
        "FileSaveAsPdfOrXps",
        "导出 PDF 报告",
        "用正在运行的程序生成 PDF，保存在本工作簿旁边。",
    ),
    Button(
        "export_html",
        "网页",
        EXPORTING,
        "WebPagePreview",
        "导出网页报告",
        "生成一个自带样式、可贴进网站后台的网页文件，保存在本工作簿旁边。",
    ),
    Button(
        "batch_fill",
        "批量生成",
        BATCHING,
        "TableInsert",
        "给每个单位生成工作簿",
        "选一份单位名单和一个文件夹，给名单里的每个单位生成一份官方工作簿。已有的文件不改动。",
    ),
    Button(
        "batch_check",
        "批量校验",
        BATCHING,
        "ReviewAcceptChange",
        "核查收回的全部报告",
        "选一个文件夹，核查里面的全部报告：谁没报、谁有错、哪里雷同，结果写成一份新的工作簿。",
    ),
    Button(
        "batch_collect",
        "批量汇总",
        BATCHING,
        "AutoSum",
        "把各单位的数加起来",
        "选一个文件夹，把各单位的三张表按上级逐级相加，写成一份新的汇总工作簿，附明细和图表。",
    ),
    Button(
        "manual",
        "手册",
        HELPING,
        "Help",
        "打开使用手册",
        "打开随程序安装的使用手册，不需要联网。",
    ),
    Button(
        "doctor",
        "诊断",
        HELPING,
        "FileDocumentInspect",
        "检查本机环境",
        "列出解释器、版本、路径、编码和写入权限，供技术支持查看；不含表格内容。",
    ),
)

GROUPS: tuple[Group, ...] = tuple(dict.fromkeys(button.group for button in BUTTONS))
"""In the order of the ribbon."""

COMMANDS: tuple[str, ...] = tuple(button.command for button in BUTTONS)
"""What ``macros.run`` accepts."""


def button(command: str) -> Button:
    """The button of a command. Raises KeyError."""
    for each in BUTTONS:
        if each.command == command:
            return each
    raise KeyError(command)
