"""schemes and observations

Revision: 0007, after 0006.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "observation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("aspect", sa.String(32), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("indicator", sa.String(32), nullable=True),
        sa.Column("deduction", sa.String(length=8), nullable=False),
        sa.Column("veto", sa.Boolean(), nullable=False),
        sa.Column("submission", sa.String(length=64), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column(
            "recorded_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("withdrawn_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "withdrawn_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("withdrawn_reason", sa.String(length=400), nullable=False),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "answered_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.CheckConstraint(
            "answered_at IS NULL OR answer <> ''", name=op.f("ck_observation_answered_with_words")
        ),
        sa.CheckConstraint(
            "withdrawn_at IS NULL OR withdrawn_reason <> ''",
            name=op.f("ck_observation_withdrawn_with_reason"),
        ),
        sa.CheckConstraint(
            "\"aspect\" IN ('attitude', 'completion', 'ability', 'security')",
            name=op.f("ck_observation_aspect"),
        ),
        sa.CheckConstraint(
            "\"indicator\" IN ('response', 'onsite', 'containment', 'recovery', 'first_fix', "
            "'inspection', 'duty', 'document', 'attendance', 'satisfaction', 'backentry')",
            name=op.f("ck_observation_indicator"),
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["user_account.id"], name=op.f("fk_observation_answered_by_id")
        ),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_observation_project_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user_account.id"], name=op.f("fk_observation_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by_id"], ["user_account.id"], name=op.f("fk_observation_withdrawn_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observation")),
        sa.UniqueConstraint("submission", name=op.f("uq_observation_submission")),
    )
    with op.batch_alter_table("observation") as batch_op:
        batch_op.create_index(batch_op.f("ix_observation_day"), ["day"], unique=False)
        batch_op.create_index("ix_observation_project_id_day", ["project_id", "day"], unique=False)

    op.create_table(
        "scheme_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("content", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("from_day", sa.Date(), nullable=True),
        sa.Column("basis", sa.String(length=400), nullable=False),
        sa.Column("signed_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "signed_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("adopted_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "adopted_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.CheckConstraint(
            "state <> 'adopted' OR (from_day IS NOT NULL AND signed_at IS NOT NULL AND "
            "adopted_at IS NOT NULL AND adopted_by_id IS NOT NULL)",
            name=op.f("ck_scheme_version_adopted_is_signed"),
        ),
        sa.CheckConstraint(
            "\"state\" IN ('draft', 'signed', 'adopted', 'discarded')", name=op.f("ck_scheme_version_state")
        ),
        sa.CheckConstraint(
            "signed_by_id IS NULL OR signed_by_id <> adopted_by_id",
            name=op.f("ck_scheme_version_two_persons"),
        ),
        sa.ForeignKeyConstraint(
            ["adopted_by_id"], ["user_account.id"], name=op.f("fk_scheme_version_adopted_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name=op.f("fk_scheme_version_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["signed_by_id"], ["user_account.id"], name=op.f("fk_scheme_version_signed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheme_version")),
        sa.UniqueConstraint("number", name=op.f("uq_scheme_version_number")),
    )


def downgrade() -> None:
    op.drop_table("scheme_version")
    with op.batch_alter_table("observation") as batch_op:
        batch_op.drop_index("ix_observation_project_id_day")
        batch_op.drop_index(batch_op.f("ix_observation_day"))

    op.drop_table("observation")
