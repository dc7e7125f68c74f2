"""Which network addresses a message may be sent to: public ones, and none by which a server reaches itself.

The networks stand here, from the special-purpose registries of IANA: what the standard library calls
global differs between its versions.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

CLOUD, LOOPBACK, LOCAL = "cloud", "loopback", "link_local"
PRIVATE, RESERVED, MULTICAST = "private", "reserved", "multicast"
WRAPPED: Final = "wrapped"
SPECIAL: Final = tuple(
    (ip_network(network), why)
    for why, networks in {
        CLOUD: ("168.63.129.16/32", "100.100.100.200/32", "fd00:ec2::/32"),
        LOOPBACK: ("127.0.0.0/8", "::1/128"),
        LOCAL: ("169.254.0.0/16", "fe80::/10"),
        PRIVATE: ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7", "fec0::/10"),
        MULTICAST: ("224.0.0.0/4", "ff00::/8"),
        WRAPPED: ("::ffff:0:0/96", "::/96", "2002::/16", "2001::/32", "64:ff9b:1::/48"),
        RESERVED: (
            *("0.0.0.0/8", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24"),
            *("203.0.113.0/24", "240.0.0.0/4", "2001::/23", "2001:db8::/32", "3fff::/20"),
        ),
    }.items()
    for network in networks
)
"""Where nothing is sent, with the reason; the first that fits is told."""
PUBLIC_SIX: Final = IPv6Network("2000::/3")
TRANSLATED: Final = IPv6Network("64:ff9b::/96")
"""Public IPv4 behind a translator: the last 32 bits are the address meant (RFC 6052)."""


def why_not(address: str) -> str:
    """Return the code of why nothing is sent to an address as the resolver gave it; empty where it may be."""
    try:
        found: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return "no_address"
    if found in TRANSLATED:
        found = IPv4Address(int(found) & 0xFFFFFFFF)
    named = next((why for network, why in SPECIAL if found in network), "")
    return named or ("" if found.version == 4 or found in PUBLIC_SIX else RESERVED)
