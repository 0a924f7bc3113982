"""The wheels of an offline installer: this program and what it needs, for another computer.

``pip download --platform`` judges the conditions of requirements (``; platform_system ==
"Windows"``) by the computer that it runs on: from Linux it would leave out pywin32. So what the
target still needs is read from the wheels' own metadata, and asked for until nothing is missing.
"""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from importlib import metadata, util
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile, ZipInfo

from packaging import tags
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

import nianbao
import nianbao_addin
from nianbao.errors import UnusableInput
from nianbao_addin.setup import install

PROJECT = "nianbao"
PACKAGES = (nianbao, nianbao_addin)

# Linux: every wheel that runs with glibc 2.28 (2018), which 统信 UOS 20 and 麒麟 V10 have.
_GLIBC = range(28, 16, -1)


@dataclass(frozen=True)
class Target:
    """The computer that the wheels are for."""

    platform: str
    """One of PLATFORMS: ``win_amd64``."""
    python: str
    """``3.12``."""

    @property
    def system(self) -> str:
        """``win`` or ``linux``, and the machine behind it."""
        return self.platform.partition("_")[0]

    @property
    def platforms(self) -> tuple[str, ...]:
        """The platform tags that it accepts."""
        if self.system == "win":
            return (self.platform,)
        machine = self.platform.partition("_")[2]
        return (*(f"manylinux_2_{minor}_{machine}" for minor in _GLIBC), f"manylinux2014_{machine}")

    @property
    def tags(self) -> frozenset[tags.Tag]:
        """All tags of wheels that run there."""
        version = tuple(map(int, self.python.split(".")))
        interpreter = f"cp{version[0]}{version[1]}"
        return frozenset(
            {
                *tags.cpython_tags(version, abis=[interpreter], platforms=self.platforms),
                *tags.compatible_tags(version, interpreter, self.platforms),
            }
        )

    @property
    def environment(self) -> dict[str, str]:
        """What the conditions of requirements are judged by there (PEP 508)."""
        windows = self.system == "win"
        machine = self.platform.partition("_")[2]
        return {
            "os_name": "nt" if windows else "posix",
            "sys_platform": "win32" if windows else "linux",
            "platform_system": "Windows" if windows else "Linux",
            "platform_machine": machine.upper() if windows else machine,
            "platform_release": "",
            "platform_version": "",
            "platform_python_implementation": "CPython",
            "implementation_name": "cpython",
            "implementation_version": f"{self.python}.0",
            "python_version": self.python,
            "python_full_version": f"{self.python}.0",
            "extra": "",
        }


PLATFORMS = ("win_amd64", "win_arm64", "linux_x86_64", "linux_aarch64")


@dataclass(frozen=True)
class Wheel:
    """One wheel file."""

    name: str
    data: bytes = field(repr=False)

    @property
    def project(self) -> str:
        """Its normalised name."""
        return str(parse_wheel_filename(self.name)[0])

    @property
    def version(self) -> str:
        """``6.1.3``."""
        return str(parse_wheel_filename(self.name)[1])

    @property
    def tags(self) -> frozenset[tags.Tag]:
        """Where it runs."""
        return parse_wheel_filename(self.name)[3]

    @property
    def metadata(self) -> Message:
        """Its METADATA."""
        with ZipFile(BytesIO(self.data)) as archive:
            for name in archive.namelist():
                if name.endswith(".dist-info/METADATA") and name.count("/") == 1:
                    return message_from_bytes(archive.read(name))
        raise UnusableInput(f"安装包 {self.name} 不完整，没有 METADATA。")

    @property
    def licence(self) -> str:
        """As its authors name it, on one line."""
        head = self.metadata
        named = head["License-Expression"] or (head["License"] or "").strip().partition("\n")[0]
        classified = [
            text.rpartition(" :: ")[2]
            for text in head.get_all("Classifier", [])
            if text.startswith("License :: ")
        ]
        return named or "、".join(classified) or "见安装包内的 LICENSE"

    def needs(self, target: Target) -> tuple[Requirement, ...]:
        """What it requires on the target, without conditions."""
        return needed(self.metadata.get_all("Requires-Dist", []), target)


def needed(requirements: Iterable[str], target: Target) -> tuple[Requirement, ...]:
    """Those that hold on the target, without their conditions."""
    found = []
    for text in requirements:
        requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate(target.environment):
            requirement.marker = None
            found.append(requirement)
    return tuple(found)


def own() -> Wheel:
    """This very program as a wheel, packed from what is installed: what was tried is what is sent.

    It needs no checkout, no build tool and no network, and gives the same bytes each time.
    Raises UnusableInput when what is installed is not one whole.
    """
    try:
        installed = metadata.distribution(PROJECT)
    except metadata.PackageNotFoundError:
        raise UnusableInput("本程序没有用 pip 安装，不能制作离线安装包：pip install .") from None
    _refuse_stale(installed)
    files = {name: content for package in PACKAGES for name, content in _files_of(package.__path__)}
    files[f"{nianbao_addin.__name__}/{install.MACROS}"] = install.macros_file().removeprefix(
        install.MARK
    )
    folder = f"{PROJECT}-{nianbao.__version__}.dist-info"
    info = {f"{folder}/{name}": content for name, content in _information(installed).items()}
    parts = {**dict(sorted(files.items())), **dict(sorted(info.items()))}
    record = f"{folder}/RECORD"
    lines = [*(_recorded(name, content) for name, content in parts.items()), f"{record},,"]
    parts[record] = ("\n".join(lines) + "\n").encode()
    stream = BytesIO()
    with ZipFile(stream, "w") as archive:
        for name, content in parts.items():
            member = ZipInfo(name)  # 1980-01-01, stored
            member.create_system, member.external_attr = 3, 0o100644 << 16
            archive.writestr(member, content)
    return Wheel(f"{PROJECT}-{nianbao.__version__}-py3-none-any.whl", stream.getvalue())


