"""xlwings on LibreOffice: ``import xlwings as xw; register(); app = xw.apps.add(visible=False)``.

xlwings drives a program through an *engine*, an object behind its public API. This one speaks UNO,
so that code written for Excel runs unmodified against a real LibreOffice, which exists where Excel
does not: in tests, on Linux, for LibreOffice's own users. It implements the public base classes of
xlwings (BSD licence) as far as the hosts and commands need them; the rest raises
`NotImplementedError`.

Three ways to a program: ``xw.apps.add()`` starts one of our own (see `process.start`), `attach`
reaches the one that the user has open, `inside` is for Python that runs within LibreOffice.

Beyond xlwings' API: ``engine.observer`` gets reads and writes; ``app.impl.alerts`` holds the
message boxes and answers them; ``app.impl.pick_file`` and ``pick_folder`` ask for one;
``sheet.impl.protected``, ``protect``, ``unprotect`` and ``show_rows``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import xlwings as xw
from xlwings import base_classes

from nianbao_addin.libreoffice import process
from nianbao_addin.libreoffice.app import CalcApp
from nianbao_addin.libreoffice.bridge import Observer
from nianbao_addin.libreoffice.values import Rows, clean_rows

NAME = "libreoffice"


class CalcApps(base_classes.Apps):
    """The programs that we are connected to, the active one first."""

    def __init__(self, engine: CalcEngine) -> None:
        self.engine = engine
        self._apps: list[CalcApp] = []

    def keys(self) -> list[int]:
        return [app.pid for app in self]

    def add(
        self,
        spec: str | None = None,
        add_book: bool | None = None,
        xl: process.Office | None = None,
        visible: bool | None = None,
    ) -> CalcApp:
        """Start a LibreOffice; ``spec`` is its program, ``visible`` is needed to see anything.

        Without a window it is as good as with one for everything but looking at it, so that no
        window is the default here.
        """
        office = xl or process.start(spec, visible=bool(visible))
        app = CalcApp(self.engine, office)
        self._apps.insert(0, app)
        if add_book:
            app.books.add()
        return app

    def activate(self, app: CalcApp) -> None:
        """Make it the one that ``xw.apps.active`` gives."""
        self._apps.remove(app)
        self._apps.insert(0, app)

    def remove(self, app: CalcApp) -> None:
        """Forget one that has been quit."""
        if app in self._apps:
            self._apps.remove(app)

    def cleanup(self) -> None:  # type: ignore[override]  # xlwings calls it on the object, too
        """Forget those that have gone."""
        self._apps = [app for app in self._apps if app.alive]

    def __iter__(self) -> Iterator[CalcApp]:
        return iter(list(self._apps))

    def __len__(self) -> int:
        return len(self._apps)

    def __getitem__(self, pid: int) -> CalcApp:
        for app in self._apps:
            if app.pid == pid:
                return app
        raise KeyError(pid)


class CalcEngine:
    """The engine itself; `engine` is the only one."""

    name = NAME
    type = "desktop"

    def __init__(self) -> None:
        self.observer = Observer()
        self.apps = CalcApps(self)

    @staticmethod
    def prepare_xl_data_element(value: Any, _options: dict[str, Any]) -> Any:
        """A value on its way into a cell; see `values.entry_of` for what becomes of it."""
        return "" if value is None else value

    @staticmethod
    def clean_value_data(
        data: Sequence[Sequence[Any]],
        datetime_builder: Callable[..., Any],
        empty_as: Any,
        number_builder: Callable[[float], Any] | None,
        err_to_str: bool,
    ) -> Rows:
        """A block's raw values on their way to the caller."""
        return clean_rows(data, datetime_builder, empty_as, number_builder, err_to_str)


engine = CalcEngine()


def register(activate: bool = True) -> xw.Engine:
    """Make the engine known to xlwings, once; ``activate``: ``xw.apps`` and so on mean it."""
    if NAME not in xw.engines.engines_by_name:
        xw.engines.add(xw.Engine(impl=engine))
    registered: xw.Engine = xw.engines(NAME)
    if activate:
        registered.activate()
    return registered


def attach(program: str | None = None) -> xw.App:
    """The LibreOffice that the user has open. Raises `NoLibreOffice` when there is none."""
    register()
    return xw.App(impl=engine.apps.add(xl=process.attach(program)))


def inside(context: Any) -> xw.App:
    """The LibreOffice that this Python runs in; ``context`` is its component context."""
    register()
    return xw.App(impl=engine.apps.add(xl=process.inside(context)))
