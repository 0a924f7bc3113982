"""``narrate``: the texts of a report written from its figures, every figure traced to its cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from types import MappingProxyType

from nianbao.narrative.facts import Fact, gather
from nianbao.narrative.functions import MARKED, PARAGRAPH, PERCENT, NotFilledIn, Saying
from nianbao.narrative.templates import COMMON, Writer, packaged, writer_of
from nianbao.report import TEXT_TITLES, TEXTS, Report
from nianbao.report.material import NOTHING, Material
from nianbao.words.characters import printable, tidy

_TEMPLATES = {
    "opening": "开头",
    "overview": "一、总体情况",
    "problems": "五、存在的主要问题及改进情况",
    "other": "六、其他需要报告的事项",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """``text[start:end]`` says ``value``, made of ``cells`` (last year's: ``previous.<id>``)."""

    start: int
    end: int
    value: int | Decimal | str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GeneratedText:
    """One text and where in it the facts are said. Paragraphs are split by ``\\n``."""

    text: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Narrative:
    """``sections``: those that could be written, by text id; ``notes``: what was not, and why."""

    sections: Mapping[str, GeneratedText]
    notes: tuple[str, ...]

    @property
    def text(self) -> dict[str, str]:
        return {id: section.text for id, section in self.sections.items()}


def generate(
    report: Report,
    previous: Report | None = None,
    facts: Material | None = None,
    profile: str | None = None,
    templates: Mapping[str, bytes] | None = None,
) -> Narrative:
    """The texts that the figures and ``facts`` (文字素材) are enough for; nothing is made up.

    ``previous``: last year's report, for comparisons. ``profile``: None for the one that
    文字素材 names, else 通用; ``templates``: an office's own files by name, taken before its.
    Raises UnusableInput for a template that is wrong, an unknown profile, or a report of another
    year as ``previous``.
    """
    facts = facts or NOTHING
    known = gather(report, previous, facts)
    profile = profile or str(facts.values.get("profile", COMMON))
    writer = Writer(profile, templates) if templates else writer_of(profile)
    sections: dict[str, GeneratedText] = {}
    notes = list(facts.notes)
    for id in TEXTS:
        saying = Saying()
        try:
            section = _settled(writer.write(_TEMPLATES[id], known, saying), saying)
        except NotFilledIn as error:
            notes.append(f"{TEXT_TITLES[id]}：没有填写“{error}”，没有生成这一部分。")
            continue
        notes += (f"{TEXT_TITLES[id]}：{note}" for note in saying.notes)
        if section.text:
            sections[id] = section
        elif not saying.notes:
            notes.append(f"{TEXT_TITLES[id]}：没有素材，没有生成这一部分。")
    if unused := sorted(writer.own.keys() - writer.used - packaged(profile).keys()):
        notes.append(f"没有用到文字模板“{'”“'.join(unused)}”，请核对文件名。")
    return Narrative(MappingProxyType(sections), tuple(notes))


def fingerprint(text: str) -> str:
    """What tells whether a text is still as it was generated."""
    return sha256(tidy(text).encode()).hexdigest()[:16]


def _settled(marked: str, saying: Saying) -> GeneratedText:
    """Paragraphs put together, marks taken out and remembered."""
    paragraphs = (
        "".join(line.strip() for line in paragraph.splitlines())
        for paragraph in marked.split(PARAGRAPH)
    )
    joined = "\n".join(p for p in paragraphs if p)
    places = max((_places(saying.said[int(m[1])]) for m in MARKED.finditer(joined)), default=0)
    out: list[str] = []
    pieces: list[Piece] = []
    at = length = 0
    for match in MARKED.finditer(joined):
        plain = _literal(joined[at : match.start()])
        fact = saying.said[int(match[1])]
        words = f"{fact.value:.{places}f}" if fact.unit == PERCENT else match[2]
        start = length + len(plain)
        length = start + len(words)
        at = match.end()
        out += (plain, words)
        if fact.value is not None:
            pieces.append(Piece(start, length, fact.value, fact.cells))
    out.append(_literal(joined[at:]))
    return GeneratedText("".join(out), tuple(pieces))


def _places(fact: Fact) -> int:
    """Decimals of a percentage: all of a text are written with as many as the longest."""
    return len(str(fact).partition(".")[2]) if fact.unit == PERCENT else 0


def _literal(text: str) -> str:
    """A template's own words: nothing that a cell or XML cannot hold."""
    return "\n".join(printable(line) for line in text.split("\n"))
