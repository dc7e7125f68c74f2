"""Reports upward (SEMANTICS Q2): what the records say of a year, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from clerk import Clerk
from duty_plan import duty_plan
from office import CITY, COURT, GROUP, KEY, OFFICE, OTHER, REPORT, TOWN, Office, opened, plan

from engine.errors import BadInput, Refused
from engine.model import Notice
from engine.service.kernel.desk import reading
from engine.service.notices.views.report import shown

COUNTS = """
quotas:
  - id: county
    title: 县级命名
    kinds: [{id: 示范村, before: 6}, {id: 示范学校}, {id: 示范医院, before: 2}, {id: 示范企业}]
  - {id: city, title: 市级命名, kinds: [{id: 示范单位, before: 48}]}
"""
LATER = f"""
  - {{id: digest, title: 报送小结, phase: sprint, responsible: [{TOWN}], due: 2022-12-20, source: {{clause: 三(一)}}}}
  - {{id: visit, title: 市级检查, phase: sprint, responsible: [{CITY}], due: 2022-11-30, ladder: none}}
  - {{id: meeting, title: 适时开会, phase: build, responsible: [{OFFICE}], due: none, ladder: none}}
"""


def office(**given: Any) -> Office:
    return opened(plan(tasks=REPORT + LATER, top=COUNTS, sprint="opens: entry", **given)).sweep()


def report(of: Office, **given: str) -> dict[str, Any]:
    with reading(of.desk, KEY) as case:
        return shown(case, **given)


def lines(found: dict[str, Any]) -> list[str]:
    return [line.strip("\u3000 ") for line in found["text"].splitlines() if line.strip("\u3000 ")]


def test_a_report_says_what_was_done_what_is_missing_and_what_lies_ahead() -> None:
    county = office()
    county.do("designate", quota="county", kind="示范村", unit=TOWN, number=2)
    county.do("designate", quota="county", kind="示范学校", unit=OTHER)
    county.at("2022-08-30T11:00").hand_in(TOWN)
    found = report(county.at("2022-09-05T11:00"))
    assert lines(found) == [
        "关于2022年某县示范县创建工作情况的报告",
        "市民宗局:",
        "现将我县2022年工作情况报告如下(截至9月5日11时)。",
        "一、主要工作",
        "本年应办结2项,已办结1项(其中按期报送1项),尚未报送1项;未办结的任务中逾期1项。",
        "本年办结下列事项:",
        "1. 报送方案:东镇,8月30日办结。",
        "二、创建数量",
        "1. 县级命名11个,其中本年新增3个:示范村8个(新增2个)、示范学校1个(新增1个)、示范医院2个。",
        "2. 市级命名48个,其中本年新增0个:示范单位48个。",
        "三、存在的问题",
        "1. 报送方案:西乡,时限8月31日,逾期未办结;",
        "2. 适时开会:尚未定期。",
        "四、下一步工作",
        "1. 创建冲刺阶段:报送小结(三(一)):尚未布置;",
        "2. 创建冲刺阶段:市级检查:尚未布置。",
        "特此报告。",
        "县创建办",
        "2022年9月5日",
        f"核验码:{found['head']}",
    ]


def test_only_the_year_that_is_reported_counts_and_in_january_that_is_the_one_before() -> None:
    county = office()
    county.do("designate", quota="county", kind="示范村", unit=TOWN)
    county.at("2022-08-30T11:00").hand_in(TOWN, OTHER)
    county.at("2022-09-29T11:00").do("submit", task="meeting", unit=OFFICE, note="纪要")
    county.accept(OFFICE, "meeting")
    county.advance()
    county.at("2023-01-10T11:00").do("designate", quota="county", kind="示范村", unit=TOWN, number=5)
    told = {year: report(county, year=year) for year in ("", "2022", "2023")}
    assert [told[year]["year"] for year in told] == [2022, 2022, 2023]
    assert [(t["total"], t["added"]) for t in told["2022"]["tallies"]] == [(9, 1), (48, 0)]
    assert [(t["total"], t["added"]) for t in told["2023"]["tallies"]] == [(14, 5), (48, 0)]
    assert [row["title"] for row in told["2022"]["done"]] == ["报送方案", "适时开会"]
    assert told["2023"]["done"] == ()
    assert [row["title"] for row in told["2022"]["missing"]] == ["报送小结"]


def test_a_superior_is_never_told_that_its_own_step_is_missing() -> None:
    county = office()
    county.at("2022-08-30T11:00").hand_in(TOWN, OTHER)
    county.advance()
    found = report(county.at("2022-12-30T11:00"))
    assert [row["title"] for row in found["missing"]] == ["报送小结", "适时开会"]
    assert found["figures"]["due"] == 3


def test_a_report_is_drafted_for_a_leader_to_sign_and_goes_to_the_superior_it_names() -> None:
    county = office()
    county.at("2022-12-05T10:00").do("draft", kind="report")
    county.sweep()
    assert county.notices("report") == [f"12-05 10:00 report {CITY} 4 draft: "]
    sent = len(county.mail())
    county.at("2022-12-06T10:00").do("sign", who="leader", notice=county.number("report"))
    county.sweep()
    assert ("liaison@city.example.org", "关于2022年某县示范县创建工作情况的报告") in county.mail()[sent:]
    body = county.text("report").body
    assert "某创建办发〔2022〕1号" in body and "截至12月6日10时" in body
    assert county.audit().findings == ()


def test_a_report_goes_to_a_superior_and_on_a_year_that_was_lived() -> None:
    county = office()
    with pytest.raises(Refused, match="东镇 is no superior"):
        county.do("draft", kind="report", to=TOWN)
    with pytest.raises(BadInput, match="has not lived in this year"):
        county.do("draft", kind="report", year="2021")
    with pytest.raises(BadInput, match="has not lived in this year"):
        report(county, year="二〇二二")


def test_a_task_has_its_report_drafted_once_however_many_units_owe_it() -> None:
    task = f"""
  - id: upward
    title: 年底报送
    phase: build
    lead: [{OFFICE}]
    responsible: [{TOWN}, {OTHER}]
    draft: report
    addressee: {GROUP}
