"""Mutants of the rules of gates and of the history (SEMANTICS G1–G11, H1–H4)."""

from __future__ import annotations

from tests.mutants.mutant import mutant

BACK = "engine/service/campaigns/commands"
PASSING = "engine/service/campaigns/commands/passing.py"
KINDS = "engine/gates/kinds"
LIFECYCLE = "engine/service/campaigns/commands/lifecycle.py"
PHASES = "engine/service/duties/apply/phases.py"
MOMENTS = "engine/service/clock/moments.py"
DESK = "engine/service/kernel/desk.py"
CELLS = "engine/service/audit/cells.py"
COMPOSE = "engine/service/notices/composing"
HISTORY = "engine/history.py"

MUTANTS = (
    mutant(
        "G1a", f"{KINDS}/tasks.py", "missing = parts_in_order((*below, *ungiven), facts.workflow)",
        "missing = parts_in_order(ungiven, facts.workflow)",
        "gates::test_a_verdict_says_what_was_counted_what_is_needed_and_who_is_missing",
    ),
    mutant(
        "G1b", "engine/service/notices/kinds/gate_late.py", "unmet = [c for c in shown(case, verdict(case, phase)) if not c.holds]", "unmet = []",
        "gates::test_the_same_verdict_is_shown_recorded_and_mailed",
    ),
    mutant(
        "G1c", "engine/gates/verdict.py", 'needed = len(children) if condition.kind == "all" else 1',
        "needed = len(children)",
        "gates::test_a_gate_may_be_a_tree_of_all_and_any",
    ),
    mutant(
        "G2a", LIFECYCLE, '''    if on > case.today:
        raise refuse("day_not_come", on=on)''', "",
        "gates::test_conditions_read_recorded_facts_only",
    ),
    mutant(
        "G2b", f"{KINDS}/approval.py", "given = approval is not None and approval.happened_on <= facts.on", "given = True",
        "gates::test_conditions_read_recorded_facts_only",
    ),
    mutant(
        "G2c", LIFECYCLE, "found[piece.name][whose[piece.assignment]] = float(piece.text)",
        "found[piece.name].setdefault(whose[piece.assignment], float(piece.text))",
        "gates::test_a_score_is_that_of_the_latest_submission",
    ),
    mutant(
        "G2d", "engine/gates/quotas.py", "need=kind.least,", "need=0,",
        "gates::test_a_quota_counts_what_was_designated_and_names_the_kinds_that_are_short",
    ),
    mutant(
        "G3a", LIFECYCLE, '    if actor.role != "system" and not asked.decision:', "    if False:",
        "gates::test_a_move_cites_the_decision_it_rests_on_and_so_does_its_notice",
    ),
    mutant(
        "G3b", MOMENTS, "    if judged.open:", "    if False:",
        "gates::test_a_phase_moves_by_itself_where_the_workflow_says_so",
    ),
    mutant(
        "G3c", "engine/reader/phases.py", 'row.text("advance", "manual")', 'row.text("advance", "automatic")',
        "gates::test_a_date_alone_never_moves_a_phase",
    ),
    mutant(
        "G4a", PASSING, "enumerate(c for c in judged.conditions if not c.holds):", "enumerate(()):",
        "acceptance/test_joining::test_the_leader_passes_a_shut_gate_with_conditions_and_each_unmet_one_is_tracked",
    ),
    mutant(
        "G4b", PASSING, 'frozenset({"leader"}),', 'frozenset({"leader", "office"}),',
        "acceptance/test_joining::test_only_the_leader_passes_with_conditions",
    ),
    mutant(
        "G5a", DESK, "        _keep(case, _refused(case, actor, name, given, refusal), entries)\n", "",
        "gates::test_a_refused_move_changes_nothing_but_the_history",
    ),
    mutant(
        "G5b", MOMENTS, "    if seen == case.head.gate_verdict:", "    if False:",
        "gates::test_an_automatic_refusal_is_recorded_only_when_the_verdict_changes",
    ),
    mutant(
        "G5c", LIFECYCLE, "    if not judged.open:", "    if False:",
        "gates::test_a_refused_move_changes_nothing_but_the_history",
    ),
    mutant(
        "G6a", LIFECYCLE, "    if since != here:", "    if False:",
        "gates::test_of_two_moves_that_race_one_wins_and_the_other_is_told",
    ),
    mutant(
        "G7a", PHASES,
        "case.arm(rules.start_of(state.first_day, case.plan.zone), TimerKind.PHASE, _ref(case, state.position))", "pass",
        "gates::test_a_phase_opens_on_the_first_day_of_its_window_though_another_is_current",
    ),
    mutant(
        "G7b", PHASES, 'if state.state == "waiting" and case.plan.phases[state.phase].opens == "window":',
        'if state.state == "waiting":',
        "gates::test_where_a_superior_owns_the_phase_it_opens_on_entry_only",
    ),
    mutant(
        "G7c", PHASES, "    open_phase(case, phase)\n    _start_gate_deadline(case, phase)", "    _start_gate_deadline(case, phase)",
        "gates::test_a_phase_opens_on_entry_if_that_comes_first",
    ),
    mutant(
        "G7d", PHASES, '    if task.opens.kind == "after" and not is_settled(case, task.opens.after):', "    if False:",
        "gates::test_a_task_opens_once_those_before_it_are_settled",
    ),
    mutant(
        "G8a", PHASES, 'if case.plan.phases[phase].on_exit == "cancel":', "if True:",
        "gates::test_leaving_a_phase_cancels_nothing",
    ),
    mutant(
        "G8b", PHASES, "    open_phase(case, phase)\n    _start_gate_deadline(case, phase)", "    open_phase(case, phase)",
        "gates::test_a_gate_shut_past_the_last_day_is_told_to_the_office_and_the_leading_group",
    ),
    mutant(
        "G8c", "engine/service/duties/apply/deadlines.py", '    above = deadline.kind == "gate" and level >= 3', "    above = False",
        "gates::test_a_gate_shut_past_the_last_day_is_told_to_the_office_and_the_leading_group",
    ),
    mutant(
        "G8d", PHASES, "        deadlines.end(case, deadline)\n    if case.plan", "        pass\n    if case.plan",
        "gates::test_a_gate_passed_in_time_is_told_to_nobody",
    ),
    mutant(
        "G8e", LIFECYCLE, "    phases.cancel_open(case)\n", "",
        "gates::test_the_end_of_the_campaign_cancels_what_is_open",
    ),
    mutant(
        "G9a", LIFECYCLE, "        before = phase.window.last_day < facts.adopted_on", "        before = False",
        "gates::test_adoption_enters_the_earliest_phase_whose_window_has_not_ended",
        "gates::test_adoption_on_the_last_day_of_a_phase_still_enters_it",
    ),
    mutant(
        "G9b", PHASES, 'ladder=task.ladder if dated.on >= case.head.adopted_on else "",', "ladder=task.ladder,",
        "gates::test_a_date_before_adoption_gets_no_ladder",
    ),
    mutant(
        "G9c", PHASES, "phase_first=max(state.first_day, case.head.adopted_on),", "phase_first=state.first_day,",
        "gates::test_a_duration_anchored_before_adoption_counts_from_it",
    ),
    mutant(
        "G9d", PHASES, 'return case.phase_state(phase).state == "before_adoption"', "return False",
        "gates::test_what_waits_for_something_before_adoption_counts_from_adoption",
    ),
    mutant(
        "G9e", "engine/service/campaigns/views/campaign.py", '    if state.state == "before_adoption":', "    if False:",
        "gates::test_a_phase_from_before_adoption_has_no_verdict",
    ),
    mutant(
        "G9f", "engine/deadlines/turns.py", "    if at < standing.adopted_at:", "    if False:",
        "gates::test_a_rung_between_the_start_of_the_window_and_adoption_is_not_sent",
    ),
    mutant(
        "G10a", "engine/service/duties/commands/duties.py", "        if unit and unit != actor.name:", "        if False:",
        "gates::test_a_unit_acts_only_on_its_own_assignments",
    ),
    mutant(
        "G10b", DESK, "        actor.require(name, action.roles)\n", "",
        "gates::test_an_auditor_only_reads",
        "gates::test_override_and_late_grant_are_the_leaders",
    ),
    mutant(
        "G10c", "engine/service/duties/views/visible.py", '    if sees(case, "duty"):', "    if True:",
        "acceptance/test_sight::test_a_units_task_list_shows_only_its_own",
        "acceptance/test_sight::test_a_shared_task_names_the_others_to_a_unit_but_not_how_far_they_are",
    ),
    mutant(
        "G10d", DESK, "case.reader = actor_of(who, case.plan.workflow, desk.door)", "case.reader = SYSTEM",
        "acceptance/test_sight::test_a_name_that_is_no_actor_is_refused_by_every_command_that_reads",
        "acceptance/test_sight::test_a_units_task_list_shows_only_its_own",
    ),
    mutant(
        "G10e", "engine/service/duties/views/unit.py", ' if sees(case, "address") else {}', "",
        "acceptance/test_sight::test_a_unit_sees_no_contact_and_of_the_directory_only_what_it_owes_itself",
    ),
    mutant(
        "G10f", "engine/service/kernel/sight.py", '    return "draft" if notice.state == "draft" else', "    return",
        "acceptance/test_sight::test_an_auditor_sees_a_draft_once_it_is_decided",
    ),
    mutant(
        "G10g", "engine/service/duties/views/visible.py", "*leads.get(each.id, ())", "",
        "acceptance/test_sight::test_a_lead_sees_the_parts_that_are_handed_in_to_it_and_no_other_duty_of_these_units",
    ),
    mutant(
        "G11a", f"{BACK}/taking_back.py", "    start_review(case, assignment)\n    if assignment.role", "    if assignment.role",
        "acceptance/test_taking_back_rules::test_an_acceptance_taken_back_is_submitted_again_and_its_review_begins_anew",
    ),
    mutant(
        "G11b", "engine/service/campaigns/slips.py", "        and case.plan.day(each.entry.at) == case.today\n", "",
        "acceptance/test_taking_back_rules::test_a_slip_is_mended_the_same_day_by_the_same_account_with_a_reason_alone",
    ),
    mutant(
        "G11c", "engine/service/campaigns/slips.py", "        _account(actor) == _account(each.entry)\n        and ", "        ",
        "acceptance/test_taking_back_rules::test_another_account_needs_a_document",
    ),
    mutant(
        "G11d", "engine/service/campaigns/slips.py", "        and not _told_of(case, each)\n", "",
        "acceptance/test_taking_back_rules::test_what_was_told_is_no_slip",
    ),
    mutant(
        "G11e", f"{BACK}/taking_back.py", "rework_day(case, task, assignment) if owes and not slip else None", "None",
        "acceptance/test_taking_back_rules::test_a_waiver_taken_back_is_owed_again_with_time_to_do_it_and_told",
    ),
    mutant(
        "G11f", f"{BACK}/undeciding.py", ' and actor.role != "leader":', " and False:",
        "acceptance/test_taking_back_rules::test_an_approval_is_taken_back_by_the_leading_group_or_as_a_slip",
    ),
    mutant(
        "G11g", "engine/service/campaigns/counted.py", "        return _told(case.head, case.plan, move)\n    return _above", "        break\n    return _above",
        "acceptance/test_taking_back_rules::test_what_a_move_counted_is_refused_with_who_counted_it_and_what_to_do",
    ),
    mutant(
        "G11h", "engine/service/campaigns/counted.py", "        return name == quota if what == \"quota\" else has_led\n", "        return False\n",
        "acceptance/test_taking_back_nested::test_what_the_city_counted_of_a_county_is_refused_there_with_who_counted_it",
        "acceptance/test_taking_back_nested::test_what_a_move_of_the_county_counted_is_held_by_the_city_that_counted_where_it_led",
    ),
    mutant(
        "G11i", f"{BACK}/returning.py", "        case.change(gate_verdict=digest_of(facts.verdict))\n", "        pass\n",
        "acceptance/test_taking_back_rules::test_a_gate_that_opens_by_itself_waits_until_it_is_found_otherwise",
    ),
    mutant(
        "G11j", PHASES, "    if known := _gate_deadlines(case, phase):", "    if known := list[Deadline]():",
        "acceptance/test_taking_back_rules::test_a_return_moves_only_what_is_current",
    ),
    mutant(
        "G11k", f"{KINDS}/nested.py", 'below.phase == phase or state.state in', "state.entered_at is not None or state.state in",
        "acceptance/test_taking_back_nested::test_a_county_that_was_brought_back_has_not_come_so_far_and_its_city_is_told",
    ),
    mutant(
        "H1a", HISTORY, '"seq": seq, "prev": prev}', '"seq": seq, "prev": GENESIS}',
        "history::test_records_are_numbered_without_gaps_and_each_holds_the_hash_of_the_one_before",
    ),
    mutant(
        "H1b", HISTORY, "    if told != _kept(record):", "    if False:",
        "unit/test_history::test_a_column_that_differs_from_the_bytes_is_named",
    ),
    mutant(
        "H1c", HISTORY, '    if facts.get("prev") != last_hash:', "    if False:",
        "unit/test_history::test_a_record_forged_with_its_own_hash_breaks_the_one_after_it",
    ),
    mutant(
        "H1d", "engine/service/kernel/journal.py", '"on_behalf": entry.on_behalf,', '"on_behalf": "",',
        "history::test_a_record_says_what_happened_who_did_it_for_whom_and_under_which_version",
    ),
    mutant(
        "H1e", HISTORY, """ and f'"prev":"{last}"'.encode() in data""", "",
        "unit/test_history::test_a_chain_names_a_gap_a_hash_that_is_not_that_of_the_bytes_and_a_forged_record_before",
    ),
    mutant(
        "H2", "engine/service/audit/installation.py", "        _record_refusal(desk, actor, action, refusal)\n", "",
        "history::test_what_concerns_the_installation_is_in_its_own_journal",
    ),
    mutant(
        "H3a", CELLS, "        elif row != told[key]:", "        elif False:",
        "history::test_a_changed_cell_of_the_state_is_named",
    ),
    mutant(
        "H3b", CELLS, "        if key not in kept:", "        if False:",
        "history::test_a_row_taken_away_is_named",
    ),
    mutant(
        "H3c", MOMENTS, 'system_act(case, "open", Opened(armed=(taken(armed),)), case.head.phase)',
        "case.work.drop(Armed, armed.at, armed.kind, armed.ref)",
        "history::test_replay_gives_the_state_of_a_campaign_that_moves_by_itself",
    ),
    mutant(
        "H4a", f"{COMPOSE}/request.py", '"head": short_head(case.head.head),', '"head": "00000000",',
        "notices::test_each_notice_carries_the_head_of_the_history_in_short_form",
    ),
    mutant(
        "H4b", "engine/service/audit/views/audit.py", '    elif record.hash != head["hash"]:', "    elif False:",
        "history::test_heads_kept_elsewhere_find_another_record_in_the_same_place",
    ),
    mutant(
        "H4c", "engine/service/audit/views/audit.py", "        yield AuditFinding(place, f\"the witness knows this record",
        "        return\n        yield AuditFinding(place, f\"the witness knows this record",
        "history::test_heads_kept_elsewhere_find_a_tail_that_was_cut_off",
    ),
    mutant(
        "H5a", "engine/service/kernel/action.py", "next((each for each in self.earlier if rules <= each.until), self)",
        "self",
        "histories/test_idiom::test_a_rule_is_changed_under_a_history_that_was_lived_by_the_old_one",
    ),
    mutant(
        "H5b", "engine/service/audit/replay.py", "        if given != count:", "        if False:",
        "histories/test_idiom::test_a_change_without_a_version_is_found_at_the_first_record_it_breaks",
    ),
    mutant(
        "H7a", "engine/gates/verdict.py", "        missing=found.missing,", "        missing=() if found.holds else found.missing,",
        "unit/test_verdicts::test_a_condition_that_holds_by_its_share_tells_who_was_missing_in_its_record_only",
    ),
    mutant(
        "H10a", "engine/cli/shell/output.py", "ctx.json else in_line(line(each)))", "ctx.json else line(each))",
        "acceptance/test_typed_texts::test_a_reason_of_two_lines_is_one_line_of_the_log_and_one_row_of_a_list",
    ),
    mutant(
        "H10b", "engine/service/kernel/params.py", "    if char := texts.odd(text, lines=lines):", "    if char := \"\":",
        "unit/test_texts::test_every_kind_of_text_that_an_action_is_given_is_looked_at",
    ),
    mutant(
        "H10c", "engine/texts.py", "_TURNING = \"\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069\"", "_TURNING = \"\\u061c\"",
        "unit/test_texts::test_a_character_that_moves_ends_or_turns_is_told_by_its_code_point",
    ),
    mutant(
        "I3a", "engine/service/delivery/claiming.py", "channel=FOLDER if head.rehearsal else outgoing.channel,",
        "channel=outgoing.channel,",
        "acceptance/test_rehearsal::test_whatever_the_channel_its_notices_go_to_the_folder_only",
    ),
)  # fmt: skip
