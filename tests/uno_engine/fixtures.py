"""One running LibreOffice for the whole test session, driven through xlwings."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def running_office() -> Iterator[Any]:
    """The ``xw.App`` of a LibreOffice of our own; skips as `soffice` does."""
    if shutil.which("soffice") is None:
        if os.environ.get("CI"):
            pytest.fail("CI must have soffice")
        pytest.skip("no soffice here")
    import xlwings as xw

    from nianbao_addin.libreoffice.engine import register
    from uno_engine.attached import attach

    register()
    attach()
    app = xw.App(visible=False, add_book=False)
    yield app
    app.quit()


@pytest.fixture
def office(running_office: Any) -> Iterator[Any]:
    """The running LibreOffice without a book, nothing asked or counted yet."""
    import xlwings as xw

    impl = running_office.impl
    impl.books.close_all()
    impl.meter.reset()
    impl.alerts.asked.clear()
    impl.statuses.clear()
    yield running_office
    impl.alerts.answer = None
    if hasattr(xw.Book, "_mock_caller"):
        del xw.Book._mock_caller
    impl.books.close_all()


@pytest.fixture
def book(office: Any) -> Any:
    """A new, empty ``xw.Book``."""
    return office.books.add()


@pytest.fixture
def nasty_folder(tmp_path: Path) -> Path:
    """A folder with every character that a path of our users may have."""
    folder = tmp_path / "《年报》 & 资料 (100%);'新' [2025]"
    folder.mkdir()
    return folder
