"""Sentence templates: files of text, one folder a profile, run in a sandbox by Jinja2.

A file is looked for in the office's own folder, then in that of the profile, then in 通用. An
empty line begins a new paragraph; other line breaks mean nothing. Templates see the facts and the
functions of ``words``, and of a fact its 名称, 单位 and 分项: nothing else of the program.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NoReturn

from nianbao.errors import UnusableInput
from nianbao.form import FORMATS, each, load
from nianbao.narrative.facts import SINGLE, Fact, Facts
from nianbao.narrative.functions import PARAGRAPH, NotFilledIn, Saying, known
from nianbao.report.material import everything

if TYPE_CHECKING:
    from jinja2 import Environment

COMMON = "通用"
_SUFFIX = ".txt"
_FIELDS = {"名称": "name", "单位": "unit", "分项": "parts", "上年": "before"}
_LIMIT = 100_000  # characters of a text: a template that writes more has run wild


def profiles() -> tuple[str, ...]:
    """The names of the profiles, 通用 first."""
    names = [p.name for p in _root().iterdir() if p.is_dir()]
    return tuple(sorted(names, key=lambda name: (name != COMMON, name)))


def _root() -> Any:
    return files("nianbao").joinpath("narrative/templates")


_SAYING = "_saying"  # where the sandbox finds the text that it is writing

_EMPTY_LINE = re.compile(r"\r?\n[ \t\u3000]*(?=\r?\n)")
_NONCHARACTERS = re.compile("[\ufdd0-\ufdef]")

_WRONG = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What a wrong call in a template may end in."""


@lru_cache
def writer_of(profile: str) -> Writer:
    """The writer of a profile without files of an office's own: its templates are compiled once."""
    return Writer(profile)


class Writer:
    """Writes the texts of one profile."""

    def __init__(self, profile: str, own: Mapping[str, bytes] | None = None) -> None:
        """``own``: an office's files by name. Raises UnusableInput for an unknown profile."""
        if profile not in profiles():
            raise UnusableInput(f"没有“{profile}”这套文字模板，可用的有{'、'.join(profiles())}。")
        self.profile, self.own = profile, dict(own or {})
        self.used: set[str] = set()

    @cached_property
    def environment(self) -> Any:
        return _sandbox()(self._source)

    def write(self, name: str, facts: Facts, saying: Saying) -> str:
        """The marked text that a template makes of the facts.

        Raises UnusableInput, with file and line, for a template that is wrong, and NotFilledIn.
        """
        from jinja2 import TemplateError

        seen = {**facts, **saying.functions(), _SAYING: saying}
        try:
            text: str = self.environment.get_template(name + _SUFFIX).render(seen)
        except NotFilledIn:
            raise
        except (TemplateError, *_WRONG) as error:
            _refuse(error)
        if len(text) > _LIMIT:
            raise UnusableInput(f"文字模板“{name}{_SUFFIX}”写出的文字超过 {_LIMIT} 字，没有使用。")
        return text

    def _source(self, name: str) -> str | None:
        """With marks for empty lines, which the tags before them would swallow."""
        text = self._text(name)
        return None if text is None else _EMPTY_LINE.sub("\n" + PARAGRAPH, text)

    def _text(self, name: str) -> str | None:
        if name in self.own:
            self.used.add(name)
            # Noncharacters mark what is said; none of them is of the template's making.
            return _NONCHARACTERS.sub("", _decoded(name, self.own[name]))
        for profile in (self.profile, COMMON):
            text = _packaged(profile, name)
            if text is not None:
                return text
        return None


@lru_cache
def packaged(profile: str) -> dict[str, str]:
    """The templates of a profile by file name, those of 通用 where it has none of its own."""
    folders = (_root().joinpath(COMMON), _root().joinpath(profile))
    found = {p.name: p.read_text(encoding="utf-8") for folder in folders for p in folder.iterdir()}
    return dict(sorted(found.items()))


@lru_cache(maxsize=64)
def _packaged(profile: str, name: str) -> str | None:
    if "/" in name or "\\" in name or ".." in name:
        return None
    path = _root().joinpath(profile).joinpath(name)
    return path.read_text(encoding="utf-8") if path.is_file() else None


