"""退回修改单: what an agency is to correct, on one page it gets back with its report."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from stat import S_ISREG
from typing import NamedTuple

from nianbao import rules
from nianbao.batch import folder
from nianbao.batch.folder import safe_names
from nianbao.batch.review.record import RecordedFinding
from nianbao.batch.review.repeats import Likeness
from nianbao.batch.review.review import Review
from nianbao.batch.review.stock import LEVELS, Standing
from nianbao.errors import CannotWrite
from nianbao.exports import word
from nianbao.formats.files import reason
from nianbao.formats.xlsx.slots import escape
from nianbao.formats.zip import Member, Package, deflated, pack
from nianbao.report import TEXT_TITLES, owner
from nianbao.template import results
from nianbao.template.styles import ems

TITLE = "政府信息公开工作年度报告退回修改单"

_MARGIN = 1134  # twips: 2 cm
_WIDTHS = (520, 980, 1560, 3878, 2700)  # twips of the columns
_HEADINGS = ("序号", "级别", "位置", "问题", "建议")
_SIZE = 19  # half points
_CHARACTER = _SIZE * 10  # twips
_LINES = 43  # of the table that the page has room for
_SHOWN = ("error", "undecided", "warning")
_LIKE = "! 雷同"
_TIGHT = 'w:before="0" w:after="80" w:line="400" w:lineRule="exact"'
_FILE = "年报退回修改单.docx"
DONE = "已不需要"
"""The folder for slips of agencies that have corrected everything."""


class _Item(NamedTuple):
    level: str
    place: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Slips:
    """How many slips there are, and of how many agencies an earlier one is not needed any more."""

    count: int = 0
    done: int = 0


def write_all(
    review: Review, likenesses: Sequence[Likeness], directory: Path, *, force: bool
) -> Slips:
    """A slip for every agency that has something to correct.

    One that stands there as it is to be is left. An earlier one of an agency whose report has
    passed since is moved to `DONE` below the folder, so that nobody sends it out again.
    Raises CannotWrite.
    """
    alike: dict[int, list[Likeness]] = {}
    for one in likenesses:
        alike.setdefault(one.number, []).append(one)
    # All agencies have a name for theirs, lest that of one change when another has none.
    suffix = f"{review.stock.year}{_FILE}"
    standings = review.stock.standings
    names = safe_names(((s.unit.name, s.unit.code) for s in standings), suffix)
    folder.made(directory)
    count = done = 0
    for standing, name in zip(standings, names, strict=True):
        unknown = standing.state == "unreadable" and not _is_known(review, standing)
        if standing.state in ("unreadable", "wrong", "doubtful") and not unknown:
            count += 1
            _put(directory / name, slip(review, standing, alike.get(standing.number, ())), force)
        elif standing.state == "passed":
            done += _set_aside(directory / name)
    return Slips(count, done)


def _is_known(review: Review, standing: Standing) -> bool:
    """Whether an agency can be written to: a file that cannot be read may be nobody's report."""
    return review.stock.roster is not None and standing.listed


def _set_aside(path: Path) -> bool:
    """Move a slip that is not needed any more; whether there was one."""
    try:
        if not S_ISREG(path.lstat().st_mode):
            return False
        place = folder.made(path.parent / DONE)
        number, target = 1, place / path.name
        while target.exists() and target.read_bytes() != path.read_bytes():
            number += 1
            target = place / f"{path.stem}（{number}）{path.suffix}"
        path.replace(target)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise CannotWrite(f"无法移走“{path}”：{reason(error)}。") from error
    return True


def _put(path: Path, data: bytes, force: bool) -> None:
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise CannotWrite(f"“{path}”不是普通文件，没有改动它；请移走它再试。")
    if path.exists():
        if path.read_bytes() == data:
            return
        if not force:
            raise CannotWrite(f"“{path}”已经存在，没有改动它；确要替换请加 --force。")
    folder.put(path, data)


def slip(review: Review, standing: Standing, likenesses: Sequence[Likeness]) -> bytes:
    """The slip of one agency as .docx; the same bytes at every run."""
    items, counts = _items(review, standing, likenesses)
    shown = _fitting(items)
    file = standing.file.key.rpartition("/")[2] if standing.file else ""
    year = review.stock.year
    if standing.reported:
        said = f"你单位报送的 {year} 年度报告（{file}）经核对，{_counted(counts, likenesses)}。"
        todo = "请按下表改正后重新报送；“提醒”确属实情的，请书面说明原因。"
    else:
        said = f"你单位报送的文件（{file}）不能读取：{standing.reason}"
        todo = f"请重新报送 {year} 年度报告。"
    parts = [
        _paragraph(TITLE, "Title", 'w:before="0" w:after="160"'),
        _paragraph(f"{standing.unit.name}：", "BodyText", _TIGHT, bold=True, indent=False),
        _paragraph(said + todo, "BodyText", _TIGHT),
    ]
    if shown:
        parts.append(_table(shown))
    if rest := len(items) - len(shown):
        more = f"另有 {rest} 处没有列出，改正以上各处后再核对，或向退回单位索取完整清单。"
        parts.append(_paragraph(more, "TableText", 'w:before="80" w:after="0"', left=True))
    signature = "退回单位：　　　　　　　　　联系电话：　　　　　　　　　　　　　年　　月　　日"
    parts.append(_paragraph(signature, "TableText", 'w:before="240" w:after="0"', left=True))
    frame = _frame()
    document = deflated("word/document.xml", frame.head + b"".join(parts) + frame.tail, 1)
    return pack((*frame.members, document))


