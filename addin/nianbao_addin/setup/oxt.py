"""``nianbao.oxt``: the same buttons for LibreOffice Calc, as a toolbar and a menu.

LibreOffice runs ``macros.py`` in its own Python, on the workbook in front, through the xlwings
engine that the tests use. The extension holds no program: it names the folders of the one that is
installed, so it is built on the computer that it is for.
"""

from __future__ import annotations

import json
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from importlib import resources
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement
from zipfile import ZipFile, ZipInfo

import nianbao
import nianbao_addin
from nianbao_addin.ribbon.buttons import BUTTONS, GROUPS, TAB_LABEL, Button
from nianbao_addin.setup import extension, install

IDENTIFIER = "nianbao.buttons"
SERVICE = "nianbao.Buttons"
TOOLBAR = "nianbao.toolbar"

_COMPONENT = "nianbao_buttons.py"
_CALC = "com.sun.star.sheet.SpreadsheetDocument"
_OOR = "http://openoffice.org/2001/registry"
_MANIFEST = "http://openoffice.org/2001/manifest"
_DESCRIPTION = "http://openoffice.org/extensions/description/2006"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_LANGUAGES = ("zh-CN", "en-US")  # without the latter other languages would show nothing
_CONFIGURATION = "application/vnd.sun.star.configuration-data"
_PYTHON = "application/vnd.sun.star.uno-component;type=Python"
_ADDONS, _WINDOWS = "Addons.xcu", "CalcWindowState.xcu"

for _prefix, _uri in (("oor", _OOR), ("manifest", _MANIFEST)):
    ElementTree.register_namespace(_prefix, _uri)


def build(folders: Iterable[str] | None = None, python: tuple[int, int] | None = None) -> bytes:
    """The extension; the same bytes for the same program in the same place.

    ``folders`` are those of the program and what it needs, ``python`` the version they are for;
    by default this program and this Python.
    """
    parts = {
        "META-INF/manifest.xml": _manifest(),
        "description.xml": _description(),
        _ADDONS: _addons(),
        _WINDOWS: _windows(),
        _COMPONENT: resources.files(extension).joinpath(_COMPONENT).read_bytes(),
        install.MACROS: install.macros_file().removeprefix(install.MARK),
        "settings.json": _settings(
            here() if folders is None else folders, python or sys.version_info[:2]
        ),
    }
    stream = BytesIO()
    with ZipFile(stream, "w") as archive:
        for name, content in parts.items():
            info = ZipInfo(name)  # 1980-01-01, stored
            info.create_system = 0
            archive.writestr(info, content)
    return stream.getvalue()


def here() -> tuple[str, ...]:
    """Where this program and the packages of this Python lie."""
    roots = [str(Path(package.__path__[0]).parent) for package in (nianbao, nianbao_addin)]
    return tuple(dict.fromkeys([*roots, *map(sysconfig.get_path, ("purelib", "platlib"))]))


def url(button: Button) -> str:
    """What LibreOffice dispatches for a button."""
    return f"service:{SERVICE}?{button.command}"


def _settings(folders: Iterable[str], python: tuple[int, int]) -> bytes:
    value = {"python": "{}.{}".format(*python), "folders": list(folders)}
    return json.dumps(value, ensure_ascii=False, indent=2).encode()


def _manifest() -> bytes:
    root = Element(f"{{{_MANIFEST}}}manifest")
    for path, kind in (
        (_ADDONS, _CONFIGURATION),
        (_WINDOWS, _CONFIGURATION),
        (_COMPONENT, _PYTHON),
    ):
        entry = {f"{{{_MANIFEST}}}full-path": path, f"{{{_MANIFEST}}}media-type": kind}
        SubElement(root, f"{{{_MANIFEST}}}file-entry", entry)
    return _xml(root)


def _description() -> bytes:
    root = Element("description", xmlns=_DESCRIPTION)
    SubElement(root, "identifier", value=IDENTIFIER)
    SubElement(root, "version", value=nianbao.__version__)
    name = SubElement(SubElement(root, "display-name"), "name", lang="zh-CN")
    name.text = TAB_LABEL
    return _xml(root)


def _addons() -> bytes:
    root, interface = _component("Addons", "org.openoffice.Office", "AddonUI")
    bar = _node(interface, "OfficeMenuBar")
    menu = _item(bar, "nianbao.menu", TAB_LABEL, Context=_CALC)
    groups = _node(menu, "Submenu")
    for number, group in enumerate(GROUPS):
        entry = _item(groups, f"g{number:02}", group.label, Context=_CALC)
        buttons = _node(entry, "Submenu")
        for name, button in _numbered(group.buttons):
            _button(buttons, name, button)
    toolbar = _node(_node(interface, "OfficeToolBar"), TOOLBAR, replace=True)
    first = {group.buttons[0].command for group in GROUPS[1:]}
    for name, button in _numbered(BUTTONS):
        if button.command in first:  # names give the order
            separator = _node(toolbar, f"{name}-", replace=True)
            _property(separator, "URL", "private:separator")
        _button(toolbar, f"{name}.", button)
    return _xml(root)


def _windows() -> bytes:
    """The toolbar's name in the menu 视图; without it, it would be "Add-On 1"."""
    root, elements = _component("CalcWindowState", "org.openoffice.Office.UI", "UIElements")
    states = _node(elements, "States")
    state = _node(states, f"private:resource/toolbar/addon_{TOOLBAR}", replace=True)
    _property(state, "UIName", TAB_LABEL, translated=True)
    return _xml(root)


def _component(name: str, package: str, child: str) -> tuple[Element, Element]:
    attributes = {f"{{{_OOR}}}name": name, f"{{{_OOR}}}package": package}
    root = Element(f"{{{_OOR}}}component-data", attributes)
    root.set("xmlns:xs", "http://www.w3.org/2001/XMLSchema")
    return root, _node(root, child)


def _numbered(buttons: Iterable[Button]) -> Iterator[tuple[str, Button]]:
    return ((f"b{number:02}", button) for number, button in enumerate(buttons))


def _button(parent: Element, name: str, button: Button) -> None:
    _item(parent, name, button.label, URL=url(button), Target="_self", Context=_CALC)


def _item(parent: Element, name: str, title: str, **properties: str) -> Element:
    node = _node(parent, name, replace=True)
    _property(node, "Title", title, translated=True)
    for key, value in properties.items():
        _property(node, key, value)
    return node


def _node(parent: Element, name: str, *, replace: bool = False) -> Element:
    attributes = {f"{{{_OOR}}}name": name, **({f"{{{_OOR}}}op": "replace"} if replace else {})}
    return SubElement(parent, "node", attributes)


def _property(node: Element, name: str, text: str, *, translated: bool = False) -> None:
    attributes = {f"{{{_OOR}}}name": name, f"{{{_OOR}}}type": "xs:string"}
    values = SubElement(node, "prop", attributes)
    for language in _LANGUAGES if translated else (None,):
        value = SubElement(values, "value", {} if language is None else {_XML_LANG: language})
        value.text = text


def _xml(root: Element) -> bytes:
    ElementTree.indent(root)
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text
