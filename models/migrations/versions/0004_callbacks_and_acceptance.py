"""call-backs and acceptance

Revision: 0004, after 0003.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "callback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column(
            "asked_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "settled_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_callback_days_in_order")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user_account.id"], name=op.f("fk_callback_asked_by_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_callback_project_id")),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["user_account.id"], name=op.f("fk_callback_settled_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callback")),
        sa.UniqueConstraint(
            "project_id", "first_day", "last_day", name=op.f("uq_callback_project_id_first_day_last_day")
        ),
    )
    with op.batch_alter_table("callback") as batch_op:
        batch_op.create_index(batch_op.f("ix_callback_first_day"), ["first_day"], unique=False)

    op.create_table(
        "acceptance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service_year_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(32), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("reported_by_id", sa.Integer(), nullable=False),
        sa.Column(
            "reported_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "opened_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("meeting_on", sa.Date(), nullable=True),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("conclusion", sa.String(32), nullable=True),
        sa.Column("conclusion_text", sa.Text(), nullable=False),
        sa.Column("concluded_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "concluded_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("checked_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "checked_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("statement_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "statement_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("countersigned_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "countersigned_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("unsigned_reason", sa.String(length=400), nullable=False),
        sa.Column("unsigned_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "unsigned_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("rework_due", sa.Date(), nullable=True),
        sa.Column("further_reason", sa.String(length=400), nullable=False),
        sa.Column("further_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "further_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.CheckConstraint("\"conclusion\" IN ('passed', 'failed')", name=op.f("ck_acceptance_conclusion")),
        sa.CheckConstraint("\"stage\" IN ('stage', 'final')", name=op.f("ck_acceptance_stage")),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_acceptance_days_in_order")),
        sa.CheckConstraint("round >= 1", name=op.f("ck_acceptance_rounds_from_one")),
        sa.ForeignKeyConstraint(
            ["checked_by_id"], ["user_account.id"], name=op.f("fk_acceptance_checked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["concluded_by_id"], ["user_account.id"], name=op.f("fk_acceptance_concluded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["countersigned_by_id"], ["user_account.id"], name=op.f("fk_acceptance_countersigned_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["further_by_id"], ["user_account.id"], name=op.f("fk_acceptance_further_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["user_account.id"], name=op.f("fk_acceptance_opened_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["reported_by_id"], ["user_account.id"], name=op.f("fk_acceptance_reported_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["service_year_id"], ["service_year.id"], name=op.f("fk_acceptance_service_year_id")
        ),
        sa.ForeignKeyConstraint(
            ["statement_by_id"], ["user_account.id"], name=op.f("fk_acceptance_statement_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["unsigned_by_id"], ["user_account.id"], name=op.f("fk_acceptance_unsigned_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acceptance")),
        sa.UniqueConstraint(
            "service_year_id", "stage", "round", name=op.f("uq_acceptance_service_year_id_stage_round")
        ),
    )
    op.create_table(
        "callback_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("callback_id", sa.Integer(), nullable=False),
        sa.Column("satisfaction", sa.String(32), nullable=False),
        sa.Column("running_well", sa.Boolean(), nullable=False),
        sa.Column("remarks", sa.String(length=1000), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("said_by", sa.String(length=64), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column(
            "entered_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.CheckConstraint(
            "\"channel\" IN ('site', 'telephone', 'paper')", name=op.f("ck_callback_answer_channel")
        ),
        sa.CheckConstraint(
            "\"satisfaction\" IN ('satisfied', 'basically', 'dissatisfied')",
            name=op.f("ck_callback_answer_satisfaction"),
        ),
        sa.ForeignKeyConstraint(
            ["callback_id"], ["callback.id"], name=op.f("fk_callback_answer_callback_id")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["user_account.id"], name=op.f("fk_callback_answer_entered_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callback_answer")),
    )
    with op.batch_alter_table("callback_answer") as batch_op:
        batch_op.create_index(batch_op.f("ix_callback_answer_callback_id"), ["callback_id"], unique=False)

    op.create_table(
        "follow_up",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("callback_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=1000), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_follow_up_by_id")),
        sa.ForeignKeyConstraint(["callback_id"], ["callback.id"], name=op.f("fk_follow_up_callback_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
    )
    with op.batch_alter_table("follow_up") as batch_op:
        batch_op.create_index(batch_op.f("ix_follow_up_callback_id"), ["callback_id"], unique=False)

    op.create_table(
        "conformity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("acceptance_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("item", sa.String(length=32), nullable=False),
        sa.Column("standard", sa.String(length=200), nullable=False),
        sa.Column("found", sa.String(length=200), nullable=False),
        sa.Column("figures", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("to_judge", sa.Boolean(), nullable=False),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.Column("conforms", sa.String(32), nullable=True),
        sa.Column("remark", sa.String(length=400), nullable=False),
        sa.Column("judged_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "judged_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.CheckConstraint("\"conforms\" IN ('passed', 'failed')", name=op.f("ck_conformity_conforms")),
        sa.ForeignKeyConstraint(
            ["acceptance_id"], ["acceptance.id"], name=op.f("fk_conformity_acceptance_id")
        ),
        sa.ForeignKeyConstraint(
            ["judged_by_id"], ["user_account.id"], name=op.f("fk_conformity_judged_by_id")
        ),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_conformity_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conformity")),
        sa.UniqueConstraint("acceptance_id", "item", name=op.f("uq_conformity_acceptance_id_item")),
    )
    op.create_table(
        "group_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("acceptance_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("organisation", sa.String(length=100), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("opinion", sa.String(32), nullable=True),
        sa.Column("opinion_text", sa.String(length=1000), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "signed_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "removed_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.CheckConstraint("\"opinion\" IN ('passed', 'failed')", name=op.f("ck_group_member_opinion")),
        sa.CheckConstraint(
            "\"role\" IN ('leader', 'member', 'unit', 'expert', 'third_party')",
            name=op.f("ck_group_member_role"),
        ),
        sa.ForeignKeyConstraint(
            ["acceptance_id"], ["acceptance.id"], name=op.f("fk_group_member_acceptance_id")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["user_account.id"], name=op.f("fk_group_member_entered_by_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_group_member_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_member")),
    )
    with op.batch_alter_table("group_member") as batch_op:
        batch_op.create_index(batch_op.f("ix_group_member_acceptance_id"), ["acceptance_id"], unique=False)

    op.create_table(
        "unit_opinion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("acceptance_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("opinion", sa.String(32), nullable=True),
        sa.Column("running_well", sa.Boolean(), nullable=True),
        sa.Column("channel", sa.String(32), nullable=True),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("said_by", sa.String(length=64), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column(
            "signed_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.CheckConstraint(
            "\"channel\" IN ('site', 'telephone', 'paper')", name=op.f("ck_unit_opinion_channel")
        ),
        sa.CheckConstraint("\"opinion\" IN ('passed', 'failed')", name=op.f("ck_unit_opinion_opinion")),
        sa.CheckConstraint(
            "(opinion IS NULL) = (channel IS NULL) AND (opinion IS NULL) = (running_well IS NULL)",
            name=op.f("ck_unit_opinion_heard_or_not"),
        ),
        sa.ForeignKeyConstraint(
            ["acceptance_id"], ["acceptance.id"], name=op.f("fk_unit_opinion_acceptance_id")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["user_account.id"], name=op.f("fk_unit_opinion_entered_by_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_opinion_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_opinion")),
        sa.UniqueConstraint("acceptance_id", "unit_id", name=op.f("uq_unit_opinion_acceptance_id_unit_id")),
    )


def downgrade() -> None:
    op.drop_table("unit_opinion")
    with op.batch_alter_table("group_member") as batch_op:
        batch_op.drop_index(batch_op.f("ix_group_member_acceptance_id"))

    op.drop_table("group_member")
    op.drop_table("conformity")
    with op.batch_alter_table("follow_up") as batch_op:
        batch_op.drop_index(batch_op.f("ix_follow_up_callback_id"))

    op.drop_table("follow_up")
    with op.batch_alter_table("callback_answer") as batch_op:
        batch_op.drop_index(batch_op.f("ix_callback_answer_callback_id"))

    op.drop_table("callback_answer")
    op.drop_table("acceptance")
    with op.batch_alter_table("callback") as batch_op:
        batch_op.drop_index(batch_op.f("ix_callback_first_day"))

    op.drop_table("callback")
