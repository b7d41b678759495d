"""Alembic runs this file, on the connection that ``bot.archive.migrate`` hands it."""

from alembic import context

from bot.archive.tables import metadata

# render_as_batch: SQLite changes a column by writing the table anew.
context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
