"""The ribbon as a picture, drawn from its XML: nobody here has Excel to take a photograph of.

Sizes are in pixels as Office has them at 100 %. What the picture says, ``ribbon.xml`` says; only
the icons are our own, since those of Office may not be copied.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from itertools import groupby
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from nianbao_addin.ribbon import buttons, custom_ui

NOTE = "示意图：由功能区的定义画出，图标以您的 Excel 为准"

_NS = f"{{{custom_ui.NAMESPACE}}}"
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
    root = ElementTree.fromstring(custom_ui.xml())  # noqa: S314  # our own
    tab = next(root.iter(f"{_NS}tab"))
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
