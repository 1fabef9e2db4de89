"""The training loop: budget in iterations, one thread, fixed seeds; quantisation-aware, with blocks pruned on the way."""
import math
import time

import torch
import torch.nn.functional as F

import front_end
import net as model
import schedule

BATCH = {"keyword": 200, "unknown": 44, "silence": 12}
SMOOTHING = 0.05
GATED = 0.7  # share of clips that pass through the energy gate
FIXED = (80, 160, 160, 160, 160, 160, 320)
ADAPTIVE = 0.2  # share of clips with the adaptive timestep; its complexity is scaled at random, so no definition is learnt by heart
COMPLEXITY_SCALE = (0.6, 1.7)
PRUNING = (0.05, 0.40)  # of all iterations
PRUNE_EVERY = 50
DENSE = ("attention",)


def augment(bands, generator):
    """A random smooth equaliser curve on the log-mel bands: microphones and rooms differ."""
    count, position = len(bands), torch.linspace(-1, 1, front_end.BANDS)
    draw = torch.randn(count, 5, generator=generator)
    curve = 1.2 * draw[:, :1] * position
    for i, size in enumerate((0.8, 0.6, 0.5, 0.35), 1):
        phase = 6.28 * torch.rand(count, 1, generator=generator)
        curve = curve + size * draw[:, i : i + 1] * torch.cos(i * math.pi * position / 1.3 + phase)
    return bands + curve[:, None, :]


def mask(features, generator):
    """Hides up to five hops in a row of each clip."""
    count, hops, _ = features.shape
    start = torch.randint(0, hops, (count, 1), generator=generator)
    width = torch.randint(0, 6, (count, 1), generator=generator)
    t = torch.arange(hops)[None]
    return features * ~((t >= start) & (t < start + width))[..., None]


def timesteps(complexity, generator):
    """A timestep for every hop, [n, hops]: fixed for some clips, adaptive for the others."""
    count, (low, high) = len(complexity), COMPLEXITY_SCALE
    scale = low * (high / low) ** torch.rand(count, 1, generator=generator)
    adaptive = schedule.adaptive((complexity * scale).clamp(max=1))
    fixed = torch.tensor(FIXED)[torch.randint(0, len(FIXED), (count, 1), generator=generator)].expand_as(adaptive)
    return torch.where(torch.rand(count, 1, generator=generator) < ADAPTIVE, adaptive, fixed)


def heard(bands, shut, mean_start, scale):
    """Features and complexity of the hops which the gate lets through, moved up; and bool[n, hops]: is there a hop."""
    peaks = front_end.follow_peak(bands, shut)
    bands, there = schedule.without_shut_hops(bands, shut)
    peaks, _ = schedule.without_shut_hops(peaks, shut)
    return front_end.normalise(bands, mean_start, scale, peaks), front_end.complexity(bands, peaks), there


def batch_of(bank, shut, ids, mean_start, scale, generator):
    """Features [n, hops, 13] and lengths of the cell's steps [n, hops] of random renderings of the clips `ids`."""
    bands = augment(bank[ids].float(), generator)
    closed = shut[ids] & (torch.rand(len(ids), 1, generator=generator) < GATED)
    features, complexity, there = heard(bands, closed, mean_start, scale)
    return mask(features, generator), schedule.lengths(timesteps(complexity, generator), there)


def sparsity_at(done, final):
    """Cubic rise from 0 to `final` over PRUNING (Zhu and Gupta, 2017)."""
    start, end = PRUNING
    left = 1 - min(1, max(0, (done - start) / (end - start)))
    return final * (1 - left**3)


def prune(net, share):
    """Zeroes the weakest blocks of each matrix until `share` of them is; a pruned block stays so."""
    with torch.no_grad():
        for name in net.matrices:
            if name in DENSE:
                continue
            blocks = getattr(net, "mask_" + name)
            strength = net.masked(name).reshape(*blocks.shape, model.BLOCK).norm(dim=2)
            weakest = torch.sort(strength.flatten(), dim=0, stable=True).indices[: round(share * strength.numel())]
            blocks.view(-1)[weakest] = 0


def learning_rate(done, peak):
    return peak * (done / 0.05 if done < 0.05 else 0.5 * (1 + math.cos(math.pi * (done - 0.05) / 0.95))) + 1e-5


def train(net, data, settings, evaluate=None, say=print):
    """`data`: bank, shut, labels, mean_start, scale. `settings`: iterations, seed, peak_rate, dropout, sparsity."""
    bank, shut, labels, mean_start, scale = data
    iterations = settings["iterations"]
    generator = torch.Generator().manual_seed(settings["seed"])
    torch.manual_seed(settings["seed"])  # dropout
    optimiser = torch.optim.AdamW(net.parameters(), settings["peak_rate"], weight_decay=2e-3)
    groups = {"keyword": torch.where(labels < 10)[0], "unknown": torch.where(labels == 10)[0], "silence": torch.where(labels == 11)[0]}
    started = time.time()
    for i in range(iterations):
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(i / iterations, settings["peak_rate"])
        if i % PRUNE_EVERY == 0:
            prune(net, sparsity_at(i / iterations, settings["sparsity"]))
        ids = torch.cat([groups[k][torch.randint(len(groups[k]), (n,), generator=generator)] for k, n in BATCH.items()])
        with torch.no_grad():
            features, dt = batch_of(bank, shut, ids, mean_start, scale, generator)
        loss = F.cross_entropy(net.decide(features, dt, settings["dropout"]), labels[ids], label_smoothing=SMOOTHING)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        if evaluate and (i + 1) % (iterations // 5) == 0:
            net.eval()
            with torch.no_grad():
                say(f"iteration {i + 1} loss {loss.item():.3f} {time.time() - started:.0f} s: {evaluate(net)}")
            net.train()
    return net.eval()
