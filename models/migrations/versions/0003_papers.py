"""papers of money, acceptance and disputes

Revision: 0003, after 0002.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


OWNERS = ("ticket_id", "work_id", "posting_member_id", "equipment_id", "paper_id")


def one_of(*owners: str) -> str:
    """Say that exactly one of the columns is set."""
    return " + ".join(f"CASE WHEN {name} IS NULL THEN 0 ELSE 1 END" for name in owners) + " = 1"


def upgrade() -> None:
    op.create_table(
        "paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("dated", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.CheckConstraint(
            "\"kind\" IN ('evidence', 'effect', 'award', 'invoice', 'payment_request', "
            "'payment_proof', 'callback', 'month_sheet', 'stage_report', 'acceptance_report', "
            "'acceptance_form', 'opinion', 'dossier', 'amendment', 'supplement', "
            "'termination', 'damages', 'score_sheet', 'other')",
            name=op.f("ck_paper_kind"),
        ),
        sa.CheckConstraint("content IS NULL OR sha256 IS NOT NULL", name=op.f("ck_paper_content_has_digest")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user_account.id"], name=op.f("fk_paper_created_by_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_paper_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper")),
    )
    with op.batch_alter_table("paper") as batch_op:
        batch_op.create_index(batch_op.f("ix_paper_project_id"), ["project_id"], unique=False)
        batch_op.create_index("ix_paper_subject", ["subject"], unique=False)

    with op.batch_alter_table("attachment") as batch_op:
        batch_op.add_column(sa.Column("paper_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_attachment_paper_id"), ["paper_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_attachment_paper_id"), "paper", ["paper_id"], ["id"])
        batch_op.drop_constraint(op.f("ck_attachment_one_owner"), type_="check")
        batch_op.create_check_constraint(op.f("ck_attachment_one_owner"), one_of(*OWNERS))


def downgrade() -> None:
    with op.batch_alter_table("attachment") as batch_op:
        batch_op.drop_constraint(op.f("ck_attachment_one_owner"), type_="check")
        batch_op.create_check_constraint(op.f("ck_attachment_one_owner"), one_of(*OWNERS[:-1]))
        batch_op.drop_constraint(batch_op.f("fk_attachment_paper_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_attachment_paper_id"))
        batch_op.drop_column("paper_id")

    with op.batch_alter_table("paper") as batch_op:
        batch_op.drop_index("ix_paper_subject")
        batch_op.drop_index(batch_op.f("ix_paper_project_id"))

    op.drop_table("paper")
