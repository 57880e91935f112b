"""The names and addresses under which other computers of the office find this one, as they are now."""

import re
import socket
from ipaddress import IPv6Address
from pathlib import Path

OWN = "own"  # instead of names in DJANGO_ALLOWED_HOSTS
_LOCAL_IPV4 = re.compile(r"\|-- ([\d.]+)\n\s+/32 host LOCAL")


class OwnAddresses(list):
    """For ALLOWED_HOSTS: asked anew at each request, since a network may come up, or change, long after the portal."""

    def __iter__(self):
        return iter(own_addresses())

    def __bool__(self):
        return True


def own_addresses():
    """A sorted list; addresses of IPv6 in brackets, as a browser sends them."""
    return sorted({"127.0.0.1", "localhost", socket.gethostname(), *_ipv4(), *_ipv6()})


def _ipv4():
    return _LOCAL_IPV4.findall(Path("/proc/net/fib_trie").read_text(encoding="ascii"))


def _ipv6():
    table = Path("/proc/net/if_inet6")
    lines = table.read_text(encoding="ascii").splitlines() if table.exists() else []  # switched off on some machines
    return [f"[{IPv6Address(int(line.split()[0], 16))}]" for line in lines]
