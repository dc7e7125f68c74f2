"""The page on which units sign, through a real server on the loopback address (docs/semantics.md Z3)."""

from __future__ import annotations

import http.client
import json
import logging
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

import pytest
from clerk import Clerk
from office import OTHER, TOWN, Office, opened
from test_receipts_rules import LINKS, begun, county, everything, states, token
from waitress import wasyncore
from waitress.server import create_server

from engine.cli.main import main
from engine.service.kernel.desk import Command
from engine.service.signing import receipts
from engine.service.signing.linking import Links
from engine.serving import ServingEvent
from engine.store.database import open_database
from engine.web.room import HEADERS, Room, Strangers
from engine.web.server import LIMITS, Masked

PRESSED = b"confirm=yes"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
Answer = tuple[int, dict[str, str], str]


@dataclass
class Site:
    """A server in a thread of its own, over the database of an office whose first notices have gone out."""

    office: Office
    links: Links | None = LINKS
    said: list[ServingEvent] = field(default_factory=list)
    port: int = 0

    def ask(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request(method, path, body, headers or (FORM if body else {}))
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, dict(answer.getheaders()), text

    def look(self, unit: str = TOWN) -> Answer:
        return self.ask("GET", f"/s/{token(self.office, unit)}")

    def press(self, unit: str = TOWN) -> Answer:
        return self.ask("POST", f"/s/{token(self.office, unit)}", PRESSED)

    def serve(self, stop: Event, ready: Event) -> None:
        room = Room(self.office.desk, lambda: self.links, self.said.append, "web", Strangers(steady=lambda: 0.0))
        server = create_server(room, host="127.0.0.1", port=0, **LIMITS)
        self.port = server.effective_port
        ready.set()
        while not stop.is_set():
            wasyncore.loop(timeout=0.05, map=server._map, count=1)
        server.task_dispatcher.shutdown()
        wasyncore.close_all(server._map)


@contextmanager
def served(url: str) -> Iterator[Site]:
    """Serve a database in which the notices of the first morning have gone out."""
    database = open_database(url, busy_seconds=0.2, durable=False)
    office = opened(county(), at="2022-07-05T08:30", database=database)
    office.links = LINKS
    office.sweep("2022-07-05T09:05").at("2022-07-06T10:00")
    found, stop, ready = Site(office), Event(), Event()
    thread = Thread(target=found.serve, args=(stop, ready))
    thread.start()
    assert ready.wait(20)
    yield found
    stop.set()
    thread.join(20)
    database.close()


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path) -> Iterator[Site]:
    path = tmp_path / "phasegate.db"
    shutil.copy(sqlite_template, path)
    with served(f"sqlite:///{path}") as found:
        yield found


def test_a_unit_opens_its_link_sees_its_tasks_and_signs_with_one_button(site: Site) -> None:
    before = everything(site.office)
    status, _, page = site.look()
    assert status == 200 and everything(site.office) == before
    for words in (TOWN, "任务a", "任务b", "8月31日(星期三)17:30前", "待签收", "确认签收(共2项)", "7月20日前有效"):
        assert words in page
    status, headers, _ = site.press()
    assert (status, headers["Location"]) == (303, token(site.office))
    assert states(site.office) == {"a": "received", "b": "received"}
    status, _, page = site.look()
    assert status == 200 and "<button" not in page
    assert page.count("7月6日10:00签收;办理中") == 2 and "以下任务已经签收,请按时限办理报送。" in page


def test_pressing_twice_signs_once_and_says_when(site: Site) -> None:
    site.press()
    before = everything(site.office)
    site.office.at("2022-07-07T15:00")
    status, _, _ = site.press()
    assert status == 303 and everything(site.office) == before
    assert "7月6日10:00签收" in site.look()[2]


def test_of_many_that_press_at_once_each_is_told_that_it_is_signed_and_it_is_recorded_once(database_url: str) -> None:
    with served(database_url) as site:
        with ThreadPoolExecutor(6) as pool:
            answers = list(pool.map(lambda _: site.press()[0], range(6)))
        assert set(answers) <= {303, 503} and 303 in answers
        assert [record["subject"] for record in site.office.history("receive")] == [f"a/{TOWN}", f"b/{TOWN}"]
        assert site.office.audit().findings == ()


