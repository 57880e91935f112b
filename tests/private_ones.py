"""Generated private numbers that hold: of nobody, but with right check digits; and ways in which people write them."""

import logging
from datetime import date, timedelta

IDENTITY, PHONE = "11010519491231002X", "13812345678"  # one of each, for tests that need no more
JOINED_BY = [
    "",
    " ",
    "-",
    "–",
    "—",
    "－",
    ".",
    "．",
    "·",
    "_",
    "\u3000",
    "\u00a0",
    "\u200b",
    "\ufeff",
    "\u2009",
    " - ",
    "−",
    "\t",
]


def identity_number(rng):
    born = date(1925, 1, 1) + timedelta(days=rng.randrange(36_000))
    digits = f"{rng.randrange(11, 66)}{rng.randrange(10_000):04}{born:%Y%m%d}{rng.randrange(1000):03}"
    total = sum(int(digit) * 2 ** (17 - n) for n, digit in enumerate(digits))
    return digits + "10X98765432"[total % 11]


def bank_card(rng):
    start = rng.choice(["62", "4", "51", "52", "53", "54", "55"])
    digits = start + "".join(rng.choices("0123456789", k=rng.randrange(16, 20) - len(start) - 1))
    total = sum(int(d) if n % 2 else sum(map(int, str(2 * int(d)))) for n, d in enumerate(reversed(digits)))
    return digits + str(-total % 10)


def mobile(rng):
    return rng.choice(["", "", "", "86", "+86"]) + f"1{rng.choice('3456789')}{rng.randrange(10**9):09}"


def landline(rng):
    area = rng.choice(["010", "021", "025", "0316", "0755"])
    return f"{area}{rng.choice('2345678')}{rng.randrange(10**7):07}"


def room(rng):
    """Of a block: 6号楼3门402."""
    floor, door = rng.randrange(1, 25), rng.randrange(1, 9)
    number, house = f"{floor}{door:02}", rng.randrange(1, 60)
    ways = [
        f"{house}号楼{door}门{number}",
        f"{house}号楼{door}单元{number}室",
        f"{house}楼{number}",
        f"{floor}层{number}",
        f"{house}号楼{number}",
        f"{house}号楼{door}-{number}",
        f"{house}号楼 {door}门 {number}",
        f"{door}单元{number}号",
    ]
    return rng.choice(ways)


def grouped(rng, number):
    """The number as people write it, or as somebody does who hopes that it passes."""
    if rng.random() < 0.15:
        number = "".join(chr(ord(c) + 0xFEE0) if c.isalnum() else c for c in number)
    way = rng.randrange(4)
    if way == 0:
        return number
    if way == 1:
        return rng.choice(JOINED_BY).join(number)
    cuts = sorted(rng.sample(range(1, len(number)), rng.randrange(1, min(8, len(number)))))
    parts = [number[a:b] for a, b in zip([0, *cuts], [*cuts, len(number)], strict=True)]
    if way == 2:
        return rng.choice(JOINED_BY).join(parts)
    return "".join(part + rng.choice(JOINED_BY) for part in parts[:-1]) + parts[-1]


def handlers():
    loggers = [logging.getLogger(name) for name in ["", *logging.root.manager.loggerDict]]
    return {h for log in loggers for h in log.handlers if type(h) is logging.StreamHandler}
