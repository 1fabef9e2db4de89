"""False accepts an hour: how often the firmware would act in audio that holds no keyword.

The C code hears an hour without a reset, as it would in use. An **accept** is one run of hops whose label is the same keyword,
lasting 16 hops (256 ms) or more and beginning at least 63 hops (1 s) after the accept before it ended; however long, it counts
once. (The read-out remembers about a second, so a keyword that was heard is said for at least that long.) The interval is
Poisson's, exact, 95 %.
"""
from scipy.stats import chi2

import long_streams

LEAST_HOPS = 16
REFRACTORY_HOPS = 63
KEYWORDS = 10


def accepts(labels):
    """Indices of the hops in which an accept begins."""
    found, start, free_from = [], 0, 0
    for t in range(1, len(labels) + 1):
        if t < len(labels) and labels[t] == labels[start]:
            continue
        if labels[start] < KEYWORDS and t - start >= LEAST_HOPS and start >= free_from:
            found.append(start)
            free_from = t + REFRACTORY_HOPS
        start = t
    return found


def poisson_interval(count):
    low = chi2.ppf(0.025, 2 * count) / 2 if count else 0.0
    return low, chi2.ppf(0.975, 2 * count + 2) / 2


def table(runner, minutes=60):
    rows = ["| audio without keywords | minutes | accepts | an hour (95 %) | hops in which the cell moved |", "| --- | --- | --- | --- | --- |"]
    for name, make in long_streams.streams(minutes):
        run = runner.run(make())
        count = len(accepts(run.labels))
        low, high = (60 / minutes * x for x in poisson_interval(count))
        rows.append(f"| {name} | {minutes} | {count} | {60 / minutes * count:.0f} ({low:.1f} to {high:.1f}) | {100 * run.moved.mean():.0f} % |")
    return rows
