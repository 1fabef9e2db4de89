#!/usr/bin/env python3
"""Recomputes the figures of `ossicle verdict --json` from the samples with numpy and scipy, and compares.

    ossicle verdict --limit '< 15 ms' --stat p95 --json samples.csv > verdict.json
    python3 harness/judge/samples/cross-check.py verdict.json samples.csv

By hand, not in CI. CSV only. Exit code 1 when a figure differs by more than one part in a million.
"""

import csv
import itertools
import json
import sys

import numpy as np
from scipy import optimize, stats

WRONG = []


def check(name, ours, theirs, tolerance=1e-6):
    if ours is None or theirs is None:
        same = ours is None and theirs is None
    else:
        same = abs(ours - theirs) <= tolerance * max(1e-9, abs(theirs)) + 1e-12
    print(f"{'ok   ' if same else 'WRONG'} {name}: ours {ours}, scipy {theirs}")
    if not same:
        WRONG.append(name)


def lag1(values):
    d = values - values.mean()
    return (d[1:] * d[:-1]).sum() / (d**2).sum()


def bound_ranks(n, p, alpha):
    below = stats.binom.cdf(np.arange(n), n, p)  # P(Bin <= r - 1) for r = 1 ... n
    upper = np.flatnonzero(below >= 1 - alpha - 1e-13)
    lower = np.flatnonzero(below <= alpha + 1e-13)
    return (int(lower[-1]) + 1 if len(lower) else None, int(upper[0]) + 1 if len(upper) else None)


def percentile(f, column, alpha):
    x = column("value")
    lower, upper = bound_ranks(len(x), f["p"], alpha)
    ordered = np.sort(x)
    check("lower rank", f["lowerRank"], lower)
    check("upper rank", f["upperRank"], upper)
    check("lower", f["lower"], None if lower is None else ordered[lower - 1])
    check("upper", f["upper"], None if upper is None else ordered[upper - 1])
    check("type 8", f["type8"], np.quantile(x, f["p"], method="median_unbiased"))
    check("mean", f["mean"], x.mean())
    if len(x) > 1:
        check("sd", f["standardDeviation"], x.std(ddof=1))
    if np.ptp(x) > 0:
        check("rank lag 1", f["rankLag1"], lag1(stats.rankdata(x)))


def by_session(column):
    x, names = column("value"), column("session", str)
    return [x[names == name] for name in dict.fromkeys(names)]


def session_percentiles(f, column, alpha):
    sessions = by_session(column)
    ends = {}
    for side, method, rank in (("Lower", "hazen", 0), ("Upper", "weibull", 1)):
        if f["rule"] == "student-log" and not f["clumped"]:
            ends[side] = [np.quantile(x, f["p"], method=method) for x in sessions]
        else:
            ranks = [bound_ranks(len(x), f["p"], alpha)[rank] for x in sessions]
            ends[side] = [None if r is None else np.sort(x)[r - 1] for x, r in zip(sessions, ranks)]
    for index, (ours, x) in enumerate(zip(f["sessions"], sessions)):
        check(f"percentile of {ours['name']}", ours["percentile"], np.quantile(x, f["p"], method="median_unbiased"))
        if f["lower"] is not None:
            check(f"for lower of {ours['name']}", ours["forLower"], ends["Lower"][index])
            check(f"for upper of {ours['name']}", ours["forUpper"], ends["Upper"][index])
    if f["lower"] is None:
        return
    if f["rule"] == "sign-test":
        check("lower", f["lower"], min(ends["Lower"]))
        check("upper", f["upper"], max(ends["Upper"]))
        return
    for side, sign in (("Lower", -1), ("Upper", 1)):
        y = np.log(ends[side])
        half = stats.t.ppf(1 - alpha, len(y) - 1) * y.std(ddof=1) / np.sqrt(len(y))
        check(side.lower(), f[side.lower()], np.exp(y.mean() + sign * half))


def budget(f, values, centre, alpha):
    a, dof = values.std(ddof=1) / np.sqrt(len(values)), len(values) - 1
    combined = np.hypot(a, f["typeB"])
    effective = dof * (combined / a) ** 4
    if effective < 100:
        effective = np.floor(effective + 1e-9)
    half = stats.t.ppf(1 - alpha, effective) * combined
    if dof < 4 and f["typeB"] > 0:
        half = np.hypot(stats.t.ppf(1 - alpha, dof) * a, stats.norm.ppf(1 - alpha) * f["typeB"])
    check("type A", f["typeA"], a)
    check("dof", f["dof"], effective)
    check("lower", f["lower"], centre - half)
    check("upper", f["upper"], centre + half)


