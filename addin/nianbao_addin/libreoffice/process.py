"""A LibreOffice process: start one of our own, or reach the one that the user has open.

An own one runs without a window in a throw-away profile and its own process group, is reached over
a named pipe that only this user can open, and ends with us: at exit, and on Linux even when we are
killed. Nothing of the user's settings is read or written.
"""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nianbao_addin.libreoffice import bridge
from nianbao_addin.libreoffice.bridge import NoLibreOffice

# Settings of an own profile (path, name, type, value): the locale of our users, and nothing that
# asks, remembers, recovers or locks. Lock files are off because a killed process leaves them behind
# and the next one would then refuse the file without a word; an own process opens copies.
_SETTINGS = (
    ("/org.openoffice.Setup/L10N", "ooSetupSystemLocale", "xs:string", "{locale}"),
    ("/org.openoffice.Setup/Office", "ooSetupInstCompleted", "xs:boolean", "true"),
    ("/org.openoffice.Office.Common/Misc", "UseLocking", "xs:boolean", "false"),
    ("/org.openoffice.Office.Common/Misc", "FirstRun", "xs:boolean", "false"),
    ("/org.openoffice.Office.Common/Misc", "ShowTipOfTheDay", "xs:boolean", "false"),
    ("/org.openoffice.Office.Recovery/AutoSave", "Enabled", "xs:boolean", "false"),
    ("/org.openoffice.Office.Recovery/RecoveryInfo", "Enabled", "xs:boolean", "false"),
)


_MESSENGER = "NIANBAO_MESSENGER"  # the variable by which `attach` knows its own process
_RESTART = (79, 81)  # exit codes by which soffice.bin asks its launcher to be started again


@dataclass
class Office:
    """A connection to LibreOffice.

    ``context`` is its component context; ``headless``: there is no window, so that nobody could
    answer a message box; ``process`` and ``profile`` are those of an own one, else None.
    """

    context: Any
    headless: bool
    pid: int
    process: subprocess.Popen[bytes] | None = None
    profile: Path | None = None
    desktop: Any = field(init=False)

    def __post_init__(self) -> None:
        self.desktop = self.service("frame.Desktop")

    @property
    def owned(self) -> bool:
        """Whether we started it, and so may end it."""
        return self.process is not None

    @property
    def alive(self) -> bool:
        """Whether it still answers."""
        if self.process is not None and self.process.poll() is not None:
            return False
        try:
            self.desktop.getCurrentComponent()
        except bridge.uno_error():
            return False
        return True

    def service(self, name: str) -> Any:
        """An instance of the UNO service ``com.sun.star.<name>``."""
        manager = self.context.ServiceManager
        return manager.createInstanceWithContext(f"com.sun.star.{name}", self.context)

    def stop(self, patience: float = 10.0) -> None:
        """End an own process, politely for ``patience`` seconds; never the user's."""
        if self.process is None:
            return
        if self.process.poll() is None:
            try:
                self.desktop.terminate()
            except bridge.uno_error():
                pass  # it is gone already, or takes the bridge down while it answers
            _end(self.process, patience)
        atexit.unregister(self.stop)
        if self.profile is not None:
            shutil.rmtree(self.profile, ignore_errors=True)

    def kill(self) -> None:
        """End an own process at once."""
        self.stop(patience=0)


def start(
    program: str | None = None,
    visible: bool = False,
    locale: str = "zh-CN",
    timeout: float = 300.0,
) -> Office:
    """Start a LibreOffice of our own and wait until it answers (about a second).

    ``program`` is the name or path of ``soffice``; ``visible`` opens windows, which needs a screen.
    Raises `NoLibreOffice`.
    """
    binary = _binary(program)
    profile = Path(tempfile.mkdtemp(prefix="nianbao-soffice-"))
    _write_settings(profile, locale=locale)
    pipe = f"nianbao-{uuid.uuid4().hex}"
    command = [*_leash(), str(binary), *_arguments(pipe, profile, visible)]
    process = _run(command)
    try:
        context = _connect(pipe, process, timeout)
        if context is None:  # it has just set up the new profile, and wants to start again with it
            process = _run(command)
            context = _connect(pipe, process, timeout)
    except NoLibreOffice:
        _end(process, 0)
        shutil.rmtree(profile, ignore_errors=True)
        raise
    office = Office(context, not visible, process.pid, process, profile)
    atexit.register(office.stop)
    return office


