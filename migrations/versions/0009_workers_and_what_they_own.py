"""Workers and what they own."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "workers",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("instance", sa.String(length=32), nullable=False),
        sa.Column("alive_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_workers")),
    )
    op.create_table(
        "owners",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("worker", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_owners")),
    )
    op.create_index(op.f("ix_owners_worker"), "owners", ["worker"])


def downgrade() -> None:
    op.drop_table("owners")
    op.drop_table("workers")
