"""Takes the manual's pictures: a real LibreOffice with our extension, on a screen of its own.

``make manual`` runs it. Needs Xvfb, xdotool, ImageMagick, pngquant, LibreOffice with its Chinese
language pack and Chinese fonts (Debian: xvfb xdotool imagemagick pngquant libreoffice-calc
libreoffice-l10n-zh-cn python3-uno fonts-noto-cjk locales) and the locale zh_CN.UTF-8 (there
``localedef -i zh_CN -f UTF-8 zh_CN.UTF-8``). The figures are invented.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from nianbao import actions
from nianbao import form as forms
from nianbao.report import Agency, Report, build, with_totals
from nianbao.template import results
from nianbao.words.figures import Value
from nianbao_addin.libreoffice import bridge, process
from nianbao_addin.ribbon import manual
from nianbao_addin.setup import oxt

PICTURES = Path(manual.__file__).with_name("pictures")
PAGE = Path(__file__).with_name(manual.FILE_NAME)

_WIDTH, _HEIGHT = 1160, 800
_MENU, _OK = (577, 13), (_WIDTH // 2, 422)
"""Where our menu and the button of a message box are."""

_MAX_BYTES = 120 * 1024
_BY_VALUE = 3  # com.sun.star.view.DocumentZoomType
_AGENCY = "某某市某某局"

_FIGURES: dict[str, Value] = {
    "disclosure.normative_documents.made": 2,
    "disclosure.normative_documents.in_force": 7,
    "disclosure.licensing.decisions": 46,
    "disclosure.penalties.decisions": 3,
    "requests.received.natural_person": 12,
    "requests.received.business": 3,
    "requests.carried_in.natural_person": 1,
    "requests.granted.natural_person": 8,
    "requests.granted.business": 3,
    "requests.partial.natural_person": 3,
    "requests.carried_out.natural_person": 2,
}
_TEXTS = {
    "opening": "根据《中华人民共和国政府信息公开条例》第五十条的规定，编制本报告。"
    "本报告所列数据的统计期限为2025年1月1日至2025年12月31日。",
    "overview": "（一）主动公开\n全年公开政策文件、工作动态和办事指南，及时回应社会关切。\n"
    "（二）依申请公开\n全年收到申请15件，上年结转1件，均依法依规答复。\n"
    "（三）政府信息管理\n建立信息发布台账，明确各类信息的发布时限和责任人。\n"
    "（四）政府信息公开平台建设\n优化网站栏目，方便群众查找。\n"
    "（五）监督保障\n组织业务培训2次，开展自查4次。",
    "problems": "（一）存在的主要问题\n政策解读的形式不够丰富。\n"
    "（二）改进情况\n出台政策时同步准备问答和图示。",
    "other": "未收取信息处理费。无其他需要报告的事项。",
}


def main() -> None:
    """All pictures, the drawing of the ribbon, and the manual for readers of the source.

    With ``--page`` no new pictures.
    """
    PICTURES.mkdir(exist_ok=True)
    (PICTURES / "ribbon.svg").write_text(manual.svg(standalone=True), encoding="utf-8")
    if "--page" not in sys.argv:
        _pictures()
    PAGE.write_bytes(manual.page(inline=False))


def _pictures() -> None:
    with tempfile.TemporaryDirectory(prefix="nianbao-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # unopkg runs as nobody where we are root
        with _screen() as display, _office(folder, display) as office:
            _take(Camera(office, display, folder))


def _take(camera: Camera) -> None:
    book = camera.open("某某局年报.xlsx", *_with_slips())
    camera.show(book, "表三", "L33", row=24)
    camera.picture("checks", 720)
    camera.show(book, "说明", "I9")
    camera.picture("guide", _HEIGHT)
    with camera.pressing(book, "check"):
        camera.picture("marks", 640)
    camera.show(book, "校验结果", "D5", zoom=80)
    camera.picture("results", 480)
    answers = book.Sheets.getByName(results.SHEET)
    for row in range(results.FIRST - 1, results.FIRST + 20):
        if (
            answers.getCellByPosition(results.INDEX["level"], row).String
            == results.LEVELS["warning"]
        ):
            handling, reason = (results.INDEX[key] for key in ("handling", "reason"))
            answers.getCellByPosition(handling, row).String = results.HANDLINGS[-1]
            answers.getCellByPosition(reason, row).String = "6 件有效期满自动失效，未计入废止"
    with camera.pressing(book, "check"):
        pass
    column = results.INDEX["message"]
    camera.show(book, "校验结果", "L11", row=6, column=column, zoom=80)
    camera.picture("answers", 480)
    camera.show(book, "报告", "AE2")
    camera.picture("report", 640)
    camera.show(book, "表三", "D7")
    with camera.menu():
        camera.picture("menu", 330)
    book.close(True)


def _with_slips() -> tuple[Report, Report]:
    """A report with a few things wrong, and the year before's."""
    form = forms.load(2021)
    zeros: dict[str, Value] = {id: 0 for id in form.cells() if id not in form.sums()}
    agency = Agency(_AGENCY)
    wrong: dict[str, Value] = {
        "requests.granted.natural_person": 11,
        "requests.other_handling.other.business": None,
    }
    report = with_totals(build(2021, 2025, agency, {**zeros, **_FIGURES, **wrong}, text=_TEXTS))
    before: dict[str, Value] = {
        "disclosure.normative_documents.in_force": 11,
        "requests.received.natural_person": 6,
        "requests.granted.natural_person": 5,
        "requests.carried_out.natural_person": 1,
    }
    return report, with_totals(build(2021, 2024, agency, {**zeros, **before}))


