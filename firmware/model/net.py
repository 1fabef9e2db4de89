"""The liquid cell in torch: what is trained, and (in float64, with the quantised weights) the reference for cell.c."""
import math

import torch
import torch.nn.functional as F
from torch import nn

from front_end import COEFFICIENTS

CONTEXT, CHANNELS, HIDDEN, LABELS = 5, 48, 64, 12
MEAN_LEAK = 63 / 64
MEAN_START = 1 / 2  # weight of a mean of zero
MAXIMUM_FALL = 1 / 256


class Net(nn.Module):
    """dh/dt = -(1/tau + g) h + g tanh(u), one Euler step a hop. g = (1 - 1/tau) sigmoid(v) keeps 1/tau + g <= 1."""

    def __init__(self):
        super().__init__()
        self.context = nn.Linear(CONTEXT * COEFFICIENTS, CHANNELS)
        self.input = nn.Linear(CHANNELS, 2 * HIDDEN)
        self.recurrent = nn.Linear(HIDDEN, 2 * HIDDEN, bias=False)
        tau = torch.exp(torch.empty(HIDDEN).uniform_(math.log(2.5), math.log(60)))
        self.rate = nn.Parameter(torch.log(1 / tau / (0.5 - 1 / tau)))  # 1/tau = sigmoid(rate) / 2, so tau >= 2 hops
        self.attention = nn.Linear(HIDDEN, 1)
        self.read_out = nn.Linear(2 * HIDDEN, LABELS)

    def leak(self):
        return 0.5 * torch.sigmoid(self.rate)

    def hidden_states(self, features):
        """[n, hops, 13] -> [n, hops, 64]"""
        padded = F.pad(features, (0, 0, CONTEXT - 1, 0))
        stacked = padded.unfold(1, CONTEXT, 1).transpose(2, 3).flatten(2)  # oldest first
        driven = self.input(torch.relu(self.context(stacked))).unbind(1)
        leak = self.leak()
        hidden = features.new_zeros(len(features), HIDDEN)
        states = []
        for drive in driven:
            v, u = (drive + self.recurrent(hidden)).chunk(2, 1)
            gate = (1 - leak) * torch.sigmoid(v)
            hidden = hidden + (gate * torch.tanh(u) - (leak + gate) * hidden)
            states.append(hidden)
        return torch.stack(states, 1)

    def pool(self, states):
        """[n, hops, 64] -> [n, hops, 128]: leaky attention-weighted mean and slowly falling maximum up to each hop."""
        t = torch.arange(states.shape[1], dtype=states.dtype)
        lag = t[:, None] - t[None]
        decay = torch.where(lag >= 0, MEAN_LEAK ** lag.clamp(min=0), torch.zeros_like(lag))
        weights = torch.sigmoid(self.attention(states))
        mean = torch.einsum("ts,nsh->nth", decay, weights * states) / (torch.einsum("ts,nsh->nth", decay, weights) + MEAN_START)
        rise = t[None, :, None] * MAXIMUM_FALL
        maximum = torch.cummax(states + rise, 1).values - rise  # h > -1 always, so the start at -1 never shows
        return torch.cat([mean, maximum], 2)

    def forward(self, features, dropout=0.0):
        """Logits after every hop: [n, hops, 12]."""
        return self.read_out(F.dropout(self.pool(self.hidden_states(features)), dropout, self.training))

    def decide(self, features, dropout=0.0):
        """Logits after the last hop: [n, 12]; cheaper than forward."""
        states = self.hidden_states(features)
        lag = torch.arange(states.shape[1] - 1, -1, -1, dtype=states.dtype)
        weights = MEAN_LEAK ** lag[None, :, None] * torch.sigmoid(self.attention(states))
        mean = (weights * states).sum(1) / (weights.sum(1) + MEAN_START)
        maximum = (states - lag[None, :, None] * MAXIMUM_FALL).amax(1)
        return self.read_out(F.dropout(torch.cat([mean, maximum], 1), dropout, self.training))


def quantise(weights):
    """Per-row symmetric int8: float[rows, columns] -> int8 the same, scale float32[rows]."""
    scale = (weights.abs().amax(1) / 127).clamp(min=1e-12).float()
    return (weights / scale[:, None]).round().clamp(-127, 127).to(torch.int8), scale


def quantised_copy(net):
    """The same net with the numbers the board has, in float64."""
    copy = Net().double()
    copy.load_state_dict(net.state_dict())
    with torch.no_grad():
        for name, parameter in copy.named_parameters():
            if parameter.dim() == 2:
                values, scale = quantise(parameter)
                parameter.copy_(values.double() * scale.double()[:, None])
            elif name != "rate":
                parameter.copy_(parameter.float().double())
    return copy
