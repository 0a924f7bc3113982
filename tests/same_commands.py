"""What ``same_as.py`` runs: the commands a user would give, over a folder ``corpus``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

YEARS = (2020, 2021, 2025, 2026)
KINDS = ("xlsx", "docx", "html", "json")
_APART = ("returned", "rule_examples_previous", "narrated_previous", "narrated_facts")


class Steps(NamedTuple):
    """Every how many files of a group what is done; 0: never. A layout of its own makes filling a
    hundred times dearer, which is why few of them are filled."""

    read: int = 1
    check: int = 1
    fill: int = 16
    narrate: int = 8
    export: int = 12


STEPS = {
    "rule_examples": Steps(read=3, fill=40, narrate=10, export=40),
    "prose": Steps(read=4, fill=40, narrate=12, export=40),
    "samples": Steps(fill=20, narrate=8, export=12),
    "layouts_and_damages": Steps(check=4, fill=30, narrate=20, export=40),
    "copied": Steps(check=2, fill=6, narrate=8),
    "workbooks": Steps(fill=1, narrate=2, export=2),
    "converted": Steps(fill=2, narrate=2, export=3),
    "ledgers": Steps(read=2, fill=0, narrate=4, export=8),
    "narrated": Steps(read=2, check=2, fill=0, narrate=0, export=4),
}
AT_ONCE = 25  # files that one check is given


@dataclass(frozen=True)
class Command:
    """``folder``: where it writes, shared by those that go on from each other; ``copies``: what
    stands there before, name → source; ``here``: in the process of many, not in one of its own."""

    args: tuple[str, ...]
    folder: str
    copies: dict[str, str] = field(default_factory=dict)
    stdin: str = ""
    here: bool = True

    @property
    def verb(self) -> str:
        words = [a for a in self.args[:2] if a.isalpha()]
        deep = words[:1] in (["batch"], ["addin"])
        return " ".join(words if deep else words[:1]) or "nianbao"


class Plan:
    """Commands with a folder of its own for each, ``out/0001`` and so on."""

    def __init__(self) -> None:
        self.commands: list[Command] = []

    def run(
        self,
        *args: str,
        copies: dict[str, str] | None = None,
        stdin: str = "",
        here: bool = True,
        go_on: bool = False,
    ) -> None:
        """``{}`` in an argument is the command's folder; ``go_on``: that of the one before."""
        number = len(self.commands)
        folder = self.commands[-1].folder if go_on else f"out/{number:04}"
        said = tuple(a.replace("{}", folder) for a in args)
        self.commands.append(Command(said, folder, copies or {}, stdin, here))


def sources(corpus: Path) -> Iterator[tuple[str, list[str]]]:
    """Groups of files that are read one by one, as paths a user gives from the folder above."""
    for group in sorted(p for p in corpus.glob("*/*") if p.is_dir() and p.name not in _APART):
        files = sorted(p for p in group.rglob("*") if p.is_file() and not p.name.startswith("."))
        yield group.name, [p.relative_to(corpus.parent).as_posix() for p in files]


def everything(
    work: Path, codes: Sequence[str], helps: Iterable[Sequence[str]], *, thorough: bool = False
) -> list[Command]:
    """All commands; ``codes`` are those of the rules, ``helps`` the names of commands.

    ``thorough``: each file of each group is turned into everything.
    """
    plan = Plan()
    corpus = work / "corpus"
    for names in helps:
        plan.run(*names, "--help")
    plan.run("--version")
    blank(plan)
    mistakes(plan)
    rules(plan, codes)
    for name, files in sources(corpus):
        steps = Steps(1, 1, 1, 1, 1) if thorough else STEPS.get(name, Steps())
        one_by_one(plan, files, steps)
    made = corpus / "made"
    if made.is_dir():
        with_previous(plan, work, made)
        generated(plan, work, made)
        with_ledgers(plan, work, made)
        batches(plan)
    streams(plan)
    return plan.commands


def blank(plan: Plan) -> None:
    for year in YEARS:
        plan.run("template", "--year", str(year), "-o", "{}/空白.xlsx")
        name = ("--agency", f"某市{year}局")
        plan.run("template", "--year", str(year), *name, "-o", "{}/空白.xlsx", "--json")
        plan.run("ledger", "--year", str(year), "-o", "{}/台账.xlsx")
    for format in ("2019", "2021", "2020"):
        plan.run("template", "--year", "2021", "--format", format, "-o", "{}/a.xlsx")
    plan.run("template", "--year", "2026", "-o", "-")
    plan.run("batch", "roster", "-o", "{}/名单.xlsx")
    plan.run("batch", "roster", "-o", "-")
    plan.run("demo", "-d", "{}/演示", here=False)
    plan.run("demo", "-d", "{}/演示", "--force", "--json", go_on=True)


