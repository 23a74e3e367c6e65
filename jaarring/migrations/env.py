"""Alembic's entry: runs the revisions on the connection that `upgrade` hands over."""

from alembic import context

from jaarring.migrations.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=False,  # the caller holds the transaction
)
context.run_migrations()
