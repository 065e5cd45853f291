"""Publishing within a request: at once if it can be, else by the worker; never its failure."""

from __future__ import annotations

import logging

import sqlalchemy as sa

from comments_api.application import Handbill
from comments_api.errors import SiteTrouble
from comments_api.publishing import publish

log = logging.getLogger(__name__)
PATIENCE = 3.0  # seconds that a request waits for another publisher


def publish_now(shared: Handbill) -> bool:
    """Write the dirty pages, and say whether all of them could be written.

    What was decided stays decided: what failed stays dirty, and the worker tries it again.
    """
    try:
        report = publish(shared.database, shared.site, shared.now(), PATIENCE)
    except (SiteTrouble, OSError, sa.exc.DBAPIError) as error:
        log.error("not published yet: %s", error)
        return False
    except Exception:  # a defect of the drawing is no reason to tell her that the decision failed
        log.exception("not published yet")
        return False
    return not report.failed