def mistakes(plan: Plan) -> None:
    """Calls and files that cannot be used; some through the installed program."""
    good, wrong = "corpus/wrong/年报.json", "corpus/wrong/不是.txt"
    for here in (True, False):
        plan.run("read", "没有这个.xlsx", here=here)
        plan.run("read", wrong, here=here)
        plan.run("没有这个命令", here=here)
        plan.run("check", good, "没有这个.xlsx", wrong, here=here)
    for verb in ("read", "check", "export", "fill", "narrate", "template", "ledger", "rules"):
        plan.run(verb)
        plan.run(verb, "--没有这个选项")
    for name in (
        "空.xlsx",
        "不是.xlsx",
        "不是.docx",
        "不是.pdf",
        "半截.xlsx",
        "断.json",
        "空.json",
    ):
        for verb in ("read", "check"):
            plan.run(verb, f"corpus/wrong/{name}")
        plan.run("fill", f"corpus/wrong/{name}", "-o", "{}/a.xlsx", "--json")
    plan.run("read", "corpus")
    plan.run("check", "corpus/wrong", "--json")
    for year in ("1900", "2018", "9999", "去年", "-1"):
        plan.run("template", "--year", year, "-o", "{}/a.xlsx")
        plan.run("ledger", "--year", year, "-o", "{}/a.xlsx")
    plan.run("template", "--year", "2025", "-o", "{}/a.txt")
    plan.run("template", "--year", "2025", "-o", "{}/没有/a.xlsx")
    for output in ("{}/a.txt", "{}/a", "-", "{}/没有/a.html"):
        plan.run("export", good, "-o", output)
    plan.run("export", good, "--to", "docx", "-o", "{}/a.html")
    for verb, kind in (("export", "html"), ("fill", "xlsx"), ("read", "json")):
        plan.run(verb, good, "-o", f"{{}}/a.{kind}", copies={f"a.{kind}": good})
        plan.run(verb, good, "-o", f"{{}}/a.{kind}", "--force", go_on=True)
    plan.run("fill", "{}/a.json", "-o", "{}/a.json", "--force", copies={"a.json": good})
    plan.run("fill", good, "--previous", good, "-o", "{}/a.xlsx")
    plan.run("narrate", good, "--profile", "没有", "--previous", wrong)
    plan.run("narrate", good, "--profile", "没有")
    plan.run("narrate", good, "--facts", wrong)
    plan.run("check", good, "--ledger", wrong)
    plan.run("addin", "build", "-o", "{}/a.txt")
    plan.run("batch", "check", "没有这个", "-o", "{}/a.xlsx")
    plan.run("batch", "fill", wrong, "--year", "2025", "-d", "{}/a")
    plan.run("batch", "collect", "corpus/wrong", "-o", "{}/a.xlsx", copies={"a.xlsx": wrong})


def rules(plan: Plan, codes: Sequence[str]) -> None:
    plan.run("rules")
    plan.run("rules", "--json")
    for code in codes:
        plan.run("rules", code)
        plan.run("rules", code.lower(), "--json")
    plan.run("rules", "X-99")


def one_by_one(plan: Plan, files: Sequence[str], steps: Steps) -> None:
    """The files of a group read and checked, some turned into all else."""
    for path in every(files, steps.read):
        plan.run("read", path)
    checked = every(files, steps.check)
    for n, at in enumerate(range(0, len(checked), AT_ONCE)):
        some = checked[at : at + AT_ONCE]
        plan.run("check", *some, "--json")
        if n % 4 == 0:
            plan.run("check", *some)
            plan.run("check", some[0])
    for n, path in enumerate(every(files, steps.fill)):
        plan.run("fill", path, "-o", "{}/年报.xlsx")
        if n % 4 == 0:
            other = files[(files.index(path) + 1) % len(files)]
            plan.run("narrate", "{}/年报.xlsx", "-o", "{}/年报.xlsx", "--force", go_on=True)
            plan.run("fill", other, "-o", "{}/年报.xlsx", "--force", "--json", go_on=True)
            plan.run("read", "{}/年报.xlsx", go_on=True)
            plan.run("fill", "{}/年报.xlsx", "-o", "{}/新.xlsx", go_on=True)
            plan.run("check", "{}", go_on=True)
    for path in every(files, steps.narrate):
        plan.run("narrate", path)
        plan.run("narrate", path, "--json")
    for n, path in enumerate(every(files, steps.export)):
        for kind in KINDS:
            plan.run("export", path, "-o", f"{{}}/年报.{kind}", *(["--json"] if n % 3 else []))


def every(files: Sequence[str], step: int) -> Sequence[str]:
    return files[::step] if step else ()


def with_previous(plan: Plan, work: Path, made: Path) -> None:
    for n, previous in enumerate(sorted((made / "rule_examples_previous").glob("*"))):
        path = f"corpus/made/rule_examples/{previous.name}"
        if not (work / path).exists():
            continue
        last = ("--previous", previous.relative_to(work).as_posix())
        plan.run("check", path, *last, "--json")
        if n % 6 == 0:
            plan.run("check", path, *last)
            plan.run("fill", path, *last, "-o", "{}/年报.xlsx")
            plan.run("check", "{}/年报.xlsx", "--json", go_on=True)
            plan.run("narrate", "{}/年报.xlsx", "-o", "{}/年报.xlsx", "--force", go_on=True)
            plan.run("fill", path, "-o", "{}/年报.xlsx", "--force", go_on=True)