"""
    county = opened(plan(tasks=REPORT + task)).sweep("2022-07-05T09:00")
    assert [(n.unit, n.state) for n in county.find(Notice, kind="report")] == [(GROUP, "draft")]
    assert "年底报送" not in county.text("report").body


def test_a_workflow_may_write_its_reports_in_its_own_words() -> None:
    own = "{% block subject %}{{ year }}年情况{% endblock %}{% block body %}{% for each in done %}{{ each.title }}{% endfor %}{% endblock %}{% block short %}{% endblock %}"
    county = office(templates={"templates/report.j2": own})
    county.at("2022-08-30T11:00").hand_in(TOWN)
    found = report(county)
    assert found["title"] == "2022年情况"
    assert "报送方案" in lines(found)


def test_a_report_names_each_period_that_fell_short_and_the_periods_that_lie_ahead() -> None:
    county = opened(duty_plan()).sweep("2022-07-05T09:00")
    county.at("2022-08-03T11:00").do("count", who=TOWN, task="study.meeting", note="第一次")
    county.live_until("2022-10-08T12:00")
    found = report(county)
    assert [(r["title"], r["who"], r["state"]) for r in found["missing"]] == [
        ("专题学习", f"{TOWN}、{OTHER}、{COURT}", "2022年第三季度次数不足"),
        ("开展学习教育", f"{TOWN}、{OTHER}、{COURT}", "逾期未办结"),
    ]
    figures = found["figures"]
    assert figures["short"] == 3
    assert figures["due"] == figures["done"] + figures["overdue"] + figures["short"]
    ahead = {r["title"]: r["state"] for r in found["ahead"]}
    assert ahead == {"专题学习": "按计划办理", "工作研究": "按计划办理", "校园宣讲": "按计划办理"}
    earlier = opened(duty_plan()).sweep("2022-07-05T09:00")
    assert "每期不少于2次,还有1期" in {r["state"] for r in report(earlier)["ahead"]}


def test_at_the_command_line_a_report_is_shown_written_to_a_file_and_drafted(clerk: Clerk) -> None:
    clerk.begin().sweep("2022-07-05T09:00").at("2022-09-05T11:00")
    found = clerk.json("campaign", "report", KEY)
    assert (found["to"], found["year"], found["title"]) == (CITY, 2022, "关于2022年某县示范县创建工作情况的报告")
    assert found["text"] in clerk.told("campaign", "report", KEY, "--year", "2022")
    told = clerk.told("campaign", "report", KEY, "--to", CITY, "--out", "报告.txt")
    assert told == "关于2022年某县示范县创建工作情况的报告 is written to 报告.txt\n"
    assert (clerk.folder / "报告.txt").read_text(encoding="utf-8") == found["text"]
    assert clerk.refused("campaign", "report", KEY, "--year", "2019", code=2).startswith(
        "PG202  the campaign has not"
    )
    clerk.told("notice", "draft", KEY, "report", "--to", CITY)
    assert [
        row["unit"] for row in clerk.sweep("2022-09-05T11:05").json("notice", "list", KEY, "--kind", "report")
    ] == [CITY]