@pytest.mark.parametrize(
    ("method", "body", "status"),
    [
        ("GET", None, 200),
        ("HEAD", None, 200),
        ("POST", None, 400),
        ("POST", b"confirm=no", 400),
        ("POST", b"confirm=yes&confirm=yes", 400),
        ("POST", b"x" * 1025, 400),
        ("POST", b"x" * 5000, 413),
        ("PUT", PRESSED, 405),
        ("DELETE", None, 405),
        ("OPTIONS", None, 405),
        ("PROPFIND", None, 405),
    ],
)
def test_nothing_but_the_button_changes_anything(site: Site, method: str, body: bytes | None, status: int) -> None:
    before = everything(site.office)
    answer = site.ask(method, f"/{token(site.office)}", body)
    assert answer[0] == status
    assert everything(site.office) == before
    assert (answer[2] == "") == (method == "HEAD")


def test_a_link_that_holds_no_longer_tells_nothing_of_the_notice_and_signs_nothing(site: Site) -> None:
    site.office.do("contact", unit=OTHER, level=0, address="new@west.example.org", reason="换人")
    assert_over(site.look(OTHER), "联络员的联系方式已经变更")
    site.office.at("2022-07-21T00:00")
    assert_over(site.look(), "已过有效期")
    assert_over(site.press(), "已过有效期")
    site.office.do("abort", who="leader", reason="上级决定", document="通知1号")
    assert_over(site.press(), "已经结束")
    assert states(site.office)["a"] != "received"


def assert_over(answer: Answer, words: str) -> None:
    status, _, page = answer
    assert status == 410 and words in page
    for told in (TOWN, OTHER, "任务a", "创建", "<button", "2022"):
        assert told not in page


def test_a_link_that_is_none_of_ours_is_answered_alike_whatever_it_is_and_counted_only(site: Site) -> None:
    before, mine = everything(site.office), token(site.office)
    paths = [
        "/",
        "/s/",
        f"/{mine[:-1]}",
        f"/{mine}x",
        f"/{mine}/",
        f"/{mine[::-1]}",
        f"/{mine}%00",
        "/%ff",
        "/" + "a" * 300,
    ]
    answers = [site.ask(method, path, body) for path in paths for method, body in (("GET", None), ("POST", PRESSED))]
    assert {answer[0] for answer in answers} == {404}
    assert len({answer[2] for answer in answers}) == 1 and "链接无效" in answers[0][2]
    assert everything(site.office) == before
    assert [told.line for told in site.said] == ["1 requests with a link that is none of ours"]


def test_every_answer_has_headers_that_keep_it_to_itself_and_no_cookie(site: Site) -> None:
    for answer in (site.look(), site.press(), site.ask("GET", "/x"), site.ask("DELETE", "/x")):
        headers = answer[1]
        assert {name: headers[name] for name, _ in HEADERS} == dict(HEADERS)
        assert not {"Set-Cookie", "Server", "Via"} & set(headers)
        assert not re.search(r"src=|href=|<script|url\(", answer[2])
    assert "no-referrer" in dict(HEADERS)["Referrer-Policy"] and "no-store" in dict(HEADERS)["Cache-Control"]


def test_a_key_is_changed_while_the_server_runs(site: Site) -> None:
    site.links = Links(url=LINKS.url, keys=(b"x" * 32, *LINKS.keys))
    assert site.look()[0] == 200
    site.links = Links(url=LINKS.url, keys=(b"x" * 32,))
    assert site.look()[0] == 404
    site.links = None
    assert site.look()[0] == 404


