"""Mutants of the rules of channels and of the relay (Y1–Y4)."""

from __future__ import annotations

from tests.mutants.mutant import mutant

CLAIMING = "engine/service/claiming.py"
RELAYING = "engine/service/relaying.py"

MUTANTS = (
    mutant(
        "Y1a",
        CLAIMING,
        "if one.lease == batch.token and",
        'if one.lease.split("#")[0] == batch.token.split("#")[0] and',
        "channels::test_a_result_of_a_lease_that_another_took_is_left_out_though_both_workers_bear_one_name",
    ),
    mutant(
        "Y1b",
        CLAIMING,
        "now < self.at + held and ",
        "",
        "channels::test_what_the_lease_no_longer_covers_is_not_sent_but_left_to_the_next_claimer",
    ),
    mutant(
        "Y1c",
        CLAIMING,
        " and steady - self.steady < held.total_seconds()",
        "",
        "channels::test_a_clock_that_was_set_back_makes_no_lease_longer",
    ),
    mutant(
        "Y1d",
        RELAYING,
        "        release(self.desk, batch, [ref for ref in batch.ids if ref not in tried])\n",
        "",
        "channels::test_who_is_told_to_stop_ends_after_the_message_at_hand_and_gives_the_others_back",
    ),
)
