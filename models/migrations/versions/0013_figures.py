"""indexes in which the figures are counted

Revision: 0013, after 0012.
"""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("ticket") as batch_op:
        batch_op.create_index(
            "ix_ticket_first_fix", ["project_id", "kind", "accepted_at", "rejections"], unique=False
        )
        batch_op.create_index(
            "ix_ticket_flow", ["project_id", "opened_at", "closed_at", "cancelled_at"], unique=False
        )
        batch_op.create_index("ix_ticket_rated", ["project_id", "closed_at", "rating"], unique=False)

    with op.batch_alter_table("ticket_clock") as batch_op:
        batch_op.create_index(
            "ix_ticket_clock_figures", ["project_id", "kind", "verdict", "decided_at"], unique=False
        )

    with op.batch_alter_table("ticket_milestone") as batch_op:
        batch_op.create_index(
            "ix_ticket_milestone_figures", ["project_id", "backentered", "recorded_at"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("ticket_milestone") as batch_op:
        batch_op.drop_index("ix_ticket_milestone_figures")

    with op.batch_alter_table("ticket_clock") as batch_op:
        batch_op.drop_index("ix_ticket_clock_figures")

    with op.batch_alter_table("ticket") as batch_op:
        batch_op.drop_index("ix_ticket_rated")
        batch_op.drop_index("ix_ticket_flow")
        batch_op.drop_index("ix_ticket_first_fix")
