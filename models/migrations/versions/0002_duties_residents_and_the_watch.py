"""duties, residents and the watch

Revision: 0002, after 0001.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "checklist",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist")),
        sa.UniqueConstraint("code", name=op.f("uq_checklist_code")),
    )
    op.create_table(
        "job_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job", sa.String(length=32), nullable=False),
        sa.Column("slot", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column(
            "started_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "finished_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("outcome", sa.String(length=400), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_run")),
        sa.UniqueConstraint("job", "slot", name=op.f("uq_job_run_job_slot")),
    )
    with op.batch_alter_table("job_run", schema=None) as batch_op:
        batch_op.create_index("ix_job_run_started", ["job", "started_at"], unique=False)

    op.create_table(
        "lease",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "checklist_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("checklist_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("drafted_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "drafted_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "approved_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["user_account.id"], name=op.f("fk_checklist_version_approved_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["checklist_id"], ["checklist.id"], name=op.f("fk_checklist_version_checklist_id")
        ),
        sa.ForeignKeyConstraint(
            ["drafted_by_id"], ["user_account.id"], name=op.f("fk_checklist_version_drafted_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_version")),
        sa.UniqueConstraint("checklist_id", "number", name=op.f("uq_checklist_version_checklist_id_number")),
    )
    op.create_table(
        "declared_period",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("declared_by_id", sa.Integer(), nullable=False),
        sa.Column(
            "declared_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "withdrawn_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.CheckConstraint(
            "\"kind\" IN ('filing', 'holiday', 'congress', 'exam', 'promotion', 'other')",
            name=op.f("ck_declared_period_kind"),
        ),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_declared_period_days_in_order")),
        sa.ForeignKeyConstraint(
            ["declared_by_id"], ["user_account.id"], name=op.f("fk_declared_period_declared_by_id")
        ),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_declared_period_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declared_period")),
    )
    op.create_table(
        "feed_address",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "revoked_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_feed_address_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_address")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_feed_address_token_hash")),
    )
    with op.batch_alter_table("feed_address", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_feed_address_user_id"), ["user_id"], unique=False)

    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column(
            "happened_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "created_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("read_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "\"kind\" IN ('half', 'nearly', 'breached', 'duty_due', 'duty_missed', 'accepted', 'waiting', 'difference')",
            name=op.f("ck_notice_kind"),
        ),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_notice_project_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_notice_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("user_id", "key", name=op.f("uq_notice_user_id_key")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index("ix_notice_unread", ["user_id", "read_at", "created_at"], unique=False)

    op.create_table(
        "attendance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("half", sa.String(32), nullable=False),
        sa.Column("presence", sa.String(32), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column(
            "recorded_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.CheckConstraint("\"half\" IN ('morning', 'afternoon')", name=op.f("ck_attendance_half")),
        sa.CheckConstraint("\"presence\" IN ('present', 'absent')", name=op.f("ck_attendance_presence")),
        sa.ForeignKeyConstraint(["posting_id"], ["posting.id"], name=op.f("fk_attendance_posting_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user_account.id"], name=op.f("fk_attendance_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_attendance_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
    )
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.create_index("ix_attendance_posting_day", ["posting_id", "day", "half"], unique=False)
        batch_op.create_index(batch_op.f("ix_attendance_user_id"), ["user_id"], unique=False)

    op.create_table(
        "attendance_month",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("standing", sa.String(32), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=False),
        sa.Column(
            "decided_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("remark", sa.String(length=400), nullable=False),
        sa.CheckConstraint(
            "\"standing\" IN ('pending', 'confirmed', 'rejected')", name=op.f("ck_attendance_month_standing")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name=op.f("fk_attendance_month_decided_by_id")
        ),
        sa.ForeignKeyConstraint(["posting_id"], ["posting.id"], name=op.f("fk_attendance_month_posting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_month")),
        sa.UniqueConstraint("posting_id", "month", name=op.f("uq_attendance_month_posting_id_month")),
    )
    op.create_table(
        "checklist_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(length=32), nullable=False),
        sa.Column("text", sa.String(length=100), nullable=False),
        sa.Column("unit", sa.String(length=16), nullable=False),
        sa.Column("low", sa.String(length=16), nullable=True),
        sa.Column("high", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(
            ["version_id"], ["checklist_version.id"], name=op.f("fk_checklist_item_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_item")),
        sa.UniqueConstraint("version_id", "position", name=op.f("uq_checklist_item_version_id_position")),
    )
    op.create_table(
        "cycle_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("obligation_id", sa.Integer(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("cycle", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("approved_by_id", sa.Integer(), nullable=False),
        sa.Column(
            "approved_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.CheckConstraint(
            "\"cycle\" IN ('daily', 'twice_daily', 'weekly', 'four_per_month', 'monthly', 'quarterly', 'half_yearly', 'yearly', 'filing_daily', 'quota', 'unspecified')",
            name=op.f("ck_cycle_change_cycle"),
        ),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["user_account.id"], name=op.f("fk_cycle_change_approved_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["obligation_id"], ["obligation.id"], name=op.f("fk_cycle_change_obligation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycle_change")),
        sa.UniqueConstraint("obligation_id", "from_day", name=op.f("uq_cycle_change_obligation_id_from_day")),
    )
    op.create_table(
        "occurrence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("obligation_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("service_year_id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=True),
        sa.Column(
            "opens_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "closes_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "waived_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("waived_by_id", sa.Integer(), nullable=True),
        sa.Column("waived_reason", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(
            ["obligation_id"], ["obligation.id"], name=op.f("fk_occurrence_obligation_id")
        ),
        sa.ForeignKeyConstraint(["period_id"], ["declared_period.id"], name=op.f("fk_occurrence_period_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_occurrence_project_id")),
        sa.ForeignKeyConstraint(
            ["service_year_id"], ["service_year.id"], name=op.f("fk_occurrence_service_year_id")
        ),
        sa.ForeignKeyConstraint(
            ["waived_by_id"], ["user_account.id"], name=op.f("fk_occurrence_waived_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occurrence")),
        sa.UniqueConstraint("obligation_id", "opens_at", name=op.f("uq_occurrence_obligation_id_opens_at")),
    )
    with op.batch_alter_table("occurrence", schema=None) as batch_op:
        batch_op.create_index("ix_occurrence_closes", ["closes_at"], unique=False)
        batch_op.create_index("ix_occurrence_project_closes", ["project_id", "closes_at"], unique=False)

    op.create_table(
        "posting_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=True),
        sa.Column("confidentiality_signed_on", sa.Date(), nullable=True),
        sa.Column("accounts_handed_on", sa.Date(), nullable=True),
        sa.Column("accounts_returned_on", sa.Date(), nullable=True),
        sa.Column("handover_note", sa.String(length=400), nullable=False),
        sa.CheckConstraint(
            "until_day IS NULL OR until_day > from_day", name=op.f("ck_posting_member_days_in_order")
        ),
        sa.ForeignKeyConstraint(["posting_id"], ["posting.id"], name=op.f("fk_posting_member_posting_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_posting_member_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting_member")),
    )
    with op.batch_alter_table("posting_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_posting_member_posting_id"), ["posting_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_posting_member_user_id"), ["user_id"], unique=False)

    op.create_table(
        "ticket_equipment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("equipment_id", sa.Integer(), nullable=False),
        sa.Column("which", sa.String(length=100), nullable=False),
        sa.Column("repair", sa.String(32), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("submission", sa.String(length=64), nullable=False),
        sa.Column("linked_by_id", sa.Integer(), nullable=False),
        sa.Column(
            "linked_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("withdrawn_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "withdrawn_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("withdrawn_reason", sa.String(length=400), nullable=False),
        sa.CheckConstraint(
            "\"repair\" IN ('checked', 'repaired', 'part_replaced', 'replaced')",
            name=op.f("ck_ticket_equipment_repair"),
        ),
        sa.ForeignKeyConstraint(
            ["equipment_id"], ["equipment.id"], name=op.f("fk_ticket_equipment_equipment_id")
        ),
        sa.ForeignKeyConstraint(
            ["linked_by_id"], ["user_account.id"], name=op.f("fk_ticket_equipment_linked_by_id")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_equipment_ticket_id")),
        sa.ForeignKeyConstraint(
            ["withdrawn_by_id"], ["user_account.id"], name=op.f("fk_ticket_equipment_withdrawn_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_equipment")),
        sa.UniqueConstraint("submission", name=op.f("uq_ticket_equipment_submission")),
    )
    with op.batch_alter_table("ticket_equipment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_equipment_equipment_id"), ["equipment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ticket_equipment_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "work",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("obligation_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("submission", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column(
            "started_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "occurred_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "recorded_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "device_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "finished_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("checklist_version_id", sa.Integer(), nullable=True),
        sa.Column("backentered", sa.Boolean(), nullable=False),
        sa.Column("standing", sa.String(32), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "decided_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("decided_reason", sa.String(length=400), nullable=False),
        sa.CheckConstraint(
            "\"standing\" IN ('pending', 'confirmed', 'rejected')", name=op.f("ck_work_standing")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_work_by_id")),
        sa.ForeignKeyConstraint(
            ["checklist_version_id"], ["checklist_version.id"], name=op.f("fk_work_checklist_version_id")
        ),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user_account.id"], name=op.f("fk_work_decided_by_id")),
        sa.ForeignKeyConstraint(["obligation_id"], ["obligation.id"], name=op.f("fk_work_obligation_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_work_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work")),
        sa.UniqueConstraint("submission", name=op.f("uq_work_submission")),
    )
    with op.batch_alter_table("work", schema=None) as batch_op:
        batch_op.create_index("ix_work_obligation", ["obligation_id", "occurred_at"], unique=False)

    op.create_table(
        "leave",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("first_half", sa.String(32), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("last_half", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("substitute_id", sa.Integer(), nullable=True),
        sa.Column(
            "asked_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("standing", sa.String(32), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "decided_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("decided_reason", sa.String(length=400), nullable=False),
        sa.CheckConstraint("\"first_half\" IN ('morning', 'afternoon')", name=op.f("ck_leave_first_half")),
        sa.CheckConstraint("\"last_half\" IN ('morning', 'afternoon')", name=op.f("ck_leave_last_half")),
        sa.CheckConstraint(
            "\"standing\" IN ('pending', 'confirmed', 'rejected')", name=op.f("ck_leave_standing")
        ),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_leave_days_in_order")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user_account.id"], name=op.f("fk_leave_decided_by_id")),
        sa.ForeignKeyConstraint(["member_id"], ["posting_member.id"], name=op.f("fk_leave_member_id")),
        sa.ForeignKeyConstraint(["substitute_id"], ["user_account.id"], name=op.f("fk_leave_substitute_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leave")),
    )
    with op.batch_alter_table("leave", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_leave_member_id"), ["member_id"], unique=False)

    op.create_table(
        "occurrence_work",
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrence.id"], name=op.f("fk_occurrence_work_occurrence_id")
        ),
        sa.ForeignKeyConstraint(["work_id"], ["work.id"], name=op.f("fk_occurrence_work_work_id")),
        sa.PrimaryKeyConstraint("occurrence_id", "work_id", name=op.f("pk_occurrence_work")),
    )
    with op.batch_alter_table("occurrence_work", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_occurrence_work_work_id"), ["work_id"], unique=False)

    op.create_table(
        "replacement_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column(
            "asked_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "answered_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("answer", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["user_account.id"], name=op.f("fk_replacement_request_answered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["user_account.id"], name=op.f("fk_replacement_request_asked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["posting_member.id"], name=op.f("fk_replacement_request_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replacement_request")),
    )
    with op.batch_alter_table("replacement_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_replacement_request_member_id"), ["member_id"], unique=False)

    op.create_table(
        "work_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(32), nullable=True),
        sa.Column("value", sa.String(length=32), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "\"result\" IN ('normal', 'abnormal', 'not_applicable')", name=op.f("ck_work_line_result")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["checklist_item.id"], name=op.f("fk_work_line_item_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_work_line_ticket_id")),
        sa.ForeignKeyConstraint(["work_id"], ["work.id"], name=op.f("fk_work_line_work_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_line")),
        sa.UniqueConstraint("work_id", "item_id", name=op.f("uq_work_line_work_id_item_id")),
    )
    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("submission", sa.String(length=64), nullable=True),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=False),
        sa.Column(
            "uploaded_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.Column("work_id", sa.Integer(), nullable=True),
        sa.Column("line_id", sa.Integer(), nullable=True),
        sa.Column("posting_member_id", sa.Integer(), nullable=True),
        sa.Column("equipment_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("\"kind\" IN ('photo', 'file', 'scan')", name=op.f("ck_attachment_kind")),
        sa.CheckConstraint(
            "CASE WHEN ticket_id IS NULL THEN 0 ELSE 1 END + CASE WHEN work_id IS NULL THEN 0 ELSE 1 END + CASE WHEN posting_member_id IS NULL THEN 0 ELSE 1 END + CASE WHEN equipment_id IS NULL THEN 0 ELSE 1 END = 1",
            name=op.f("ck_attachment_one_owner"),
        ),
        sa.ForeignKeyConstraint(["equipment_id"], ["equipment.id"], name=op.f("fk_attachment_equipment_id")),
        sa.ForeignKeyConstraint(["line_id"], ["work_line.id"], name=op.f("fk_attachment_line_id")),
        sa.ForeignKeyConstraint(
            ["posting_member_id"], ["posting_member.id"], name=op.f("fk_attachment_posting_member_id")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_attachment_ticket_id")),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["user_account.id"], name=op.f("fk_attachment_uploaded_by_id")
        ),
        sa.ForeignKeyConstraint(["work_id"], ["work.id"], name=op.f("fk_attachment_work_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("submission", name=op.f("uq_attachment_submission")),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attachment_equipment_id"), ["equipment_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_attachment_posting_member_id"), ["posting_member_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_attachment_sha256"), ["sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_attachment_ticket_id"), ["ticket_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attachment_work_id"), ["work_id"], unique=False)

    op.create_table(
        "repair_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("equipment_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("which", sa.String(length=100), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("advice", sa.String(32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("submission", sa.String(length=64), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "\"advice\" IN ('repair', 'replace', 'scrap')", name=op.f("ck_repair_report_advice")
        ),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_repair_report_attachment_id")
        ),
        sa.ForeignKeyConstraint(
            ["equipment_id"], ["equipment.id"], name=op.f("fk_repair_report_equipment_id")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["user_account.id"], name=op.f("fk_repair_report_made_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repair_report")),
        sa.UniqueConstraint("equipment_id", "number", name=op.f("uq_repair_report_equipment_id_number")),
        sa.UniqueConstraint("submission", name=op.f("uq_repair_report_submission")),
    )
    with op.batch_alter_table("obligation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("checklist", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("visits", sa.Integer(), server_default=sa.text("1"), nullable=False))
        batch_op.alter_column("project_id", existing_type=sa.INTEGER(), nullable=True)

    with op.batch_alter_table("ticket_clock", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "tell_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
            )
        )
        batch_op.create_index(batch_op.f("ix_ticket_clock_tell_at"), ["tell_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("ticket_clock", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ticket_clock_tell_at"))
        batch_op.drop_column("tell_at")

    with op.batch_alter_table("obligation", schema=None) as batch_op:
        batch_op.alter_column("project_id", existing_type=sa.INTEGER(), nullable=False)
        batch_op.drop_column("visits")
        batch_op.drop_column("checklist")

    op.drop_table("repair_report")
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attachment_work_id"))
        batch_op.drop_index(batch_op.f("ix_attachment_ticket_id"))
        batch_op.drop_index(batch_op.f("ix_attachment_sha256"))
        batch_op.drop_index(batch_op.f("ix_attachment_posting_member_id"))
        batch_op.drop_index(batch_op.f("ix_attachment_equipment_id"))

    op.drop_table("attachment")
    op.drop_table("work_line")
    with op.batch_alter_table("replacement_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_replacement_request_member_id"))

    op.drop_table("replacement_request")
    with op.batch_alter_table("occurrence_work", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_occurrence_work_work_id"))

    op.drop_table("occurrence_work")
    with op.batch_alter_table("leave", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_leave_member_id"))

    op.drop_table("leave")
    with op.batch_alter_table("work", schema=None) as batch_op:
        batch_op.drop_index("ix_work_obligation")

    op.drop_table("work")
    with op.batch_alter_table("ticket_equipment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ticket_equipment_ticket_id"))
        batch_op.drop_index(batch_op.f("ix_ticket_equipment_equipment_id"))

    op.drop_table("ticket_equipment")
    with op.batch_alter_table("posting_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_posting_member_user_id"))
        batch_op.drop_index(batch_op.f("ix_posting_member_posting_id"))

    op.drop_table("posting_member")
    with op.batch_alter_table("occurrence", schema=None) as batch_op:
        batch_op.drop_index("ix_occurrence_project_closes")
        batch_op.drop_index("ix_occurrence_closes")

    op.drop_table("occurrence")
    op.drop_table("cycle_change")
    op.drop_table("checklist_item")
    op.drop_table("attendance_month")
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attendance_user_id"))
        batch_op.drop_index("ix_attendance_posting_day")

    op.drop_table("attendance")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index("ix_notice_unread")

    op.drop_table("notice")
    with op.batch_alter_table("feed_address", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_feed_address_user_id"))

    op.drop_table("feed_address")
    op.drop_table("declared_period")
    op.drop_table("checklist_version")
    op.drop_table("lease")
    with op.batch_alter_table("job_run", schema=None) as batch_op:
        batch_op.drop_index("ix_job_run_started")

    op.drop_table("job_run")
    op.drop_table("checklist")
