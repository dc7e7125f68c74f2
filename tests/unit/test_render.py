from __future__ import annotations

import re
from dataclasses import fields as record_fields
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2.sandbox import SandboxedEnvironment
from notice_examples import BULLETIN, CHECK, EXAMPLES, GOLDEN, SEVERAL_LATE, as_text, golden
from worded import line

from notifications import kinds, wording
from notifications.kinds import shipped
from notifications.layout import laid_on
from notifications.notice import (
    BadTemplate,
    CannotRender,
    Line,
    MissingField,
    NoTemplate,
    NotForSuperior,
    NoticeError,
    NoticeRequest,
    OneRecipient,
    TooLong,
    coded,
    document_number,
)
from notifications.render import FILTERS, LONGEST, examine, fields, names_in, render

REMINDER = EXAMPLES["reminder"]
OVERDUE = EXAMPLES["overdue"]
TITLES = st.text(st.characters(categories=["Lo", "Nd"]), min_size=1, max_size=60)


def template(body: str = "正文", subject: str = "标题", short: str = "短消息") -> str:
    blocks = {"subject": subject, "body": body, "short": short}
    return "".join(f"{{% block {name} %}}{text}{{% endblock %}}\n" for name, text in blocks.items())


def faults(body: str, name: str = "reminder") -> list[str]:
    return [f"{fault.what}: {fault.found}" for fault in examine(name, template(body))]


def lines(count: int, days: int = 1) -> tuple[Line, ...]:
    first = date(2022, 11, 30)
    return tuple(Line(title=f"任务{n}", due_on=first + timedelta(n % days)) for n in range(count))


# --- whole notices ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_notice_reads_as_its_golden_text(name: str) -> None:
    assert as_text(render(EXAMPLES[name])) == golden(name).read_text("utf-8")


def test_every_golden_text_has_its_example() -> None:
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(EXAMPLES)


def test_every_shipped_template_is_shown_by_an_example() -> None:
    shown = {f"{request.kind}.{request.relation}" for request in EXAMPLES.values()}
    plain = {request.kind for request in EXAMPLES.values()}
    hinted = {f"{request.kind}.{kinds.HINT}" for request in EXAMPLES.values() if not request.demands}
    assert set(shipped()) <= shown | plain | hinted


def test_no_notice_is_loud_or_ranks_or_says_leader() -> None:
    texts = [as_text(render(request)) for request in EXAMPLES.values()]
    for word in ("!", "\uff01", "领导同志", "领导干部", "第1名", "排名", "倒数"):
        assert [text for text in texts if word in text] == []


def test_only_subordinates_are_chased() -> None:
    for request in EXAMPLES.values():
        if request.relation in ("peer", "vertical"):
            text = as_text(render(request))
            assert "你单位" not in text and "催办通知" not in text and "特此通知" not in text


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_short_text_is_short_and_names_no_unit(name: str) -> None:
    request = EXAMPLES[name]
    short = render(request).short
    named = {request.unit, *request.units, *(item.unit for item in request.items)} - {"", "县创建办"}
    assert len(short) <= 150 and "\n" not in short
    assert [unit for unit in named if unit in short] == []


# --- dates and lists ----------------------------------------------------------------------------


def test_dates_are_in_full_with_weekday_and_hour() -> None:
    assert "11月30日(星期三)17:30前" in render(REMINDER).body


def test_a_date_of_another_year_has_its_year() -> None:
    assert wording.full_day(date(2023, 1, 3), date(2022, 12, 30)) == "2023年1月3日(星期二)"
    assert wording.full_day(date(2023, 1, 3), date(2023, 1, 2)) == "1月3日(星期二)"


def test_numerals_go_up_to_ninety_nine() -> None:
    numerals = [wording.numeral(n) for n in (1, 9, 10, 11, 20, 21, 99, 100)]
    assert numerals == ["一", "九", "十", "十一", "二十", "二十一", "九十九", "100"]


def test_a_place_speaks_of_itself_by_what_it_is() -> None:
    assert [wording.we(place) for place in ("石柱县", "平凉市", "", "园区")] == ["我县", "我市", "我单位", "我区"]


def test_a_document_number_has_square_brackets_and_no_leading_zero() -> None:
    assert document_number("石创建办发", 2022, 21) == "石创建办发〔2022〕21号"
    with pytest.raises(ValueError, match="begin at 1"):
        document_number("石创建办发", 2022, 0)


def test_items_are_grouped_by_due_day_the_earliest_first_and_dateless_last() -> None:
    items = (Line(title="丁"), *reversed(lines(3, days=2)))
    own = template("{% for g in groups %}{{ g.mark }}{% for i in g.items %}{{ i.title }}{% endfor %}{% endfor %}")
    assert "一任务2任务0二任务1三丁" in render(replace(REMINDER, items=items), {"reminder": own}).body


