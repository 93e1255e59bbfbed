"""Phrases that a case has silenced."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "silenced_phrases",
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("phrase_lookup", sa.String(length=64), nullable=False),
        sa.Column("phrase", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_silenced_phrases_case_id")),
        sa.PrimaryKeyConstraint("case_id", "kind", "phrase_lookup", name=op.f("pk_silenced_phrases")),
    )


def downgrade() -> None:
    op.drop_table("silenced_phrases")
