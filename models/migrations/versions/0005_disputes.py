"""disputes

Revision: 0005, after 0004.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.triggers import protect

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NOTICES = ("half", "nearly", "breached", "duty_due", "duty_missed", "accepted", "waiting", "difference")
NEW_NOTICES = ("complaint", "decided")


def notice_kinds(*words: str) -> None:
    """Let the notices know these kinds and no others."""
    listed = ", ".join(f"'{word}'" for word in words)
    with op.batch_alter_table("notice") as batch_op:
        batch_op.drop_constraint(op.f("ck_notice_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_notice_kind"), f'"kind" IN ({listed})')


def upgrade() -> None:
    op.create_table(
        "dispute",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.Column("clock", sa.String(32), nullable=True),
        sa.Column("round", sa.Integer(), nullable=True),
        sa.Column("occurrence_id", sa.Integer(), nullable=True),
        sa.Column(
            "breached_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "opened_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.CheckConstraint(
            "\"clock\" IN ('response', 'onsite', 'containment', 'recovery', 'change')",
            name=op.f("ck_dispute_clock"),
        ),
        sa.CheckConstraint(
            "(ticket_id IS NOT NULL AND clock IS NOT NULL AND round IS NOT NULL AND "
            "occurrence_id IS NULL) OR (ticket_id IS NULL AND clock IS NULL AND round IS NULL "
            "AND occurrence_id IS NOT NULL)",
            name=op.f("ck_dispute_one_subject"),
        ),
        sa.ForeignKeyConstraint(["occurrence_id"], ["occurrence.id"], name=op.f("fk_dispute_occurrence_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_dispute_project_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_dispute_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute")),
        sa.UniqueConstraint("occurrence_id", name=op.f("uq_dispute_occurrence_id")),
        sa.UniqueConstraint("ticket_id", "clock", "round", name=op.f("uq_dispute_ticket_id_clock_round")),
    )
    with op.batch_alter_table("dispute") as batch_op:
        batch_op.create_index(batch_op.f("ix_dispute_project_id"), ["project_id"], unique=False)

    op.create_table(
        "dispute_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dispute_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("attribution", sa.String(32), nullable=True),
        sa.Column("agrees", sa.Boolean(), nullable=True),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.CheckConstraint(
            "\"attribution\" IN ('supplier', 'unit', 'third_party', 'force_majeure')",
            name=op.f("ck_dispute_step_attribution"),
        ),
        sa.CheckConstraint(
            "\"kind\" IN ('admitted', 'claimed', 'commented', 'decided', 'review_asked', 'reviewed')",
            name=op.f("ck_dispute_step_kind"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_dispute_step_by_id")),
        sa.ForeignKeyConstraint(["dispute_id"], ["dispute.id"], name=op.f("fk_dispute_step_dispute_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_step")),
        sa.UniqueConstraint("dispute_id", "seq", name=op.f("uq_dispute_step_dispute_id_seq")),
    )
    for statement in protect(op.get_bind().dialect.name, "dispute_step", (("id",), ("dispute_id", "seq"))):
        op.execute(statement)
    notice_kinds(*NOTICES, *NEW_NOTICES)


def downgrade() -> None:
    op.execute("DELETE FROM notice WHERE kind IN ('complaint', 'decided')")
    notice_kinds(*NOTICES)
    op.drop_table("dispute_step")
    with op.batch_alter_table("dispute") as batch_op:
        batch_op.drop_index(batch_op.f("ix_dispute_project_id"))

    op.drop_table("dispute")
