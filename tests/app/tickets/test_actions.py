"""Every action of a ticket through its form: what it records, who is refused, and what a refusal shows."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import func, select

from app.database import transaction
from app.tickets import decisions, service
from app.tickets.actions import ACTIONS
from app.tickets.forms import WAYS
from models.ledger import LedgerEntry
from sla.vocab import EventKind, PauseReason, Role, Severity, TicketKind, TicketState
from tests.app.personas import at
from tests.app.tickets.desk import do, events, facts, make, person, plain
from tests.app.visitors import set_clock

VIEWERS = ("contact", "engineer", "manager", "hotline", "bureau", "auditor")


@pytest.fixture
def ticket(site):
    return make(site, "contact", now="2025-07-01 08:30", title="平台打不开")


def send(visit, ticket: int, who: str, action: str, version: int | None = 1, **said: Any):
    given = {"version": version} if version is not None else {}
    return visit(who).post(f"/tickets/{ticket}/{action}", data=given | said)


def responded(site, ticket):
    do(site, ticket, "engineer", service.respond, "2025-07-01 08:40")
    return 2


def claimed(site, ticket):
    responded(site, ticket)
    do(site, ticket, "engineer", service.claim_recovery, "2025-07-01 08:50", None, "换了电源")
    return 3


def accepted(site, ticket):
    claimed(site, ticket)
    do(site, ticket, "contact", service.accept, "2025-07-01 08:55")
    return 4


def paused(site, ticket):
    do(site, ticket, "engineer", service.pause, "2025-07-01 08:45", PauseReason.AWAITING_UNIT, "等钥匙")
    return 2


def untouched(_site, _ticket):
    return 1


def with_claim(site, ticket):
    do(site, ticket, "engineer", _general, "2025-07-01 08:45")
    return 2


def _general(session, actor, ticket, now):
    decisions.reclassify(session, actor, ticket, now, {"severity": Severity.GENERAL}, "影响小")


def with_backentry(site, ticket):
    set_clock(site, "2025-07-01 12:00")
    do(site, ticket, "engineer", service.respond, "2025-07-01 11:50", at("2025-07-01 08:40"))
    return 2


# Action: how the ticket gets there, who sends the form, what is typed, which event is recorded.
CASES: dict[str, tuple[Any, str, dict[str, Any], EventKind]] = {
    "respond": (untouched, "engineer", {"note": "看一下"}, EventKind.RESPONDED),
    "request_onsite": (untouched, "contact", {"remote_failed": "1"}, EventKind.ONSITE_REQUESTED),
    "arrive": (untouched, "engineer", {"occurred_at": "2025-07-01T08:55"}, EventKind.ARRIVED),
    "contain": (untouched, "engineer", {}, EventKind.CONTAINED),
    "claim_recovery": (responded, "engineer", {"note": "换了电源"}, EventKind.RECOVERY_CLAIMED),
    "accept": (claimed, "contact", {}, EventKind.RECOVERY_ACCEPTED),
    "reject": (claimed, "contact", {"reason": "还是不行"}, EventKind.RECOVERY_REJECTED),
    "pause": (untouched, "engineer", {"reason": "force_majeure", "note": "停电"}, EventKind.PAUSED),
    "resume": (paused, "engineer", {}, EventKind.RESUMED),
    "confirm_pause": (paused, "contact", {"seq": 2}, EventKind.PAUSE_CONFIRMED),
    "reject_pause": (paused, "bureau", {"seq": 2, "reason": "没有等"}, EventKind.PAUSE_REJECTED),
    "confirm_claim": (with_claim, "contact", {"seq": 2}, EventKind.CLAIM_CONFIRMED),
    "reject_claim": (with_claim, "contact", {"seq": 2, "reason": "影响全局"}, EventKind.CLAIM_REJECTED),
    "confirm_backentry": (with_backentry, "contact", {"seq": 2}, EventKind.BACKENTRY_CONFIRMED),
    "reject_backentry": (
        with_backentry,
        "contact",
        {"seq": 2, "reason": "没接到"},
        EventKind.BACKENTRY_REJECTED,
    ),
    "reclassify": (
        untouched,
        "engineer",
        {"severity": "general", "reason": "小", "sure": "1"},
        EventKind.RECLASSIFIED,
    ),
    "correct_report_time": (
        untouched,
        "contact",
        {"reported_at": "2025-07-01T08:00", "reason": "早就打过电话", "sure": "1"},
        EventKind.REPORT_TIME_CORRECTED,
    ),
    "correct": (
        responded,
        "contact",
        {"entry": 2, "occurred_at": "2025-07-01T08:50", "reason": "后来才来电话", "sure": "1"},
        EventKind.CORRECTED,
    ),
    "assign": (untouched, "hotline", {"engineer": "engineer"}, EventKind.ASSIGNED),
    "note": (untouched, "contact", {"note": "补充一张截图"}, EventKind.NOTED),
    "cancel": (untouched, "contact", {"reason": "自己好了"}, EventKind.CANCELLED),
    "close": (accepted, "contact", {"rating": "5", "comment": "很快"}, EventKind.CLOSED),
}


def prepared(site, action: str) -> tuple[int, int, str, dict[str, Any], EventKind]:
    """Bring a new ticket to where an action is possible; return it, its version and what to send."""
    prepare, who, said, kind = CASES[action]
    of = TicketKind.SECURITY if action == "contain" else TicketKind.INCIDENT
    ticket = make(site, "contact", now="2025-07-01 08:30", kind=of)
    version = prepare(site, ticket)
    if action == "assign":
        said = {"engineer": id_of(site, "engineer")}
    return ticket, version, who, said, kind


def id_of(site, who: str) -> int:
    with site.app_context(), transaction() as session:
        return person(session, who).id


def test_every_action_has_a_form_and_a_case_here():
    assert list(WAYS) == list(ACTIONS)
    assert CASES.keys() == ACTIONS.keys()


@pytest.mark.parametrize("action", CASES)
def test_an_action_is_offered_by_a_form_and_records_its_event(site, visit, action):
    ticket, version, who, said, kind = prepared(site, action)
    client = visit(who)
    page = client.get(f"/tickets/{ticket}").text
    assert f'action="/tickets/{ticket}/{action}"' in page
    form = page.split(f'action="/tickets/{ticket}/{action}"')[1].split("</form>")[0]
    for name in {*said, "version", "csrf_token"} - {"sure"}:
        assert f'name="{name}"' in form, name
    answer = client.post(f"/tickets/{ticket}/{action}", data={"version": version} | said)
    assert answer.status_code == 303, plain(answer.text)
    assert answer.location == f"/tickets/{ticket}"
    assert WAYS[action].done in client.get(f"/tickets/{ticket}").text
    assert events(site, ticket)[-1][0] == kind


@pytest.mark.parametrize("action", CASES)
def test_a_role_that_may_not_is_refused_and_nothing_is_stored(site, visit, action):
    ticket, version, _who, said, _kind = prepared(site, action)
    for name in VIEWERS:
        if Role(name) in ACTIONS[action].roles:
            continue
        answer = send(visit, ticket, name, action, version, **said)
        assert answer.status_code == 403, name
        assert "您的角色是" in answer.text
    assert facts(site, ticket)["version"] == version


@pytest.mark.parametrize("action", CASES)
def test_for_who_may_not_see_the_ticket_there_is_none(site, visit, action):
    ticket, version, _who, said, _kind = prepared(site, action)
    for name in ("stranger", "other_engineer", "admin"):
        assert send(visit, ticket, name, action, version, **said).status_code == 404, name
    anonymous = site.test_client().post(f"/tickets/{ticket}/{action}", data={"version": version} | said)
    assert anonymous.location.startswith("/sign-in")
    assert facts(site, ticket)["version"] == version


@pytest.mark.parametrize("action", CASES)
def test_what_nobody_saw_before_acting_is_told_first_and_the_text_is_kept(site, visit, action):
    ticket, version, who, said, _kind = prepared(site, action)
    answer = send(visit, ticket, who, action, version - 1, **said)
    assert answer.status_code == 409
    assert "刚在" in answer.text
    assert "当前状态：" in answer.text
    assert f'name="version" value="{version}"' in answer.text, "the form now carries the present state"
    for text in (value for name, value in said.items() if name in ("note", "reason", "comment")):
        assert str(text) in answer.text
    assert facts(site, ticket)["version"] == version


@pytest.mark.parametrize("action", [code for code in CASES if code not in ("note", "correct")])
def test_an_action_sent_twice_is_done_once(site, visit, action):
    ticket, version, who, said, _kind = prepared(site, action)
    assert send(visit, ticket, who, action, version, **said).status_code == 303
    assert send(visit, ticket, who, action, version, **said).status_code == 409
    assert facts(site, ticket)["version"] == version + 1


def test_text_for_an_action_that_is_gone_is_still_there_to_copy(site, visit, ticket):
    do(site, ticket, "contact", service.cancel, "2025-07-01 08:50", "重复了")
    answer = send(visit, ticket, "engineer", "claim_recovery", 1, note="换了两块硬盘")
    assert answer.status_code == 409
    assert "您刚才填写的内容，没有保存" in answer.text
    assert "换了两块硬盘" in answer.text
    assert "已撤销" in answer.text


@pytest.mark.parametrize(
    ("action", "said", "field", "message"),
    [
        ("claim_recovery", {"note": " "}, "note", "请填写"),
        ("pause", {"note": "等"}, "reason", "请填写"),
        ("pause", {"reason": "lunch", "note": "等"}, "reason", "请从列出的选项中选择"),
        ("respond", {"occurred_at": "昨天"}, "occurred_at", "请填写日期和时间"),
        ("respond", {"occurred_at": "2025-07-01T09:01"}, "occurred_at", "在将来"),
        ("respond", {"occurred_at": "2025-07-01T08:00"}, "occurred_at", "早于报告时间"),
        ("reclassify", {"kind": "request"}, "reason", "请填写"),
        ("reclassify", {"reason": "没改"}, "kind", "定性没有变化"),
        ("reclassify", {"fault_level": "5", "reason": "x"}, "fault_level", "1 到 4 之间"),
        ("note", {"note": "长" * 2001}, "note", "最多 2000 个字"),
    ],
)
def test_a_mistake_is_shown_at_its_field_with_everything_typed(
    site, visit, ticket, action, said, field, message
):
    answer = send(visit, ticket, "engineer", action, 1, **said)
    assert answer.status_code == 422
    found = re.search(rf'id="{action}-{field}-error">([^<]*)<', answer.text)
    assert found, plain(answer.text)
    assert message in found[1]
    for value in said.values():
        assert value == "lunch" or str(value).strip() in answer.text, "a choice nobody offers is not kept"
    assert facts(site, ticket)["version"] == 1


def test_a_mistake_opens_the_form_it_was_made_in(site, visit, ticket):
    page = send(visit, ticket, "engineer", "pause", 1, reason="force_majeure").text
    assert re.search(r'<details class="fold action" open>\s*<summary>挂起', page)
    assert re.search(r'<option value="force_majeure" selected>', page)


@pytest.mark.parametrize("said", [{}, {"version": "x"}, {"version": "-1"}, {"version": "1", "more": "x"}])
def test_a_form_of_ones_own_making_is_refused(site, visit, ticket, said):
    assert visit("engineer").post(f"/tickets/{ticket}/respond", data=said).status_code == 422
    assert facts(site, ticket)["version"] == 1


def test_an_action_that_does_not_exist_is_not_found(visit, ticket):
    assert send(visit, ticket, "engineer", "explode").status_code == 404
    assert visit("engineer").get(f"/tickets/{ticket}/respond").status_code == 405


def test_a_form_from_elsewhere_does_nothing(site, visit, ticket):
    client = visit("engineer")
    site.config["WTF_CSRF_ENABLED"] = True
    assert client.post(f"/tickets/{ticket}/respond", data={"version": 1}).status_code == 400
    assert facts(site, ticket)["version"] == 1


def test_a_program_is_told_the_error_in_json(site, visit, ticket):
    headers = {"Accept": "application/json"}
    client = visit("engineer")
    answer = client.post(f"/tickets/{ticket}/claim_recovery", json={"version": 1}, headers=headers)
    assert (answer.status_code, answer.json) == (422, {"error": "处理结果：请填写", "field": "note"})
    answer = client.post(f"/tickets/{ticket}/respond", json={"version": 7}, headers=headers)
    assert answer.status_code == 409
    assert "当前状态：待响应" in answer.json["error"]


@pytest.mark.both_databases
def test_changing_the_class_first_shows_the_effect_and_saves_only_then(site, visit):
    ticket = make(site, "hotline", row=44, title="复杂得很")
    typed = {"complexity": "complex", "reason": "牵涉三个厂家"}
    page = send(visit, ticket, "bureau", "reclassify", 1, **typed)
    assert page.status_code == 200
    assert "还没有保存" in page.text
    assert facts(site, ticket)["version"] == 1
    text = plain(page.text)
    assert re.search(r"恢复 应于 2025-07-01 \S+ .* 应于 2025-07-0\d \S+", text)
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text.split("<main")[1]))
    hidden.pop("csrf_token")
    assert hidden == {"version": "1", "complexity": "complex", "reason": "牵涉三个厂家", "sure": "1"}
    assert visit("bureau").post(f"/tickets/{ticket}/reclassify", data=hidden).status_code == 303
    assert events(site, ticket)[-1] == ("reclassified", {"complexity": "complex", "reason": "牵涉三个厂家"})


def test_what_would_wait_for_the_unit_says_so_before_it_is_saved(site, visit, ticket):
    page = send(visit, ticket, "engineer", "reclassify", 1, kind="request", reason="只是请求").text
    assert "要等单位确认后才生效" in page
    assert "类别：服务请求" in page
    responded(site, ticket)
    said = {"entry": 2, "occurred_at": "2025-07-01T08:35", "reason": "记错了"}
    assert "把时间改早要等单位确认" in send(visit, ticket, "engineer", "correct", 2, **said).text
    assert facts(site, ticket)["version"] == 2


def test_a_correction_shows_which_clock_becomes_late(site, visit, ticket):
    responded(site, ticket)
    set_clock(site, "2025-07-01 10:00")
    said = {"entry": 2, "occurred_at": "2025-07-01T09:30", "reason": "那时才来"}
    page = send(visit, ticket, "contact", "correct", 2, **said).text
    assert "将变为超时" in page
    assert facts(site, ticket)["version"] == 2
    said = {"reported_at": "2025-07-01T08:00", "reason": "八点就打过电话"}
    page = send(visit, ticket, "contact", "correct_report_time", 2, **said).text
    assert "应于 2025-07-01 08:30:00" in page
    assert "将变为超时" in page


@pytest.mark.both_databases
def test_a_preview_leaves_nothing_behind_not_even_in_the_chain(site, visit, ticket):
    def links() -> int:
        with site.app_context(), transaction() as session:
            return session.scalar(select(func.count()).select_from(LedgerEntry)) or 0

    before = links()
    send(visit, ticket, "contact", "reclassify", 1, kind="request", reason="只是请求")
    assert links() == before
    assert facts(site, ticket)["kind"] is TicketKind.INCIDENT


def test_a_decision_from_the_start_page_leads_back_there(site, visit, ticket):
    claimed(site, ticket)
    client = visit("contact")
    answer = client.post(f"/tickets/{ticket}/accept", data={"version": 3, "back": "home"})
    assert answer.location == "/"
    assert "GD000001：已验收通过。" in client.get("/").text
    assert facts(site, ticket)["state"] is TicketState.ACCEPTED
    answer = client.post(f"/tickets/{ticket}/note", data={"version": 4, "note": "x", "back": "//evil"})
    assert answer.status_code == 422


def test_only_engineers_of_the_project_can_be_given_a_ticket(site, visit, ticket):
    page = visit("hotline").get(f"/tickets/{ticket}").text
    assert "驻场工程师engineer" in page
    assert "驻场工程师other_engineer" not in page
    answer = send(visit, ticket, "hotline", "assign", 1, engineer=id_of(site, "other_engineer"))
    assert answer.status_code == 422
    assert "请选择负责这个项目的在岗工程师" in answer.text
    send(visit, ticket, "hotline", "assign", 1, engineer=id_of(site, "engineer"))
    assert "派给 驻场工程师engineer" in visit("auditor").get(f"/tickets/{ticket}").text
