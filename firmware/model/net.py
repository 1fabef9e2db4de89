"""The liquid cell in torch, as it is trained: with the board's number formats, sparse in blocks of four, on a clock of its own."""
import math

import torch
import torch.nn.functional as F
from torch import nn

from front_end import COEFFICIENTS

CONTEXT, LABELS, PADDED = 5, 12, 16  # PADDED: columns of the context matrix to a hop
MEAN_LEAK = 63 / 64
MEAN_START = 1 / 2  # weight of a mean of zero
MAXIMUM_FALL = 1 / 256
RATE_BOUND = 5 / 16  # per hop: an Euler step of up to 51.2 ms is a convex combination
BLOCK = 4
FEATURE_STEP, CHANNEL_STEP = 1 / 1024, 1 / 1024
CHANNEL_LIMIT = 32767 / 1024


class Round(torch.autograd.Function):
    """To the nearest multiple of `step`; the gradient passes straight through."""

    @staticmethod
    def forward(ctx, x, step):
        return (x / step).round_().mul_(step)

    @staticmethod
    def backward(ctx, gradient):
        return gradient, None


class Cell(torch.autograd.Function):
    """All hops of dh/dt = -(leak + g) h + g tanh(u), g = (bound - leak) sigmoid(v): one Euler step a hop, of `dt` hops.

    drive [hops, n, 2 H] (v first, u second), recurrent [2 H, H], leak [H], dt [hops, n, 1] -> states [hops, n, H]. Written out
    for speed, with its own backward pass: tanh(u) = 2 sigmoid(2 u) - 1, because torch's sigmoid is the faster of the two.
    """

    @staticmethod
    def forward(ctx, drive, recurrent, leak, dt):
        size = len(leak)
        doubled = torch.cat([torch.ones(size), torch.full((size,), 2.0)]).to(drive)
        curve = drive * doubled
        columns = (recurrent * doubled[:, None]).T
        states = drive.new_zeros(len(drive) + 1, drive.shape[1], size)
        room = RATE_BOUND - leak
        for t in range(len(drive)):
            hidden, z = states[t], curve[t]
            z.addmm_(hidden, columns).sigmoid_()
            move = z[:, size:].mul(2).sub_(1).sub_(hidden).mul_(z[:, :size]).mul_(room).addcmul_(hidden, leak, value=-1)
            torch.addcmul(hidden, move, dt[t], out=states[t + 1])
        ctx.save_for_backward(recurrent, leak, dt, states, curve)
        return states[1:]

    @staticmethod
    def backward(ctx, from_states):
        recurrent, leak, dt, states, curve = ctx.saved_tensors
        size, room = len(leak), RATE_BOUND - leak
        from_drive = torch.empty_like(curve)
        carried, from_leak = torch.zeros_like(states[0]), torch.zeros_like(leak)
        for t in range(len(dt) - 1, -1, -1):
            hidden, sigmoid = states[t], curve[t, :, :size]
            target = curve[t, :, size:].mul(2).sub_(1)
            gate = sigmoid * room
            carried = carried + from_states[t]
            moved = carried * dt[t]
            push = moved * gate
            distance = target - hidden
            torch.mul(push * distance, 1 - sigmoid, out=from_drive[t, :, :size])
            torch.mul(push, 1 - target * target, out=from_drive[t, :, size:])
            from_leak -= (moved * (hidden + sigmoid * distance)).sum(0)
            carried = carried.addcmul_(moved, gate + leak, value=-1).addmm_(from_drive[t], recurrent)
        return from_drive, from_drive.flatten(0, 1).T @ states[:-1].flatten(0, 1), from_leak, None