def generated(plan: Plan, work: Path, made: Path) -> None:
    for n, source in enumerate(sorted((made / "narrated").glob("*.json"))):
        path = source.relative_to(work).as_posix()
        options = ["--facts", f"corpus/made/narrated_facts/{source.name}"]
        if (made / "narrated_previous" / source.name).exists():
            options += ["--previous", f"corpus/made/narrated_previous/{source.name}"]
        if n % 3 == 0:
            options += ["--profile", "山东"]
        plan.run("narrate", path, *options)
        plan.run("narrate", path, *options, "--json")
        plan.run("narrate", path, *options, "-o", "{}/文字.txt")
        if n % 3:
            continue
        plan.run("narrate", path, *options, "-o", "{}/年报.xlsx")
        plan.run("read", "{}/年报.xlsx", go_on=True)
        plan.run("narrate", "{}/年报.xlsx", "-o", "{}/年报.xlsx", "--force", "--json", go_on=True)
        plan.run("fill", "{}/年报.xlsx", "-o", "{}/新.xlsx", go_on=True)
        plan.run("narrate", path, "-o", "{}/新.xlsx", "--force", go_on=True)
        plan.run("check", "{}/新.xlsx", "--json", go_on=True)
    one = "corpus/made/narrated/00.json"
    plan.run("narrate", "--save-templates", "{}/模板")
    plan.run("narrate", one, "--templates", "{}/模板", go_on=True)
    plan.run("narrate", "--save-templates", "{}/模板", "--profile", "山东", "--json")


def with_ledgers(plan: Plan, work: Path, made: Path) -> None:
    files = sorted((made / "ledgers").glob("*.xlsx"))
    report = "corpus/made/narrated/00.json"
    for path in (p.relative_to(work).as_posix() for p in files):
        plan.run("check", report, "--ledger", path, "--json")
        plan.run("check", report, "--ledger", path)
        plan.run("fill", report, "--ledger", path, "-o", "{}/年报.xlsx")
        plan.run("check", "{}/年报.xlsx", "--ledger", path, "--json", go_on=True)
        plan.run("fill", "corpus/made/samples/zeros.json", "--ledger", path, "-o", "-")
        if "typed" in path:
            plan.run("fill", path, "-o", "{}/年报.xlsx", "--json")
            plan.run("fill", report, "-o", "{}/t.xlsx", "--force", copies={"t.xlsx": path})
            plan.run("narrate", "{}/t.xlsx", "-o", "{}/t.xlsx", "--force", go_on=True)


def batches(plan: Plan) -> None:
    """A roster of forty units and an inbox of good and odd files, done twice as people do."""
    box, alone = "corpus/made/returned", ("--jobs", "1")
    roster = f"{box}/roster.csv"
    fill = ("batch", "fill", roster, "--year", "2025", "-d", "{}/发出")
    plan.run(*fill, *alone)
    plan.run(*fill, *alone, "--json", go_on=True)
    plan.run(*fill, "--data", f"{box}/inbox", "--force", *alone, "--json", go_on=True)
    plan.run(*fill, "--data", f"{box}/last-year", here=False)
    again = {"收到": f"{box}/inbox"}
    asked = ("--roster", roster, "--year", "2025", "--previous-dir", f"{box}/last-year")
    check = (
        "batch",
        "check",
        "{}/收到",
        *asked,
        "-o",
        "{}/核查.xlsx",
        "--slips",
        "{}/退回",
        *alone,
    )
    plan.run(*check, copies=again)
    plan.run(*check, "--force", "--json", go_on=True)
    collect = ("batch", "collect", "{}/收到", *asked, "--parent", f"{box}/parent.json")
    outputs = ("-o", "{}/汇总.xlsx", "--csv", "{}/长表.csv", *alone)
    plan.run(*collect, *outputs, go_on=True)
    plan.run(*collect, *outputs, "--force", "--json", go_on=True)
    plan.run("batch", "check", "{}/收到", "-o", "{}/核查.xlsx", copies=again, here=False)


def streams(plan: Plan) -> None:
    good = "corpus/wrong/年报.json"
    for here in (True, False):
        plan.run("read", "-", stdin=good, here=here)
        plan.run("check", "-", "--json", stdin=good, here=here)
        plan.run("fill", "-", "-o", "-", stdin=good, here=here)
        plan.run("narrate", "-", "-o", "-", stdin=good, here=here)
    for kind in KINDS:
        plan.run("export", "-", "--to", kind, "-o", "-", stdin=good)


def of_this_computer() -> list[Command]:
    """What writes down where Python and the program are: run from a place of the same name."""
    plan = Plan()
    plan.run("addin", "build", "-o", "{}/a.xlam")
    plan.run("addin", "build", "--udf-server", "-o", "{}/a.xlam", "--json")
    plan.run("addin", "build", "-o", "{}/a.oxt")
    plan.run("addin", "install", "--target", "{}/装")
    plan.run("addin", "doctor", "--target", "{}/装", "--json", go_on=True)
    plan.run("addin", "uninstall", "--target", "{}/装", "--json", go_on=True)
    return plan.commands
