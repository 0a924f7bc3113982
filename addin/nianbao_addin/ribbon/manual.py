"""The manual: one page of HTML that ships with the program, made from ``manual.html``.

What the buttons are called and do comes from their declaration, the drawing of the ribbon from its
XML; the pictures are taken by ``docs/screenshots.py`` of the source.
"""

from __future__ import annotations

import re
import sys
from base64 import b64encode
from html import escape
from importlib import resources

from nianbao import __version__
from nianbao_addin.ribbon import buttons, drawing
from nianbao_addin.ribbon.buttons import GROUPS, TAB_LABEL

FILE_NAME = "手册.html"
PICTURES = "pictures"
_FILE = "manual.html"
_ELSEWHERE = f"../addin/{__package__.replace('.', '/')}/{PICTURES}"
"""From the folder ``docs`` of the source to the pictures."""

_MARKER = re.compile(r"<!-- (\w+)(?: (\w+))?(?:: (.*?))? -->")
_BROKEN = re.compile(r"(?<=[^\x00-\x7f])\n(?=[^\x00-\x7f])")
"""A line's end in the middle of Chinese, which a browser would show as a blank."""
_SIZE = slice(16, 24)  # width and height in the first chunk of a PNG


def page(*, inline: bool = True) -> bytes:
    """The whole page, UTF-8, without anything from elsewhere; else the pictures beside it."""
    text = _BROKEN.sub("", _source())

    def made(marker: re.Match[str]) -> str:
        kind, name, words = marker.groups()
        match kind:
            case "version":
                return __version__
            case "buttons":
                return table()
            case "ribbon":
                return f"<figure>{drawing.svg()}</figure>"
            case "button":
                return section(name)
        return picture(name, words, inline=inline)

    return _MARKER.sub(made, text).encode()


def _source() -> str:
    return resources.files(__package__).joinpath(_FILE).read_text("utf-8")


def table() -> str:
    """What each button does, in the order of the ribbon, with a link to what else is said of it."""
    rows = ["<tr><th>组</th><th>按钮</th><th>做什么</th></tr>"]
    for group in GROUPS:
        for i, button in enumerate(group.buttons):
            rowspan = len(group.buttons)
            head = f'<th rowspan="{rowspan}">{escape(group.label)}</th>' if i == 0 else ""
            label = escape(button.label)
            if f"<!-- button {button.command} -->" in _source():
                label = f'<a href="#{button.id}">{label}</a>'
            rows.append(f"<tr>{head}<td>{label}</td><td>{escape(button.screentip)}</td></tr>")
    caption = f"<caption>“{escape(TAB_LABEL)}”的按钮</caption>"
    return f"<table>{caption}\n" + "\n".join(rows) + "\n</table>"


def section(command: str) -> str:
    """The head of what is said about a button."""
    button = buttons.button(command)
    head = f'<h3 id="{button.id}">{escape(button.label)}</h3>'
    return f"{head}\n<p><b>{escape(button.screentip)}。</b>{escape(button.supertip)}</p>"


def picture(name: str, words: str, *, inline: bool) -> str:
    """A picture with what it shows."""
    data = resources.files(__package__).joinpath(PICTURES, f"{name}.png").read_bytes()
    size = data[_SIZE]
    width, height = (int.from_bytes(part, "big") for part in (size[:4], size[4:]))
    source = f"data:image/png;base64,{b64encode(data).decode()}"
    if not inline:
        source = f"{_ELSEWHERE}/{name}.png"
    words = escape(words)
    image = f'<img src="{source}" alt="{words}" width="{width}" height="{height}" loading="lazy">'
    return f"<figure>{image}<figcaption>{words}</figcaption></figure>"


if __name__ == "__main__":
    sys.stdout.buffer.write(page())
