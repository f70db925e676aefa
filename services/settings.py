"""Every setting of a process: one frozen object, built at the edge and passed down."""

from ipaddress import ip_network
from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Settings by environment variables `YIPANQI_<NAME>`; `DATABASE_URL` is read without the prefix too."""

    model_config = SettingsConfigDict(env_prefix="YIPANQI_", frozen=True, extra="ignore")

    database_url: str = Field(
        validation_alias=AliasChoices("YIPANQI_DATABASE_URL", "DATABASE_URL", "database_url")
    )
    """Where PostgreSQL answers: postgresql://user:password@host:port/name"""

    secret: SecretStr
    """At least 32 random characters: signs cursors and sessions, and unlocks the stored signing keys."""

    city: str | None = None
    """The city (six digits) that a sign-in without a city means."""

    data_dir: Path = Path("var")
    """Where the process keeps files of its own."""

    host: str = "127.0.0.1"
    """The address that the server listens on."""

    port: int = Field(default=8000, ge=0, le=65535)
    """The port that the server listens on; 0 takes a free one."""

    secure_cookies: bool = False
    """Whether cookies are sent over https only; set it wherever https stands in front."""

    pool_size: int = Field(default=10, ge=1, le=200)
    """Database connections a process keeps."""

    statement_timeout_ms: int = Field(default=30_000, ge=100, le=600_000)
    """How long one statement may take."""

    max_json_bytes: int = 1 << 20
    """The largest JSON body."""

    max_upload_bytes: int = 10 << 20
    """The largest upload."""

    solver_seconds: int = Field(default=30, ge=1, le=600)
    """How long a match run may search."""

    solver_memory_mb: int = Field(default=1024, ge=256)
    """How much address space the solver's process may take; a city needs a quarter of the default."""

    public_url: str = "http://127.0.0.1:8000"
    """The address that is printed on papers (check codes)."""

    log_level: str = "INFO"
    """The least level that is logged."""

    notice_networks: str = ""
    """Networks of one's own, separated by commas, that channels of notices may lead to: `10.1.0.0/16`."""

    smtp_host: str = ""
    """The mail server; without one no mail is sent."""

    smtp_port: int = Field(default=465, ge=1, le=65535)
    """Its port."""

    smtp_security: Literal["tls", "starttls", "none"] = "tls"
    """How the connection to it is encrypted."""

    smtp_user: str = ""
    """Who signs in there; nobody if empty."""

    smtp_password: SecretStr = SecretStr("")
    """With which password."""

    mail_from: str = ""
    """The sender that mails carry; the sign-in's name if empty."""

    @field_validator("notice_networks")
    @classmethod
    def _networks(cls, value: str) -> str:
        """Refuse what is no network when the process starts, not when the first notice goes out."""
        for part in value.split(","):
            if part.strip():
                ip_network(part.strip())
        return value
