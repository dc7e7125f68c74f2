"""Commands of an office on the first of September, each on its own: what writes, and what only reads."""

from __future__ import annotations

from dataclasses import dataclass

NOW = "2022-09-01T10:30"
KEY = "county"
PAPER = ("--reason", "资料未齐", "--document", "批复1号")


@dataclass(frozen=True)
class Line:
    """One command line; `whole` where it is one transaction, `file` where it writes one beside the database."""

    words: tuple[str, ...]
    whole: bool = True
    file: bool = False

    def __str__(self) -> str:
        return " ".join(self.words)


def line(text: str, *more: str, whole: bool = True, file: bool = False) -> Line:
    return Line((*text.split(), *more), whole, file)


WRITING = (
    line("task submit county report --note 材料 --as 西乡"),
    line("task accept county report --unit 东镇"),
    line("task return county report --unit 东镇 --reason 不全"),
    line("task receive county score --as 县法院"),
    line("task extend county score --unit 县法院 --to 2022-09-20", *PAPER),
    line("task grant county report --unit 西乡 --to 2022-09-20 --as leader", *PAPER),
    line("task waive county score --unit 县法院 --as leader", *PAPER),
    line("task add county 报送简报 --unit 东镇 --due 2022-09-26 --document 纪要5号"),
    line("task date county talks 2022-09-20 --document 纪要5号"),
    line("campaign approve county 同意转段 --document 纪要5号"),
    line("campaign designate county 示范点 示范村 --unit 东镇"),
    line("campaign pause county", *PAPER),
    line("campaign override county --as leader", *PAPER),
    line("campaign abort county --as leader", *PAPER),
    line("campaign create another --workflow {plan}"),
    line("units contact county 东镇 --level liaison --address new@example.org"),
    line("units rename county 西乡 西镇 --document 编办1号"),
    line("outbox retry county --all"),
    line("clock accept --reason 主板电池更换"),
    line("sweep", whole=False),
)
FILES = (
    line("db backup {disk}/copy.db", file=True),
    line("db create --db sqlite:///{disk}/new.db", file=True),
    line("campaign export county --out {disk}/export", file=True),
    line("sheet export county --out {disk}/sheet.xlsx", file=True),
    line("workflow show {plan} --format svg --out {disk}/picture.svg", file=True),
)
READING = (
    line("campaign list"),
    line("campaign show county"),
    line("task list county"),
    line("audit log county"),
    line("audit verify"),
    line("audit why county report 东镇"),
    line("outbox list county"),
    line("notice list county"),
    line("status"),
    line("doctor"),
)
