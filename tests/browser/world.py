"""Tickets in every state, as they stand on a Tuesday afternoon."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.tickets import decisions, service
from sla.vocab import Complexity, PauseReason, Severity, TicketKind
from tests.app.personas import Personas, at, new_ticket

NOW = "2025-07-01 15:00"
TODAY = "2025-07-01 "
LONG = "三楼大会议室的视频会议终端在开会前十分钟突然黑屏，重启以后只有声音没有画面，请尽快派人到现场处理"


def furnish(session: Session, people: Personas) -> None:
    """Open tickets and bring each to another state."""
    contact, engineer = people.contact, people.engineer
    new_ticket(session, contact, now=TODAY + "14:40", title="教务平台打不开，提示 502", place="办公楼 305")
    new_ticket(session, contact, now=TODAY + "13:00", title=LONG, kind=TicketKind.REQUEST)

    site = new_ticket(session, contact, now=TODAY + "14:00", title="核心交换机端口告警")
    service.respond(session, engineer, site, at(TODAY + "14:10"), note="已电话联系，远程查看中")
    service.request_onsite(session, contact, site, at(TODAY + "14:20"), remote_failed=True)

    paused = new_ticket(session, contact, now=TODAY + "08:30", title="数据库服务器硬盘亮黄灯")
    service.respond(session, engineer, paused, at(TODAY + "08:40"))
    service.pause(
        session, engineer, paused, at(TODAY + "09:10"), PauseReason.AWAITING_PARTS, "等待备件采购审批"
    )

    claimed = new_ticket(session, contact, now=TODAY + "09:00", title="报表导出缺一列")
    service.respond(session, engineer, claimed, at(TODAY + "12:30"), at(TODAY + "09:20"), "当时没有网络")
    said = {"severity": Severity.GENERAL, "complexity": Complexity.COMPLEX}
    decisions.reclassify(session, engineer, claimed, at(TODAY + "12:40"), said, "只影响一个科室")
    service.claim_recovery(
        session, engineer, claimed, at(TODAY + "14:30"), note="导出模板缺字段，已补上并重新生成，请核对"
    )

    accepted = new_ticket(session, contact, now="2025-06-30 10:00", title="账号登录失败")
    service.respond(session, engineer, accepted, at("2025-06-30 10:05"))
    service.claim_recovery(session, engineer, accepted, at("2025-06-30 10:50"), note="重置口令")
    service.reject(session, contact, accepted, at("2025-06-30 11:10"), "还是登录不上")
    service.claim_recovery(session, engineer, accepted, at("2025-06-30 11:40"), note="清理了失效的缓存")
    service.accept(session, contact, accepted, at("2025-06-30 15:00"))

    closed = new_ticket(session, contact, now="2025-06-27 10:00", title="打印机驱动", kind=TicketKind.REQUEST)
    service.respond(session, engineer, closed, at("2025-06-27 10:02"))
    service.claim_recovery(session, engineer, closed, at("2025-06-27 10:30"), note="已安装")
    service.accept(session, contact, closed, at("2025-06-27 11:00"))
    service.close(session, contact, closed, at("2025-06-27 11:01"), rating=5, comment="又快又好")

    security = TicketKind.SECURITY
    new_ticket(session, people.hotline, row=34, now=TODAY + "14:50", kind=security, title="外联告警")
    new_ticket(session, people.stranger, row=3, now=TODAY + "14:55", title="网站首页慢", paralysis=True)
