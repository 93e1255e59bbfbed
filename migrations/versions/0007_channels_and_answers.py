"""Channels and answers."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _lines_and_links()
    _papers_and_calls()
    _answers()


def downgrade() -> None:
    for table in ("facility_answers", "phone_tasks", "facility_papers", "facility_links", "facility_lines"):
        op.drop_table(table)


def _lines_and_links() -> None:
    op.create_table(
        "facility_lines",
        sa.Column("facility_id", sa.String(length=32), nullable=False),
        sa.Column("earlier_secret", sa.LargeBinary(), nullable=True),
        sa.Column("earlier_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        _refers("facility_lines", "facility_id", "facilities"),
        sa.PrimaryKeyConstraint("facility_id", name=op.f("pk_facility_lines")),
    )
    op.create_table(
        "facility_links",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("referral_id", sa.String(length=32), nullable=False),
        sa.Column("facility_id", sa.String(length=32), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        _refers("facility_links", "referral_id", "referrals"),
        _refers("facility_links", "facility_id", "facilities"),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_facility_links")),
    )
    op.create_index(op.f("ix_facility_links_referral_id"), "facility_links", ["referral_id"])


def _papers_and_calls() -> None:
    op.create_table(
        "facility_papers",
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("referral_id", sa.String(length=32), nullable=False),
        sa.Column("facility_id", sa.String(length=32), nullable=False),
        sa.Column("consent_id", sa.String(length=32), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        _refers("facility_papers", "referral_id", "referrals"),
        _refers("facility_papers", "facility_id", "facilities"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_facility_papers")),
    )
    op.create_index(op.f("ix_facility_papers_referral_id"), "facility_papers", ["referral_id"])
    op.create_table(
        "phone_tasks",
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("referral_id", sa.String(length=32), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.String(length=32), nullable=True),
        _refers("phone_tasks", "referral_id", "referrals"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_phone_tasks")),
    )
    op.create_index(op.f("ix_phone_tasks_referral_id"), "phone_tasks", ["referral_id"])


def _answers() -> None:
    op.create_table(
        "facility_answers",
        sa.Column("facility_id", sa.String(length=32), nullable=False),
        sa.Column("answer_id", sa.String(length=200), nullable=False),
        sa.Column("referral_id", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("result", sa.String(length=10), nullable=False),
        sa.Column("said", sa.String(length=300), nullable=False),
        _refers("facility_answers", "facility_id", "facilities"),
        _refers("facility_answers", "referral_id", "referrals"),
        sa.PrimaryKeyConstraint("facility_id", "answer_id", name=op.f("pk_facility_answers")),
    )
    op.create_index("ix_facility_answers_referral", "facility_answers", ["referral_id", "taken_at"])


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))
