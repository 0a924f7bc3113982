"""Runs macros of add-ins in one LibreOffice: a program of its own, because UNO changes ``import``.

    python soffice_macros.py SOFFICE PROFILE < jobs.json > results.json

A job is ``{"addin": file, "calls": [{"function": "Module.Name", "args": […], "workbook": file}]}``;
the workbook, if any, is opened before the call and is then the active one. A result is the list of
module names and the list of returned values; a macro that failed returns ``{"error": …}``.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

sys.path.append("/usr/lib/python3/dist-packages")  # where Debian keeps uno

import uno
from com.sun.star.beans import PropertyValue

LIBRARY = "nianbao"
PIPE = f"nianbao-macros-{os.getpid()}"


def main(soffice: str, profile: str) -> None:
    jobs = json.load(sys.stdin)
    office = subprocess.Popen(
        [
            soffice,
            f"-env:UserInstallation={Path(profile).as_uri()}",
            f"--accept=pipe,name={PIPE};urp;",
            *("--headless", "--norestore", "--nologo"),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env={**os.environ, "HOME": profile, "ComSpec": "ComSpec"},
    )
    try:
        context = connect(office)
        desktop = context.ServiceManager.createInstanceWithContext(
            "com.sun.star.frame.Desktop", context
        )
        json.dump([run(desktop, job) for job in jobs], sys.stdout)
    finally:
        os.killpg(office.pid, signal.SIGKILL)


def connect(office: subprocess.Popen[bytes]) -> Any:
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", local
    )
    for _ in range(6_000):
        try:
            return resolver.resolve(f"uno:pipe,name={PIPE};urp;StarOffice.ComponentContext")
        except Exception:
            if office.poll() is not None:
                raise
            time.sleep(0.1)
    raise TimeoutError(PIPE)


def run(desktop: Any, job: dict[str, Any]) -> dict[str, Any]:
    addin = opened(
        desktop, job["addin"], FilterName="Calc MS Excel 2007 VBA XML", MacroExecutionMode=4
    )
    modules = addin.BasicLibraries.getByName(LIBRARY).ElementNames
    values = [called(desktop, addin, **call) for call in job["calls"]]
    addin.close(True)
    return {"modules": list(modules), "values": values}


def called(desktop: Any, addin: Any, function: str, args: list[str], workbook: str = "") -> Any:
    active = opened(desktop, workbook) if workbook else None
    place = f"vnd.sun.star.script:{LIBRARY}.{function}?language=Basic&location=document"
    try:
        return addin.getScriptProvider().getScript(place).invoke(tuple(args), (), ())[0]
    except Exception as error:
        return {"error": str(error)}
    finally:
        if active is not None:
            active.close(True)


def opened(desktop: Any, path: str, **properties: Any) -> Any:
    values = []
    for name, value in properties.items():
        item = PropertyValue()
        item.Name, item.Value = name, value
        values.append(item)
    return desktop.loadComponentFromURL(uno.systemPathToFileUrl(path), "_blank", 0, tuple(values))


if __name__ == "__main__":
    main(*sys.argv[1:])
