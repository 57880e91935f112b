"""Hostile texts of 100 kB before the recogniser of personal numbers: against ten of a tenth, it grows with the length alone."""

from districts.privacy.rules import private_pieces
from tests.bench.measuring import ratios

LONG = 100_000
HOSTILE = {
    "digits": "1",
    "digits and blanks": "1 ",
    "digits and what is not seen": "1\u200b",
    "mobiles": "13812345678 ",
    "rooms": "6号楼3门402",
    "spans of rooms": "楼101-102、103至",
}


def texts():
    for name, piece in HOSTILE.items():
        whole = (piece * LONG)[:LONG]
        tenth = whole[: LONG // 10]
        ratios(
            f"100 kB of {name}, floor: ten of a tenth",
            lambda t=tenth: [private_pieces(t) for _ in range(10)],
            lambda w=whole: private_pieces(w),
        )


if __name__ == "__main__":
    texts()
