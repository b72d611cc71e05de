"""closing a month

Revision: 0010, after 0009.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from models import triggers

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# Each with its unique keys: what a month froze with and its corrections never change.
KEPT = {
    "frozen_file": (("id",), ("close_id", "name")),
    "month_adjustment": (("id",), ("number",)),
}


def upgrade() -> None:
    op.create_table(
        "month_adjustment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("of_month", sa.Date(), nullable=False),
        sa.Column("in_month", sa.Date(), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("before", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("after", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column(
            "recorded_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("in_month > of_month", name=op.f("ck_month_adjustment_later")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_month_adjustment_project_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user_account.id"], name=op.f("fk_month_adjustment_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_month_adjustment")),
        sa.UniqueConstraint("number", name=op.f("uq_month_adjustment_number")),
    )
    with op.batch_alter_table("month_adjustment") as batch_op:
        batch_op.create_index(batch_op.f("ix_month_adjustment_in_month"), ["in_month"], unique=False)
        batch_op.create_index(batch_op.f("ix_month_adjustment_of_month"), ["of_month"], unique=False)

    op.create_table(
        "month_close",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column(
            "computed_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("computed_by_id", sa.Integer(), nullable=True),
        sa.Column("computed_sha256", sa.String(length=64), nullable=True),
        sa.Column(
            "opened_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "objections_until", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("until_provisional", sa.Boolean(), nullable=False),
        sa.Column(
            "signed_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("signed_by_id", sa.Integer(), nullable=True),
        sa.Column("signed_sha256", sa.String(length=64), nullable=True),
        sa.Column("signed_note", sa.String(length=400), nullable=False),
        sa.Column(
            "silent_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("silent_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "prepared_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("prepared_by_id", sa.Integer(), nullable=True),
        sa.Column("prepared_sha256", sa.String(length=64), nullable=True),
        sa.Column(
            "frozen_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("frozen_by_id", sa.Integer(), nullable=True),
        sa.Column("frozen_sha256", sa.String(length=64), nullable=True),
        sa.Column("rules", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("book", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "frozen_at IS NULL OR book IS NOT NULL", name=op.f("ck_month_close_frozen_with_book")
        ),
        sa.CheckConstraint(
            "frozen_by_id IS NULL OR frozen_by_id <> prepared_by_id", name=op.f("ck_month_close_two_persons")
        ),
        sa.ForeignKeyConstraint(
            ["computed_by_id"], ["user_account.id"], name=op.f("fk_month_close_computed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["frozen_by_id"], ["user_account.id"], name=op.f("fk_month_close_frozen_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["user_account.id"], name=op.f("fk_month_close_opened_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["prepared_by_id"], ["user_account.id"], name=op.f("fk_month_close_prepared_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["signed_by_id"], ["user_account.id"], name=op.f("fk_month_close_signed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["silent_by_id"], ["user_account.id"], name=op.f("fk_month_close_silent_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_month_close")),
        sa.UniqueConstraint("month", name=op.f("uq_month_close_month")),
    )
    op.create_table(
        "frozen_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("close_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["close_id"], ["month_close.id"], name=op.f("fk_frozen_file_close_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_frozen_file")),
        sa.UniqueConstraint("close_id", "name", name=op.f("uq_frozen_file_close_id_name")),
    )
    op.create_table(
        "month_objection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("close_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("indicator", sa.String(32), nullable=True),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("raised_by_id", sa.Integer(), nullable=False),
        sa.Column(
            "raised_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("upheld", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "answered_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.CheckConstraint(
            "\"indicator\" IN ('response', 'onsite', 'containment', 'recovery', 'first_fix', "
            "'inspection', 'duty', 'document', 'attendance', 'satisfaction', 'backentry')",
            name=op.f("ck_month_objection_indicator"),
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["user_account.id"], name=op.f("fk_month_objection_answered_by_id")
        ),
        sa.ForeignKeyConstraint(["close_id"], ["month_close.id"], name=op.f("fk_month_objection_close_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_month_objection_project_id")),
        sa.ForeignKeyConstraint(
            ["raised_by_id"], ["user_account.id"], name=op.f("fk_month_objection_raised_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_month_objection")),
    )
    with op.batch_alter_table("month_objection") as batch_op:
        batch_op.create_index(batch_op.f("ix_month_objection_close_id"), ["close_id"], unique=False)
    dialect = op.get_bind().dialect.name
    for table, keys in KEPT.items():
        for statement in triggers.protect(dialect, table, keys):
            op.execute(statement)


def downgrade() -> None:
    for table in KEPT:
        for statement in triggers.unprotect(op.get_bind().dialect.name, table):
            op.execute(statement)
    with op.batch_alter_table("month_objection") as batch_op:
        batch_op.drop_index(batch_op.f("ix_month_objection_close_id"))

    op.drop_table("month_objection")
    op.drop_table("frozen_file")
    op.drop_table("month_close")
    with op.batch_alter_table("month_adjustment") as batch_op:
        batch_op.drop_index(batch_op.f("ix_month_adjustment_of_month"))
        batch_op.drop_index(batch_op.f("ix_month_adjustment_in_month"))

    op.drop_table("month_adjustment")
