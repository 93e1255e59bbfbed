"""The moves of a referral."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

CLOCKS_S = {"receipt_s": 60, "reminder_s": 300, "answer_s": 900, "confirm_s": 120}


def upgrade() -> None:
    channel = sa.Column("channel", sa.String(length=10), nullable=False, server_default="webhook")
    ask = sa.Column("ask_before_fallback", sa.Boolean(), nullable=False, server_default=sa.false())
    with op.batch_alter_table("facilities") as facilities:
        facilities.add_column(channel)
        facilities.add_column(sa.Column("email", sa.String(length=200), nullable=True))
        for name, seconds in CLOCKS_S.items():
            facilities.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default=str(seconds)))
        facilities.add_column(ask)
    op.create_table(
        "referral_words",
        sa.Column("referral_id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["referral_id"], ["referrals.id"], name=op.f("fk_referral_words_referral_id")),
        sa.PrimaryKeyConstraint("referral_id", "seq", name=op.f("pk_referral_words")),
    )


def downgrade() -> None:
    op.drop_table("referral_words")
    with op.batch_alter_table("facilities") as facilities:
        for name in ("ask_before_fallback", *reversed(CLOCKS_S), "email", "channel"):
            facilities.drop_column(name)
