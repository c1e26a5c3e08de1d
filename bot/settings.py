"""What the environment says. Read once, by `__main__`; nothing else knows where a setting came from."""

from typing import Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import StartupError


class Settings(BaseSettings):
    """Settings of one process. Slack's own keep their usual names, the rest begin with `CMI_`."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", populate_by_name=True)

    slack_bot_token: str = Field(default="", description="The bot token, xoxb-…, from “OAuth & Permissions”.")
    slack_app_token: str = Field(
        default="", description="The app-level token, xapp-…: with it the bot uses Socket Mode."
    )
    slack_signing_secret: str = Field(
        default="", description="The signing secret: with it Slack reaches the bot by HTTP."
    )
    slack_api_url: str = Field(default="https://slack.com/api/", description="The base of Slack's Web API.")
    database_url: str = Field(
        default="sqlite:///cmi.sqlite", description="SQLite or PostgreSQL; the default is a file here."
    )
    port: int = Field(default=3000, ge=0, le=65535, description="The port of the HTTP server.")
    host: str = Field(
        default="0.0.0.0", validation_alias="CMI_HOST", description="The address that the HTTP server listens on."
    )
    slack_seconds: int = Field(
        default=10,
        gt=0,
        le=60,
        validation_alias="CMI_SLACK_SECONDS",
        description="Seconds to wait for Slack's answer.",
    )
    channel_interval: float = Field(
        default=1.0,
        ge=0,
        validation_alias="CMI_CHANNEL_INTERVAL",
        description="Seconds between two messages in one channel.",
    )
    workspace_per_minute: int = Field(
        default=300,
        gt=0,
        validation_alias="CMI_WORKSPACE_PER_MINUTE",
        description="Messages a minute in one workspace.",
    )
    delivery_threads: int = Field(
        default=4, gt=0, le=64, validation_alias="CMI_DELIVERY_THREADS", description="Messages under way at once."
    )
    settle_seconds: float = Field(
        default=10.0,
        ge=0,
        validation_alias="CMI_SETTLE_SECONDS",
        description="Seconds after a time-out in which a message may still arrive.",
    )
    tick_seconds: float = Field(
        default=60.0, gt=0, validation_alias="CMI_TICK_SECONDS", description="Seconds between two looks at who is due."
    )
    stop_seconds: float = Field(
        default=20.0,
        gt=0,
        validation_alias="CMI_STOP_SECONDS",
        description="Seconds to finish what is under way after SIGTERM.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", validation_alias="CMI_LOG_LEVEL", description="DEBUG, INFO, WARNING or ERROR."
    )

    @field_validator("slack_api_url")
    @classmethod
    def _with_slash(cls, url: str) -> str:
        if not url.startswith(("https://", "http://")):
            raise ValueError("it should begin with https://")
        return url if url.endswith("/") else url + "/"

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, level: str) -> str:
        return level.upper()

    @field_validator("database_url")
    @classmethod
    def _driver(cls, url: str) -> str:
        """Hosting platforms hand out `postgres://`; SQLAlchemy wants the dialect and its driver named."""
        for prefix in ("postgres://", "postgresql://"):
            if url.startswith(prefix):
                return "postgresql+psycopg://" + url.removeprefix(prefix)
        return url

    def require_tokens(self) -> None:
        """Refuse to start without the tokens that the two ways of being reached need."""
        if not self.slack_bot_token:
            raise StartupError("SLACK_BOT_TOKEN is not set: copy the bot token (xoxb-…) from your app's page into it.")
        if not self.slack_bot_token.startswith(("xoxb-", "xoxe.xoxb-")):
            raise StartupError("SLACK_BOT_TOKEN is not a bot token: it should begin with xoxb-.")
        if not self.slack_app_token and not self.slack_signing_secret:
            raise StartupError(
                "Neither SLACK_APP_TOKEN (Socket Mode) nor SLACK_SIGNING_SECRET (HTTP) is set: set the one of your app."
            )
        if self.slack_app_token and not self.slack_app_token.startswith("xapp-"):
            raise StartupError("SLACK_APP_TOKEN is not an app-level token: it should begin with xapp-.")
