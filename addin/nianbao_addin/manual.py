"""The manual: one page of HTML that ships with the program; its table comes from the buttons."""

from __future__ import annotations

from html import escape
from importlib import resources
from itertools import groupby

from nianbao import __version__
from nianbao_addin.buttons import BUTTONS, TAB_LABEL

FILE_NAME = "手册.html"
_SOURCE = "manual.html"
_VERSION, _BUTTONS = "<!-- version -->", "<!-- buttons -->"


def page() -> bytes:
    """The whole page, UTF-8, without anything from elsewhere."""
    text = resources.files(__package__).joinpath(_SOURCE).read_text("utf-8")
    return text.replace(_VERSION, __version__).replace(_BUTTONS, table()).encode()


def table() -> str:
    """What each button does, in the order of the ribbon."""
    rows = ["<tr><th>组</th><th>按钮</th><th>做什么</th></tr>"]
    for group, members in groupby(BUTTONS, key=lambda button: button.group):
        buttons = list(members)
        for i, button in enumerate(buttons):
            head = f'<th rowspan="{len(buttons)}">{escape(group.label)}</th>' if i == 0 else ""
            what = f"<b>{escape(button.screentip)}</b><br>{escape(button.supertip)}"
            rows.append(f"<tr>{head}<td>{escape(button.label)}</td><td>{what}</td></tr>")
    caption = f"<caption>“{escape(TAB_LABEL)}”的按钮</caption>"
    return f"<table>{caption}\n" + "\n".join(rows) + "\n</table>"
