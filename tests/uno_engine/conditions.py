"""What conditional formats consist of: conditions, cell styles of our own, areas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nianbao_addin.libreoffice import rectangle
from nianbao_addin.libreoffice.bridge import FormulaRefused, enum
from nianbao_addin.libreoffice.formulas import outside_quotes
from nianbao_addin.libreoffice.rectangle import Rectangle
from uno_engine.looks import BOLD, SCRIPTS, Colour, from_rgb, to_rgb

if TYPE_CHECKING:
    from nianbao_addin.libreoffice.book import CalcBook
    from nianbao_addin.libreoffice.range import CalcRange

_STYLE = "nianbao"  # how the names of our styles begin
CONDITION = 0  # com.sun.star.sheet.ConditionEntryType
EXPRESSION = 24  # com.sun.star.sheet.ConditionFormatOperator, and below
OPERATORS = {
    "equal_to": 0,
    "less_than": 1,
    "greater_than": 2,
    "less_than_or_equal": 3,
    "greater_than_or_equal": 4,
    "not_equal_to": 5,
    "between": 6,
    "not_between": 7,
}


def condition(block: CalcRange, spec: dict[str, Any]) -> dict[str, Any]:
    """What a condition is set to in UNO; raises `FormulaRefused` for what Excel does not allow."""
    operator = spec.get("operator")
    found: dict[str, Any] = {"Operator": OPERATORS[operator] if operator else EXPRESSION}
    for key, name in (("formula", "Formula1"), ("formula1", "Formula1"), ("formula2", "Formula2")):
        formula = spec.get(key)
        if formula is None:
            continue
        text = formula if formula.startswith("=") else f"={formula}"
        try:
            if "{" in text:
                raise ValueError("an array constant in a condition")
            found[name] = block.book.formulas.to_calc(text)[1:]
        except ValueError as error:
            raise FormulaRefused(block.address, formula) from error
    return found


def excel_formula(book: CalcBook, condition: str) -> str:
    """Excel's formula of a condition, which UNO gives with the user's separators: commas here."""
    return book.formulas.to_excel("=" + outside_quotes(lambda p: p.replace(",", ";"), condition))


def traits(entry: Any) -> tuple[Any, ...]:
    kind = entry.getType()
    return (kind, entry.Operator, entry.Formula1, entry.StyleName) if kind == CONDITION else (kind,)


def styles(book: CalcBook) -> Any:
    return book.xl.StyleFamilies.getByName("CellStyles")


def style_of(book: CalcBook, spec: dict[str, Any]) -> str:
    """The name of the cell style with this look, made when it is not there yet."""
    settings: dict[str, Any] = {}
    if spec.get("fill_color") is not None:
        settings["CellBackColor"] = to_rgb(spec["fill_color"])
    if spec.get("font_color") is not None:
        settings["CharColor"] = to_rgb(spec["font_color"])
    for script in SCRIPTS:
        if spec.get("font_bold") is not None:
            settings[f"CharWeight{script}"] = BOLD if spec["font_bold"] else 100.0
        if spec.get("font_italic") is not None:
            slant = "ITALIC" if spec["font_italic"] else "NONE"
            settings[f"CharPosture{script}"] = enum("awt.FontSlant", slant)
    look = (spec.get(key) for key in ("fill_color", "font_color", "font_bold", "font_italic"))
    name = f"{_STYLE} {' '.join(map(str, look))}"
    known = styles(book)
    if not known.hasByName(name):
        style = book.xl.createInstance("com.sun.star.style.CellStyle")
        known.insertByName(name, style)
        for key, value in settings.items():
            setattr(style, key, value)
    return name


def sweep(book: CalcBook) -> None:
    """Remove those of our styles that no conditional format uses any more."""
    known = styles(book)
    ours = {name for name in known.ElementNames if name.startswith(f"{_STYLE} ")}
    if not ours:
        return
    for sheet in book.sheets:
        for group in sheet.xl.ConditionalFormats.getConditionalFormats():
            entries = (group.getByIndex(index) for index in range(group.Count))
            ours -= {entry.StyleName for entry in entries if entry.getType() == CONDITION}
    for name in ours:
        known.removeByName(name)


def colour(colour: int | None) -> Colour | None:
    return None if colour is None or colour < 0 else from_rgb(colour)


def without(area: Rectangle, hole: Rectangle) -> list[Rectangle]:
    """The parts of the area that lie outside the hole."""
    shared = area.shared(hole)
    if shared is None:
        return [area]
    parts = (
        rectangle.between(area.row, area.column, shared.row - 1, area.last_column),
        rectangle.between(shared.last_row + 1, area.column, area.last_row, area.last_column),
        rectangle.between(shared.row, area.column, shared.last_row, shared.column - 1),
        rectangle.between(shared.row, shared.last_column + 1, shared.last_row, area.last_column),
    )
    return [part for part in parts if part]
