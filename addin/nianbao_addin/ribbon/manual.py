"""The manual: one page of HTML that ships with the program, made from ``manual.html``.

What the buttons are called and do comes from their declaration, and so does the picture of the
ribbon: nobody here has Excel to take a photograph of. Sizes in it are in pixels as Office has them
at 100 %; only the icons are our own, since those of Office may not be copied. The other pictures
are taken by ``docs/screenshots.py`` of the source.
"""

from __future__ import annotations

import re
import sys
from base64 import b64encode
from dataclasses import dataclass
from html import escape
from importlib import resources
from itertools import groupby
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from nianbao import __version__
from nianbao_addin.ribbon import buttons
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
                return f"<figure>{svg()}</figure>"
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


NOTE = "示意图：由功能区的定义画出，图标以您的 Excel 为准"

_NAMESPACE = f"{{{buttons.NAMESPACE}}}"
_FONT = "Microsoft YaHei, Noto Sans CJK SC, PingFang SC, sans-serif"
_INK, _GREY, _BLUE, _LINE, _PAPER = "#1f2937", "#6b7280", "#1f5aa6", "#d1d5db", "#f9fafb"

_TABS = ("文件", "开始", "数据", "审阅", "视图")
_TAB_HEIGHT, _LARGE, _SMALL, _NAMES = 34, 90, 30, 24
_GAP, _FONT_SIZE = 10, 13
_STACK = _LARGE // _SMALL


@dataclass(frozen=True)
class _Box:
    """A drawn part and how wide it is."""

    width: float
    draw: str


def svg(*, standalone: bool = False) -> str:
    """The picture. ``standalone``: as a file of its own, else as a part of a page."""
    root = ElementTree.fromstring(buttons.xml())  # noqa: S314  # our own
    tab = next(root.iter(f"{_NAMESPACE}tab"))
    x, body = float(_GAP), []
    for group in tab:
        box = _group(group)
        body.append(_moved(box.draw, x, _TAB_HEIGHT + 6))
        x += box.width + _GAP
        body.append(_path(f"M{x:g} {_TAB_HEIGHT + 8}v{_LARGE + _NAMES - 4}", _LINE))
        x += _GAP
    height = _TAB_HEIGHT + _LARGE + _NAMES + 10
    label = tab.get("label", "")
    namespace = 'xmlns="http://www.w3.org/2000/svg" ' if standalone else ""
    return "\n".join(
        (
            f'<svg {namespace}class="ribbon" viewBox="0 0 {x:g} {height + 22:g}" '
            f'role="img" aria-label="{escape(label)}功能区示意图" font-family="{_FONT}">',
            f'<rect width="{x:g}" height="{height:g}" fill="{_PAPER}" stroke="{_LINE}"/>',
            _tabs(label, x),
            *body,
            _text(x / 2, height + 16, NOTE, "note", _GREY, 12),
            "</svg>\n",
        )
    )


def _tabs(label: str, width: float) -> str:
    """The row of tabs, ours in front; the others are only hinted at."""
    parts, x = [f'<rect width="{width:g}" height="{_TAB_HEIGHT}" fill="#e5e7eb"/>'], 14.0
    for name in _TABS:
        parts.append(_text(x + 15, 23, name, "tab", _GREY))
        x += 50
    wide = _wide(label) + 28
    parts.append(f'<rect x="{x:g}" y="5" width="{wide:g}" height="30" fill="{_PAPER}"/>')
    parts.append(_path(f"M{x:g} 5h{wide:g}", _BLUE, 3))
    parts.append(_text(x + wide / 2, 23, label, "tab", _BLUE))
    return "".join(parts)


def _group(group: Element) -> _Box:
    """Large buttons one by one, small ones stacked, the name of the group below."""
    x, parts = 0.0, []
    for size, members in groupby(group, key=lambda button: button.get("size")):
        large = size == "large"
        found, most = list(members), 1 if large else _STACK
        for stack in (found[i : i + most] for i in range(0, len(found), most)):
            boxes = [_large(button) if large else _small(button) for button in stack]
            parts += [_moved(box.draw, x, i * _SMALL) for i, box in enumerate(boxes)]
            x += max(box.width for box in boxes) + 4
    name = group.get("label", "")
    parts.append(_text(x / 2, _LARGE + 16, name, "group", _GREY, 12))
    return _Box(x, "".join(parts))


def _large(button: Element) -> _Box:
    label = button.get("label", "")
    width = max(_wide(label) + 12, 60)
    text = _text(width / 2, 74, label, "button", _INK)
    return _Box(width, _icon(button, width / 2 - 18, 12, 1.5) + text)


def _small(button: Element) -> _Box:
    label = button.get("label", "")
    text = _text(28, 20, label, "button", _INK, anchor="start")
    return _Box(_wide(label) + 36, _icon(button, 5, 6, 0.75) + text)


def _icon(button: Element, x: float, y: float, scale: float) -> str:
    lines = _path(buttons.button(button.get("tag", "")).strokes, _BLUE, 1.6)
    return f'<g transform="translate({x:g} {y:g}) scale({scale:g})">{lines}</g>'


def _path(strokes: str, colour: str, width: float = 1) -> str:
    return f'<path d="{strokes}" fill="none" stroke="{colour}" stroke-width="{width:g}"/>'


def _moved(drawn: str, x: float, y: float) -> str:
    return f'<g transform="translate({x:g} {y:g})">{drawn}</g>'


def _text(
    x: float,
    y: float,
    text: str,
    kind: str,
    colour: str,
    size: int = _FONT_SIZE,
    anchor: str = "middle",
) -> str:
    return (
        f'<text class="{kind}" x="{x:g}" y="{y:g}" font-size="{size}" fill="{colour}" '
        f'text-anchor="{anchor}">{escape(text)}</text>'
    )


def _wide(text: str) -> float:
    """About as wide as a text is drawn: Chinese signs are squares, others about half as wide."""
    return sum(_FONT_SIZE if ord(c) > 0x2E80 else _FONT_SIZE * 0.62 for c in text)
