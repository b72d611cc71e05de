"""what people are told of reports, months and payments

Revision: 0015, after 0014.
"""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

NOTICES = (
    *("half", "nearly", "breached", "duty_due", "duty_missed", "accepted", "waiting", "difference"),
    *("complaint", "decided"),
)
NEW_NOTICES = ("report", "report_failed", "month", "month_due", "payable", "gate_open")


def notice_kinds(*words: str) -> None:
    """Let the notices know these kinds and no others."""
    listed = ", ".join(f"'{word}'" for word in words)
    with op.batch_alter_table("notice") as batch_op:
        batch_op.drop_constraint(op.f("ck_notice_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_notice_kind"), f'"kind" IN ({listed})')


def upgrade() -> None:
    notice_kinds(*NOTICES, *NEW_NOTICES)


def downgrade() -> None:
    gone = ", ".join(f"'{word}'" for word in NEW_NOTICES)
    op.execute(f"DELETE FROM notice WHERE kind IN ({gone})")
    notice_kinds(*NOTICES)