@given(st.integers(1, 40), st.integers(1, 7))
@settings(deadline=None)
def test_a_digest_names_every_item_exactly_once(count: int, days: int) -> None:
    body = render(replace(REMINDER, items=lines(count, days))).body
    listed = [line.strip().split(". ")[-1] for line in body.splitlines()]
    assert count == 1 or [listed.count(f"任务{n}。") for n in range(count)] == [1] * count


def test_a_digest_lists_all_its_items_however_many() -> None:
    body = render(replace(REMINDER, items=lines(320))).body
    assert all(f"任务{n}。" in body for n in range(320)) and "其余" not in body


MANY = tuple(f"某{n}乡" for n in range(41))


def test_a_list_of_names_is_whole_however_many_units_it_names() -> None:
    text = render(replace(BULLETIN, units=MANY, commended=MANY[:20])).body
    assert "各有关单位:" in text and "个单位:" not in text and "、".join(MANY[:20]) in text


def test_more_than_fits_is_an_annex_that_is_attached_to_the_same_text() -> None:
    items = tuple(replace(SEVERAL_LATE[0], unit=unit) for unit in MANY)
    text = render(replace(BULLETIN, items=items)).body
    body, _, annex = text.partition("\n附件\n")
    assert "41个单位的41项任务" in body and "清单见附件。" in body and "附件:尚未按要求完成任务清单" in body
    assert not any(unit in body for unit in MANY) and all(f"{unit}:" in annex for unit in MANY)


def test_two_annexes_are_numbered_as_the_text_names_them() -> None:
    items = tuple(replace(SEVERAL_LATE[0], unit=unit) for unit in MANY)
    text = render(replace(BULLETIN, items=items, commended=MANY)).body
    assert (
        "41个单位到期任务均按期报送,已审核的均已通过,予以通报表扬,名单见附件1。" in text and "清单见附件2。" in text
    )
    _, first, second = (part.strip() for part in re.split(r"\n附件[12]\n", text))
    assert first.startswith("通报表扬单位名单") and second.startswith("尚未按要求完成任务清单")
    assert all(unit in first and unit in second for unit in MANY)


def test_a_template_that_names_an_annex_and_attaches_none_is_refused() -> None:
    text = shipped()["accountability"].replace("{% block body %}", "{% block body %}\n清单见附件。")
    assert [fault.found for fault in examine("accountability", text)] == ["见附件"]


def test_who_has_a_copy_stands_below_the_signature() -> None:
    text = render(replace(BULLETIN, copied=("县法院", "县税务局"))).body
    assert text.index("2022年12月21日") < text.index("抄送:县法院、县税务局。")


def test_a_draft_is_signed_as_it_was_read_but_for_number_and_day() -> None:
    read = render(replace(BULLETIN, number=""))
    signed = laid_on(
        read.body,
        subject=read.subject,
        number=BULLETIN.number,
        sender="县创建办",
        was_on=BULLETIN.day,
        on=date(2023, 1, 3),
    )
    as_signed = render(BULLETIN).body.replace("2022年12月21日", "2023年1月3日")
    assert [line.strip() for line in signed.splitlines()] == [line.strip() for line in as_signed.splitlines()]


def test_a_list_is_whole_however_long() -> None:
    body = render(replace(REMINDER, items=lines(2000))).body
    assert "2000. 任务1999。" in body and "其余" not in body and "见任务分解表" not in body


def test_no_name_is_cut() -> None:
    names = tuple(f"第{n}镇" for n in range(90))
    assert wording.names(names) == "、".join(names)


@given(st.lists(TITLES, min_size=1, max_size=40))
@settings(deadline=None)
def test_a_short_text_names_fewer_titles_until_it_fits(titles: list[str]) -> None:
    items = tuple(Line(title=title, due_on=date(2022, 11, 30)) for title in titles)
    short = render(replace(OVERDUE, items=items)).short
    assert len(short) <= 150 and short.endswith("已报送的请忽略。")
    assert "12月6日(星期二)17:30前" in short


def test_the_same_request_gives_the_same_text() -> None:
    assert render(REMINDER) == render(replace(REMINDER))


# --- who gets what ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", sorted(set(kinds.KINDS) - set(kinds.upward_kinds())))
def test_a_superior_is_never_chased(kind: str) -> None:
    example = next(request for request in EXAMPLES.values() if request.kind == kind)
    with pytest.raises(NotForSuperior):
        render(replace(example, relation="superior"))


def test_an_application_has_one_recipient() -> None:
    with pytest.raises(OneRecipient):
        render(replace(EXAMPLES["application"], units=("市民族宗教委", "市政府")))


def test_what_a_kind_needs_must_be_given() -> None:
    with pytest.raises(MissingField) as caught:
        render(replace(OVERDUE, reply_by=None))
    assert line(caught.value) == (
        "PG503  the notice overdue needs reply_by, which was not given — fill it in before writing the notice"
    )


