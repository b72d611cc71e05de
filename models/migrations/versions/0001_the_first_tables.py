"""The first tables, and the triggers that keep the evidence."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from models import triggers

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("notice", sa.String(length=100), nullable=False),
        sa.CheckConstraint(
            "\"kind\" IN ('day_off', 'makeup', 'override_work', 'override_off')",
            name=op.f("ck_calendar_day_kind"),
        ),
        sa.PrimaryKeyConstraint("day", "kind", name=op.f("pk_calendar_day")),
    )
    op.create_table(
        "calendar_year",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("notice", sa.String(length=100), nullable=False),
        sa.CheckConstraint("\"status\" IN ('published', 'estimated')", name=op.f("ck_calendar_year_status")),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_calendar_year")),
    )
    op.create_table(
        "contract_term",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("label", sa.String(length=64), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_term")),
        sa.UniqueConstraint("key", name=op.f("uq_contract_term_key")),
    )
    op.create_table(
        "interpretation_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("value", sa.String(length=400), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interpretation_version")),
        sa.UniqueConstraint("key", "from_day", name=op.f("uq_interpretation_version_key_from_day")),
    )
    op.create_table(
        "ledger_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_ledger_head_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_head")),
    )
    op.create_table(
        "unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["unit.id"], name=op.f("fk_unit_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("name", name=op.f("uq_unit_name")),
    )
    op.create_table(
        "project",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("service_level", sa.Integer(), nullable=True),
        sa.Column("window", sa.String(32), nullable=True),
        sa.Column("residents", sa.Integer(), nullable=False),
        sa.Column("delivery_mode", sa.String(length=32), nullable=False),
        sa.Column("service_start", sa.Date(), nullable=True),
        sa.Column("terminable", sa.Boolean(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("line_end", sa.Integer(), nullable=False),
        sa.CheckConstraint("\"window\" IN ('7x24', '7x8', '6x8', '5x8')", name=op.f("ck_project_window")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_project_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
        sa.UniqueConstraint("seq", name=op.f("uq_project_seq")),
    )
    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_project_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "user_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("password_hash", sa.String(length=256), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "deactivated_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("failed_sign_ins", sa.Integer(), nullable=False),
        sa.Column(
            "locked_until", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.CheckConstraint(
            "(role = 'contact') = (unit_id IS NOT NULL)", name=op.f("ck_user_account_contact_has_unit")
        ),
        sa.CheckConstraint(
            "\"role\" IN ('engineer', 'contact', 'bureau', 'manager', 'hotline', 'auditor', 'admin')",
            name=op.f("ck_user_account_role"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_user_account_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("username", name=op.f("uq_user_account_username")),
    )
    op.create_table(
        "assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "until_day IS NULL OR until_day >= from_day", name=op.f("ck_assignment_days_in_order")
        ),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_assignment_project_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_assignment_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
        sa.UniqueConstraint(
            "user_id", "project_id", "from_day", name=op.f("uq_assignment_user_id_project_id_from_day")
        ),
    )
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.create_index("ix_assignment_project", ["project_id"], unique=False)

    op.create_table(
        "equipment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("model", sa.String(length=64), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=8), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_equipment_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_equipment")),
    )
    with op.batch_alter_table("equipment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_equipment_project_id"), ["project_id"], unique=False)

    op.create_table(
        "ledger_entry",
        sa.Column(
            "seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "recorded_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=100), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("commitment", sa.LargeBinary(), nullable=False),
        sa.Column("prev", sa.LargeBinary(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["user_account.id"], name=op.f("fk_ledger_entry_actor_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_ledger_entry")),
    )
    with op.batch_alter_table("ledger_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ledger_entry_subject"), ["subject"], unique=False)

    op.create_table(
        "obligation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("what", sa.String(length=64), nullable=False),
        sa.Column("cycle", sa.String(32), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=True),
        sa.Column("scope", sa.String(length=64), nullable=False),
        sa.Column("when", sa.String(length=32), nullable=True),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "\"cycle\" IN ('daily', 'twice_daily', 'weekly', 'four_per_month', 'monthly', 'quarterly', 'half_yearly', 'yearly', 'filing_daily', 'quota', 'unspecified')",
            name=op.f("ck_obligation_cycle"),
        ),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_obligation_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_obligation")),
    )
    with op.batch_alter_table("obligation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_obligation_project_id"), ["project_id"], unique=False)

    op.create_table(
        "posting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("heads", sa.Integer(), nullable=False),
        sa.Column("pattern", sa.String(32), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.CheckConstraint("\"pattern\" IN ('7x24', '7x8', '6x8', '5x8')", name=op.f("ck_posting_pattern")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_posting_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting")),
    )
    with op.batch_alter_table("posting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_posting_project_id"), ["project_id"], unique=False)

    op.create_table(
        "reading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("taken", sa.String(length=100), nullable=False),
        sa.Column("other", sa.String(length=100), nullable=False),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("other_line", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_reading_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading")),
    )
    with op.batch_alter_table("reading", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reading_project_id"), ["project_id"], unique=False)

    op.create_table(
        "service_year",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column(
            "activated_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("activated_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("number BETWEEN 1 AND 3", name=op.f("ck_service_year_three_years_at_most")),
        sa.ForeignKeyConstraint(
            ["activated_by_id"], ["user_account.id"], name=op.f("fk_service_year_activated_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_year")),
        sa.UniqueConstraint("number", name=op.f("uq_service_year_number")),
    )
    op.create_table(
        "sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "expires_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("ended_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("agent", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_sign_in_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_token_hash")),
    )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_user_id"), ["user_id"], unique=False)

    op.create_table(
        "target",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("workdays", sa.Integer(), nullable=True),
        sa.Column("ratio", sa.String(length=8), nullable=True),
        sa.Column("day", sa.String(32), nullable=True),
        sa.Column("severity", sa.String(32), nullable=True),
        sa.Column("complexity", sa.String(32), nullable=True),
        sa.Column("fault_level", sa.Integer(), nullable=True),
        sa.Column("remote", sa.String(length=16), nullable=True),
        sa.Column("window", sa.String(32), nullable=True),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.CheckConstraint("\"complexity\" IN ('normal', 'complex')", name=op.f("ck_target_complexity")),
        sa.CheckConstraint("\"day\" IN ('workday', 'non_workday')", name=op.f("ck_target_day")),
        sa.CheckConstraint(
            "\"kind\" IN ('response', 'onsite', 'containment', 'recovery', 'change', 'accuracy', 'closure')",
            name=op.f("ck_target_kind"),
        ),
        sa.CheckConstraint("\"severity\" IN ('major', 'general')", name=op.f("ck_target_severity")),
        sa.CheckConstraint("\"window\" IN ('7x24', '7x8', '6x8', '5x8')", name=op.f("ck_target_window")),
        sa.CheckConstraint(
            "(minutes IS NOT NULL AND workdays IS NULL AND ratio IS NULL) OR (minutes IS NULL AND workdays IS NOT NULL AND ratio IS NULL) OR (minutes IS NULL AND workdays IS NULL AND ratio IS NOT NULL)",
            name=op.f("ck_target_one_measure"),
        ),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_target_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target")),
    )
    with op.batch_alter_table("target", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_target_project_id"), ["project_id"], unique=False)

    op.create_table(
        "ticket",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("reporter", sa.String(length=64), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("submission", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=False),
        sa.Column("assignee_id", sa.Integer(), nullable=True),
        sa.Column(
            "opened_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("own_finding", sa.Boolean(), nullable=False),
        sa.Column(
            "reported_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "next_due_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("rejections", sa.Integer(), nullable=False),
        sa.Column(
            "accepted_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "closed_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "cancelled_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "\"kind\" IN ('incident', 'request', 'consultation', 'change', 'data', 'security')",
            name=op.f("ck_ticket_kind"),
        ),
        sa.CheckConstraint(
            "\"state\" IN ('new', 'working', 'paused', 'claimed', 'accepted', 'closed', 'cancelled')",
            name=op.f("ck_ticket_state"),
        ),
        sa.ForeignKeyConstraint(["assignee_id"], ["user_account.id"], name=op.f("fk_ticket_assignee_id")),
        sa.ForeignKeyConstraint(["opened_by_id"], ["user_account.id"], name=op.f("fk_ticket_opened_by_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_ticket_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket")),
        sa.UniqueConstraint("submission", name=op.f("uq_ticket_submission")),
    )
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_accepted_at"), ["accepted_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_ticket_assignee_id"), ["assignee_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ticket_cancelled_at"), ["cancelled_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_ticket_closed_at"), ["closed_at"], unique=False)
        batch_op.create_index("ix_ticket_project_reported", ["project_id", "reported_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_ticket_settled"), ["settled"], unique=False)
        batch_op.create_index("ix_ticket_state_due", ["state", "next_due_at"], unique=False)

    op.create_table(
        "project_service",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("service_year_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_project_service_project_id")),
        sa.ForeignKeyConstraint(
            ["service_year_id"], ["service_year.id"], name=op.f("fk_project_service_service_year_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_service")),
        sa.UniqueConstraint(
            "project_id", "service_year_id", name=op.f("uq_project_service_project_id_service_year_id")
        ),
    )
    op.create_table(
        "ticket_clock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("workdays", sa.Integer(), nullable=True),
        sa.Column("window", sa.String(32), nullable=False),
        sa.Column(
            "starts_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("due_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "original_due_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "stopped_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "decided_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("verdict", sa.String(32), nullable=False),
        sa.Column("is_floor", sa.Boolean(), nullable=False),
        sa.Column("due_provisional", sa.Boolean(), nullable=False),
        sa.Column("outcome_provisional", sa.Boolean(), nullable=False),
        sa.Column("judged_by_record", sa.Boolean(), nullable=False),
        sa.Column("pauses", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("rule_version", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "\"kind\" IN ('response', 'onsite', 'containment', 'recovery', 'change')",
            name=op.f("ck_ticket_clock_kind"),
        ),
        sa.CheckConstraint(
            "\"verdict\" IN ('running', 'met', 'breached', 'exempt', 'void')",
            name=op.f("ck_ticket_clock_verdict"),
        ),
        sa.CheckConstraint(
            "\"window\" IN ('7x24', '7x8', '6x8', '5x8')", name=op.f("ck_ticket_clock_window")
        ),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_ticket_clock_project_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_clock_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_clock")),
        sa.UniqueConstraint("ticket_id", "kind", "round", name=op.f("uq_ticket_clock_ticket_id_kind_round")),
    )
    with op.batch_alter_table("ticket_clock", schema=None) as batch_op:
        batch_op.create_index("ix_ticket_clock_due", ["verdict", "due_at"], unique=False)
        batch_op.create_index(
            "ix_ticket_clock_month", ["decided_at", "project_id", "kind", "verdict"], unique=False
        )

    op.create_table(
        "ticket_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("side", sa.String(32), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column(
            "occurred_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "recorded_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("data", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.CheckConstraint(
            "\"kind\" IN ('opened', 'responded', 'onsite_requested', 'arrived', 'contained', 'recovery_claimed', 'recovery_accepted', 'recovery_rejected', 'paused', 'resumed', 'pause_confirmed', 'pause_rejected', 'reclassified', 'claim_confirmed', 'claim_rejected', 'backentry_confirmed', 'backentry_rejected', 'report_time_corrected', 'corrected', 'noted', 'assigned', 'cancelled', 'closed')",
            name=op.f("ck_ticket_event_kind"),
        ),
        sa.CheckConstraint(
            "\"side\" IN ('unit', 'bureau', 'supplier', 'system')", name=op.f("ck_ticket_event_side")
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["user_account.id"], name=op.f("fk_ticket_event_actor_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_event_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_event")),
        sa.UniqueConstraint("ticket_id", "seq", name=op.f("uq_ticket_event_ticket_id_seq")),
    )
    with op.batch_alter_table("ticket_event", schema=None) as batch_op:
        batch_op.create_index("ix_ticket_event_recorded", ["recorded_at"], unique=False)

    op.create_table(
        "ticket_milestone",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column(
            "occurred_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "recorded_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("backentered", sa.Boolean(), nullable=False),
        sa.Column("standing", sa.String(32), nullable=False),
        sa.CheckConstraint(
            "\"kind\" IN ('opened', 'responded', 'onsite_requested', 'arrived', 'contained', 'recovery_claimed', 'recovery_accepted', 'recovery_rejected', 'paused', 'resumed', 'pause_confirmed', 'pause_rejected', 'reclassified', 'claim_confirmed', 'claim_rejected', 'backentry_confirmed', 'backentry_rejected', 'report_time_corrected', 'corrected', 'noted', 'assigned', 'cancelled', 'closed')",
            name=op.f("ck_ticket_milestone_kind"),
        ),
        sa.CheckConstraint(
            "\"standing\" IN ('pending', 'confirmed', 'rejected')", name=op.f("ck_ticket_milestone_standing")
        ),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_ticket_milestone_project_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_milestone_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_milestone")),
        sa.UniqueConstraint("ticket_id", "seq", name=op.f("uq_ticket_milestone_ticket_id_seq")),
    )
    with op.batch_alter_table("ticket_milestone", schema=None) as batch_op:
        batch_op.create_index("ix_ticket_milestone_month", ["recorded_at"], unique=False)

    for statement in triggers.create(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    for statement in triggers.drop(op.get_bind().dialect.name):
        op.execute(statement)
    with op.batch_alter_table("ticket_milestone", schema=None) as batch_op:
        batch_op.drop_index("ix_ticket_milestone_month")

    op.drop_table("ticket_milestone")
    with op.batch_alter_table("ticket_event", schema=None) as batch_op:
        batch_op.drop_index("ix_ticket_event_recorded")

    op.drop_table("ticket_event")
    with op.batch_alter_table("ticket_clock", schema=None) as batch_op:
        batch_op.drop_index("ix_ticket_clock_month")
        batch_op.drop_index("ix_ticket_clock_due")

    op.drop_table("ticket_clock")
    op.drop_table("project_service")
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.drop_index("ix_ticket_state_due")
        batch_op.drop_index(batch_op.f("ix_ticket_settled"))
        batch_op.drop_index("ix_ticket_project_reported")
        batch_op.drop_index(batch_op.f("ix_ticket_closed_at"))
        batch_op.drop_index(batch_op.f("ix_ticket_cancelled_at"))
        batch_op.drop_index(batch_op.f("ix_ticket_assignee_id"))
        batch_op.drop_index(batch_op.f("ix_ticket_accepted_at"))

    op.drop_table("ticket")
    with op.batch_alter_table("target", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_target_project_id"))

    op.drop_table("target")
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_user_id"))

    op.drop_table("sign_in")
    op.drop_table("service_year")
    with op.batch_alter_table("reading", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reading_project_id"))

    op.drop_table("reading")
    with op.batch_alter_table("posting", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_posting_project_id"))

    op.drop_table("posting")
    with op.batch_alter_table("obligation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_obligation_project_id"))

    op.drop_table("obligation")
    with op.batch_alter_table("ledger_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ledger_entry_subject"))

    op.drop_table("ledger_entry")
    with op.batch_alter_table("equipment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_equipment_project_id"))

    op.drop_table("equipment")
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.drop_index("ix_assignment_project")

    op.drop_table("assignment")
    op.drop_table("user_account")
    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_project_unit_id"))

    op.drop_table("project")
    op.drop_table("unit")
    op.drop_table("ledger_head")
    op.drop_table("interpretation_version")
    op.drop_table("contract_term")
    op.drop_table("calendar_year")
    op.drop_table("calendar_day")
