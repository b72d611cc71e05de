"""Money: award, invoices, payments step by step, supplements, settlements, damages, renewal.

Revision: 0009, after 0008.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from models import triggers

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "award",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("fen", sa.BigInteger(), nullable=False),
        sa.Column("basis", sa.String(length=400), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "entered_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "confirmed_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "withdrawn_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("withdrawn_reason", sa.String(length=400), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("fen > 0", name=op.f("ck_award_more_than_nothing")),
        sa.CheckConstraint("year BETWEEN 1 AND 3", name=op.f("ck_award_three_years")),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["user_account.id"], name=op.f("fk_award_confirmed_by_id")
        ),
        sa.ForeignKeyConstraint(["entered_by_id"], ["user_account.id"], name=op.f("fk_award_entered_by_id")),
        sa.ForeignKeyConstraint(
            ["withdrawn_by_id"], ["user_account.id"], name=op.f("fk_award_withdrawn_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award")),
        sa.UniqueConstraint("year", "version", name=op.f("uq_award_year_version")),
    )
    op.create_table(
        "damages",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("what", sa.String(length=400), nullable=False),
        sa.Column("total_fen", sa.BigInteger(), nullable=False),
        sa.Column("draft_fen", sa.BigInteger(), nullable=False),
        sa.Column("decided_fen", sa.BigInteger(), nullable=False),
        sa.Column("arithmetic", sa.String(length=4000), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "entered_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "confirmed_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "withdrawn_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("withdrawn_reason", sa.String(length=400), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "\"kind\" IN ('delay', 'failed', 'failed_again', 'late_payment')", name=op.f("ck_damages_kind")
        ),
        sa.CheckConstraint("decided_fen >= 0", name=op.f("ck_damages_not_negative")),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["user_account.id"], name=op.f("fk_damages_confirmed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["user_account.id"], name=op.f("fk_damages_entered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by_id"], ["user_account.id"], name=op.f("fk_damages_withdrawn_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_damages")),
    )
    op.create_table(
        "invoice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("fen", sa.BigInteger(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column(
            "recorded_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("standing", sa.String(32), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "decided_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.CheckConstraint(
            "\"standing\" IN ('pending', 'confirmed', 'rejected')", name=op.f("ck_invoice_standing")
        ),
        sa.CheckConstraint("fen > 0", name=op.f("ck_invoice_more_than_nothing")),
        sa.CheckConstraint("stage IN (1, 2)", name=op.f("ck_invoice_two_stages")),
        sa.CheckConstraint("year BETWEEN 1 AND 3", name=op.f("ck_invoice_three_years")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name=op.f("fk_invoice_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user_account.id"], name=op.f("fk_invoice_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice")),
    )
    with op.batch_alter_table("invoice") as batch_op:
        batch_op.create_index("ix_invoice_stage", ["year", "stage"], unique=False)

    op.create_table(
        "lending_rate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("percent", sa.String(length=8), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_lending_rate_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lending_rate")),
    )
    with op.batch_alter_table("lending_rate") as batch_op:
        batch_op.create_index(batch_op.f("ix_lending_rate_published_on"), ["published_on"], unique=False)

    op.create_table(
        "payment_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=True),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("fen", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("corrects_id", sa.Integer(), nullable=True),
        sa.Column("facts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "\"kind\" IN ('prepared', 'returned', 'released', 'filed', 'paid')",
            name=op.f("ck_payment_step_kind"),
        ),
        sa.CheckConstraint("stage IN (1, 2)", name=op.f("ck_payment_step_two_stages")),
        sa.CheckConstraint("year BETWEEN 1 AND 3", name=op.f("ck_payment_step_three_years")),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_payment_step_by_id")),
        sa.ForeignKeyConstraint(
            ["corrects_id"], ["payment_step.id"], name=op.f("fk_payment_step_corrects_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_step")),
    )
    with op.batch_alter_table("payment_step") as batch_op:
        batch_op.create_index("ix_payment_step_stage", ["year", "stage"], unique=False)

    op.create_table(
        "renewal_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("advice", sa.String(32), nullable=False),
        sa.Column("facts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("renews", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "\"advice\" IN ('recommend', 'talk', 'not')", name=op.f("ck_renewal_decision_advice")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_renewal_decision_by_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_renewal_decision_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renewal_decision")),
    )
    with op.batch_alter_table("renewal_decision") as batch_op:
        batch_op.create_index("ix_renewal_decision_project", ["project_id", "year"], unique=False)

    op.create_table(
        "row_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_row_decision_by_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_row_decision_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_row_decision")),
    )
    with op.batch_alter_table("row_decision") as batch_op:
        batch_op.create_index("ix_row_decision_project", ["project_id", "year"], unique=False)

    op.create_table(
        "supplement",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("fen", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("rows", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "entered_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "confirmed_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "withdrawn_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("withdrawn_reason", sa.String(length=400), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("year BETWEEN 1 AND 3", name=op.f("ck_supplement_three_years")),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["user_account.id"], name=op.f("fk_supplement_confirmed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["user_account.id"], name=op.f("fk_supplement_entered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by_id"], ["user_account.id"], name=op.f("fk_supplement_withdrawn_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplement")),
    )
    op.create_table(
        "termination",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("row_fen", sa.BigInteger(), nullable=False),
        sa.Column("proposed_fen", sa.BigInteger(), nullable=False),
        sa.Column("decided_fen", sa.BigInteger(), nullable=False),
        sa.Column("arithmetic", sa.String(length=1000), nullable=False),
        sa.Column("basis", sa.String(length=400), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "entered_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "confirmed_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "withdrawn_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("withdrawn_reason", sa.String(length=400), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("decided_fen >= 0", name=op.f("ck_termination_not_negative")),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["user_account.id"], name=op.f("fk_termination_confirmed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["user_account.id"], name=op.f("fk_termination_entered_by_id")
        ),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_termination_project_id")),
        sa.ForeignKeyConstraint(
            ["withdrawn_by_id"], ["user_account.id"], name=op.f("fk_termination_withdrawn_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_termination")),
    )
    op.create_table(
        "award_row",
        sa.Column("award_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("fen >= 0", name=op.f("ck_award_row_not_negative")),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_award_row_award_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_award_row_project_id")),
        sa.PrimaryKeyConstraint("award_id", "project_id", name=op.f("pk_award_row")),
    )

    for statement in triggers.protect(op.get_bind().dialect.name, "payment_step"):
        op.execute(statement)


def downgrade() -> None:
    for statement in triggers.unprotect(op.get_bind().dialect.name, "payment_step"):
        op.execute(statement)

    op.drop_table("award_row")
    op.drop_table("termination")
    op.drop_table("supplement")
    with op.batch_alter_table("row_decision") as batch_op:
        batch_op.drop_index("ix_row_decision_project")

    op.drop_table("row_decision")
    with op.batch_alter_table("renewal_decision") as batch_op:
        batch_op.drop_index("ix_renewal_decision_project")

    op.drop_table("renewal_decision")
    with op.batch_alter_table("payment_step") as batch_op:
        batch_op.drop_index("ix_payment_step_stage")

    op.drop_table("payment_step")
    with op.batch_alter_table("lending_rate") as batch_op:
        batch_op.drop_index(batch_op.f("ix_lending_rate_published_on"))

    op.drop_table("lending_rate")
    with op.batch_alter_table("invoice") as batch_op:
        batch_op.drop_index("ix_invoice_stage")

    op.drop_table("invoice")
    op.drop_table("damages")
    op.drop_table("award")
