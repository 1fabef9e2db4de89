"""The liquid cell in float64, from its differential equation: what the firmware's fixed-point cell is held against.

Independent of torch and of net.py's loop: four solvers, the cell's own clock, and weights straight from a `.lnn` file. Time is
counted in hops (16 ms), timesteps in tenths of a millisecond.

    dh/dt = -(leak + g) h + g tanh(u),  g = (rateBound - leak) sigmoid(v),  (v, u) linear in (channels, h)
"""
import numpy as np

import lnn

HOP_TENTHS = 160
SHORTEST_TENTHS = 10  # of a step of adaptive_heun
# Complexity at and above which a timestep holds.
ADAPTIVE = ((0.0, 500), (0.1, 250), (0.3, 150), (0.6, 80), (1.0, 50))


def adaptive_timestep(complexity):
    return [tenths for least, tenths in ADAPTIVE if complexity >= least][-1]


def sigmoid(x):
    return 0.5 + 0.5 * np.tanh(0.5 * x)


class Weights:
    """A `.lnn` file's numbers as real numbers."""

    def __init__(self, data):
        found = lnn.read(data)
        self.head, (self.model, *self.labels) = found["head"], found["names"]
        for name in ("context", "input", "recurrent", "attention", "read_out"):
            integers, mantissa, exponent, _ = found[name]
            setattr(self, name, integers * (mantissa * 2.0**exponent)[:, None])
        for name in ("context_bias", "gate_bias", "attention_bias", "read_out_bias"):
            setattr(self, name, found[name][0] / 4096)
        self.leak = found["leak"][0] / 32768
        self.mean_start, self.scale = found["front_end"] / 4096
        self.rate_bound = self.head["rate_bound"] / 32768
        self.mean_leak, self.mean_start_weight = self.head["mean_leak"] / 65536, self.head["mean_start"] / 4096
        self.maximum_fall = self.head["maximum_fall"] / 32768


class Cell:
    """One clip's state. `step(features)` takes a hop, and answers scores, or None when no step of the cell was due."""

    def __init__(self, weights, solver="euler", timestep=160, tolerance=1 / 1024):
        self.w, self.solver, self.timestep, self.tolerance = weights, solver, timestep, tolerance
        head, size = weights.head, weights.head["hidden"]
        self.context = np.zeros((head["context"], lnn.HOP_COLUMNS))
        self.hidden, self.mean, self.maximum = np.zeros(size), np.zeros(size), np.full(size, -1.0)
        self.mean_weight, self.due, self.scores = 0.0, 0, np.zeros(head["labels"])
        self.steps = 0

    def slope(self, hidden):
        v, u = np.split(self.drive + self.w.recurrent @ hidden, 2)
        gate = (self.w.rate_bound - self.w.leak) * sigmoid(v)
        return gate * np.tanh(u) - (self.w.leak + gate) * hidden

    def euler(self, hidden, length):
        return hidden + length * self.slope(hidden)

    def heun(self, hidden, length):
        first = self.slope(hidden)
        return hidden + length / 2 * (first + self.slope(hidden + length * first))

    def rk4(self, hidden, length):
        a = self.slope(hidden)
        b = self.slope(hidden + length / 2 * a)
        c = self.slope(hidden + length / 2 * b)
        d = self.slope(hidden + length * c)
        return hidden + length / 6 * (a + 2 * b + 2 * c + d)

    def adaptive_heun(self, hidden, tenths):
        """Heun steps of whatever length keeps Euler and Heun within the tolerance of each other; halved down to 1 ms."""
        left, step = tenths, tenths
        while left:
            step = min(step, left)
            first = self.slope(hidden)
            euler = hidden + step / HOP_TENTHS * first
            heun = hidden + step / HOP_TENTHS / 2 * (first + self.slope(euler))
            if np.abs(heun - euler).max() > self.tolerance and step > SHORTEST_TENTHS:
                step = max(step // 2, SHORTEST_TENTHS)
                continue
            hidden, left, self.steps = heun, left - step, self.steps + 1
        return hidden

    def advance(self, tenths):
        if self.solver == "adaptive_heun":
            self.hidden = self.adaptive_heun(self.hidden, tenths)
        else:
            self.hidden = getattr(self, self.solver)(self.hidden, tenths / HOP_TENTHS)
            self.steps += 1

    def step(self, features, complexity=0.0):
        self.context = np.roll(self.context, -1, 0)
        self.context[-1, : len(features)] = features
        timestep = self.timestep or adaptive_timestep(complexity)
        self.due += HOP_TENTHS
        if self.due < timestep:
            return None
        channels = np.clip(self.w.context @ self.context.ravel() + self.w.context_bias, 0, 32767 / 1024)
        self.drive = self.w.input @ channels + self.w.gate_bias
        while self.due >= timestep:
            self.advance(timestep)
            self.due -= timestep
        self.pool()
        mean = self.mean / (self.mean_weight + self.w.mean_start_weight)
        self.scores = self.w.read_out @ np.concatenate([mean, self.maximum]) + self.w.read_out_bias
        return self.scores

    def pool(self):
        attention = sigmoid(self.w.attention @ self.hidden + self.w.attention_bias)[0]
        self.mean_weight = self.mean_weight * self.w.mean_leak + attention
        self.mean = self.mean * self.w.mean_leak + attention * self.hidden
        self.maximum = np.maximum(self.hidden, self.maximum - self.w.maximum_fall)


def run(weights, features, solver="euler", timestep=160, shut=None, complexity=None):
    """Hidden states [hops, H] and scores [hops, labels] of one clip's features [hops, 13]; in hops of a shut gate nothing moves."""
    cell, hidden, scores = Cell(weights, solver, timestep), [], []
    for t, row in enumerate(features):
        if shut is None or not shut[t]:
            cell.step(row, 0.0 if complexity is None else complexity[t])
        hidden.append(cell.hidden)
        scores.append(cell.scores)
    return np.array(hidden), np.array(scores)