def _decoded(name: str, data: bytes) -> str:
    """As an editor on a Chinese Windows may have saved it."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnusableInput(f"文字模板“{name}”不是文本文件，请用记事本另存为 UTF-8 编码。")


@lru_cache
def _sandbox() -> Any:
    """The class of the sandbox; Jinja2 is loaded with it."""
    from jinja2 import BaseLoader, StrictUndefined, TemplateNotFound, pass_context
    from jinja2.exceptions import SecurityError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Loader(BaseLoader):
        def __init__(self, source: Any) -> None:
            self.source = source

        def get_source(self, environment: Environment, template: str) -> tuple[str, str, Any]:
            text = self.source(template)
            if text is None:
                raise TemplateNotFound(template)
            return text, template, None

    @pass_context
    def final(context: Any, value: Any) -> Any:
        return context[_SAYING].final(value)

    class Sandbox(ImmutableSandboxedEnvironment):
        intercepted_binops = frozenset(("*", "**", "%", "//"))

        def __init__(self, source: Any) -> None:
            super().__init__(
                loader=Loader(source),
                undefined=StrictUndefined,
                trim_blocks=True,
                lstrip_blocks=True,
                autoescape=False,
                finalize=final,
                auto_reload=False,
            )
            self.globals = {}
            self.tests["已填"] = known
            # Few, and none that makes much of little.
            allowed = ("default", "first", "join", "last", "length", "list")
            self.filters = {name: self.filters[name] for name in allowed} | {"trim": _trimmed}

        def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
            raise SecurityError(f"operator {operator}")

        def getattr(self, obj: Any, attribute: str) -> Any:
            if isinstance(obj, Fact):
                if attribute in _FIELDS:
                    return getattr(obj, _FIELDS[attribute])
                return self.undefined(obj=obj, name=attribute)
            return super().getattr(obj, attribute)

        def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
            if type(obj).__name__ in ("LoopContext", "TemplateReference", "Macro"):
                return super().is_safe_attribute(obj, attr, value)
            return False

    return Sandbox


def _trimmed(text: object) -> str:
    return str(text).strip(f" \t\r\n\u3000{PARAGRAPH}")


_UNKNOWN = re.compile(r"'([^']+)' is undefined|no attribute '([^']+)'")


def _refuse(error: Exception) -> NoReturn:
    """The sentence for a template that is wrong."""
    from jinja2 import TemplateNotFound, TemplateSyntaxError, UndefinedError
    from jinja2.exceptions import SecurityError

    if isinstance(error, TemplateNotFound):
        raise UnusableInput(f"找不到文字模板“{error.name}”，请核对文件名。") from error
    if isinstance(error, TemplateSyntaxError):
        where = f"“{error.name or error.filename}”第 {error.lineno} 行"
        raise UnusableInput(f"文字模板{where}的标记写得不对，请检查花括号和百分号。") from error
    where = _line_of(error)
    if isinstance(error, UndefinedError):
        match = _UNKNOWN.search(str(error))
        name = (match[1] or match[2]) if match else ""
        fact = f"用了没有的名称“{name}”，请核对名称" if name else "用了没有的名称，请核对名称"
    elif isinstance(error, SecurityError):
        fact = "用了不允许的写法，模板里只能用列出的名称和函数"
    else:
        fact = "算不出来，请核对函数的用法"
    raise UnusableInput(f"文字模板{where}{fact}。") from error


def _line_of(error: BaseException) -> str:
    """``“主动公开.txt”第 3 行``: the innermost line of a template that the error came through."""
    found = ""
    trace = error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if name.endswith(_SUFFIX):
            found = f"“{name}”第 {trace.tb_lineno} 行"
        trace = trace.tb_next
    return found or "里"


GUIDE = "说明.md"

_GENERAL = {
    "年度": "报告年度",
    "机关": "机关名称",
    "格式": each(" 或者 "),
    "格式文号": "这一格式的发文字号",
    "办理结果": "一组：予以公开 … 其他处理，各带小项",
    "申请人": "一组：自然人、法人或其他组织，后者带五类",
    "行政复议": "总件数，分项是各种结果",
    "行政诉讼": "总件数，分项是未经复议直接起诉、复议后起诉，各带结果",
    "其他服务": "2019 年版的其他对外管理服务事项，分项是单独列出的各行",
    "附加行": "一组：在表二自己增设的行，分项是各列的数",
}


def guide() -> str:
    """The page that goes with a copy of the templates."""
    how = files("nianbao").joinpath("narrative/guide.md").read_text(encoding="utf-8")
    lines = [how, "| 名称 | 是什么 |", "|---|---|"]
    lines += [f"| {name} | {what} |" for name, what in (*_GENERAL.items(), *_singles())]
    lines += ["", "## 来自“文字素材”表的名称", "", "| 名称 | 是什么 |", "|---|---|"]
    lines += [f"| {name} | {what} |" for name, what in _facts()]
    return "\n".join(lines) + "\n"


def _singles() -> Iterator[tuple[str, str]]:
    for name, id in SINGLE.items():
        cells = ((form, form.cells().get(id)) for form in map(load, FORMATS))
        there = [(form.name, cell.title) for form, cell in cells if cell]
        only = f"（只有{there[0][0]}有）" if len(there) == 1 else ""
        yield name, there[-1][1] + only


def _facts() -> Iterator[tuple[str, str]]:
    lists: dict[str, list[str]] = {}
    for group in everything():
        for item in group.items:
            if item.kind == "choice":
                continue
            yield (
                item.name,
                f"{group.title}：{item.label}" + (f"（{item.unit}）" if item.unit else ""),
            )
            if item.list:
                lists.setdefault(item.list, []).append(item.label)
    yield from ((name, "一组：" + "、".join(labels)) for name, labels in lists.items())
