"""Mutants of the rules of dates and of firing (SEMANTICS D1–D8, F1–F6)."""

from __future__ import annotations

from tests.mutants.mutant import mutant

CALENDAR = "engine/calendar.py"
DATES = "engine/deadlines/dates.py"
LADDERS = "engine/deadlines/ladders.py"
INSTANTS = "engine/deadlines/instants.py"
TURNS = "engine/deadlines/turns.py"
FIRING = "engine/deadlines/firing.py"
FOUNDING = "engine/service/campaigns/founding.py"
DUTIES = "engine/service/duties/commands/duties.py"
HANDING_IN = "engine/service/duties/commands/handing_in.py"
ARMED = "engine/store/queries/armed.py"
SWEEP = "engine/service/clock/sweep.py"
CASE = "engine/service/kernel/case.py"
BINDING = "engine/service/notices/binding.py"
STANDING = "engine/service/notices/standing.py"

MUTANTS = (
    mutant(
        "D1", "engine/service/kernel/plan.py", "return at.astimezone(self.zone).date()", "return at.date()",
        "dates::test_half_past_midnight_in_the_county_is_a_new_day_though_not_in_utc",
    ),
    mutant(
        "D2", "engine/reader/words.py",
        "return Window(first_day=_first_day(first), last_day=_last_day(last))",
        "return Window(first_day=_first_day(first), last_day=_first_day(last))",
        "dates::test_a_month_window_holds_its_first_and_its_last_day",
    ),
    mutant(
        "D3", CALENDAR, "    left = abs(count)\n    while left:", "    left = abs(count) - 1\n    while left:",
        "dates::test_the_anchor_day_is_not_counted_and_an_offset_ends_on_a_working_day",
        "unit/test_calendar::test_offsets_do_not_count_the_anchor_and_make_up_days_are_worked",
    ),
    mutant(
        "D4a", DATES, "steps = (*way, *calendar.roll(calendar.add(anchor_on, offset)))", "steps = way",
        "dates::test_the_anchor_day_is_not_counted_and_an_offset_ends_on_a_working_day",
    ),
    mutant(
        "D4b", LADDERS,
        "instant(times.calendar.previous_working_day(day), times.hours.remind",
        "instant(times.calendar.next_working_day(day), times.hours.remind",
        "dates::test_a_reminder_on_a_day_off_goes_before_it_and_an_overdue_notice_after_it",
    ),
    mutant(
        "D4c", LADDERS,
        "instant(times.calendar.next_working_day(day), times.hours.overdue",
        "instant(day, times.hours.overdue",
        "unit/test_ladders::test_a_reminder_on_a_day_off_moves_back_and_an_escalation_moves_on",
    ),
    mutant(
        "D4d", "engine/service/notices/composing/lines.py",
        '"asked_on": asked if asked >= case.today else deadline.due_on,',
        '"asked_on": deadline.due_on,',
        "dates::test_a_printed_saturday_stays_and_the_notice_asks_for_the_friday",
    ),
    mutant(
        "D4e", DATES,
        "    if due.kind == \"phase_end\":\n        return phase_end(phase_last)",
        "    if due.kind == \"phase_end\":\n        return after(phase_last, Offset(count=0), calendar, \"derived\")",
        "dates::test_the_last_day_of_a_phase_counts_as_printed_though_it_is_a_day_off",
    ),
    mutant(
        "D5a", TURNS, "sheet.standing.deadline.due_on + DAY", "sheet.standing.deadline.due_on",
        "unit/test_ladders::test_due_today_is_not_overdue_to_the_last_second",
    ),
    mutant(
        "D5b", INSTANTS,
        "if not times.calendar.is_working_day(day) or hour > closing(times.hours):",
        "if hour > closing(times.hours):",
        "dates::test_nothing_goes_out_after_five_or_on_a_day_off",
    ),
    mutant(
        "D5c", INSTANTS,
        "if not times.calendar.is_working_day(day) or hour > closing(times.hours):",
        "if not times.calendar.is_working_day(day):",
        "dates::test_nothing_goes_out_after_five_or_on_a_day_off",
    ),
    mutant(
        "D5d", LADDERS,
        "instant(times.calendar.next_working_day(day), times.hours.overdue",
        "instant(times.calendar.next_working_day(day), times.hours.remind",
        "dates::test_the_hours_are_those_of_the_workflow",
    ),
    mutant(
        "D5g", TURNS, "opens=sheet.times.hours.overdue", "opens=sheet.times.hours.remind",
        "dates::test_a_late_sweep_in_the_morning_waits_for_the_hour_of_overdue_notices",
    ),
    mutant(
        "D5e", "notifications/wording.py",
        'return f"{plain_day(on, today)}(星期{_WEEKDAYS[on.weekday()]})"', "return plain_day(on, today)",
        "dates::test_a_notice_prints_its_day_in_full",
    ),
    mutant(
        "D5f", INSTANTS, "return max(hours.last, hours.remind, hours.overdue)", "return time(23, 59)",
        "dates::test_nothing_goes_out_after_five_or_on_a_day_off",
    ),
    mutant(
        "D5h", "engine/service/delivery/claiming.py", "    if opens > at:\n", "    if False:\n",
        "dates::test_what_a_worker_comes_to_after_hours_waits_for_the_morning_and_takes_no_attempt",
    ),
    mutant(
        "D5i", "notifications/relay.py",
        "message.until is not None and now() > message.until", "False",
        "dates::test_of_a_batch_nothing_more_goes_out_once_the_hours_are_over",
    ),
    mutant(
        "D6a", "engine/reader/head.py",
        'problems.add("PW308", place, "there is no such calendar", name, cure)', "pass",
        "dates::test_an_unknown_calendar_is_an_error_when_the_workflow_is_read",
    ),
    mutant(
        "D6b", CALENDAR, "return day.year not in self.years", "return False",
        "dates::test_a_date_in_a_year_without_its_notice_is_provisional_until_the_year_is_loaded",
    ),
    mutant(
        "D6c", FOUNDING,
        "if dated.on != deadline.due_on and not (notified and dated.on < deadline.due_on):",
        "if dated.on != deadline.due_on:",
        "dates::test_a_loaded_year_never_makes_a_date_earlier_than_one_already_told",
    ),
    mutant(
        "D6d", FOUNDING, "    if dry_run:", "    if False:",
        "dates::test_loading_a_year_shows_first_which_dates_move_and_then_moves_and_records_them",
    ),
    mutant(
        "D6e", "engine/service/campaigns/commands/calendars.py",
        "if assignment is not None and moved.notified:", "if False:",
        "dates::test_a_date_that_becomes_later_is_told_to_those_who_were_told_the_earlier",
    ),
    mutant(
        "D6f", CASE, "self._use(calendar=sha)", "pass",
        "dates::test_a_year_once_loaded_counts_for_what_is_dated_afterwards",
    ),
    mutant(
        "D6g", CALENDAR, '"" if day.year in self.years else self.statutory.get(day.isoformat(), "")', '""',
        "unit/test_calendar::test_in_a_year_without_a_notice_the_weekends_and_the_statutory_days_are_off",
    ),
    mutant(
        "D6h", CALENDAR, '"" if day.year in self.years else self.statutory', "self.statutory",
        "unit/test_calendar::test_a_notice_goes_before_the_law_once_it_is_loaded",
    ),
    mutant(
        "D7", CALENDAR, "reason=self.why_off(day) + self._doubt(day)", 'reason=""',
        "dates::test_a_date_says_its_anchor_every_day_on_the_way_and_the_rule_that_rolled_it",
    ),
    mutant(
        "D8a", DUTIES, "    if voucher:\n        return\n", "    return\n",
        "dates::test_what_is_recorded_for_a_unit_needs_a_voucher_and_a_day_within_its_task",
    ),
    mutant(
        "D8b", DUTIES, "if on < assignment.issued_on:", "if False:",
        "dates::test_what_is_recorded_for_a_unit_needs_a_voucher_and_a_day_within_its_task",
    ),
    mutant(
        "D8c", HANDING_IN, "first_submitted_on=before.first_submitted_on or on,",
        "first_submitted_on=before.first_submitted_on or case.today,",
        "dates::test_what_happened_counts_for_being_on_time_whenever_it_was_recorded",
    ),
    mutant(
        "D8d", DUTIES, 'on_behalf = "" if actor.name == assignment.unit else assignment.unit', 'on_behalf = ""',
        "dates::test_an_act_recorded_later_counts_from_the_day_it_happened",
    ),
    mutant(
        "F1a", "engine/scheduler.py", '"misfire_grace_time": None', '"misfire_grace_time": 1',
        "firing::test_the_heartbeat_keeps_nothing_and_runs_one_beat_at_a_time",
    ),
    mutant(
        "F1b", "engine/scheduler.py", '"max_instances": 1', '"max_instances": 2',
        "firing::test_the_heartbeat_keeps_nothing_and_runs_one_beat_at_a_time",
    ),
    mutant(
        "F2a", "engine/service/duties/apply/deadlines.py",
        "case.disarm(deadline.next_at, TimerKind.RUNG, deadline.id)", "pass",
        "firing::test_each_running_deadline_has_one_armed_moment_and_others_have_none",
    ),
    mutant(
        "F2b", CASE, "self.arm_campaign(self.at, TimerKind.GATE)", "pass",
        "firing::test_a_fact_that_a_gate_reads_has_the_gate_looked_at",
    ),
    mutant(
        "F2c", ARMED, 'AND a."at" <= ? ORDER BY', "AND ? > 0 ORDER BY",
        "firing::test_a_sweep_visits_only_campaigns_in_which_something_is_due",
    ),
    mutant(
        "F3a", ARMED, """order='campaign, "at", kind, ref'""", """order='campaign, "at" DESC, kind, ref'""",
        "firing::test_rungs_due_before_a_move_come_before_it_and_the_rest_after",
        "firing::test_moments_are_taken_in_the_order_of_their_instants",
    ),
    mutant(
        "F3b", SWEEP, "                if sweeping.holding.is_used:", "                if False:",
        "firing::test_a_batch_ends_when_its_time_is_used_and_leaves_the_database_free",
    ),
    mutant(
        "F3c", "engine/serving.py", "BREATH_IN_SECONDS: Final = 0.03", "BREATH_IN_SECONDS: Final = 0.0",
        "firing::test_the_database_is_left_free_for_thirty_milliseconds_between_batches",
    ),
    mutant(
        "F3d", SWEEP, "        if self._held >= self.seconds / 2:", "        if True:",
        "firing::test_the_database_is_left_free_after_what_batches_held_it_for_in_sum_and_not_after_each",
    ),
    mutant(
        "F3e", SWEEP, "                waiting += [[number] for number in reversed(campaigns)]", "                raise",
        "firing::test_a_campaign_that_fails_is_told_and_holds_up_no_other",
    ),
    mutant(
        "F3f", SWEEP, "size + count > TOGETHER", "True",
        "firing::test_small_campaigns_share_their_transactions_and_each_has_its_own_records",
    ),
    mutant(
        "F3g", SWEEP, "Counter(each.campaign for each in found) if is_last else _due_in(desk, [*nested], now)",
        "Counter(each.campaign for each in found)",
        "firing::test_a_campaign_shares_its_transactions_by_all_that_is_due_in_it_not_by_the_first_of_it",
    ),
    mutant(
        "F3h", BINDING, "if known is None or known.head != case.head.head:", "if known is None:",
        "firing::test_what_comes_between_two_batches_is_told_too",
    ),
    mutant(
        "F3i", BINDING, "for armed in due) <= known.until", "for armed in due) < known.until",
        "firing::test_what_waits_is_listed_once_for_all_batches",
    ),
    mutant(
        "F3j", BINDING, "return max(armed.at for armed in due) <= known.until", "return True",
        "firing::test_what_becomes_ready_between_two_batches_is_told_too",
    ),
    mutant(
        "F3k", BINDING, 'Listed("" if tells_more(facts) else case.head.head,', "Listed(case.head.head,",
        "firing::test_what_a_notice_gives_units_to_hear_is_told_in_the_same_sweep",
    ),
    mutant(
        "F3l", SWEEP, "open_cases, waiting, _earliest(quiet),", "open_cases, waiting, _earliest(cases),",
        "firing::test_what_is_ready_by_another_machines_clock_is_told_though_a_campaign_beside_it_is_busy",
    ),
    mutant(
        "F4a", "engine/store/schema.py", 'unique=(("deadline", "epoch", "rung", "n_from"),),', "",
        "firing::test_the_database_refuses_a_second_record_of_the_same_rung",
    ),
    mutant(
        "F4b", TURNS, "if each.epoch == deadline.epoch and each.deadline == deadline.id", "if False",
        "firing::test_a_second_sweep_of_the_same_moment_records_nothing",
        "unit/test_ladders::test_what_is_recorded_in_this_epoch_never_fires_again",
    ),
    mutant(
        "F4c", FIRING, '''    if standing.deadline.state != "armed":
        return Firing(''', '''    if False:
        return Firing(''',
        "unit/test_ladders::test_nothing_fires_unless_the_deadline_is_armed",
    ),
    mutant(
        "F5a", STANDING, 'if told.deadline.state != "armed":', "if False:",
        "firing::test_what_was_handed_in_between_rung_and_notice_is_moot_recorded_and_not_sent",
    ),
    mutant(
        "F5d", STANDING, 'return "" if looks_ahead or case.today > deadline.due_on else', 'return "" if True else',
        "firing::test_an_overdue_notice_that_waited_is_moot_once_a_later_day_was_granted",
    ),
    mutant(
        "F5e", "engine/service/notices/commands/paper.py", "if item.occurrence and (why :=", "if False and (why :=",
        "ladders::test_who_has_handed_in_since_is_left_out_of_a_draft_when_it_is_signed",
    ),
    mutant(
        "F5b", BINDING, "    except NoticeError as error:\n        found.aside",
        "    except ZeroDivisionError as error:\n        found.aside",
        "firing::test_a_notice_that_cannot_be_rendered_is_put_aside_and_holds_nobody_up",
    ),
    mutant(
        "F5c", "engine/service/notices/commands/paper.py", 'if notice.state not in ("listed", "draft"):', "if False:",
        "notices::test_what_was_not_sent_cannot_be_corrected_and_what_was_sent_cannot_be_withheld",
    ),
    mutant(
        "F6a", "engine/deadlines/explain.py", "        outcome=each.outcome,\n        reason=each.reason,",
        "        outcome=each.outcome,\n        reason=\"\",",
        "firing::test_of_any_rung_an_auditor_can_ask_why_it_did_or_did_not_reach_anybody",
    ),
    mutant(
        "F6b", FIRING, "return point.rung, outcome, reason, point.n - place", "return point.rung, outcome, reason, point.n",
        "firing::test_missed_points_of_a_repeating_rung_are_one_record",
    ),
    mutant(
        "F6c", FIRING, "            yield sheet.write((point, *settled), now)", "            sheet.write((point, *settled), now)",
        "unit/test_ladders::test_what_lay_before_the_task_began_is_not_applicable",
    ),
    mutant(
        "F6d", "engine/deadlines/firing.py", "elif channel := off.get(point.rung):", "elif channel := off.get(''):",
        "firing::test_a_rung_whose_channel_is_switched_off_is_recorded_as_such_and_tells_nobody",
    ),
)  # fmt: skip
