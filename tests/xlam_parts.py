"""Taking an add-in apart and putting it together changed."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from zipfile import ZipFile

from nianbao_addin.ribbon import ovba

MACROS = "xl/vbaProject.bin"


def parts(xlam: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(xlam)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def repacked(xlam: bytes, **changes: bytes | None) -> bytes:
    """``xlam`` with parts replaced, added or (None) left out; __ in a name stands for /."""
    named = {name.replace("__", "/"): content for name, content in changes.items()}
    stream = BytesIO()
    with ZipFile(stream, "w") as archive:
        for name, content in {**parts(xlam), **named}.items():
            if content is not None:
                archive.writestr(name, content)
    return stream.getvalue()


def with_modules(xlam: bytes, changed: Iterable[ovba.Module]) -> bytes:
    return repacked(xlam, **{MACROS: ovba.write("nianbao", tuple(changed))})
