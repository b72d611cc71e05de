"""saved filters, and the indexes by which a page learns that works were handed in or decided

Revision: 0016, after 0015.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_filter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("endpoint", sa.String(length=64), nullable=False),
        sa.Column("query", sa.String(length=500), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(["person_id"], ["user_account.id"], name=op.f("fk_saved_filter_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filter")),
        sa.UniqueConstraint(
            "person_id", "endpoint", "name", name=op.f("uq_saved_filter_person_id_endpoint_name")
        ),
    )
    with op.batch_alter_table("work") as batch_op:
        batch_op.create_index("ix_work_decided", ["decided_at"], unique=False)
        batch_op.create_index("ix_work_recorded", ["recorded_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("work") as batch_op:
        batch_op.drop_index("ix_work_recorded")
        batch_op.drop_index("ix_work_decided")
    op.drop_table("saved_filter")
