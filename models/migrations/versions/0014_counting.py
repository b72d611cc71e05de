"""indexes in which every total of the figures is one stretch

Revision: 0014, after 0013.
"""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("ticket") as batch_op:
        batch_op.drop_index("ix_ticket_rated")
        batch_op.drop_index("ix_ticket_flow")
        batch_op.create_index("ix_ticket_rated", ["project_id", "rating", "closed_at"], unique=False)
        batch_op.create_index(
            "ix_ticket_flow", ["project_id", "closed_at", "opened_at", "cancelled_at"], unique=False
        )
        batch_op.create_index("ix_ticket_opened", ["project_id", "opened_at"], unique=False)
        batch_op.create_index("ix_ticket_cancelled", ["project_id", "cancelled_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("ticket") as batch_op:
        batch_op.drop_index("ix_ticket_cancelled")
        batch_op.drop_index("ix_ticket_opened")
        batch_op.drop_index("ix_ticket_flow")
        batch_op.drop_index("ix_ticket_rated")
        batch_op.create_index(
            "ix_ticket_flow", ["project_id", "opened_at", "closed_at", "cancelled_at"], unique=False
        )
        batch_op.create_index("ix_ticket_rated", ["project_id", "closed_at", "rating"], unique=False)
