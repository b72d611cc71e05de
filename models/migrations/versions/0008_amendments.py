"""documents that amend the contract

Revision: 0008, after 0007.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "amendment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("drafted_by_id", sa.Integer(), nullable=False),
        sa.Column(
            "drafted_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "entered_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "confirmed_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("withdrawn_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "withdrawn_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("withdrawn_reason", sa.String(length=400), nullable=False),
        sa.CheckConstraint(
            "\"kind\" IN ('bid_promise', 'commitment', 'agreement', 'supplement', 'correction')",
            name=op.f("ck_amendment_kind"),
        ),
        sa.CheckConstraint(
            "confirmed_at IS NULL OR entered_at IS NOT NULL", name=op.f("ck_amendment_entered_first")
        ),
        sa.CheckConstraint(
            "confirmed_by_id IS NULL OR confirmed_by_id <> entered_by_id",
            name=op.f("ck_amendment_two_people"),
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["user_account.id"], name=op.f("fk_amendment_confirmed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["drafted_by_id"], ["user_account.id"], name=op.f("fk_amendment_drafted_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["user_account.id"], name=op.f("fk_amendment_entered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by_id"], ["user_account.id"], name=op.f("fk_amendment_withdrawn_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendment")),
    )
    op.create_table(
        "amendment_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("amendment_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(32), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("workdays", sa.Integer(), nullable=True),
        sa.Column("ratio", sa.String(length=8), nullable=True),
        sa.Column("day", sa.String(32), nullable=True),
        sa.Column("severity", sa.String(32), nullable=True),
        sa.Column("complexity", sa.String(32), nullable=True),
        sa.Column("fault_level", sa.Integer(), nullable=True),
        sa.Column("remote", sa.String(length=16), nullable=True),
        sa.Column("window", sa.String(32), nullable=True),
        sa.Column("service_level", sa.Integer(), nullable=True),
        sa.Column("posting_id", sa.Integer(), nullable=True),
        sa.Column("heads", sa.Integer(), nullable=True),
        sa.Column("pattern", sa.String(32), nullable=True),
        sa.Column("obligation_id", sa.Integer(), nullable=True),
        sa.Column("duty_kind", sa.String(length=32), nullable=False),
        sa.Column("duty_what", sa.String(length=64), nullable=False),
        sa.Column("scope", sa.String(length=64), nullable=False),
        sa.Column("checklist", sa.String(length=32), nullable=True),
        sa.Column("cycle", sa.String(32), nullable=True),
        sa.Column("quota", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "\"complexity\" IN ('normal', 'complex')", name=op.f("ck_amendment_item_complexity")
        ),
        sa.CheckConstraint(
            "\"cycle\" IN ('daily', 'twice_daily', 'weekly', 'four_per_month', 'monthly', "
            "'quarterly', 'half_yearly', 'yearly', 'filing_daily', 'quota', 'unspecified')",
            name=op.f("ck_amendment_item_cycle"),
        ),
        sa.CheckConstraint("\"day\" IN ('workday', 'non_workday')", name=op.f("ck_amendment_item_day")),
        sa.CheckConstraint(
            "\"kind\" IN ('response', 'onsite', 'containment', 'recovery', 'change', 'accuracy', 'closure')",
            name=op.f("ck_amendment_item_kind"),
        ),
        sa.CheckConstraint(
            "\"pattern\" IN ('7x24', '7x8', '6x8', '5x8')", name=op.f("ck_amendment_item_pattern")
        ),
        sa.CheckConstraint("\"severity\" IN ('major', 'general')", name=op.f("ck_amendment_item_severity")),
        sa.CheckConstraint(
            "\"what\" IN ('target', 'target_dropped', 'row', 'posting', 'duty_new', "
            "'duty_cycle', 'duty_quota', 'duty_dropped')",
            name=op.f("ck_amendment_item_what"),
        ),
        sa.CheckConstraint(
            "\"window\" IN ('7x24', '7x8', '6x8', '5x8')", name=op.f("ck_amendment_item_window")
        ),
        sa.ForeignKeyConstraint(
            ["amendment_id"], ["amendment.id"], name=op.f("fk_amendment_item_amendment_id")
        ),
        sa.ForeignKeyConstraint(
            ["obligation_id"], ["obligation.id"], name=op.f("fk_amendment_item_obligation_id")
        ),
        sa.ForeignKeyConstraint(["posting_id"], ["posting.id"], name=op.f("fk_amendment_item_posting_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_amendment_item_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendment_item")),
    )
    with op.batch_alter_table("amendment_item") as batch_op:
        batch_op.create_index(batch_op.f("ix_amendment_item_amendment_id"), ["amendment_id"], unique=False)
        batch_op.create_index("ix_amendment_item_project", ["project_id", "from_day"], unique=False)

    with op.batch_alter_table("cycle_change") as batch_op:
        batch_op.add_column(sa.Column("amendment_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_cycle_change_amendment_id"), ["amendment_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_cycle_change_amendment_id"), "amendment", ["amendment_id"], ["id"]
        )

    with op.batch_alter_table("obligation") as batch_op:
        batch_op.add_column(sa.Column("from_day", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("until_day", sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("obligation") as batch_op:
        batch_op.drop_column("until_day")
        batch_op.drop_column("from_day")

    with op.batch_alter_table("cycle_change") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_cycle_change_amendment_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_cycle_change_amendment_id"))
        batch_op.drop_column("amendment_id")

    with op.batch_alter_table("amendment_item") as batch_op:
        batch_op.drop_index("ix_amendment_item_project")
        batch_op.drop_index(batch_op.f("ix_amendment_item_amendment_id"))

    op.drop_table("amendment_item")
    op.drop_table("amendment")
