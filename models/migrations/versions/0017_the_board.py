"""keys of the wall screen, and an index of the tickets that wait

Revision: 0017, after 0016.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    instant = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "board_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("expires_at", instant, nullable=False),
        sa.Column("revoked_at", instant, nullable=True),
        sa.ForeignKeyConstraint(["made_by_id"], ["user_account.id"], name=op.f("fk_board_key_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_key")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_board_key_token_hash")),
    )
    with op.batch_alter_table("ticket") as batch_op:
        batch_op.create_index("ix_ticket_waits", ["waiting"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("ticket") as batch_op:
        batch_op.drop_index("ix_ticket_waits")
    op.drop_table("board_key")
