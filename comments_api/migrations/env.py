"""Alembic's entry: runs the migrations on the connection that schema.py hands over."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from comments_api import search_tables
from comments_api.models import Codes, Model, Moment


def _render(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write our own column types as plain ones: a migration never changes with the code."""
    if kind == "type" and isinstance(item, Moment):
        return "sa.DateTime(timezone=True)"
    return "sa.JSON()" if kind == "type" and isinstance(item, Codes) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Model.metadata,
    compare_type=True,
    render_item=_render,
    include_object=search_tables.is_no_part_of_it,
)
with context.begin_transaction():
    context.run_migrations()
