"""The offline installer: built with real wheels, unpacked, looked at, and installed from."""

from __future__ import annotations

import base64
import csv
import hashlib
import html
import io
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from email import message_from_bytes
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

import nianbao
import nianbao_addin
from conftest import SEED
from nianbao.errors import UnusableInput
from nianbao_addin.ribbon.xlam import FILE_NAME
from nianbao_addin.setup import bundle, install, wheels
from nianbao_addin.setup.bundle import Bundle
from nianbao_addin.setup.computer import Computer
from nianbao_addin.setup.offline import nianbao_setup
from nianbao_addin.setup.wheels import Target, Wheel

HERE = "{}.{}".format(*sys.version_info)
PLATFORM = sysconfig.get_platform().replace("-", "_").replace(".", "_")
ROOT = Path(nianbao_addin.__path__[0]).parents[1]
CHECKOUT = (ROOT / "pyproject.toml").is_file()


def collected(platform: str, python: str) -> Bundle:
    """Real wheels, from the registry that pip is set up with."""
    try:
        return bundle.build(platform, [python])
    except UnusableInput as error:
        pytest.fail(f"this test needs a package registry that pip can reach: {error}")


@pytest.fixture(scope="module")
def windows() -> Bundle:
    return collected("win_amd64", "3.12")


@pytest.fixture(scope="module")
def linux() -> Bundle:
    if PLATFORM not in wheels.PLATFORMS or PLATFORM.startswith("win"):
        pytest.skip(f"no bundle is made for {PLATFORM}")
    return collected(PLATFORM, HERE)


def unpacked(made: Bundle, folder: Path) -> Path:
    """As ``unzip`` does it, which keeps the scripts executable."""
    with zipfile.ZipFile(io.BytesIO(made.zip())) as archive:
        assert archive.testzip() is None
        archive.extractall(folder)
        for info in archive.infolist():
            if mode := info.external_attr >> 16:
                (folder / info.filename).chmod(mode & 0o777)
    return folder / made.folder


def wheels_of(made: Bundle) -> list[Wheel]:
    return [
        Wheel(name.removeprefix("wheels/"), content)
        for name, content in made.files.items()
        if name.startswith("wheels/")
    ]


# --- this program as a wheel -------------------------------------------------------------------


