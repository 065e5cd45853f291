"""/api/health/: for whatever watches over the API; tells nothing about anybody."""

from __future__ import annotations

import pytest

from tests.conftest import ON_SQLITE


def test_it_is_ready_with_a_site_and_a_database(bob):
    answer = bob.get("/api/health/ready")

    well = {"ready": True, "pages_waiting": 0, "mail": "off"}
    assert (answer.status_code, answer.json) == (200, well)


@ON_SQLITE
def test_without_a_site_it_is_alive_but_not_ready(bob, site):
    site.current.unlink()

    assert bob.get("/api/health/alive").json == {"alive": True}
    assert bob.get("/api/health/ready").json == {"ready": False, "trouble": "site"}
    assert bob.get("/api/health/ready").status_code == 503


@ON_SQLITE
@pytest.mark.parametrize("url", ["sqlite:///{}", "postgresql://nobody@/none?host={}"])
def test_without_a_database_it_is_alive_but_not_ready(new_app, tmp_path, url):
    browser = new_app(database_url=url.format(tmp_path)).test_client()

    assert browser.get("/api/health/alive").json == {"alive": True}
    answer = browser.get("/api/health/ready")
    assert (answer.status_code, answer.json) == (503, {"ready": False, "trouble": "database"})
