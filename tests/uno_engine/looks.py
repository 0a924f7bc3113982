"""How cells look: colours, fonts, sizes, alignment."""

from __future__ import annotations

from typing import Any

from xlwings import base_classes, utils

from nianbao_addin.libreoffice.bridge import enum, guarded
from nianbao_addin.libreoffice.range import CalcRange

Colour = tuple[int, int, int]

_POINT = 2540 / 72  # in hundredths of a millimetre, in which UNO measures

_HORIZONTAL = {
    "general": "STANDARD",
    "left": "LEFT",
    "center": "CENTER",
    "right": "RIGHT",
    "justify": "BLOCK",
    "fill": "REPEAT",
    "distributed": "BLOCK",
}
_VERTICAL = {"top": 1, "center": 2, "bottom": 3, "justify": 4, "distributed": 4}
BOLD = 150.0
SCRIPTS = ("", "Asian", "Complex")  # UNO keeps a font for each kind of script


def to_rgb(colour: Any) -> int:
    """UNO's colour of xlwings' tuple, hex string or Excel's integer (whose red is the low byte)."""
    if isinstance(colour, str):
        colour = utils.hex_to_rgb(colour)
    elif isinstance(colour, int):
        colour = utils.int_to_rgb(colour)
    red, green, blue = colour
    return (int(red) << 16) + (int(green) << 8) + int(blue)


def from_rgb(colour: int) -> Colour:
    """Red, green and blue of UNO's colour."""
    return colour >> 16 & 255, colour >> 8 & 255, colour & 255


@guarded
class LooksParts:
    """For `CalcRange`: what touches no content. Mixed settings read as None, as in Excel."""

    @property
    def color(self) -> Colour | None:
        colour = self._get("CellBackColor")
        return None if colour in (None, -1) else from_rgb(colour)

    @color.setter
    def color(self, value: Any) -> None:
        self._set("CellBackColor", -1 if value is None else to_rgb(value))

    @property
    def horizontal_alignment(self) -> str | None:
        found = self._get("HoriJustify")
        names = {uno: name for name, uno in reversed(_HORIZONTAL.items())}
        return None if found is None else names[found.value]

    @horizontal_alignment.setter
    def horizontal_alignment(self, value: str) -> None:
        if value not in _HORIZONTAL:
            raise NotImplementedError(f"LibreOffice has no alignment {value!r}")
        self._set("HoriJustify", enum("table.CellHoriJustify", _HORIZONTAL[value]))

    @property
    def vertical_alignment(self) -> str | None:
        found = self._get("VertJustify")
        names = {uno: name for name, uno in reversed(_VERTICAL.items())} | {0: "bottom"}
        return None if found is None else names[found]

    @vertical_alignment.setter
    def vertical_alignment(self, value: str) -> None:
        self._set("VertJustify", _VERTICAL[value])

    @property
    def row_height(self) -> float | None:
        """In points."""
        self.reading("row height")
        height = self._same(self.xl.Rows, "Height")
        return None if height is None else round(height / _POINT, 2)

    @row_height.setter
    def row_height(self, value: float) -> None:
        self.formatting("row height")
        self.xl.Rows.Height = round(value * _POINT)

    @property
    def column_hidden(self) -> bool | None:
        self.reading("column hidden")
        visible = self._same(self.xl.Columns, "IsVisible")
        return None if visible is None else not visible

    @column_hidden.setter
    def column_hidden(self, value: bool) -> None:
        self.formatting("column hidden")
        self.xl.Columns.IsVisible = not value

    @property
    def row_hidden(self) -> bool | None:
        self.reading("row hidden")
        visible = self._same(self.xl.Rows, "IsVisible")
        return None if visible is None else not visible

    @row_hidden.setter
    def row_hidden(self, value: bool) -> None:
        self.formatting("row hidden")
        self.xl.Rows.IsVisible = not value

    @property
    def left(self) -> float:
        """Points from the sheet's left edge; ``top``, ``width`` and ``height`` likewise."""
        return float(self.xl.Position.X / _POINT)

    @property
    def top(self) -> float:
        return float(self.xl.Position.Y / _POINT)

    @property
    def width(self) -> float:
        return float(self.xl.Size.Width / _POINT)

    @property
    def height(self) -> float:
        return float(self.xl.Size.Height / _POINT)

    def autofit(self, axis: str | None = None) -> None:
        """Columns and rows as wide and high as their content: axis ``c``, ``r`` or both."""
        self.formatting("autofit")
        if axis in (None, "c", "columns"):
            self.xl.Columns.OptimalWidth = True
        if axis in (None, "r", "rows"):
            self.xl.Rows.OptimalHeight = True

    @property
    def font(self) -> Font:
        return Font(self)


@guarded
class Font(base_classes.Font):
    """The font of a range; Chinese text has a font of its own in UNO, set together here."""

    def __init__(self, block: CalcRange) -> None:
        self.app, self.book, self._block = block.app, block.book, block

    @property
    def api(self) -> Any:
        """UNO's range, which has the font's properties."""
        return self._block.xl

    def _get(self, name: str) -> Any:
        self._block.reading("font")
        return getattr(self._block.xl, name) if self._block.uniform(name) else None

    def _set(self, name: str, value: Any) -> None:
        self._block.formatting("font")
        names = tuple(f"{name}{script}" for script in SCRIPTS)
        self._block.xl.setPropertyValues(names, (value,) * len(names))

    @property
    def bold(self) -> bool | None:
        weight = self._get("CharWeight")
        return None if weight is None else weight >= BOLD

    @bold.setter
    def bold(self, value: bool) -> None:
        self._set("CharWeight", BOLD if value else 100.0)

    @property
    def italic(self) -> bool | None:
        posture = self._get("CharPosture")
        return None if posture is None else posture.value != "NONE"

    @italic.setter
    def italic(self, value: bool) -> None:
        self._set("CharPosture", enum("awt.FontSlant", "ITALIC" if value else "NONE"))

    @property
    def size(self) -> float | None:
        size: float | None = self._get("CharHeight")
        return size

    @size.setter
    def size(self, value: float) -> None:
        self._set("CharHeight", float(value))

    @property
    def name(self) -> str | None:
        name: str | None = self._get("CharFontName")
        return name

    @name.setter
    def name(self, value: str) -> None:
        self._set("CharFontName", value)

    @property
    def color(self) -> Colour | None:
        colour = self._get("CharColor")
        return None if colour is None else from_rgb(max(colour, 0))

    @color.setter
    def color(self, value: Any) -> None:
        self._block.formatting("font")
        self._block.xl.CharColor = to_rgb(value)
