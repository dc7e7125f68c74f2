"""Mutants of who may demand of whom, and of document numbers (SEMANTICS N9)."""

from __future__ import annotations

from tests.mutants.mutant import mutant

RULES = "engine/authority.py"
DEMANDING = "engine/service/notices/demanding.py"
NUMBERS = "engine/service/notices/numbers.py"

MUTANTS = (
    mutant(
        "N9a", RULES, "    if authority_of(workflow) is not None:\n        return True", "    if True:\n        return True",
        "demands::test_an_office_of_a_department_gives_a_township_a_hint_and_no_demand",
    ),
    mutant(
        "N9b", RULES, 'return workflow.issuer.kind == "department" and not is_local_body(unit)',
        'return workflow.issuer.kind == "department"',
        "demands::test_an_office_of_a_department_gives_a_township_a_hint_and_no_demand",
    ),
    mutant(
        "N9c", RULES, ' or document.issuer == workflow.office:', ":",
        "demands::test_a_plan_of_the_office_itself_is_no_authority",
    ),
    mutant(
        "N9d", "engine/service/notices/commands/paper.py",
        "    require_authority(case, notice.kind, (_owing(case, item) for item in items))\n", "",
        "demands::test_a_formal_act_without_an_authority_is_refused_when_it_is_to_be_signed",
    ),
    mutant(
        "N9e", "engine/service/notices/commands/paper.py", "    require_authority(case, asked.kind)\n", "",
        "demands::test_a_formal_act_without_an_authority_is_not_even_drafted",
    ),
    mutant(
        "N9f", "engine/service/notices/composing/request.py", "authority.demanding(workflow) if written.demands else workflow.office",
        "workflow.office",
        "demands::test_a_demand_is_signed_by_the_body_in_whose_name_it_is_made_and_a_hint_by_the_office",
    ),
    mutant(
        "N9g", NUMBERS, "    if n <= (last := _last(case)):", "    if n < (last := _last(case)):",
        "demands::test_a_number_that_was_given_out_is_not_given_again",
    ),
    mutant(
        "N9h", "engine/service/notices/commands/writing.py",
        '    if not number.startswith(f"{issuer}〔{year}〕"):\n        return\n', "",
        "demands::test_a_number_of_another_register_is_entered_and_ours_does_not_count_it",
    ),
    mutant(
        "N9i", "engine/check/issuing.py", "    if rungs and refused:", "    if False:",
        "unit/test_corpus::test_a_broken_workflow_is_read_and_found_with_its_codes_at_its_places",
    ),
)  # fmt: skip
