"""In which language somebody speaks, and whether a case's verdicts may be used to tune the engine."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("cases") as cases:
        cases.add_column(sa.Column("language", sa.String(length=5), nullable=False, server_default="en"))
        cases.add_column(sa.Column("shares_verdicts", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("people") as people:
        people.add_column(sa.Column("language", sa.String(length=5), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("people") as people:
        people.drop_column("language")
    with op.batch_alter_table("cases") as cases:
        cases.drop_column("shares_verdicts")
        cases.drop_column("language")
