"""Shared by all tests: the seed, random reports, one LibreOffice."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from hypothesis import Phase, settings

from button_books import desk  # noqa: F401
from nianbao.cli import nianbao
from nianbao.cli.terminal import run
from uno_engine.fixtures import book, nasty_folder, office, running_office  # noqa: F401

# How long an example takes says how busy the machine is. In CI the same examples run every time.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.register_profile(  # whether it fails is asked, not how little it takes: see mutants.py
    "mutants", deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate]
)
chosen = os.environ.get("HYPOTHESIS_PROFILE")
settings.load_profile(chosen or ("ci" if os.environ.get("CI") else "here"))

DATA = Path(__file__).parent / "data"
SEED = DATA / "daxing-commerce-bureau-2020.txt"

Convert = Callable[..., Path]
Cli = Callable[..., tuple[int, str, str]]
"""``cli("read", path)``: the exit code, and what stands on both streams."""


@pytest.fixture
def cli(capfd: pytest.CaptureFixture[str]) -> Cli:
    def call(*args: object) -> tuple[int, str, str]:
        code = run(nianbao, [str(a) for a in args])
        out, err = capfd.readouterr()
        return code, out, err

    return call


@pytest.fixture(scope="session")
def soffice(tmp_path_factory: pytest.TempPathFactory) -> Convert:
    """``convert(path, "xlsx", outdir)``: a file, or several, through a headless LibreOffice.

    Returns the converted file (of several: the folder that holds them). Skips where there is no
    LibreOffice, except in CI, where it fails.
    """
    program = shutil.which("soffice")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("CI must have soffice")
        pytest.skip("no soffice here")
    profile = tmp_path_factory.mktemp("soffice-profile")

    def convert(paths: Path | Iterable[Path], format: str, outdir: Path) -> Path:
        files = [paths] if isinstance(paths, Path) else list(paths)
        outdir.mkdir(parents=True, exist_ok=True)
        command = [
            program,
            f"-env:UserInstallation={profile.as_uri()}",
            "--headless",
            "--norestore",
            "--convert-to",
            format,
            "--outdir",
            str(outdir),
            *map(str, files),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=3600)
        if isinstance(paths, Path):
            result = outdir / f"{paths.stem}.{format.split(':', maxsplit=1)[0]}"
            assert result.exists()
            return result
        return outdir

    return convert
