"""All that the database holds, to show that something left it as it was."""

from __future__ import annotations

from comments_api.db import Database
from comments_api.models import Model


def everything(database: Database) -> dict[str, list[str]]:
    """Return the rows of every table."""
    with database.snapshot() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(table.select())))
            for table in Model.metadata.sorted_tables
        }
