"""What reached the facilities that the demo plays."""

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from facilitator.infra.db import Base, UtcDateTime


class DemoDelivery(Base):
    """One webhook by its id; a repeat only counts up, as a real receiver should do it. `body` is sealed."""

    __tablename__ = "demo_deliveries"

    webhook_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    referral_id: Mapped[str] = mapped_column(String(32), index=True)
    which: Mapped[str] = mapped_column(String(10))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    times: Mapped[int] = mapped_column(default=1)
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)
