"""Files into sources and ledgers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from nianbao.errors import UnusableInput
from nianbao.ledgers import Ledger

if TYPE_CHECKING:
    from nianbao.reading import Source


def load_bytes(path: Path) -> bytes:
    """The content of a file. Raises UnusableInput with the sentence for the user."""
    try:
        if path.is_dir():
            raise UnusableInput(f"“{path}”是文件夹，请给出其中的一个文件。")
        with path.open("rb") as file:
            return load_stream(file)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise UnusableInput(f"找不到文件“{path}”，请检查路径和文件名。") from error
    except (OSError, ValueError) as error:
        raise UnusableInput(f"打不开“{path}”：请检查访问权限，或先在其他程序中关闭它。") from error


def load_stream(stream: BinaryIO) -> bytes:
    """What a stream gives, but not much more than any reader takes: a pipe may never end."""
    from nianbao.formats.open import MAX_BYTES

    return stream.read(MAX_BYTES + 1)


def open_file(path: Path) -> Source:
    """What a file gives. Raises UnusableInput."""
    from nianbao import reading

    return reading.open(load_bytes(path), path.name)


def read_ledger(path: Path, mapping: Path | None = None) -> Ledger:
    """The ledgers in a workbook, with the JSON file that names its columns. Raises UnusableInput.

    Without ``mapping`` the one beside the ledger is used, if there is one. See
    `nianbao.reading.ledgers.ledger`.
    """
    mapping = mapping or mapping_beside(path)
    given = (load_bytes(mapping), mapping.name) if mapping else None
    return ledger_in(load_bytes(path), path.name, given)


def mapping_beside(path: Path) -> Path | None:
    """The file ``台账名.对应.json`` beside a ledger; None if there is none."""
    beside = path.with_name(f"{path.stem}.对应.json")
    return beside if beside.is_file() else None


def ledger_in(data: bytes, source: str, mapping: tuple[bytes, str] | None = None) -> Ledger:
    """The ledgers in a workbook's content; ``source`` is the name it is told by, ``mapping`` the
    content and the name of the file that names its columns. Raises UnusableInput."""
    from nianbao.reading.ledgers import ledger

    return ledger.read_ledger(data, source, ledger.mapping_from(*mapping) if mapping else None)
