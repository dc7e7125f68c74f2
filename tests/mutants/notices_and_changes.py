"""Mutants of the rules of notices and of changes (SEMANTICS N1–N5, P1–P3, P5)."""

from __future__ import annotations

from tests.mutants.mutant import mutant

BINDING = "engine/service/notices/binding.py"
COMPOSE = "engine/service/notices/composing"
PAPER = "engine/service/notices/commands/paper.py"
CLAIMING = "engine/service/delivery/claiming.py"
DATES = "engine/service/duties/commands/dates.py"
PAUSING = "engine/service/campaigns/commands/pausing.py"
EFFECTS = "engine/service/duties/apply/deadlines.py"
TURNS = "engine/deadlines/turns.py"
DESK = "engine/service/kernel/desk.py"
NOTED = "engine/service/kernel/noted.py"

MUTANTS = (
    mutant(
        "N1a", BINDING, '    if gathers == "day":', "    if False:",
        "notices::test_one_notice_a_day_lists_everything_for_its_recipient_the_worst_first",
    ),
    mutant(
        "N1b", BINDING, "        if case.known.is_written(digest):", "        if False:",
        "notices::test_what_comes_later_the_same_day_waits_for_the_next_sending_day",
    ),
    mutant(
        "N1c", BINDING, '    if gathers == "document":', "    if False:",
        "notices::test_formal_documents_are_one_per_campaign_level_and_day_and_a_phase_notice_is_one_to_all",
    ),
    mutant(
        "N1d", f"{COMPOSE}/lines.py", "return tuple(sorted(lines, key=lambda each: each.due_on or date.max))", "return tuple(lines)",
        "notices::test_one_notice_a_day_lists_everything_for_its_recipient_the_worst_first",
    ),
    mutant(
        "N1e", "engine/service/notices/commands/writing.py",
        'case.work.put(changed(case.work.must(Item, item), state="bound", notice=notice.id))',
        'case.work.put(changed(case.work.must(Item, item), state="bound"))',
        "notices::test_from_notice_to_occurrences_and_back_nothing_is_lost",
    ),
    mutant(
        "N1f", BINDING, "{item.unit}|{item.level}|{channel}", "{item.unit}|{channel}",
        "notices::test_two_levels_on_one_day_have_two_notices",
    ),
    mutant(
        "N1g", "engine/deadlines/ladders.py", '    if ladder.reminders == "daily":', "    if True:",
        "acceptance/test_fewer_letters::test_reminders_wait_for_the_first_working_day_of_a_week_and_go_daily_in_the_last_three",
    ),
    mutant(
        "N1h", "engine/deadlines/ladders.py", "min(_week_begins(day, calendar), last_days_from)", "_week_begins(day, calendar)",
        "acceptance/test_fewer_letters::test_a_digest_is_never_earlier_than_its_rung_and_never_later_than_the_day",
    ),
    mutant(
        "N1i", BINDING, '    if gathers == "all":', "    if False:",
        "acceptance/test_fewer_letters::test_a_phase_notice_is_one_document_to_all_and_one_letter_to_peers",
    ),
    mutant(
        "N1j", BINDING, "{day}|{told}", "{day}",
        "acceptance/test_fewer_letters::test_two_moves_of_one_day_are_two_documents",
    ),
    mutant(
        "N2a", PAPER, '    if notice.state != "sent":', "    if False:",
        "notices::test_what_was_not_sent_cannot_be_corrected_and_what_was_sent_cannot_be_withheld",
    ),
    mutant(
        "N2b", PAPER, '    return {"corrects": short(notice.id)}',
        """    case.work.put(replace(notice, subject=facts.right))
    return {"corrects": short(notice.id)}""",
        "notices::test_a_correction_is_a_new_notice_that_names_the_old_one_which_stays_as_sent",
    ),
    mutant(
        "N6a", "notifications/claims.py", "        if claims[words] not in request.borne:", "        if False:",
        "unit/test_claims::test_a_workflows_own_template_claims_no_more_than_the_records_bear_either",
    ),
    mutant(
        "N6b", "engine/service/notices/steps.py", "occurrence is not None and occurrence.epoch == epoch", "occurrence is not None",
        "acceptance/test_claims_rules::test_what_was_signed_and_sent_is_a_step_and_what_was_moved_starts_anew",
    ),
    mutant(
        "N6c", "engine/service/notices/steps.py", ' and item.state == "bound" and notice.state == "sent"', "",
        "acceptance/test_claims_rules::test_a_claim_goes_with_the_record_that_bears_it",
    ),
    mutant(
        "N8a", PAPER, "    if not correction.places(text, asked.wrong):", "    if False:",
        "acceptance/test_claims_rules::test_words_that_do_not_stand_in_a_notice_cannot_be_corrected_and_what_stands_there_is_told",
    ),
    mutant(
        "N8b", f"{COMPOSE}/request.py", "[*kept, *addresses(case, notice.kind, now, notice.level)]", "kept",
        "acceptance/test_claims_rules::test_a_correction_reaches_units_that_merged_at_the_one_that_goes_on_as_them",
    ),
    mutant(
        "N3a", CLAIMING, "{short(outgoing.id)}@{DOMAIN}", "{short(outgoing.id)}.{outgoing.attempts}@{DOMAIN}",
        "notices::test_a_message_that_was_not_taken_is_tried_again_under_the_same_id",
    ),
    mutant(
        "N3b", CLAIMING, "lease_until=until", "lease_until=None",
        "notices::test_a_worker_that_dies_after_sending_leaves_a_lease_that_another_takes_up_later",
    ),
    mutant(
        "N4a", "notifications/render.py", "        if len(text) <= LONGEST_SHORT:", "        if True:",
        "notices::test_a_short_text_names_fewer_titles_where_it_would_be_too_long",
    ),
    mutant(
        "N4b", "notifications/templates/overdue.j2", "{% block short %}", "{% block short %}{{ sender_full }}东镇",
        "notices::test_each_notice_has_a_short_text_that_names_no_unit",
    ),
    mutant(
        "N5a", f"{COMPOSE}/lines.py", "key=lambda a: (order[a.unit], a.id))", "key=lambda a: (-order[a.unit], a.id))",
        "notices::test_a_bulletin_ranks_nobody",
    ),
    mutant(
        "N5b", "engine/service/notices/commands/paper.py", "    shown.require_answered(case, notice)\n", "",
        "notices::test_units_see_the_facts_of_a_bulletin_a_working_day_before_it_is_signed",
    ),
    mutant(
        "N5c", "engine/reckoning.py", '    if state == "accepted":\n        return "done"\n', "",
        "notices::test_a_bulletin_counts_what_was_due_and_lists_units_in_the_order_of_the_directory",
    ),
    mutant(
        "N5d", "engine/service/notices/commands/paper.py", "    shown.require_still_so(case, notice)\n", "",
        "notices::test_units_see_the_facts_of_a_bulletin_a_working_day_before_it_is_signed",
    ),
    mutant(
        "N5e", "notifications/render.py", '        if "见附件" in data.data:', "        if False:",
        "unit/test_render::test_a_template_that_names_an_annex_and_attaches_none_is_refused",
    ),
    mutant(
        "P1a", "engine/deadlines/dates.py",
        '    if deadline.basis != "duration" or left is None or deadline.due_on < paused_on:', "    if True:",
        "changes::test_a_duration_keeps_what_is_left_of_it_in_its_own_unit",
    ),
    mutant(
        "P1b", EFFECTS, '    if days and deadline.basis != "duration" and', "    if False and",
        "changes::test_dates_shift_where_the_pause_says_so_and_a_campaigns_pause_shifts_windows_too",
    ),
    mutant(
        "P1c", PAUSING, 'if days and pause.scope == "campaign" else 0', "if False else 0",
        "changes::test_dates_shift_where_the_pause_says_so_and_a_campaigns_pause_shifts_windows_too",
    ),
    mutant(
        "P1d", EFFECTS, "        if span.shift and until >", "        if until >",
        "changes::test_a_dated_deadline_is_only_silenced",
    ),
    mutant(
        "P1e", EFFECTS, "return any(p.to_at is None for p in pauses_of(case, deadline))", "return False",
        "changes::test_paused_while_any_scope_is",
    ),
    mutant(
        "P1f", TURNS, '            return PAUSED, coded("paused")', "            return None",
        "changes::test_rungs_inside_a_pause_are_recorded_as_paused_and_the_next_level_keeps_the_least_gap",
    ),
    mutant(
        "P1g", TURNS, "            at = max(at, _overdue_time(sheet, _gap_after(sheet, end)))", "            pass",
        "changes::test_rungs_inside_a_pause_are_recorded_as_paused_and_the_next_level_keeps_the_least_gap",
    ),
    mutant(
        "P1h", EFFECTS, "        if other.id != pause.id and other.to_at is not None and other.to_at >= since:", "        if False:",
        "changes::test_a_date_that_shifts_under_two_pauses_at_once_shifts_by_the_days_of_both_together",
    ),
    mutant(
        "P1i", "engine/reckoning.py", 'if each.due is not None and each.due.state == "paused":', "if False:",
        "changes::test_paused_is_not_overdue",
    ),
    mutant(
        "P1j", "engine/service/duties/apply/pauses.py", 'if scope == "phase":\n        return', "if False:\n        return",
        "changes::test_a_pause_has_the_scope_of_a_campaign_a_phase_or_an_assignment",
    ),
    mutant(
        "P1k", PAUSING, "    pauses.tell_paused(case, pause)\n", "",
        "changes::test_units_are_told_what_is_paused_and_when_it_is_due_once_it_runs_again",
    ),
    mutant(
        "P1l", "engine/service/kernel/case.py", "        if kind in HELD_BY_PAUSE and self.is_paused:", "        if False:",
        "changes::test_while_the_campaign_is_paused_nothing_opens_or_moves_by_itself",
    ),
    mutant(
        "P2a", EFFECTS, "        first_due_on=judged_on or deadline.first_due_on,\n        epoch=deadline.epoch + 1,",
        "        first_due_on=judged_on or deadline.first_due_on,\n        epoch=deadline.epoch,",
        "changes::test_a_change_of_date_opens_an_epoch_that_arms_what_lies_ahead_and_leaves_what_fired",
    ),
    mutant(
        "P2b", DATES, "    if assignment.extensions >= case.plan.workflow.max_extensions:", "    if False:",
        "changes::test_an_extension_is_on_or_before_the_due_day_later_and_only_so_often",
    ),
    mutant(
        "P2c", DATES, "    if case.today > deadline.due_on:\n        raise refuse(", "    if False:\n        raise refuse(",
        "changes::test_an_extension_is_on_or_before_the_due_day_later_and_only_so_often",
    ),
    mutant(
        "P2d", DATES,
        "deadlines.move(case, _due(case, assignment), facts.to)",
        "deadlines.move(case, _due(case, assignment), facts.to, judged_on=facts.to)",
        "changes::test_a_late_grant_is_the_leaders_and_the_breach_at_the_first_date_stays",
    ),
    mutant(
        "P2e", TURNS, "    if deadline.epoch > 1 and at <= deadline.began_at:", "    if False:",
        "changes::test_a_rung_whose_new_instant_lies_behind_is_superseded_not_sent_again",
    ),
    mutant(
        "P2f", EFFECTS, 'else {"basis": "printed", "anchor_on": due_on, "offset": ""}', "else {}",
        "changes::test_an_extended_duration_is_dated_and_a_pause_only_silences_it",
    ),
    mutant(
        "P2g", DATES, '"grant",\n        LEADER,', '"grant",\n        EITHER,',
        "changes::test_a_late_grant_is_the_leaders_and_the_breach_at_the_first_date_stays",
    ),
    mutant(
        "P3", DATES, "    if not allowed:", "    if False:",
        "changes::test_past_the_last_day_of_the_phase_needs_an_override_and_says_what_would_break",
    ),
    mutant(
        "P5a", DESK, "        if known is not None:", "        if False:",
        "changes::test_a_command_repeated_under_its_key_returns_the_first_answer_and_does_nothing_more",
    ),
    mutant(
        "P5b", DESK, "            if known.fingerprint != once.fingerprint:", "            if False:",
        "changes::test_another_body_under_the_same_key_is_an_error",
    ),
    mutant(
        "P5c", DESK, "        _keep(case, _refused(case, actor, name, given, refusal), entries)\n",
        '''        _keep(case, _refused(case, actor, name, given, refusal), entries)
        if once:
            case.work.add(Answer(campaign=case.id, key=once.key, fingerprint=once.fingerprint, answer="{}"))
''',
        "changes::test_a_refusal_is_not_kept_under_a_key",
    ),
    mutant(
        "P5d", DESK, "    if changed or len(shown) != len(done):", "    if len(shown) != len(done):",
        "acceptance/test_previewing::test_where_the_state_is_another_nothing_is_done",
        "acceptance/test_previewing::test_where_something_else_would_be_recorded_nothing_is_done",
    ),
    mutant(
        "P5e", NOTED, '        "before": before,\n', "",
        "acceptance/test_previewing::test_where_the_state_is_another_nothing_is_done",
    ),
    mutant(
        "P5f", NOTED, "    if isinstance(record, Campaign):", "    if False:",
        "acceptance/test_previewing::test_what_others_do_meanwhile_elsewhere_is_no_matter",
    ),
)  # fmt: skip