def _items(
    review: Review, standing: Standing, likenesses: Sequence[Likeness]
) -> tuple[list[_Item], dict[str, int]]:
    counts = dict.fromkeys(LEVELS, 0)
    if not standing.file or not standing.reported:
        return [], counts
    by_level: dict[str, list[RecordedFinding]] = {level: [] for level in LEVELS}
    for one in review.record(standing.file).findings:
        group = one.level if one.outcome == "fail" else one.outcome
        counts[group] += 1
        by_level[group].append(one)
    items = [
        _Item(results.LEVELS[level], one.place, one.message, rules.rule(one.rule).hint)
        for level in _SHOWN
        for one in by_level[level]
    ]
    items += [
        _Item(
            _LIKE,
            TEXT_TITLES[one.text],
            f"与{'另一单位的报告' if one.other_key else '本单位上年的报告'}重复 {one.share:.0%}。",
            "请如实写本单位本年度的情况。",
        )
        for one in likenesses
    ]
    return items, counts


def _counted(counts: dict[str, int], likenesses: Sequence[Likeness]) -> str:
    words = {"error": "处错误", "warning": "处提醒", "undecided": "处缺数无法判断"}
    parts = [f"{counts[level]} {unit}" for level, unit in words.items() if counts[level]]
    if likenesses:
        parts.append(f"{len(likenesses)} 处文字雷同")
    return f"有 {'、'.join(parts)}"


def _fitting(items: Sequence[_Item]) -> list[_Item]:
    """As many as the page has room for; advice that repeats is said once."""
    out: list[_Item] = []
    room, before = _LINES, ""
    for item in items:
        shown = item._replace(hint="同上" if item.hint == before else item.hint)
        room -= _lines(shown)
        if room < 0:
            break
        out.append(shown)
        before = item.hint
    return out


def _lines(item: _Item) -> int:
    texts = ("1", *item)
    return max(
        -(-int(ems(text) + 1) // ((width - 120) // _CHARACTER))
        for text, width in zip(texts, _WIDTHS, strict=True)
    )


class _Frame(NamedTuple):
    members: tuple[Member, ...]
    head: bytes
    tail: bytes


@lru_cache
def _frame() -> _Frame:
    """The empty document with the styles of our reports, cut where the paragraphs go."""
    from docx import Document
    from docx.shared import Twips

    document = Document(BytesIO(word.empty()))
    section = document.sections[0]
    section.top_margin = section.bottom_margin = Twips(_MARGIN)
    section.left_margin = section.right_margin = Twips(_MARGIN)
    document.core_properties.title = TITLE
    document.core_properties.keywords = owner.result("退回修改单")
    raw = BytesIO()
    document.save(raw)
    members = Package(word.dateless(raw)).members()
    body = members.pop("word/document.xml").content()
    body = re.sub(rb"<w:footerReference[^>]*/>", b"", body)
    at = body.index(b"<w:sectPr")
    return _Frame(tuple(members.values()), body[:at], body[at:])


def _paragraph(
    text: str,
    style: str,
    spacing: str = "",
    *,
    bold: bool = False,
    indent: bool = True,
    left: bool = False,
) -> bytes:
    properties = f'<w:pStyle w:val="{style}"/>'
    if spacing:
        properties += f"<w:spacing {spacing}/>"
    if style == "BodyText" and indent:
        properties += '<w:ind w:firstLineChars="200" w:firstLine="480"/>'
    if not indent:
        properties += '<w:ind w:firstLine="0" w:firstLineChars="0"/>'
    if left:
        properties += '<w:jc w:val="left"/>'
    size = "" if style == "Title" else f'<w:sz w:val="{24 if style == "BodyText" else _SIZE}"/>'
    run = f"<w:rPr>{'<w:b/>' if bold else ''}{size}</w:rPr>"
    if style == "Title":
        run = '<w:rPr><w:sz w:val="36"/></w:rPr>'
    body = b'<w:r>%b<w:t xml:space="preserve">%b</w:t></w:r>' % (run.encode(), escape(text))
    return b"<w:p><w:pPr>%b</w:pPr>%b</w:p>" % (properties.encode(), body)


def _table(items: Sequence[_Item]) -> bytes:
    grid = "".join(f'<w:gridCol w:w="{w}"/>' for w in _WIDTHS)
    head = (
        '<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/>'
        f'<w:tblW w:w="{sum(_WIDTHS)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/>'
        f"</w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
    ).encode()
    return b"%b%b</w:tbl>" % (head, b"".join(_rows(items)))


def _rows(items: Sequence[_Item]) -> Iterator[bytes]:
    yield _row(_HEADINGS, head=True)
    for number, item in enumerate(items, 1):
        yield _row((str(number), *item))


def _row(texts: Sequence[str], *, head: bool = False) -> bytes:
    cells = b"".join(
        b'<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>%b</w:tc>'
        % (width, _paragraph(text, "TableText", bold=head, left=not head and x > 1))
        for x, (text, width) in enumerate(zip(texts, _WIDTHS, strict=True))
    )
    return b"<w:tr><w:trPr><w:cantSplit/></w:trPr>%b</w:tr>" % cells