def test_every_need_is_a_field_of_the_request() -> None:
    known = {field.name for field in record_fields(NoticeRequest)} | {"to"}
    assert {need for kind in kinds.KINDS.values() for need in kind.needs} <= known


def test_every_kind_has_a_template_and_every_template_a_kind() -> None:
    assert {name.split(".")[0] for name in shipped()} == set(kinds.KINDS)


# --- an office's own texts ----------------------------------------------------------------------


def test_an_own_template_replaces_the_shipped_one() -> None:
    own = template(subject="{{ sender }}提示", body="请办理{{ matter }}。", short="请办理。")
    content = render(REMINDER, {"reminder": own})
    assert (content.subject, content.short) == ("县创建办提示", "请办理。")
    assert "西沱镇:\n\u3000\u3000请办理“自检自查”。\n" in content.body


def test_an_own_notice_leaves_the_letter_to_a_peer_alone() -> None:
    own = {"overdue": template("你单位尚未报送。")}
    assert render(EXAMPLES["overdue.peer"], own) == render(EXAMPLES["overdue.peer"])


def test_an_own_letter_to_peers_serves_vertical_units_until_they_have_their_own() -> None:
    own = {"overdue.peer": template("商请函告。")}
    assert "商请函告。" in render(EXAMPLES["overdue.vertical"], own).body
    own["overdue.vertical"] = template("烦请函告。")
    assert "烦请函告。" in render(EXAMPLES["overdue.vertical"], own).body


def test_a_new_kind_needs_a_template_and_no_python() -> None:
    own = {"月度提示": template("本月请办理{{ titles }}。")}
    assert "本月请办理“自检自查”。" in render(replace(REMINDER, kind="月度提示"), own).body


def test_a_kind_without_a_template_is_named() -> None:
    with pytest.raises(NoTemplate) as caught:
        render(replace(REMINDER, kind="月度提示"))
    assert "'月度提示'" in line(caught.value)


def test_texts_of_people_are_never_read_as_a_template() -> None:
    items = (Line(title="{{ sender }}{% raw %}", due_on=date(2022, 11, 30)),)
    assert "“{{ sender }}{% raw %}”" in render(replace(REMINDER, items=items)).body


# --- what a template may say --------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(shipped()))
def test_a_shipped_template_has_no_fault(name: str) -> None:
    assert examine(name, shipped()[name]) == ()
    assert names_in(shipped()[name]) <= fields(name)


def test_names_are_told_as_what_a_loop_goes_over() -> None:
    text = template(
        "{% for g in groups %}{% for one in g.items %}{{ one.title }}{{ loop.index }}{% endfor %}{% endfor %}"
    )
    assert names_in(text) == {"groups", "groups.items", "groups.items.title"}


def test_no_part_that_is_read_without_asking_the_sandbox_would_be_refused_by_it() -> None:
    sandbox, things = SandboxedEnvironment(), (CHECK, "西沱镇", ("西沱镇",), {}, len)
    parts = {path.rsplit(".", 1)[1] for kind in kinds.KINDS.values() for path in kind.names() if "." in path}
    assert parts == kinds.FIELDS
    assert [part for part in parts for thing in things if not sandbox.is_safe_attribute(thing, part, None)] == []


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("{{ corrects.wrong }}", "a notice of this kind has no such name: corrects.wrong"),
        ("{{ item.title }}", "a notice of this kind has no such name: item.title"),
        ("{% for i in items %}{{ i.secret }}{% endfor %}", "a notice of this kind has no such name: items.secret"),
        ("{{ unit.__class__ }}", "a notice of this kind has no such name: unit.__class__"),
        ("{{ range(9) }}", "this is not allowed in a notice: Call"),
        ("{{ unit.upper() }}", "this is not allowed in a notice: Call"),
        ("{{ 9 ** 9 }}", "this is not allowed in a notice: Pow"),
        ("{{ 'a' * 99 }}", "this is not allowed in a notice: Mul"),
        ("{{ '%9d' % count }}", "this is not allowed in a notice: Mod"),
        ("{% set a = unit %}", "this is not allowed in a notice: Assign"),
        ("{% include 'x' %}", "this is not allowed in a notice: Include"),
        ("{% macro m() %}{% endmacro %}", "this is not allowed in a notice: Macro"),
        ("{{ items[0] }}", "this is not allowed in a notice: Getitem"),
        ("{{ unit | upper }}", "unknown filter: upper"),
        ("{{ units | names(3) }}", "unknown filter: names"),
        ("{% for c in unit %}{% endfor %}", "a loop goes over lists only: unit"),
        ("{% for c in 'abc' %}{% endfor %}", "a loop goes over lists only: Const"),
        ("{{ reply_by }}", "this cannot be printed as it is: reply_by"),
        ("{% for i in items %}{{ i.due_on }}{% endfor %}", "this cannot be printed as it is: items.due_on"),
        ("{{ items }}", "this cannot be printed as it is: items"),
        ("{% block foot %}{% endblock %}", "there is a block that no notice has: foot"),
    ],
)
def test_a_template_says_only_what_is_allowed(body: str, fault: str) -> None:
    assert fault in faults(body)


