"""Mutants of the rule of quotas by unit (Q1)."""

from __future__ import annotations

from tests.mutants.mutant import mutant

QUOTAS = "engine/gates/quotas.py"
ACTION = "engine/service/campaigns/commands/quotas.py"
GATE = "acceptance/test_quota_shares::test_a_gate_counts_the_share_of_each_unit_and_asks_nothing_where_none_is_stated"
TABLE = (
    "acceptance/test_quota_shares::test_the_table_says_what_is_there_what_is_needed_and_that_a_number_is_not_stated"
)
TOGETHER = "unit/test_quotas::test_units_may_have_a_number_of_a_quota_together"
HOSTS = "acceptance/test_quota_shares::test_only_units_that_have_a_share_may_host_what_counts"

MUTANTS = (
    mutant(
        "Q1a",
        QUOTAS,
        'yield QuotaLine(by="unit", name=unit, have=counted.units[unit], need=share.least, units=(unit,))',
        'yield QuotaLine(by="unit", name=unit, have=counted.units[unit], need=None, units=(unit,))',
        GATE,
    ),
    mutant(
        "Q1b",
        QUOTAS,
        "have = sum(counted.units[unit] for unit in share.units)",
        "have = max(counted.units[unit] for unit in share.units)",
        TOGETHER,
    ),
    mutant(
        "Q1c",
        QUOTAS,
        "return max(0, (self.need or 0) - self.have)",
        "return max(0, (self.need or 9) - self.have)",
        GATE,
        TABLE,
    ),
    mutant("Q1d", ACTION, "    if known and unit not in known:", "    if not known and unit not in known:", HOSTS),
)
