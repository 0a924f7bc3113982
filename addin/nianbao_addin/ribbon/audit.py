"""What would make Office reject or misread an add-in, found without Office."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from lxml import etree

from nianbao_addin.ribbon import buttons, ovba
from nianbao_addin.ribbon.buttons import COMMANDS

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_RIBBON_RELATION = "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"
_CALLBACK = re.compile(r"^Public Sub (\w+)\(\w+ As IRibbonControl\)", re.MULTILINE)
_STARTERS = re.compile(r"\b(Auto_?Open|Auto_?Exec|Workbook_\w+)\b", re.IGNORECASE)

Trees = Mapping[str, etree._Element]


def problems(xlam: bytes) -> tuple[str, ...]:
    """One short Chinese sentence a problem; empty when the add-in is sound."""
    try:
        with ZipFile(BytesIO(xlam)) as archive:
            names = archive.namelist()
            parts = {name: archive.read(name) for name in names}
    except BadZipFile:
        return ("不是完整的 ZIP 文件",)
    twice = [f"部件 {name} 重复" for name, count in Counter(names).items() if count > 1]
    trees: dict[str, etree._Element] = {}
    broken = []
    for name, content in parts.items():
        if name.endswith((".xml", ".rels")):
            try:
                trees[name] = etree.fromstring(content, etree.XMLParser(resolve_entities=False))
            except etree.XMLSyntaxError:
                broken.append(f"{name} 不是合格的 XML")
    if broken:
        return (*twice, *broken)
    try:
        modules = ovba.read(parts.get("xl/vbaProject.bin", b""))
    except ValueError:
        return (*twice, "宏工程读不出来")
    return (
        *twice,
        *_content_types(trees, parts),
        *_relations(trees, parts),
        *_ribbons(trees, modules),
        *_macros(trees, modules),
    )


def _content_types(trees: Trees, parts: Iterable[str]) -> Iterator[str]:
    tree = trees.get("[Content_Types].xml")
    if tree is None:
        yield "缺少 [Content_Types].xml"
        return
    overrides = {item.get("PartName") for item in tree.iter(f"{_TYPES}Override")}
    extensions = {item.get("Extension") for item in tree.iter(f"{_TYPES}Default")}
    for name in parts:
        typed = f"/{name}" in overrides or name.rpartition(".")[2] in extensions
        if not typed and name != "[Content_Types].xml":
            yield f"部件 {name} 没有内容类型"
    for missing in sorted({str(name) for name in overrides} - {f"/{name}" for name in parts}):
        yield f"内容类型指向不存在的部件 {missing}"


def _relations(trees: Trees, parts: Iterable[str]) -> Iterator[str]:
    for name, tree in trees.items():
        if not name.endswith(".rels"):
            continue
        folder = posixpath.dirname(posixpath.dirname(name))
        for relation in tree:
            target = str(relation.get("Target"))
            if relation.get("TargetMode") == "External":
                yield f"{name} 链接到外部 {target}"
            elif posixpath.normpath(posixpath.join(folder, target)) not in parts:
                yield f"{name} 指向不存在的部件 {target}"


def _ribbons(trees: Trees, modules: tuple[ovba.Module, ...]) -> Iterator[str]:
    relations = trees.get("_rels/.rels", ())
    targets = [item.get("Target") for item in relations if item.get("Type") == _RIBBON_RELATION]
    if len(targets) != 1 or str(targets[0]) not in trees:
        yield "功能区没有登记，或登记了不止一个"
        return
    tree = trees[str(targets[0])]
    callbacks = {f"{m.name}.{sub}" for m in modules for sub in _CALLBACK.findall(m.source)}
    ids = Counter(item.get("id") for item in tree.iter() if item.get("id"))
    yield from (f"功能区的 id {id} 重复" for id, count in ids.items() if count > 1)
    for item in tree.iter(etree.Element):
        kind = etree.QName(item)
        known = buttons.ATTRIBUTES.get(kind.localname)
        if kind.namespace != buttons.NAMESPACE or known is None:
            yield f"功能区有不认识的元素 {kind.localname}"
            continue
        for attribute in sorted(set(map(str, item.attrib)) - known):
            yield f"功能区的 {kind.localname} 有不认识的属性 {attribute}"
    items = list(tree.iter(f"{{{buttons.NAMESPACE}}}button"))
    for item in items:
        if item.get("onAction") not in callbacks:
            yield f"按钮 {item.get('id')} 调用不存在的过程 {item.get('onAction')}"
    tags = Counter(str(item.get("tag")) for item in items)
    yield from (f"没有名为 {tag} 的命令" for tag in tags if tag not in COMMANDS)
    yield from (f"命令 {name} 的按钮有 {tags[name]} 个" for name in COMMANDS if tags[name] != 1)


def _macros(trees: Trees, modules: tuple[ovba.Module, ...]) -> Iterator[str]:
    code_names = Counter(
        str(item.get("codeName"))
        for tree in trees.values()
        for kind in ("workbookPr", "sheetPr")
        for item in tree.iter(_MAIN + kind)
    )
    documents = Counter(module.name for module in modules if module.document)
    if code_names != documents:
        yield f"文档模块 {', '.join(documents)} 与代码名 {', '.join(code_names)} 不一致"
    for module in modules:
        if not module.source.startswith(f'Attribute VB_Name = "{module.name}"\r\n'):
            yield f"模块 {module.name} 的首行不是它的名字"
        for starter in _STARTERS.findall(module.source):
            yield f"模块 {module.name} 有自动运行的过程 {starter}"