def test_a_template_that_does_not_parse_names_its_line() -> None:
    (fault,) = examine("reminder", template("\n{% if %}\n"))
    assert (fault.line, fault.what) == (3, "the template does not parse")


def test_a_missing_block_is_named() -> None:
    (fault,) = examine("reminder", template().split("{% block short")[0])
    assert (fault.what, fault.cure) == ("the block short is missing", "{% block short %}")


def test_loops_stand_at_most_two_deep_and_are_few() -> None:
    def nested(depth: int) -> str:
        opened = "".join(f"{{% for i{n} in items %}}" for n in range(depth))
        return opened + "{% endfor %}" * depth

    assert faults(nested(2)) == []
    assert faults(nested(3)) == ["loops stand too deep in each other: 3"]
    assert faults(nested(1) * 25) == ["too many loops: 25"]


@pytest.mark.parametrize("name", ["unit", "units | names", "to"])
def test_a_short_text_may_not_name_a_unit(name: str) -> None:
    (fault,) = examine("overdue", template(short=f"{{{{ {name} }}}}"))
    assert fault.what == "a short text names no unit"


def test_a_template_that_is_too_long_is_not_even_read() -> None:
    assert faults("字" * 20_000) == ["the template is too long: 20102 characters"]


def test_a_faulty_template_is_refused_with_its_line() -> None:
    with pytest.raises(BadTemplate) as caught:
        render(REMINDER, {"reminder": template("{{ figures.due }}")})
    assert line(caught.value).startswith(
        "PG502  template reminder, line 2: a notice of this kind has no such name — found figures.due — use"
    )


def test_output_is_bounded() -> None:
    body = "{% for a in items %}{% for b in items %}很长的一段话{% endfor %}{% endfor %}"
    with pytest.raises(TooLong) as caught:
        render(replace(REMINDER, items=lines(300)), {"reminder": template(body)})
    assert f"longer than {LONGEST} characters" in line(caught.value)


def test_a_field_left_empty_is_told_and_not_printed_as_none() -> None:
    with pytest.raises(CannotRender) as caught:
        render(REMINDER, {"reminder": template("{{ reply_by | by }}")})
    assert caught.value.code == "PG507"


def test_a_control_character_in_a_field_is_told() -> None:
    with pytest.raises(CannotRender) as caught:
        render(replace(REMINDER, items=(Line(title="自检\x1e自查", due_on=date(2022, 11, 30)),)))
    assert caught.value.coded() == coded("PG507.control_character", kind=REMINDER.kind)
    assert "holds a control character" in line(caught.value)


DOCUMENT = (Path(__file__).parents[2] / "docs" / "notices.md").read_text("utf-8")


def test_every_kind_name_and_filter_is_documented() -> None:
    names = {path.rsplit(".", 1)[-1] for kind in kinds.KINDS.values() for path in kind.names()}
    assert [name for name in sorted(names | FILTERS | set(kinds.KINDS)) if f"`{name}`" not in DOCUMENT] == []


def test_the_example_of_the_document_works() -> None:
    own = DOCUMENT.split("```jinja\n", 1)[1].split("```", 1)[0]
    assert examine("reminder", own) == ()
    content = render(REMINDER, {"reminder": own})
    assert content.subject == "关于“自检自查”任务的温馨提示"
    assert "\u3000\u30001. 自检自查,时限11月30日(星期三)17:30前。\n" in content.body


@given(st.text(max_size=300))
@settings(deadline=None)
def test_no_template_can_raise_anything_but_our_errors(body: str) -> None:
    try:
        render(REMINDER, {"reminder": template(body)})
    except NoticeError as error:
        found = line(error)
    else:
        return
    assert found.startswith("PG50")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("关于“推进“千村”工程”任务", "关于“推进‘千村’工程”任务"),
        ("“甲”“乙”等5项", "“甲”“乙”等5项"),
        ("“推进“千村”、“万户”工程”和“丙”", "“推进‘千村’、‘万户’工程”和“丙”"),
        ("“一\n“二””", "“一\n“二””"),
        ("”反了“", "”反了“"),
        ("“少了“一个”", "“少了“一个”"),
        ("“一“二“三”四”五”", "“一“二“三”四”五”"),
    ],
)
def test_quotation_marks_inside_quotation_marks_are_single(text: str, told: str) -> None:
    assert wording.quoted(text) == told
