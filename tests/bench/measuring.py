"""Ratios against a floor measured in the same round."""

import statistics
import time

ROUNDS = 9


def timed(work):
    """Seconds of the clock that a piece of work takes."""
    return cost(work)[0]


def cost(work):
    """(seconds of the clock, seconds of this process's CPU)."""
    clock, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - cpu


def ratios(name, floor, work, measure=cost, rounds=ROUNDS):
    """Print and return the median over rounds of work / floor, both measured in the same round; CPU beside it."""
    taken = [(cost(floor), measure(work)) for _ in range(rounds)]
    clock = statistics.median(mine[0] / base[0] for base, mine in taken)
    cpu = statistics.median(mine[1] / base[1] for base, mine in taken)
    floor_ms = statistics.median(base[0] for base, _ in taken) * 1000
    print(f"{name:<64} ratio {clock:7.2f}   CPU {cpu:6.2f}   floor {floor_ms:8.1f} ms", flush=True)
    return clock
