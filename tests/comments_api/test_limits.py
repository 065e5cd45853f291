from datetime import timedelta

import pytest
import sqlalchemy as sa

from comments_api.errors import TooMany
from comments_api.limits import Limit, forget, take
from comments_api.models import Bucket

BLOCK, SITE = Limit("block:192.0.2.0", 2, 60), Limit("site", 3, 60)


def use_up(session, limit, now):
    for _ in range(limit.times):
        take(session, [limit], now)


def test_it_lets_pass_as_often_as_is_allowed_and_then_says_how_long_to_wait(session, now):
    use_up(session, BLOCK, now)

    with pytest.raises(TooMany) as caught:
        take(session, [BLOCK], now)

    assert caught.value.wait == 30


def test_after_that_wait_it_lets_pass_once_more(session, now):
    use_up(session, BLOCK, now)
    later = now + timedelta(seconds=30)

    take(session, [BLOCK], later)

    with pytest.raises(TooMany):
        take(session, [BLOCK], later)


def test_a_long_rest_gives_no_more_than_the_limit(session, now):
    use_up(session, BLOCK, now)
    later = now + timedelta(days=7)
    use_up(session, BLOCK, later)

    with pytest.raises(TooMany):
        take(session, [BLOCK], later)


def test_one_party_does_not_use_up_anothers(session, now):
    use_up(session, BLOCK, now)

    take(session, [Limit("block:198.51.100.0", 2, 60)], now)


def test_what_is_refused_counts_against_no_limit(database, now):
    with database.session() as session:
        use_up(session, BLOCK, now)

    with pytest.raises(TooMany), database.session() as session:
        take(session, [SITE, BLOCK], now)

    with database.session() as session:
        assert session.get(Bucket, SITE.key) is None


def test_a_clock_that_is_put_back_gives_nothing_and_takes_nothing(session, now):
    use_up(session, BLOCK, now)

    with pytest.raises(TooMany) as caught:
        take(session, [BLOCK], now - timedelta(days=1))

    assert caught.value.wait == 30


def test_a_full_bucket_is_forgotten(session, now):
    take(session, [BLOCK], now - timedelta(days=3))
    take(session, [SITE], now)

    forget(session, now)

    assert session.scalars(sa.select(Bucket.key)).all() == [SITE.key]
