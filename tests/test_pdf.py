"""The PDF: made by LibreOffice where there is one, else one clear sentence."""

from __future__ import annotations

import os
import re
import select
import shutil
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest

from nianbao.errors import CannotWrite
from nianbao.exports import pdf
from samples import full
from strategies import seed_figures


def stub(folder: Path, script: str) -> str:
    """A program that stands in for LibreOffice; its last argument is the document."""
    program = folder / "soffice"
    program.write_text(f"#!{sys.executable}\nimport sys, time, pathlib\n{script}\n", "utf-8")
    program.chmod(0o755)
    return str(program)


posix = pytest.mark.skipif(os.name != "posix", reason="the stub is a script with #!")


def test_without_libreoffice_one_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "program", lambda: None)
    with pytest.raises(CannotWrite) as caught:
        pdf.write(seed_figures())
    assert str(caught.value) == (
        "本机没有 LibreOffice，无法直接生成 PDF：请先导出 Word 或 Excel，再在其中另存为 PDF。"
    )


@posix
@pytest.mark.parametrize("script", ["sys.exit(1)", "pass"])
def test_a_libreoffice_that_writes_nothing_is_told(
    script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "program", lambda: stub(tmp_path, script))
    with pytest.raises(CannotWrite, match="LibreOffice 没有生成 PDF"):
        pdf.write(seed_figures())


def test_a_libreoffice_that_cannot_be_started_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "program", lambda: "no-such-program-here")
    with pytest.raises(CannotWrite, match="LibreOffice 没有生成 PDF"):
        pdf.write(seed_figures())


@posix
def test_one_that_takes_too_long_is_ended_together_with_what_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, here = os.pipe()  # open as long as anybody who was started lives
    child = "import time; time.sleep(600)"
    script = (
        f"import subprocess; subprocess.run([sys.executable, '-c', {child!r}], close_fds=False)"
    )
    start = subprocess.Popen

    def inheriting(*args: Any, **named: Any) -> subprocess.Popen[bytes]:
        return start(*args, pass_fds=(here,), **named)

    monkeypatch.setattr(pdf.subprocess, "Popen", inheriting)
    monkeypatch.setattr(pdf, "program", lambda: stub(tmp_path, script))
    monkeypatch.setattr(pdf, "SECONDS", 0.5)
    with pytest.raises(CannotWrite, match="没有完成"):
        pdf.write(seed_figures())
    os.close(here)
    readable, _, _ = select.select([there], [], [], 30)  # at its end when the last one is gone
    os.close(there)
    assert readable == [there]


@posix
def test_it_runs_unseen_in_a_folder_of_its_own_that_is_gone_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = tmp_path / "seen"
    script = (
        "document = pathlib.Path(sys.argv[-1])\n"
        f"pathlib.Path({str(seen)!r}).write_text('\\n'.join(sys.argv[1:]))\n"
        "document.with_suffix('.pdf').write_bytes(b'%PDF-1.6 /BaseFont/ABCDEF+SimSun')"
    )
    monkeypatch.setattr(pdf, "program", lambda: stub(tmp_path, script))
    assert pdf.write(seed_figures()).data.startswith(b"%PDF")
    arguments = seen.read_text().splitlines()
    folder = Path(arguments[-1]).parent
    assert "--headless" in arguments
    assert f"-env:UserInstallation={(folder / 'profile').as_uri()}" in arguments
    assert not folder.exists()


def test_libreoffice_is_found_where_its_installer_puts_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    monkeypatch.setenv("ProgramFiles", str(tmp_path))
    program = tmp_path / "LibreOffice" / "program" / "soffice.com"
    program.parent.mkdir(parents=True)
    program.touch()
    assert pdf.program() == str(program)


def test_embedded_fonts_are_read_packed_or_not() -> None:
    packed = zlib.compress(b"<</Type/Font/BaseFont/BAAAAA+FangSong_GB2312>>")
    stream = b"<</Type/ObjStm/Filter/FlateDecode/N 1>>\nstream\n" + packed + b"\nendstream"
    plain = b"%PDF-1.7\n<</BaseFont /CAAAAA+SimHei /Type/Font>>"
    assert pdf.embedded_fonts(plain + stream) == ("FangSong_GB2312", "SimHei")
    chinese = "".join(f"#{byte:02X}" for byte in "黑体".encode("gb18030"))
    assert pdf.embedded_fonts(f"/BaseFont/{chinese}".encode()) == ("黑体",)
    assert pdf.embedded_fonts(b"%PDF-1.7\n<</Type/ObjStm>>\nstream\nnonsense") == ()


def test_a_note_names_the_missing_fonts_and_what_took_their_place() -> None:
    note = pdf.font_note(seed_figures(), ("NotoSerifCJKsc-Regular", "SimHei", "SimSun"))
    assert note == "本机没有安装方正小标宋简体，PDF 中以 NotoSerifCJKsc 代替。"


def test_there_is_no_note_where_nothing_is_missing_or_nothing_is_known() -> None:
    every = ("FZXBSJW--GB1-0", "SimHei", "FangSong_GB2312", "KaiTi_GB2312", "SimSun")
    assert pdf.font_note(full(), every) is None
    assert pdf.font_note(full(), ()) is None


@pytest.mark.libreoffice
@pytest.mark.usefixtures("soffice")
def test_the_pdf_is_tagged_chinese_and_has_all_headings_and_tables() -> None:
    made = pdf.write(seed_figures())
    assert made.data.startswith(b"%PDF-")
    assert b"/Marked true" in made.data
    assert set(re.findall(rb"/Lang\((.*?)\)", made.data)) == {b"zh-CN"}
    roles = re.findall(rb"/S\s*/(\w+)", made.data)
    assert roles.count(b"H1") == 6
    assert roles.count(b"Table") == 3
    assert roles.count(b"TH") + roles.count(b"TD") == sum(
        len(seed_figures().form.grid(t, seed_figures().layout).cells)
        for t in seed_figures().form.tables
    )
    fonts = pdf.embedded_fonts(made.data)
    assert fonts
    assert made.notes == tuple(n for n in (pdf.font_note(seed_figures(), fonts),) if n)
