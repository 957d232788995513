"""One subscriber is one network, whatever address of it is used."""

from django.test import RequestFactory

from crm.web.networks import network_of


def network(address):
    return network_of(RequestFactory().get("/", REMOTE_ADDR=address))


def test_a_network_is_one_ipv4_address_or_what_one_subscriber_holds_of_ipv6():
    assert network("192.0.2.1") != network("192.0.2.2")
    assert (
        network("2001:db8:0:1::1") == network("2001:db8:0:1:ffff::2") != network("2001:db8:0:2::1")
    )
    assert network("") == network("nonsense")
    assert "192.0.2.1" not in network("192.0.2.1")