def attach(
    program: str | None = None, timeout: float = 60.0, arguments: tuple[str, ...] = ()
) -> Office:
    """Reach the LibreOffice that the user has open.

    A second ``soffice`` hands its ``--accept`` over to the running one and ends. Where none is
    running it would itself become the program: then it is ended and `NoLibreOffice` raised. Which
    of the two answers is known by a variable of its environment, not by how long anything takes.
    """
    pipe = f"nianbao-{uuid.uuid4().hex}"
    command = [str(_launcher(program)), *arguments, _accept(pipe), "--norestore", "--nologo"]
    messenger = _run(command, **{_MESSENGER: pipe})
    try:
        context = _connect(pipe, messenger, timeout, handed_over=True)
    except NoLibreOffice:
        _end(messenger, 0)
        raise
    expander = context.getValueByName("/singletons/com.sun.star.util.theMacroExpander")
    if expander.expandMacros(f"${{{_MESSENGER}}}") == pipe:
        Office(context, headless=False, pid=messenger.pid, process=messenger).stop()
        raise NoLibreOffice("没有正在运行的 LibreOffice，请先用它打开工作簿。")
    with suppress(subprocess.TimeoutExpired):
        messenger.wait(timeout)
    return Office(context, headless=False, pid=_pseudo_pid(pipe))


def inside(context: Any) -> Office:
    """The LibreOffice that this Python runs in (an extension or a macro of it)."""
    return Office(context, headless=False, pid=os.getpid())


def _binary(program: str | None) -> Path:
    """The program itself rather than the script that starts it: one process, whose id we know."""
    launcher = _launcher(program)
    binary = launcher.resolve().with_name("soffice.bin")
    return binary if binary.exists() else launcher


def _launcher(program: str | None) -> Path:
    found = shutil.which(program or "soffice")
    if found is None:
        raise NoLibreOffice("没有找到 LibreOffice（soffice）。")
    return Path(found)


def _accept(pipe: str) -> str:
    return f"--accept=pipe,name={pipe};urp;StarOffice.ComponentContext"


def _arguments(pipe: str, profile: Path, visible: bool) -> list[str]:
    quiet = ["--norestore", "--nologo", "--nodefault", "--nofirststartwizard"]
    window = [] if visible else ["--headless"]
    return [f"-env:UserInstallation={profile.as_uri()}", _accept(pipe), *window, *quiet]


def _leash() -> list[str]:
    """On Linux: ends the process when the thread that started it ends, however that happens."""
    setpriv = shutil.which("setpriv") if sys.platform == "linux" else None
    if setpriv is None or threading.current_thread() is not threading.main_thread():
        return []
    return [setpriv, "--pdeathsig", "KILL", "--"]


def _write_settings(profile: Path, **values: str) -> None:
    items = "".join(
        f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse" oor:type="{kind}">'
        f"<value>{value.format(**values)}</value></prop></item>"
        for path, name, kind, value in _SETTINGS
    )
    folder = profile / "user"
    folder.mkdir()
    (folder / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry"'
        ' xmlns:xs="http://www.w3.org/2001/XMLSchema">' + items + "</oor:items>\n",
        encoding="utf-8",
    )


def _run(command: list[str], **variables: str) -> subprocess.Popen[bytes]:
    """The process, silent and the leader of a group of its own, with these variables."""
    quiet = subprocess.DEVNULL
    environ = {**_environ(), **variables}
    return subprocess.Popen(
        command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True, env=environ
    )


def _environ() -> dict[str, str]:
    """Ours without virtual environments: the Python inside LibreOffice takes the first ``python3``
    of the PATH for its own, and with the library of another version the whole program aborts."""
    places = os.environ.get("PATH", os.defpath).split(os.pathsep)
    kept = [place for place in places if not (Path(place).parent / "pyvenv.cfg").is_file()]
    return {**os.environ, "PATH": os.pathsep.join(kept)}


def _connect(
    pipe: str, process: subprocess.Popen[bytes], timeout: float, handed_over: bool = False
) -> Any:
    """The component context behind the pipe, as soon as somebody listens there.

    None when the process has ended in order to be started again. ``handed_over``: another process
    will listen, this one ends when it has asked it to.
    """
    local = bridge.uno().getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", local
    )
    refused = bridge.exception("connection.NoConnectException")
    dropped = bridge.exception("uno.RuntimeException")  # it listens, but is not ready to talk
    deadline = time.monotonic() + timeout
    while True:
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except (refused, dropped) as error:
            code = process.poll()
            if code in _RESTART and not handed_over:
                return None
            if code is not None and not (handed_over and code == 0):
                raise NoLibreOffice(f"LibreOffice 启动失败（代码 {code}）。") from error
            if time.monotonic() > deadline:
                raise NoLibreOffice(f"LibreOffice {timeout:.0f} 秒内没有应答。") from error
        time.sleep(0.05)


def _end(process: subprocess.Popen[bytes], patience: float) -> None:
    """Wait for the end, then force it upon the whole group of processes."""
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _pseudo_pid(pipe: str) -> int:
    """A number for xlwings, which knows apps by it, where the real id is not known."""
    return -int(pipe[-7:], 16)