def test_the_own_wheel_is_the_same_at_every_build_and_its_record_is_right() -> None:
    wheel = wheels.own()
    assert wheel == wheels.own()
    assert (wheel.project, wheel.version) == ("nianbao", nianbao.__version__)
    with zipfile.ZipFile(io.BytesIO(wheel.data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    record = next(name for name in parts if name.endswith("/RECORD"))
    rows = list(csv.reader(parts[record].decode().splitlines()))
    assert [row[0] for row in rows] == list(parts)
    for name, digest, size in rows:
        if name != record:
            sha = base64.urlsafe_b64encode(hashlib.sha256(parts[name]).digest())
            assert digest == f"sha256={sha.decode().rstrip('=')}"
            assert int(size) == len(parts[name])


@pytest.mark.skipif(not CHECKOUT, reason="not in a checkout")
def test_the_own_wheel_holds_what_the_build_tool_would_put_there(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = tmp_path.glob("*.whl")
    wheel = wheels.own()
    assert built.name == wheel.name

    def read(source: zipfile.ZipFile) -> dict[str, bytes]:
        own = (".dist-info/RECORD", ".dist-info/WHEEL")  # name their maker
        return {name: source.read(name) for name in source.namelist() if not name.endswith(own)}

    with zipfile.ZipFile(built) as wanted, zipfile.ZipFile(io.BytesIO(wheel.data)) as made:
        assert read(made) == read(wanted)


def test_metadata_of_another_day_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nianbao, "__version__", "99.0")
    with pytest.raises(UnusableInput, match="重新安装一次"):
        wheels.own()


def test_without_an_installation_there_is_no_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "distribution", missing)
    with pytest.raises(UnusableInput, match="没有用 pip 安装"):
        wheels.own()


# --- requirements of another computer ----------------------------------------------------------


@pytest.mark.parametrize(
    ("requirement", "platform", "python", "wanted"),
    [
        ('pywin32>=224; platform_system == "Windows"', "win_amd64", "3.12", True),
        ('pywin32>=224; platform_system == "Windows"', "linux_x86_64", "3.12", False),
        ('psutil; sys_platform == "darwin"', "win_amd64", "3.12", False),
        ('typing-extensions; python_version < "3.13"', "win_amd64", "3.13", False),
        ('typing-extensions; python_version < "3.13"', "win_amd64", "3.11", True),
        ('pandas; extra == "all"', "win_amd64", "3.12", False),
        ('x; platform_machine == "aarch64"', "linux_aarch64", "3.12", True),
        ('x; platform_machine == "ARM64" and os_name == "nt"', "win_arm64", "3.12", True),
    ],
)
def test_conditions_are_judged_by_the_other_computer(
    requirement: str, platform: str, python: str, wanted: bool
) -> None:
    found = wheels.needed([requirement], Target(platform, python))
    assert [str(item) for item in found] == ([requirement.partition(";")[0]] if wanted else [])


def fake(name: str, *requires: str) -> Wheel:
    stream = io.BytesIO()
    project, version, *_ = name.split("-")
    head = [f"Name: {project}", f"Version: {version}", *(f"Requires-Dist: {r}" for r in requires)]
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(f"{project}-{version}.dist-info/METADATA", "\n".join(head))
    return Wheel(name, stream.getvalue())


def test_what_only_the_target_needs_is_asked_for_and_what_only_we_need_is_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    program = fake("nianbao-1.0-py3-none-any.whl", "a>=1")
    registry = {
        "a>=1": fake("a-1.5-py3-none-any.whl", 'w; os_name == "nt"', 'u; os_name == "posix"'),
        "w": fake("w-2.0-cp312-cp312-win_amd64.whl", "v<3"),
        "v<3": fake("v-2.9-py3-none-any.whl"),
    }
    unneeded = fake("u-1.0-py3-none-any.whl")
    asked: list[list[str]] = []

    def downloaded(requirements: list[str], target: Target) -> tuple[Wheel, ...]:
        asked.append(requirements)
        return (*(registry[name] for name in requirements), unneeded)

    monkeypatch.setattr(wheels, "_downloaded", downloaded)
    found = wheels.collect(Target("win_amd64", "3.12"), program)
    assert asked == [["a>=1"], ["a>=1", "w"], ["a>=1", "v<3", "w"]]
    assert [wheel.project for wheel in found] == ["a", "nianbao", "v", "w"]


def test_a_wheel_that_does_not_run_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    foreign = fake("a-1.0-cp312-cp312-win32.whl")
    monkeypatch.setattr(wheels, "_downloaded", lambda requirements, target: (foreign,))
    with pytest.raises(UnusableInput, match=r"a-1\.0-cp312-cp312-win32\.whl 不能用于 win_amd64"):
        wheels.collect(Target("win_amd64", "3.12"), fake("nianbao-1.0-py3-none-any.whl", "a"))


def test_when_nothing_can_be_downloaded_pips_reason_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    program = fake("nianbao-1.0-py3-none-any.whl", "no-such-package-of-ours")
    with pytest.raises(UnusableInput, match=r"没有下载到 win_amd64.*no-such-package-of-ours"):
        wheels.collect(Target("win_amd64", "3.12"), program)


# --- for Windows -------------------------------------------------------------------------------


@pytest.mark.registry
def test_every_wheel_for_windows_runs_there_and_nothing_is_missing(windows: Bundle) -> None:
    found = {wheel.project: wheel for wheel in wheels_of(windows)}
    assert {"nianbao", "xlwings", "pywin32", "lxml", "openpyxl", "packaging"} <= set(found)
    assert len(found) == len(wheels_of(windows))
    compiled = set()
    for wheel in found.values():
        tags = parse_wheel_filename(wheel.name)[3]
        assert {tag.platform for tag in tags} <= {"any", "win_amd64"}, wheel.name
        assert {tag.interpreter for tag in tags} & {"py3", "cp312"}, wheel.name
        compiled |= {wheel.project for tag in tags if tag.platform == "win_amd64"}
        for requirement in wheel.needs(Target("win_amd64", "3.12")):
            met = found[canonicalize_name(requirement.name)]
            assert requirement.specifier.contains(met.version)
    assert {"lxml", "msgspec", "pywin32", "xlwings"} <= compiled
    assert "pytest" not in found


@pytest.mark.registry
def test_the_own_wheel_names_what_this_checkout_declares(windows: Bundle) -> None:
    (wheel,) = [wheel for wheel in wheels_of(windows) if wheel.project == "nianbao"]
    declared = metadata.requires("nianbao") or []
    inside = wheel.metadata.get_all("Requires-Dist") or []
    assert set(map(Requirement, inside)) == set(map(Requirement, declared))


@pytest.mark.registry
def test_the_list_of_sums_covers_every_file(windows: Bundle, tmp_path: Path) -> None:
    folder = unpacked(windows, tmp_path)
    listed = dict(
        reversed(line.split("  ", 1))
        for line in (folder / "SHA256SUMS").read_text("utf-8").splitlines()
    )
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert set(listed) == there - {"SHA256SUMS"}
    for name, digest in listed.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    if shutil.which("sha256sum"):
        subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=folder, check=True)