class Camera:
    """A LibreOffice on a screen, and what can be seen of it."""

    def __init__(self, office: process.Office, display: str, folder: Path) -> None:
        self.office, self.display, self.folder = office, display, folder
        self.environ = {**os.environ, "DISPLAY": display}

    def open(self, name: str, report: Report, previous: Report) -> Any:
        path = self.folder / name
        path.write_bytes(actions.filled(report, previous, None, name)[0])
        url = bridge.file_url(path)
        book = self.office.desktop.loadComponentFromURL(url, "_blank", 0, ())
        frame = book.CurrentController.Frame
        frame.ContainerWindow.setPosSize(0, 0, _WIDTH, _HEIGHT, 15)
        frame.ContainerWindow.toFront()
        self._dispatch(book, ".uno:Sidebar", Sidebar=False)
        return book

    def show(
        self, book: Any, sheet: str, cell: str, row: int = 0, column: int = 0, zoom: int = 100
    ) -> None:
        """A sheet, scrolled to a row and a column, both counted from 0; ``zoom`` in percent."""
        controller = book.CurrentController
        controller.ZoomType, controller.ZoomValue = _BY_VALUE, zoom
        found = book.Sheets.getByName(sheet)
        controller.setActiveSheet(found)
        controller.select(found.getCellRangeByName(cell))
        controller.setFirstVisibleRow(row)
        controller.setFirstVisibleColumn(column)

    def picture(self, name: str, height: int) -> None:
        """The upper part of the screen as a small PNG."""
        time.sleep(1.5)  # until everything is painted
        path = PICTURES / f"{name}.png"
        crop = f"{_WIDTH}x{height}+0+0"
        shot = ["import", "-window", "root", "-crop", crop, "+repage", str(path)]
        subprocess.run(shot, check=True, env=self.environ)
        small = ["pngquant", "--force", "--strip", "--speed=1", "--output", str(path), "64"]
        subprocess.run([*small, str(path)], check=True)
        if path.stat().st_size > _MAX_BYTES:
            raise SystemExit(f"{path.name}: {path.stat().st_size} bytes are too many")

    @contextmanager
    def pressing(self, book: Any, command: str) -> Iterator[None]:
        """While the message box at the end of a button waits for an answer."""
        url = f"service:{oxt.SERVICE}?{command}"
        pressed = threading.Thread(target=self._dispatch, args=(book, url), daemon=True)
        pressed.start()
        time.sleep(6)
        yield
        for _ in range(10):  # the box may still be to come
            self.click(*_OK)
            pressed.join(2)
            if not pressed.is_alive():
                return
        raise SystemExit(f"{command} does not end")

    @contextmanager
    def menu(self) -> Iterator[None]:
        """While our menu is open, with its first group."""
        self._xdotool("search", "--onlyvisible", "--name", "LibreOffice", "windowfocus")
        self.click(*_MENU)
        self.click(_MENU[0], _MENU[1] + 26)
        yield
        self._xdotool("key", "--repeat", "3", "Escape")

    def click(self, x: int, y: int) -> None:
        self._xdotool("mousemove", str(x), str(y), "sleep", "0.5", "click", "1")
        time.sleep(1)

    def _xdotool(self, *command: str) -> None:
        subprocess.run(["xdotool", *command], check=True, env=self.environ)

    def _dispatch(self, book: Any, url: str, **arguments: Any) -> None:
        helper = self.office.service("frame.DispatchHelper")
        frame = book.CurrentController.Frame
        helper.executeDispatch(frame, url, "", 0, bridge.properties(**arguments))


@contextmanager
def _screen() -> Iterator[str]:
    """A screen of our own; its name."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{_WIDTH}x{_HEIGHT}x24"]
    server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as said:
            yield f":{said.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


@contextmanager
def _office(folder: Path, display: str) -> Iterator[process.Office]:
    """LibreOffice with the extension, in a profile of its own, speaking Chinese."""
    file, profile = folder / "nianbao.oxt", folder / "profile"
    file.write_bytes(oxt.build())
    profile.mkdir()
    process._write_settings(profile, locale="zh-CN")
    command = ["unopkg", "add", f"-env:UserInstallation={profile.as_uri()}", str(file)]
    if os.getuid() == 0:  # which unopkg refuses
        for path in (folder, file, profile, *profile.rglob("*")):
            os.chown(path, 65534, 65534)
        command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *command]
    subprocess.run(command, check=True, env={**os.environ, "HOME": str(profile)})
    os.environ |= {"DISPLAY": display, "LANG": "zh_CN.UTF-8", "XDG_DATA_HOME": str(folder)}
    pipe = f"nianbao-pictures-{os.getpid()}"
    program, arguments = process._binary(None), process._arguments(pipe, profile, True)
    context = None
    while context is None:  # a new profile: it asks to be started again
        started = process._run([*process._leash(), str(program), *arguments])
        context = process._connect(pipe, started, 90)
    office = process.Office(context, headless=False, pid=started.pid, process=started)
    try:
        yield office
    finally:
        with suppress(Exception):
            office.stop(3)


if __name__ == "__main__":
    main()
