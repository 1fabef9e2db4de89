"""The training loop: budget in iterations, one thread, fixed seeds."""
import math
import time

import torch
import torch.nn.functional as F

import front_end
import net as model

BATCH = {"keyword": 160, "unknown": 80, "silence": 16}


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


def train(bank, labels, mean_start, scale, iterations, seed, peak_rate=1e-2, dropout=0.05, evaluate=None, say=print):
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    net = model.Net()
    optimiser = torch.optim.AdamW(net.parameters(), peak_rate, weight_decay=2e-3)
    groups = {"keyword": torch.where(labels < 10)[0], "unknown": torch.where(labels == 10)[0], "silence": torch.where(labels == 11)[0]}
    started = time.time()
    for i in range(iterations):
        done = i / iterations
        rate = peak_rate * (done / 0.05 if done < 0.05 else 0.5 * (1 + math.cos(math.pi * (done - 0.05) / 0.95))) + 1e-5
        for group in optimiser.param_groups:
            group["lr"] = rate
        ids = torch.cat([groups[k][torch.randint(len(groups[k]), (n,), generator=generator)] for k, n in BATCH.items()])
        with torch.no_grad():
            features = mask(front_end.normalise(augment(bank[ids].float(), generator), mean_start, scale), generator)
        loss = F.cross_entropy(net.decide(features, dropout), labels[ids], label_smoothing=0.05)
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
