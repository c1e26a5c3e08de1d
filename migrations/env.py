"""Runs migrations on the connection that `cmi-bot migrate` hands over, or on DATABASE_URL for Alembic's own command."""

from alembic import context
from sqlalchemy import Connection

from bot.settings import Settings
from bot.store.database import Database
from bot.store.tables import Base


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    database = Database(Settings().database_url)
    with database.engine.begin() as own:
        run(own)
    database.close()
