"""Whose request it is, behind any number of proxies: what clients say of themselves counts for nothing."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from crm.web.guards import behind_proxies
from crm.web.networks import network_of

CLIENT, PROXY, OUTER, LIE = "203.0.113.5", "10.0.0.1", "10.0.0.2", "192.0.2.66"


@pytest.mark.parametrize(
    ("proxies", "remote", "forwarded", "address"),
    [
        (None, CLIENT, "", CLIENT),
        (0, CLIENT, LIE, CLIENT),
        (1, PROXY, CLIENT, CLIENT),
        (1, PROXY, f"{LIE}, {CLIENT}", CLIENT),
        (1, PROXY, f"{LIE},{LIE} ,  {CLIENT}", CLIENT),
        (1, "", CLIENT, CLIENT),  # behind a Unix socket there is no address at all
        (1, "", f"{LIE}, {CLIENT}", CLIENT),
        (1, PROXY, "", PROXY),
        (1, "", "", ""),
        (2, PROXY, f"{CLIENT}, {OUTER}", CLIENT),
        (2, PROXY, f"{LIE}, {CLIENT}, {OUTER}", CLIENT),
        (
            2,
            OUTER,
            CLIENT,
            OUTER,
        ),  # it came past one of the two: what it says was not written by the outermost
        (1, PROXY, f"{CLIENT}:52011", CLIENT),
        (1, PROXY, "[2001:db8::5]:52011", "2001:db8::5"),
        (1, PROXY, "2001:DB8::5", "2001:db8::5"),
        (1, PROXY, "fe80::1%eth0", "fe80::1"),
        (1, PROXY, f"::ffff:{CLIENT}", CLIENT),
        (1, PROXY, f'"{CLIENT}"', CLIENT),
        (1, PROXY, f"{LIE}, unknown", PROXY),
        (1, PROXY, f"{LIE}, ", PROXY),
        (1, PROXY, f"{LIE}, <script>", PROXY),
    ],
)
def test_the_client_is_the_nth_from_the_right(settings, proxies, remote, forwarded, address):
    settings.PROXIES = proxies
    addresses = []
    meta = {"REMOTE_ADDR": remote} | ({"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {})

    behind_proxies(lambda request: addresses.append(request.META["REMOTE_ADDR"]) or HttpResponse())(
        RequestFactory().get("/", **meta)
    )

    assert addresses == [address]


def network(address):
    return network_of(RequestFactory().get("/", REMOTE_ADDR=address))


def test_a_network_is_one_ipv4_address_or_what_one_subscriber_holds_of_ipv6():
    assert network("192.0.2.1") != network("192.0.2.2")
    assert (
        network("2001:db8:0:1::1") == network("2001:db8:0:1:ffff::2") != network("2001:db8:0:2::1")
    )
    assert network("") == network("nonsense")
    assert "192.0.2.1" not in network("192.0.2.1")


def test_drafts_are_counted_by_client_and_not_by_proxy(db, settings, client):
    settings.PROXIES = 1
    settings.REQUEST_LIMITS = settings.REQUEST_LIMITS | {"drafts_an_hour": 1, "seconds_to_begin": 0}
    page = client.get("/ask/").context_data["form"]
    data = {"contact_name": "A", "email": "a@b.fr", "begun": page["begun"].value()}

    answers = [
        client.post(
            "/ask/", data, REMOTE_ADDR=PROXY, headers={"x-forwarded-for": forwarded}
        ).status_code
        for forwarded in (CLIENT, "203.0.113.6", f"192.0.2.1, {CLIENT}", f"192.0.2.2, {CLIENT}")
    ]

    assert answers == [302, 302, 422, 422]
