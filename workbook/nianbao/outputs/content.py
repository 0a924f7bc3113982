"""What stands in a final report, in order, whatever it is written to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nianbao.form import Grid
from nianbao.report import TEXTS, Report


@dataclass(frozen=True, slots=True)
class Title:
    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str
    section: str  # opening, overview, problems, other


@dataclass(frozen=True, slots=True)
class TablePart:
    table: str  # disclosure, requests, disputes
    heading: str
    grid: Grid


Part = Title | Heading | Paragraph | TablePart


def parts(report: Report) -> Iterator[Part]:
    """Title, opening, then the six headings, each with its text or its table."""
    yield Title(report.title)
    yield from _paragraphs(report, "opening")
    for section in report.form.sections:
        yield Heading(section.heading)
        if section.id in TEXTS:
            yield from _paragraphs(report, section.id)
        else:
            yield TablePart(
                section.id, section.heading, report.form.grid(section.id, report.layout)
            )


def _paragraphs(report: Report, section: str) -> Iterator[Paragraph]:
    for line in report.text[section].splitlines():
        yield Paragraph(line, section)