class Net(nn.Module):
    """The weights as they stand are real numbers; `weight(name)` gives what the board would have."""

    def __init__(self, channels, hidden, bits):
        super().__init__()
        self.channels, self.hidden, self.bits = channels, hidden, bits
        shapes = {"context": (channels, CONTEXT * PADDED), "input": (2 * hidden, channels), "recurrent": (2 * hidden, hidden),
                  "attention": (1, hidden), "read_out": (LABELS, 2 * hidden)}
        inputs = {"context": CONTEXT * COEFFICIENTS}
        self.matrices, self.biases = nn.ParameterDict(), nn.ParameterDict()
        for name, (rows, columns) in shapes.items():
            bound = 1 / math.sqrt(inputs.get(name, columns))
            self.matrices[name] = nn.Parameter(torch.empty(rows, columns).uniform_(-bound, bound))
            self.register_buffer("mask_" + name, torch.ones(rows, columns // BLOCK))
            if name != "recurrent":
                self.biases[name] = nn.Parameter(torch.empty(rows).uniform_(-bound, bound))
        used = (torch.arange(CONTEXT * PADDED) % PADDED < COEFFICIENTS).float()
        self.register_buffer("used", used)
        tau = torch.exp(torch.empty(hidden).uniform_(math.log(5), math.log(60)))
        self.rate = nn.Parameter(torch.log(1 / tau / (RATE_BOUND - 1 / tau)))

    def leak(self):
        """Per hop, 0 to RATE_BOUND."""
        return RATE_BOUND * torch.sigmoid(self.rate)

    def masked(self, name):
        """The matrix with the pruned blocks, and the columns no feature has, zero."""
        weights = self.matrices[name] * getattr(self, "mask_" + name).repeat_interleave(BLOCK, 1)
        return weights * self.used if name == "context" else weights

    def weight(self, name):
        weights = self.masked(name)
        integers, scale = quantise(weights.detach(), self.bits)
        return weights + (integers * scale[:, None] - weights).detach()

    def hidden_states(self, features, dt):
        """features [n, hops, 13], dt [n, hops] in hops -> [hops, n, H]"""
        features = Round.apply(features.transpose(0, 1), FEATURE_STEP)
        padded = F.pad(features, (0, PADDED - COEFFICIENTS, 0, 0, CONTEXT - 1, 0))
        stacked = torch.cat([padded[i : i + len(features)] for i in range(CONTEXT)], 2)  # oldest first
        channels = F.relu(F.linear(stacked, self.weight("context"), self.biases["context"]))
        channels = Round.apply(channels.clamp(max=CHANNEL_LIMIT), CHANNEL_STEP)
        drive = F.linear(channels, self.weight("input"), self.biases["input"])
        return Cell.apply(drive, self.weight("recurrent"), self.leak(), dt.T[..., None])

    def decide(self, features, dt, dropout=0.0):
        """Logits after the last hop, [n, 12]: pooling counts the hops in which the cell moved (dt > 0)."""
        states, moved = self.hidden_states(features, dt), (dt.T > 0).to(features.dtype)[..., None]
        lag = moved.sum(0) - moved.cumsum(0)
        attention = torch.sigmoid(F.linear(states, self.weight("attention"), self.biases["attention"]))
        weights = moved * MEAN_LEAK**lag * attention
        mean = (weights * states).sum(0) / (weights.sum(0) + MEAN_START)
        # where the cell did not move its state is the one before, which was seen with a smaller fall; at the start it is 0
        maximum = (states - lag * MAXIMUM_FALL - 2 * (1 - moved)).amax(0).clamp(min=-1)
        pooled = F.dropout(torch.cat([mean, maximum], 1), dropout, self.training)
        return F.linear(pooled, self.weight("read_out"), self.biases["read_out"])


def quantise(weights, bits):
    """Per row: whole numbers within +-(2^(bits - 1) - 1), and a scale with a mantissa of 16 bits (0 for a row of zeros)."""
    largest = 2 ** (bits - 1) - 1
    mantissa, exponent = torch.frexp(weights.abs().amax(1) / largest)  # mantissa in [1/2, 1)
    scale = torch.ldexp((mantissa * 65536).round(), exponent - 16)
    integers = (weights / scale.clamp(min=1e-30)[:, None]).round().clamp(-largest, largest)
    return integers, scale
