"""The comments API of Handbill: `create_app`, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from comments_api.settings import Settings


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application: readers' endpoints, the moderation pages and the command line.

    :raise BadSetting: if a setting is unknown, missing or makes no sense.
    """
    # Imported here, so that the plugins and the core load neither Flask nor the edges.
    import click

    from comments_api.application import build
    from comments_api.errors import HandbillError

    if settings is not None:
        return build(settings)
    try:
        return build()
    except HandbillError as error:  # a sentence for the operator, not a traceback
        raise click.ClickException(str(error)) from error
