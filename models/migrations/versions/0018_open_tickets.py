"""indexes in which the open tickets of a project are found, however many are closed

Revision: 0018, after 0017.
"""

from __future__ import annotations

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_ticket_open", "ticket", ["project_id", "state"])
    op.create_index("ix_ticket_assigned", "ticket", ["assignee_id", "state"])
    op.drop_index("ix_ticket_assignee_id", table_name="ticket")
    op.create_index("ix_ticket_waits_of", "ticket", ["project_id", "waiting"])


def downgrade() -> None:
    op.create_index("ix_ticket_assignee_id", "ticket", ["assignee_id"])
    op.drop_index("ix_ticket_waits_of", table_name="ticket")
    op.drop_index("ix_ticket_assigned", table_name="ticket")
    op.drop_index("ix_ticket_open", table_name="ticket")
