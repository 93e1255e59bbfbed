"""The directory."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("facilities", sa.Column("listing", sa.Text(), nullable=True))
    op.create_table(
        "treatment_options",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("facility_id", sa.String(length=32), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_treatment_options_case_id")),
        sa.ForeignKeyConstraint(["facility_id"], ["facilities.id"], name=op.f("fk_treatment_options_facility_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_treatment_options")),
    )
    op.create_index(op.f("ix_treatment_options_case_id"), "treatment_options", ["case_id"])
    op.create_table(
        "channel_tests",
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("facility_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(["facility_id"], ["facilities.id"], name=op.f("fk_channel_tests_facility_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_channel_tests")),
    )
    op.create_index(op.f("ix_channel_tests_facility_id"), "channel_tests", ["facility_id"])


def downgrade() -> None:
    op.drop_table("channel_tests")
    op.drop_table("treatment_options")
    op.drop_column("facilities", "listing")
