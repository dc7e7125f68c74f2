"""Mutants of the rules of channels and of the relay (Y1–Y4)."""

from __future__ import annotations

from tests.mutants.mutant import mutant

CLAIMING = "engine/service/claiming.py"
LANES = "engine/service/lanes.py"
RELAYING = "engine/service/relaying.py"
RELAY = "notifications/relay.py"

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
        "held(work, batch, untried).values() if untried",
        "() if untried",
        "channels::test_who_is_told_to_stop_ends_after_the_message_at_hand_and_gives_the_others_back",
    ),
    mutant(
        "Y2a",
        LANES,
        "if self.left.get(recipient, 1) <= 0:",
        "if False:",
        "channels::test_nobody_is_sent_more_than_a_channel_allows_and_what_waits_takes_no_attempt",
    ),
    mutant(
        "Y2b",
        CLAIMING,
        "recipient=one.recipient, at=until)",
        "recipient=one.recipient, at=now)",
        "channels::test_limits_hold_across_workers_and_what_a_dead_one_may_have_sent_counts_until_its_lease_is_over",
    ),
    mutant(
        "Y2c",
        RELAYING,
        "work.put(replace(sending, at=answered[sending.ref]))",
        "work.put(replace(sending, at=batch.at))",
        "channels::test_a_message_counts_from_the_moment_its_result_was_known",
    ),
    mutant(
        "Y2d",
        CLAIMING,
        "hold_up(work, lane.channel, {one: at for one, at in allowed.full_until.items() if at > now})",
        "pass",
        "channels::test_a_recipient_at_its_limit_holds_up_nobody_behind_it",
    ),
    mutant(
        "Y2e",
        LANES,
        "milliseconds(now + LONGEST_WINDOW)",
        "milliseconds(now + 90000 * LONGEST_WINDOW)",
        "channels::test_a_clock_that_was_ten_years_ahead_and_set_back_blocks_nobody",
    ),
    mutant(
        "Y3a",
        RELAY,
        "* (1 + SPREAD * part)",
        "",
        "unit/test_relay::test_what_failed_together_does_not_come_back_together_but_a_run_repeats",
    ),
    mutant(
        "Y3b",
        RELAY,
        "message.attempts + (not waits)",
        "message.attempts + 1",
        "unit/test_relay::test_what_must_wait_through_no_fault_of_its_own_costs_no_attempt",
    ),
    mutant(
        "Y3c",
        RELAY,
        "now + max(pause, made.after)",
        "now + pause",
        "unit/test_relay::test_a_server_that_asks_for_time_gets_it_within_reason",
    ),
    mutant(
        "Y3d",
        RELAY,
        " or attempts > len(PAUSES):",
        ":",
        "unit/test_relay::test_after_the_last_pause_a_message_has_failed",
    ),
    mutant(
        "Y4a",
        RELAY,
        """            if any(mark.whole for mark in marks):
                return
""",
        "",
        "unit/test_relay::test_once_a_channel_fails_as_a_whole_the_rest_of_its_messages_is_not_tried",
    ),
    mutant(
        "Y4b",
        LANES,
        "    work.put(_after(lane, [mark for mark in marks if mark.whole], marks, now, patience=0))\n",
        "",
        "channels::test_a_channel_that_fails_as_a_whole_is_probed_with_one_message_and_the_others_lose_no_attempt",
    ),
    mutant(
        "Y4c",
        RELAY,
        '            silent |= {mark.recipient for mark in marks if mark.state == "queued"}\n',
        "",
        "channels::test_a_recipient_that_fails_again_and_again_waits_while_the_others_are_served",
    ),
    mutant(
        "Y4d",
        RELAYING,
        "        except PhasegateError as error:\n            failure = error",
        "        except ZeroDivisionError:\n            pass",
        "channels::test_results_of_one_campaign_are_recorded_though_another_cannot_be",
    ),
    mutant(
        "Y4e",
        CLAIMING,
        "    except NoticeError as error:",
        "    except ZeroDivisionError as error:",
        "channels::test_a_message_that_cannot_be_made_fails_alone_with_its_reason",
    ),
)
