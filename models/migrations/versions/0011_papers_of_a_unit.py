"""papers of one unit

Revision: 0011, after 0010.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("paper") as batch_op:
        batch_op.add_column(sa.Column("unit_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_paper_unit_id"), ["unit_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_paper_unit_id"), "unit", ["unit_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("paper") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_paper_unit_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_paper_unit_id"))
        batch_op.drop_column("unit_id")