@pytest.mark.registry
def test_the_zip_is_the_same_at_every_build_and_its_names_are_readable(windows: Bundle) -> None:
    again = bundle.packed(windows.platform, windows.pythons, wheels_of(windows))
    assert windows.zip() == again.zip()
    with zipfile.ZipFile(io.BytesIO(windows.zip())) as archive:
        for info in archive.infolist():
            assert info.date_time == (1980, 1, 1, 0, 0, 0)
            assert info.filename.startswith(f"{windows.folder}/")
            if not info.filename.isascii():
                assert info.flag_bits & 0x800, info.filename
        top = {name.split("/")[1] for name in archive.namelist()}
    assert {"install.cmd", "uninstall.cmd", "诊断.cmd", "说明.html", "SHA256SUMS"} <= top
    assert windows.folder.isascii()


@pytest.mark.registry
@pytest.mark.parametrize(
    ("name", "verb"),
    [("install", "install"), ("uninstall", "uninstall"), ("诊断", "doctor")],
)
def test_the_scripts_are_safe_in_every_code_page_and_in_every_folder(
    name: str, verb: str, windows: Bundle
) -> None:
    content = windows.files[f"{name}.cmd"]
    assert content.count(b"\r\n") == content.count(b"\n") == content.count(b"\r")
    text = content.decode("gb2312")  # what a Chinese console shows
    assert re.search(r"echo 没有找到 Python 3\.12", text)
    # Elsewhere it is not shown right, but no byte of a character is a sign of the language.
    rest = re.sub(rb"[\xa1-\xfe]{2}", b"", content)
    assert rest.isascii()
    for line in text.split("\r\n"):
        if not line.isascii():
            assert line.startswith("echo ")
    lines = text.split("\r\n")
    assert lines[0] == "@echo off"
    assert "DisableDelayedExpansion" in lines[1]  # or ! would be eaten from the folder's name
    # Folders come in by %~dp0 alone and stand in quotes wherever they are used.
    assert text.count("%~dp0") == 1
    assert 'set "SETUP=%~dp0nianbao_setup.py"' in lines
    for line in lines:
        for match in re.finditer(r"%SETUP%|%LOCALAPPDATA%|%ProgramFiles%", line):
            assert line[: match.start()].count('"') % 2 == 1, line
    assert f'"%SETUP%" {verb}\r\n' in text
    assert "$" not in text
    labels = set(re.findall(r"^:(\w+)", text, re.MULTILINE))
    assert set(re.findall(r"goto (\w+)", text)) <= labels
    assert re.search(r"py -%%V -I", text)
    assert "Python312\\python.exe" in text


@pytest.mark.registry
def test_the_page_tells_what_is_started_and_written_and_every_sum(windows: Bundle) -> None:
    page = html.unescape(windows.files["说明.html"].decode())
    assert "$" not in page
    listed = {
        name: content
        for name, content in windows.files.items()
        if name not in ("说明.html", "SHA256SUMS")
    }
    for name, content in listed.items():
        assert f"<td>{name}</td>" in page
        assert hashlib.sha256(content).hexdigest() in page
    for wheel in wheels_of(windows):
        assert f"<td>{wheel.project} {wheel.version}</td><td>{wheel.licence}</td>" in page
    home = {"APPDATA": "%APPDATA%", "LOCALAPPDATA": "%LOCALAPPDATA%"}
    there = install.places(computer=Computer(platform="win32", environ=home))
    for path in (there.addin, there.macros):
        assert str(path).replace("/", "\\") in page
    for words in (FILE_NAME, "不联网", "不需要管理员权限", "没有在 Windows 和 Excel 里运行过"):
        assert words in page
    assert not re.search(r'(src|href)="', page)


