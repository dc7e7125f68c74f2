"""Quotas by unit: who may host, what is asked of whom, and the table of it (SEMANTICS Q1)."""

from __future__ import annotations

import pytest
from office import BUREAU, COURT, OFFICE, OTHER, TOWN, Office, opened, plan

from engine.errors import Refused
from engine.service import forecast
from engine.service.campaigns.views import quota as table
from engine.service.kernel.desk import reading

QUOTA = f"""quotas:
  - id: 点
    title: 创建点
    kinds: [{{id: 企业}}]
    per_unit:
      - {{units: [{TOWN}], least: 2}}
      - {{units: [{OTHER}], least: not stated}}
      - {{units: [{OFFICE}, {BUREAU}], least: 2, together: true, title: 县级}}
"""


def office() -> Office:
    return opened(plan(top=QUOTA, gate="{kind: quota, quota: 点}")).live_until("2022-07-06T12:00")


def designate(campaign: Office, unit: str, number: int = 1) -> None:
    campaign.do("designate", quota="点", kind="企业", unit=unit, number=number)


def test_a_gate_counts_the_share_of_each_unit_and_asks_nothing_where_none_is_stated() -> None:
    campaign = office()
    designate(campaign, TOWN)
    designate(campaign, OTHER, 4)
    designate(campaign, BUREAU)
    assert campaign.missing() == [f"{TOWN}(1/2)", "县级(1/2)"]
    designate(campaign, OFFICE)
    designate(campaign, TOWN)
    assert campaign.verdict().open
    assert campaign.audit().holds


def test_only_units_that_have_a_share_may_host_what_counts() -> None:
    campaign = office()
    with pytest.raises(Refused, match="no share of 创建点 falls to 县法院"):
        designate(campaign, COURT)
    designate(campaign, TOWN, 2)
    with pytest.raises(Refused, match=f"{OTHER} would have -1"):
        campaign.do("undesignate", quota="点", kind="企业", unit=OTHER, reason="重复")


def test_what_was_designated_is_taken_back_by_an_act_of_its_own() -> None:
    campaign = office()
    designate(campaign, TOWN, 2)
    campaign.do("undesignate", quota="点", kind="企业", unit=TOWN, number=2, reason="重复")
    with reading(campaign.desk, campaign.key) as case:
        assert table.table(case)[1][3] == "0"


def test_the_table_says_what_is_there_what_is_needed_and_that_a_number_is_not_stated() -> None:
    campaign = office()
    designate(campaign, TOWN)
    designate(campaign, OTHER)
    with reading(campaign.desk, campaign.key) as case:
        assert table.table(case) == [
            ("指标", "按", "名称", "有", "需", "缺", "最多"),
            ("创建点", "类别", "企业", "2", "0", "0", ""),
            ("创建点", "单位", TOWN, "1", "2", "1", ""),
            ("创建点", "单位", OTHER, "1", "未规定", "0", ""),
            ("创建点", "单位", "县级", "0", "2", "2", ""),
            ("创建点", "合计", "合计", "2", "4", "2", ""),
        ]
        assert table.summed(case) == [
            {"quota": "点", "title": "创建点", "have": 2, "need": 4, "short": (f"{TOWN}(1/2)", "县级(0/2)")}
        ]


def test_a_forecast_in_which_all_is_done_designates_what_each_unit_is_to_have() -> None:
    campaign = office()
    designate(campaign, OTHER)
    found = forecast.of_campaign(campaign.desk, campaign.key, forecast.early(2))
    assert "phase" in [notice.kind for notice in found.notices]
    assert campaign.missing() == [f"{TOWN}(0/2)", "县级(0/2)"]
