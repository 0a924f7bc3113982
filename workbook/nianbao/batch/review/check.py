"""``batch check``: a folder of reports checked, told in one workbook, and slips to send back."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from nianbao import actions
from nianbao.batch.review.book import FINDINGS, Handled, Handlings, write
from nianbao.batch.review.repeats import likenesses
from nianbao.batch.review.review import Inbox, reviewed
from nianbao.batch.review.stock import Stock
from nianbao.batch.running.runner import ShowProgress
from nianbao.errors import UnusableInput
from nianbao.formats import files
from nianbao.formats.detect import is_container

Stop = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What a run found and wrote. ``left``: files that were not looked at before it was stopped;
    then an earlier result is not replaced, and nothing ``written``.

    ``slips``: how many there are; ``slips_done``: how many earlier ones are not needed any more.
    """

    stock: Stock
    left: int
    notes: tuple[str, ...]
    alike: int
    slips: int = 0
    slips_done: int = 0
    written: bool = True


def check_all(
    inbox: Inbox,
    output: Path,
    *,
    slips_to: Path | None = None,
    force: bool = False,
    jobs: int | None = None,
    dask: str | None = None,
    stop: Stop = lambda: False,
    show: ShowProgress | None = None,
) -> Reviewed:
    """Check every report of the inbox and write 核查.xlsx, and slips where a folder is given.

    What a person wrote in an earlier 核查.xlsx at ``output`` is taken over. Raises UnusableInput,
    CannotWrite.
    """
    actions.refuse_ending(output)
    files.refuse_existing(output, force=force)
    inbox.refuse_as_output(output, inbox.listed_in)
    handled = earlier(output) if output.exists() else {}
    with reviewed(inbox, output, jobs=jobs, dask=dask, stop=stop, show=show) as review:
        if review.left and output.exists():
            notes = (*review.notes, kept(output))
            return Reviewed(review.stock, review.left, notes, 0, written=False)
        alike = likenesses(review)
        data = write(review, alike, handled, way_to(inbox.folder, output))
        files.write(output, data, force=force)
        written = done = 0
        if slips_to is not None:
            from nianbao.batch.review import slips

            made = slips.write_all(review, alike, slips_to, force=force)
            written, done = made.count, made.done
        return Reviewed(review.stock, review.left, review.notes, len(alike), written, done)


def kept(output: Path) -> str:
    """What is said when a run was stopped and an earlier, complete result is there."""
    return f"没有查完，原有的“{output.name}”没有改动。"


def way_to(folder: Path, output: Path) -> Callable[[str], str]:
    """From the output to a file of the folder by its key: relative, so that both can be moved."""
    try:
        way = Path(os.path.relpath(folder, output.parent)).as_posix()
    except ValueError:  # on another drive
        way = folder.resolve().as_posix()
    return lambda key: key if way == "." else f"{way}/{key}"


def earlier(path: Path) -> Handlings:
    """What a person wrote beside the findings in an earlier 核查.xlsx.

    Raises UnusableInput for a workbook that cannot be opened: it may hold somebody's work.
    """
    from openpyxl import load_workbook

    data = actions.load_bytes(path)
    if not is_container(data):
        return {}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of parts that are not looked at, in English
            book = load_workbook(BytesIO(data), read_only=True, data_only=True)
        with closing(book):
            if FINDINGS not in book.sheetnames:
                return {}
            rows = book[FINDINGS].iter_rows(values_only=True)
            return {(h.unit, h.fingerprint): h for h in _handled(rows)}
    except Exception as error:  # whatever is wrong with it
        raise UnusableInput(
            f"“{path}”打不开（已加密、已损坏或是旧格式），里面可能有处理情况，没有替换它；"
            "请移走它或换一个文件名。"
        ) from error


def _handled(rows: Iterable[Sequence[object]]) -> Iterator[Handled]:
    wanted = ("单位", "指纹", "规则", "问题", "处理情况", "说明")
    columns: list[int] = []
    for row in rows:
        texts = ["" if value is None else str(value) for value in row]
        if not columns:
            if all(title in texts for title in wanted):
                columns = [texts.index(title) for title in wanted]
            continue
        handled = Handled(*(texts[x] if x < len(texts) else "" for x in columns))
        if handled.unit and handled.fingerprint and (handled.handling or handled.reason):
            yield handled