def test_where_the_database_is_busy_the_unit_is_asked_to_come_again(site: Site, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "phasegate.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    status, headers, page = site.press()
    assert (status, headers["Retry-After"]) == (503, "60") and "尚未签收" in page
    assert site.look()[0] == 200
    other.execute("ROLLBACK")
    assert site.press()[0] == 303
    other.execute("BEGIN IMMEDIATE")
    assert site.press()[0] == 303
    other.execute("ROLLBACK")
    other.close()
    assert [told.code for told in site.said] == ["PG304", ""]


def test_what_is_logged_names_the_unit_and_the_notice_once_and_never_the_token(site: Site) -> None:
    site.press()
    site.press()
    (told,) = site.said
    number = site.office.number("task_issued")
    assert re.fullmatch(rf"county: {TOWN} used the link of notice \d+", told.line)
    assert {**told.facts, "notice": 0} == {"campaign": "county", "unit": TOWN, "notice": 0, "why": "", "done": 2}
    assert number and token(site.office) not in f"{told.line} {told.facts}"


def test_an_error_of_the_program_is_told_without_the_token(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    held = token(site.office)
    roof = RuntimeError(f"roof of {held}")

    def broken(*_: object) -> None:
        raise roof

    monkeypatch.setattr("engine.web.room.look", broken)
    status, _, page = site.look()
    assert status == 500 and "roof" not in page and "尚未签收" in page
    (told,) = site.said
    assert told.line == f"PG999  a request failed — RuntimeError: roof of {held[:6]}… — please report it"
    assert told.error is roof


def test_what_the_server_library_logs_holds_no_token(caplog: pytest.LogCaptureFixture) -> None:
    office = begun()
    logger = logging.getLogger("waitress")
    mask = Masked()
    logger.addFilter(mask)
    logger.error("Exception while serving /s/%s", token(office))
    logger.removeFilter(mask)
    assert token(office) not in caplog.text and token(office)[:6] in caplog.text


# --- as a process ---


@pytest.fixture
def process(site: Site, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    (tmp_path / "key").write_text(LINKS.keys[0].decode(), encoding="utf-8")
    given = {"PHASEGATE_LINK_URL": LINKS.url, "PHASEGATE_LINK_KEY_FILE": str(tmp_path / "key")}
    command = [sys.executable, "-c", "from engine.cli.main import run; run()", "links", "serve"]
    command += ["--listen", "127.0.0.1:0", "--log", "json", "--db", f"sqlite:///{tmp_path / 'phasegate.db'}"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env={**os.environ, **given}, stdout=pipe, stderr=pipe, text=True) as started:
        yield started
        started.kill()


def test_links_serve_is_a_process_that_serves_until_a_signal_ends_it_with_0(
    site: Site, process: subprocess.Popen[str]
) -> None:
    assert process.stderr is not None
    line = json.loads(process.stderr.readline())
    site.port = int(re.search(r"on http://127\.0\.0\.1:(\d+)/$", line["message"])[1])  # type: ignore[index]
    given = receipts.give(site.office.desk, Links(url=LINKS.url, keys=LINKS.keys, days=36600), of(site.office))
    path = "/s/" + given["link"].rpartition("/")[2]
    assert [site.ask("GET", path)[0], site.ask("POST", path, PRESSED)[0], site.ask("GET", path)[0]] == [200, 303, 200]
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, "")
    (told,) = map(json.loads, err.splitlines())
    assert (told["event"], told["unit"], told["why"]) == ("link", OTHER, "")
    assert path[3:] not in err and "Traceback" not in err
    assert states(site.office, OTHER) == {"a": "received"}


def of(office: Office) -> Command:
    return Command("give_link", office.key, {"notice": office.number("task_issued")})


@pytest.mark.parametrize(
    ("words", "key", "line"),
    [
        ("", "", "PG511  setting PHASEGATE_LINK_KEY: links cannot be signed with it"),
        ("", "k" * 31, "PG511  setting PHASEGATE_LINK_KEY: links cannot be signed with it"),
        ("--listen 8080", "k" * 32, "PG213  invalid value: '8080' is not HOST:PORT"),
        ("--listen 127.0.0.1:70000", "k" * 32, "PG213  invalid value: '127.0.0.1:70000' is not HOST:PORT"),
        ("--listen 192.0.2.1:80", "k" * 32, "PG202  the page cannot be served there — found '192.0.2.1:80"),
        ("", "k" * 32, "PG202  links serve runs by the clock of the machine — found '--now'"),
    ],
)
def test_links_serve_says_what_keeps_it_from_serving(
    clerk: Clerk, monkeypatch: pytest.MonkeyPatch, words: str, key: str, line: str
) -> None:
    monkeypatch.setenv("PHASEGATE_LINK_URL", LINKS.url)
    monkeypatch.setenv("PHASEGATE_LINK_KEY", key)
    told = main(["links", "serve", *words.split(), *(["--now", clerk.now] if "--now" in line else [])])
    out, err = clerk.capsys.readouterr()
    assert (told, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(line)
