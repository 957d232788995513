"""Where a request comes from, for limits: the one place that reads addresses of clients."""

from ipaddress import IPv6Address, IPv6Network, ip_address

from django.utils.crypto import salted_hmac

HOUSEHOLD = 64  # bits of an IPv6 address that one subscriber holds whole


def client_address(remote, forwarded, proxies):
    """The address of who asks, "" where it cannot be known.

    Each trusted proxy appends whom it was asked by, so with n of them the n-th entry from the right was written by
    the outermost one; whatever stands further left was sent along by anybody. Too few entries: the request did not
    pass through all of them, and what it says of itself counts for nothing.
    """
    if not proxies:
        return _plain(remote)
    entries = [entry.strip() for entry in forwarded.split(",")]
    return (_plain(entries[-proxies]) if len(entries) >= proxies else "") or _plain(remote)


def _plain(entry):
    """The address without port, brackets or zone; "" where it is none. IPv4 written as IPv6 is IPv4."""
    entry = entry.strip().strip('"')
    if entry.startswith("["):
        entry = entry[1:].partition("]")[0]
    elif entry.count(":") == 1:
        entry = entry.partition(":")[0]
    try:
        address = ip_address(entry.partition("%")[0])
    except ValueError:
        return ""
    return str(getattr(address, "ipv4_mapped", None) or address)


def network_of(request):
    """The network of the client as a digest with our key: good for counting, and cannot be turned back."""
    address = _plain(request.META.get("REMOTE_ADDR", ""))
    if address and isinstance(ip_address(address), IPv6Address):
        address = str(IPv6Network((address, HOUSEHOLD), strict=False))
    return salted_hmac("network", address, algorithm="sha256").hexdigest()[:32]