def batch_means(f, column, alpha):
    x = column("value")
    check("mean", f["estimate"], x.mean())
    if len(f["batches"]) == 0 or np.ptp(x) == 0:
        return
    edges = [b * len(x) // 20 for b in range(21)]
    means = np.array([x[i:j].mean() for i, j in zip(edges, edges[1:])])
    check("lag 1 of batches", f["lag1"], lag1(means))
    budget(f, means, x.mean(), alpha)


def session_means(f, column, alpha):
    means = np.array([x.mean() for x in by_session(column)])
    check("mean", f["estimate"], means.mean())
    budget(f, means, means.mean(), alpha)


def clopper_pearson(k, n, alpha):
    return (stats.beta.ppf(alpha, k, n - k + 1) if k else 0.0, stats.beta.ppf(1 - alpha, k + 1, n - k) if k < n else 1.0)


def proportion(f, column, alpha):
    correct = column("correct")
    k, n = int(correct.sum()), len(correct)
    lower, upper = clopper_pearson(k, n, alpha)
    check("lower", f["lower"], lower)
    check("upper", f["upper"], upper)


def poisson(f, column, alpha):
    k, t = f["events"], f["exposure"]
    check("lower", f["lower"], stats.chi2.ppf(alpha, 2 * k) / 2 / t if k else 0.0)
    check("upper", f["upper"], stats.chi2.ppf(1 - alpha, 2 * k + 2) / 2 / t)


def signed_rank(f, column, alpha):
    pairs, arms, x = column("pair", str), column("arm", str), column("value")
    logs = {(p, a): np.log(v) for p, a, v in zip(pairs, arms, x)}
    d = np.array([logs[p, "B"] - logs[p, "A"] for p in dict.fromkeys(pairs)])
    n = len(d)
    walsh = np.sort([(d[i] + d[j]) / 2 for i in range(n) for j in range(i, n)])
    ways = np.ones(1)
    for rank in range(1, n + 1):
        ways = np.convolve(ways, [1] + [0] * (rank - 1) + [1])
    c = np.flatnonzero(np.cumsum(ways) / 2.0**n <= alpha)
    check("Hodges-Lehmann", f["estimate"], np.median(walsh))
    check("lower", f["lower"], walsh[c[-1]] if len(c) else None)
    check("upper", f["upper"], walsh[-1 - c[-1]] if len(c) else None)


def two_sample_shift(f, column, alpha):
    a, b = np.log(f["a"]), np.log(f["b"])
    differences = np.sort([y - x for x, y in itertools.product(a, b)])
    check("shift", f["estimate"], np.median(differences))
    if f["exact"] and len(set(differences)) == len(differences):
        check("p", f["p"], stats.mannwhitneyu(a, b, method="exact").pvalue)


def paired_proportions(f, column, alpha):
    b, c, n = f["onlyA"], f["onlyB"], f["pairs"]

    def score(delta, correction):  # variance under the difference from the likelihood's own maximum
        def loss(q21):
            q12 = q21 + delta
            rest = 1 - q12 - q21
            if q12 < 0 or rest <= 0:
                return np.inf
            tiny = 1e-300
            return -(c * np.log(max(q12, tiny)) + b * np.log(max(q21, tiny)) + (n - b - c) * np.log(rest))

        low = max(0, -delta)
        q21 = optimize.minimize_scalar(loss, bounds=(low, (1 - delta) / 2), method="bounded", options={"xatol": 1e-13}).x
        return (c - b - n * delta + correction) / np.sqrt(n * (2 * q21 + delta - delta**2))

    z, centre = stats.norm.ppf(1 - alpha), (c - b) / n
    check("lower", f["lower"], optimize.brentq(lambda d: score(d, -0.5) - z, -0.999, centre - 1e-9), 1e-4)
    check("upper", f["upper"], optimize.brentq(lambda d: score(d, 0.5) + z, centre + 1e-9, 0.999), 1e-4)
    check("McNemar p", f["mcnemarP"], min(1.0, 2 * stats.binom.cdf(min(b, c), b + c, 0.5)))


def word_errors(f, column, alpha):
    print("     the bootstrap draws by a generator of its own; compare its bounds by eye")
    check("rate", f["estimate"], f["errors"] / f["words"])


def maximum(f, column, alpha):
    for each in f["sessions"]:
        check("miss rate", each["missRateUpper"], clopper_pearson(each["notMeeting"], each["n"], alpha)[1])


CHECKS = {
    "order-statistics": percentile,
    "session-percentiles": session_percentiles,
    "batch-means": batch_means,
    "session-means": session_means,
    "clopper-pearson": proportion,
    "poisson": poisson,
    "signed-rank": signed_rank,
    "two-sample-shift": two_sample_shift,
    "paired-proportions": paired_proportions,
    "word-errors": word_errors,
    "miss-rate": maximum,
}


def main():
    result = json.load(open(sys.argv[1], encoding="utf-8"))
    with open(sys.argv[2], newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    used = result["input"]["used"]
    column = lambda name, kind=float: np.array([kind(row[used[name]]) for row in rows])
    method = result["figures"]["method"]
    if method not in CHECKS:
        sys.exit(f"nothing here checks {method}")
    CHECKS[method](result["figures"], column, result["alpha"])
    sys.exit(1 if WRONG else 0)


main()