@pytest.mark.registry
def test_the_page_for_linux_speaks_of_no_excel_and_no_cmd(linux: Bundle) -> None:
    page = linux.files["说明.html"].decode().partition("没有试过的")[0]
    assert "install.sh" in page
    assert "unopkg" in page
    assert not re.search(r"\$|Excel|\.cmd|APPDATA", page)


@pytest.mark.registry
def test_the_bundle_says_for_what_it_is(windows: Bundle) -> None:
    described = json.loads(windows.files["bundle.json"])
    assert described == {
        "version": nianbao.__version__,
        "platform": "win_amd64",
        "pythons": ["3.12"],
    }


# --- installed from, on this computer ----------------------------------------------------------


def environment(folder: Path) -> dict[str, str]:
    """Without a registry: a wheel that is missing could come from nowhere."""
    keep = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    data = {"XDG_DATA_HOME": str(folder), "HOME": str(folder)}
    return {**keep, **data, "PIP_INDEX_URL": "http://127.0.0.1:9/"}


def script(folder: Path, name: str, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    python = Path(sys.executable).resolve().parent  # the very Python the wheels are for
    path = f"{python}{os.pathsep}{environ['PATH']}"
    return subprocess.run(
        [str(folder / name)],
        env={**environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.registry
def test_it_installs_runs_and_leaves_again_without_a_network(
    linux: Bundle, nasty_folder: Path, tmp_path: Path
) -> None:
    folder = unpacked(linux, nasty_folder)
    data = tmp_path / "张 三" / "数据"
    environ = environment(data)
    early = script(folder, "诊断.sh", environ)
    assert (early.returncode, early.stdout) == (2, "还没有安装，请先运行 install。\n")

    done = script(folder, "install.sh", environ)
    assert (done.returncode, done.stderr) == (0, "")
    program = data / "nianbao" / "env" / "bin" / "nianbao"
    assert f"安装完成：{program}" in done.stdout
    shown = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    assert shown.stdout == f"nianbao {nianbao.__version__}\n"
    check = [program, "check", str(SEED), "--json"]
    found = subprocess.run(check, capture_output=True, text=True, check=True, env=environ)
    assert [f for f in json.loads(found.stdout) if f["level"] == "error"] == []
    book = tmp_path / "年报.xlsx"
    subprocess.run([program, "fill", str(SEED), "-o", str(book)], check=True, capture_output=True)
    addin = [program, "addin", "install", "--target", str(tmp_path / "t")]
    subprocess.run(addin, check=True, capture_output=True)
    assert (tmp_path / "t" / "macros.py").is_file()

    examined = script(folder, "诊断.sh", environ)
    assert examined.returncode == 0
    assert "[正常] xlwings" in examined.stdout
    packing = "from nianbao_addin.setup import wheels; import hashlib; w = wheels.own(); "
    packing += "print(w.name, hashlib.sha256(w.data).hexdigest())"
    packed = [program.with_name("python"), "-I", "-c", packing]
    repacked = subprocess.run(packed, capture_output=True, text=True, check=True).stdout.split()
    own = wheels.own()
    assert repacked == [own.name, hashlib.sha256(own.data).hexdigest()]

    again = script(folder, "install.sh", environ)
    assert again.returncode == 0
    gone = script(folder, "uninstall.sh", environ)
    assert (gone.returncode, gone.stdout) == (0, "已卸载。\n")
    assert not (data / "nianbao").exists()
    assert script(folder, "uninstall.sh", environ).stdout == "没有安装过，没有改动任何文件。\n"


def setup(folder: Path, verb: str, data: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", str(folder / "nianbao_setup.py"), verb],
        env=environment(data),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """An unpacked bundle with a wheel in it that cannot be installed."""
    platform = PLATFORM if PLATFORM in wheels.PLATFORMS else "linux_x86_64"
    broken = Wheel(f"nianbao-{nianbao.__version__}-py3-none-any.whl", b"no wheel")
    made = bundle.packed(platform, (HERE,), [])
    name = f"wheels/{broken.name}"
    sums = (
        made.files["SHA256SUMS"] + f"{hashlib.sha256(broken.data).hexdigest()}  {name}\n".encode()
    )
    files = {**made.files, name: broken.data, "SHA256SUMS": sums}
    return unpacked(Bundle(platform, (HERE,), files), tmp_path / "b")


def test_damaged_missing_and_added_wheels_are_refused(small: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    (wheel,) = (small / "wheels").iterdir()
    content = wheel.read_bytes()
    wheel.write_bytes(content + b" ")
    assert "与清单不符" in setup(small, "install", data).stdout
    wheel.write_bytes(content)
    other = small / "wheels" / "pip-99-py3-none-any.whl"
    other.write_bytes(b"")
    assert "pip-99-py3-none-any.whl 多出或缺少" in setup(small, "install", data).stdout
    other.unlink()
    wheel.unlink()
    refused = setup(small, "install", data)
    assert (refused.returncode, refused.stderr) == (2, "")
    assert "安装包不完整" in refused.stdout
    assert not (data / "nianbao").exists()


def test_an_installation_that_fails_leaves_the_old_one_as_it_was(
    small: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    old = data / "nianbao" / "env" / "old.txt"
    old.parent.mkdir(parents=True)
    old.write_text("old")
    done = setup(small, "install", data)
    assert done.returncode == 2
    assert "安装没有完成，已恢复原样" in done.stdout
    assert [path.name for path in (data / "nianbao").iterdir()] == ["env"]
    assert [path.name for path in old.parent.iterdir()] == ["old.txt"]


def test_what_an_interrupted_installation_put_aside_comes_back(small: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    for name in ("env", "env.old"):
        (data / "nianbao" / name).mkdir(parents=True)
        (data / "nianbao" / name / f"{name}.txt").write_text("")
    assert setup(small, "install", data).returncode == 2
    assert [path.name for path in (data / "nianbao").rglob("*")] == ["env", "env.old.txt"]


def test_another_python_or_computer_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = {"version": "1", "platform": "win_amd64", "pythons": ["3.12", "3.13"]}
    monkeypatch.setattr(nianbao_setup, "description", lambda: wanted)
    monkeypatch.setattr(sysconfig, "get_platform", lambda: "win-amd64")
    monkeypatch.setattr(sys, "version_info", (3, 12, 4))
    assert nianbao_setup.main(["fits"]) == 0
    monkeypatch.setattr(sys, "base_prefix", "/c/Program Files/WindowsApps/Python")
    assert nianbao_setup.main(["fits"]) == 2
    monkeypatch.setattr(sysconfig, "get_platform", lambda: "win32")
    assert nianbao_setup.main(["fits"]) == 2
    monkeypatch.setattr(sys, "version_info", (3, 9, 1))
    assert nianbao_setup.main(["fits"]) == 2
    assert nianbao_setup.main([]) == 2
    assert capsys.readouterr().out.splitlines() == [
        "微软商店的 Python 写的文件 Excel 看不见，请改用 python.org 的安装包。",
        "这个安装包用于 win_amd64 上的 Python 3.12、3.13，现在的是 win32 上的 Python 3.12。",
        "这个安装包用于 win_amd64 上的 Python 3.12、3.13，现在的是 win32 上的 Python 3.9。",
        "请写 fits、install、uninstall、doctor 中的一个。",
    ]


def test_the_setup_and_the_add_in_mean_the_same_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LOCALAPPDATA", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    for platform in ("win32", "linux"):
        monkeypatch.setattr(sys, "platform", platform)
        assert nianbao_setup.folder() == Computer(platform=platform).data


def test_the_setup_needs_nothing_but_pythons_own_library() -> None:
    source = Path(nianbao_setup.__file__).read_text(encoding="utf-8")
    imported = set(re.findall(r"^(?:import|from) (\w+)", source, re.MULTILINE))
    assert imported <= set(sys.stdlib_module_names)


def test_metadata_are_read_from_the_top_of_a_wheel_only() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a/_vendor/b-1.0.dist-info/METADATA", "Name: b\n")
        archive.writestr("a-1.0.dist-info/METADATA", "Name: a\nLicense: MIT\n text\n")
    wheel = Wheel("a-1.0-py3-none-any.whl", stream.getvalue())
    assert wheel.metadata["Name"] == message_from_bytes(b"Name: a\n")["Name"]
    assert wheel.licence == "MIT"
    with pytest.raises(UnusableInput, match="不完整"):
        _ = Wheel("a-1.0-py3-none-any.whl", _empty_zip()).metadata


def _empty_zip() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w"):
        pass
    return stream.getvalue()
