"""Who decides, in tests of the verbs."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import orm

from tests.factories import make_moderator


@pytest.fixture
def alice(session: orm.Session, now: datetime) -> int:
    """The number of a moderator."""
    return make_moderator(session, now).id


@pytest.fixture
def carol(session: orm.Session, now: datetime) -> int:
    """The number of another one."""
    return make_moderator(session, now, "Carol").id
