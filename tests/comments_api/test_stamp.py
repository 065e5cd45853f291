from datetime import timedelta

import pytest

from comments_api import senders

SECRET = "3fa1c07be2d94658a0b1c2d3e4f56789"


def test_a_stamp_tells_the_time_to_whoever_has_the_key_and_to_nobody_else(now):
    stamp = senders.stamp(SECRET, now)
    later = now + timedelta(seconds=90.5)

    assert senders.seconds_since(SECRET, stamp, later) == pytest.approx(90.5)
    assert senders.seconds_since(SECRET[::-1], stamp, later) is None
    assert senders.seconds_since(SECRET, stamp.replace("1", "2", 1), later) is None
    assert senders.seconds_since(SECRET, stamp, now - timedelta(seconds=1)) is None
