"""Settings, read once from the environment."""

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Every setting of the product, with its unit in the name. The environment variable is the upper-case name."""

    model_config = SettingsConfigDict(env_prefix="", extra="ignore")

    host: str = "127.0.0.1"
    port: int = 5000
    base_url: str = ""
    database_url: str = ""
    instance_path: Path = ROOT / "instance"
    worker: int = Field(default=0, ge=0, le=99)
    """0 for a server that is the only one; several that share a database are 1, 2, ... (see deploy/README.md)."""
    redis_url: str = ""
    """What several workers share: notices, presence, limits."""
    async_mode: Literal["eventlet", "threading"] = "eventlet"
    realtime_transport: Literal["fast", "stock"] = "fast"
    """The websockets of infra/transport.py, or those of the libraries. With ASYNC_MODE=threading always stock."""
    demo: bool = False
    """Seeds one family, and serves the pages that stand for its facility, driver and escort. Loopback only."""
    facility_primary_url: str = ""
    facility_fallback_url: str = ""
    testing: bool = False
    log_level: str = "INFO"
    ping_interval_s: float = 5
    ping_timeout_s: float = 4
    trusted_proxies: int = 0
    """How many proxies of one's own stand in front; so many X-Forwarded-* entries are believed."""
    commands_per_s: int = 300
    """Per socket; what comes faster is refused with rate_limited."""

    smtp_host: str = ""
    """The practice's mail server. Without one, e-mails are kept and shown, for a person to send on."""
    smtp_port: int = 587
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str = ""
    smtp_password: str = ""
    mail_from: str = ""
    text_account: str = ""
    """With a provider of text messages. Without one, they are kept and shown, for a person to pass on."""
    text_token: str = ""
    text_from: str = ""
    text_url: str = "https://api.twilio.com"

    @property
    def public_url(self) -> str:
        """Without a trailing slash; what join links begin with."""
        return (self.base_url or f"http://{self.host}:{self.port}").rstrip("/")

    def join_url(self, token: str) -> str:
        """The secret travels in the fragment, which no browser sends to a server or to another site."""
        return f"{self.public_url}/join#{token}"

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.instance_path / 'facilitator.db'}"

    @property
    def https(self) -> bool:
        return self.public_url.startswith("https://")


@cache
def settings() -> Settings:
    """The settings of this process."""
    return Settings()