def collect(target: Target, program: Wheel) -> tuple[Wheel, ...]:
    """All wheels that the program needs on the target, itself included, by name.

    Raises UnusableInput when they cannot be had; asks the registry that pip is set up with.
    """
    asked = {str(requirement) for requirement in program.needs(target)}
    while True:
        wheels = {wheel.project: wheel for wheel in (program, *_downloaded(sorted(asked), target))}
        reached, missing = _closure(program, wheels, target)
        if not missing:
            break
        asked |= missing
    for wheel in reached:
        if not wheel.tags & target.tags:
            raise UnusableInput(f"安装包 {wheel.name} 不能用于 {target.platform}。")
    return reached


def _closure(
    program: Wheel, wheels: Mapping[str, Wheel], target: Target
) -> tuple[tuple[Wheel, ...], set[str]]:
    """The wheels that are really needed there, and the requirements that none of them meets."""
    reached, missing, waiting = {program.project: program}, set[str](), [program]
    while waiting:
        for requirement in waiting.pop().needs(target):
            name = canonicalize_name(requirement.name)
            wheel = wheels.get(name)
            if wheel is None or not requirement.specifier.contains(wheel.version, prereleases=True):
                missing.add(str(requirement))
            elif name not in reached:
                reached[name] = wheel
                waiting.append(wheel)
    return tuple(sorted(reached.values(), key=lambda wheel: wheel.name)), missing


def _downloaded(requirements: list[str], target: Target) -> tuple[Wheel, ...]:
    if util.find_spec("pip") is None:
        raise UnusableInput("当前的 Python 没有 pip，不能下载安装包：python -m ensurepip。")
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-I", "-m", "pip", "download", "--quiet", "--no-input"]
        command += ["--disable-pip-version-check", "--only-binary", ":all:", "--dest", folder]
        command += ["--implementation", "cp", "--python-version", target.python]
        command += [part for name in target.platforms for part in ("--platform", name)]
        result = subprocess.run(
            [*command, *requirements],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
        if result.returncode != 0:
            reason = [line for line in result.stderr.splitlines() if line.startswith("ERROR: ")]
            detail = reason[-1].removeprefix("ERROR: ") if reason else f"退出码 {result.returncode}"
            raise UnusableInput(
                f"没有下载到 {target.platform}、Python {target.python} 的安装包（pip：{detail}）。"
            )
        return tuple(Wheel(path.name, path.read_bytes()) for path in Path(folder).glob("*.whl"))


def _refuse_stale(installed: metadata.Distribution) -> None:
    """A checkout goes on while its metadata are those of the day it was installed."""
    wanted = installed.requires or []
    origin = json.loads(installed.read_text("direct_url.json") or "{}")
    if origin.get("dir_info", {}).get("editable"):
        project = Path(nianbao.__path__[0]).parents[1] / "pyproject.toml"
        declared = tomllib.loads(project.read_text("utf-8"))["project"]
        extras = declared.get("optional-dependencies", {})
        wanted = [*declared["dependencies"]]
        for name, some in extras.items():
            for one in map(Requirement, some):
                condition = f'extra == "{name}"'
                one.marker = Marker(f"({one.marker}) and {condition}" if one.marker else condition)
                wanted.append(str(one))
    same = set(map(Requirement, wanted)) == set(map(Requirement, installed.requires or []))
    if installed.version != nianbao.__version__ or not same:
        raise UnusableInput("本程序安装之后又改动过，请重新安装一次再制作离线安装包：pip install .")


def _files_of(roots: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    for root in map(Path, roots):
        for path in root.rglob("*"):
            relative = path.relative_to(root.parent)
            hidden = any(part.startswith((".", "__pycache__")) for part in relative.parts)
            if path.is_file() and not hidden:
                yield relative.as_posix(), path.read_bytes()


def _information(installed: metadata.Distribution) -> dict[str, bytes]:
    """The files of ``.dist-info``: those that describe the program, none of those about here."""
    wheel = (
        f"Wheel-Version: 1.0\nGenerator: {PROJECT} {nianbao.__version__}\n"
        "Root-Is-Purelib: true\nTag: py3-none-any\n"
    )
    found = {"WHEEL": wheel.encode()}
    for name in ("METADATA", "entry_points.txt"):
        found[name] = (installed.read_text(name) or "").encode()
    for path in installed.files or []:
        if path.parts[0].endswith(".dist-info") and path.parts[1] == "licenses":
            found["/".join(path.parts[1:])] = path.read_binary()
    return found


def _recorded(name: str, content: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(content)}"
