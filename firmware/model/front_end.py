"""The MFCC front end as training sees it, and the independent reference for firmware/apps/liquid-audio/mfcc.c.

Written from the definition, not from the C: numpy's FFT, full mel matrix, true logarithm, float64 throughout unless asked
otherwise. Causal: hop t uses samples up to (t + 1) x 256 only, with 256 zeros before the clip.
"""
import numpy as np
import torch

HOP, FRAME, BANDS, COEFFICIENTS = 256, 512, 26, 13
LOWEST_HZ, HIGHEST_HZ = 60.0, 7600.0
# Power floor of a band: about what the smallest mu-law step (8) leaves as quantisation noise in it.
POWER_FLOOR = 1e-5
PEAK_START = 1.0    # log power of the loudest band of quiet speech (peak 0.05 of full scale)
PEAK_DECAY = 0.01   # nepers (of power) a hop
RANGE = 8.0         # nepers below the peak that are kept: 35 dB
GATE = 6.0          # mean band level below the peak where a hop begins to count as sound
PRIOR_HOPS = 20.0   # weight of the corpus mean in the running mean
WEIGHT_CAP = 120.0  # hops (2 s of sound) after which the running mean forgets exponentially


def mel(hz):
    return 2595 * np.log10(1 + hz / 700)


def mel_filters(warp=1.0):
    """[26, 256]: triangles on bins 0..255 (31.25 Hz), each with the gain of a pre-emphasis 1 - 0.97 / z at its centre.

    `warp` (training only) moves all frequencies by a factor, as a longer or shorter vocal tract does.
    """
    edges = 700 * (10 ** (np.linspace(mel(LOWEST_HZ), mel(HIGHEST_HZ), BANDS + 2) / 2595) - 1)
    hz = np.arange(256) * 31.25 * warp
    rise = (hz - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    fall = (edges[2:, None] - hz) / (edges[2:] - edges[1:-1])[:, None]
    emphasis = 1 + 0.97**2 - 2 * 0.97 * np.cos(2 * np.pi * edges[1:-1] / 16000)
    return np.maximum(0, np.minimum(rise, fall)) * emphasis[:, None]


def window():
    return 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(FRAME) / FRAME)


def dct():
    """[13, 26]: orthonormal DCT-II."""
    k, n = np.arange(COEFFICIENTS)[:, None], np.arange(BANDS)[None]
    rows = np.sqrt(2 / BANDS) * np.cos(np.pi * k * (2 * n + 1) / (2 * BANDS))
    rows[0] /= np.sqrt(2)
    return rows


def log_mel(pcm, warp=1.0):
    """int16[n, samples] -> float64[n, hops, 26], natural logarithm of power."""
    x = np.concatenate([np.zeros((len(pcm), HOP)), pcm / 32768.0], 1)
    hops = pcm.shape[1] // HOP
    frames = np.stack([x[:, t * HOP : t * HOP + FRAME] for t in range(hops)], 1)
    power = np.abs(np.fft.rfft(frames * window())[..., :256]) ** 2
    return np.log(power @ mel_filters(warp).T + POWER_FLOOR)


def normalise(bands, mean_start, scale):
    """torch[n, hops, 26] -> torch[n, hops, 13]; see mfcc.h for the words. Same dtype as `bands`."""
    rows = torch.from_numpy(dct()).to(bands.dtype)
    count = len(bands)
    peak = torch.full((count,), PEAK_START, dtype=bands.dtype)
    weight = torch.zeros(count, dtype=bands.dtype)
    mean = mean_start.to(bands.dtype).expand(count, COEFFICIENTS)
    tops = bands.amax(2).clamp(min=PEAK_START)
    peaks = []
    for t in range(bands.shape[1]):
        peak = torch.maximum(peak - PEAK_DECAY, tops[:, t])
        peaks.append(peak)
    relative = (bands - torch.stack(peaks, 1)[..., None]).clamp(min=-RANGE)
    sound = (relative.mean(2) + GATE).clamp(0, 1)
    coefficients = relative @ rows.T
    out = []
    for t in range(bands.shape[1]):
        weight = (weight + sound[:, t]).clamp(max=WEIGHT_CAP)
        pull = sound[:, t] / (weight + PRIOR_HOPS)
        mean = mean + pull[:, None] * (coefficients[:, t] - mean)
        out.append(coefficients[:, t] - mean)
    return torch.stack(out, 1) * scale.to(bands.dtype)


def statistics(bands):
    """Corpus mean of the coefficients over hops of sound, and 1 / standard deviation after normalisation."""
    rows = torch.from_numpy(dct()).to(bands.dtype)
    peak = torch.cummax(bands.amax(2).clamp(min=PEAK_START), 1).values
    relative = (bands - peak[..., None]).clamp(min=-RANGE)
    sound = relative.mean(2) > 0.5 - GATE
    mean = (relative @ rows.T)[sound].mean(0)
    normalised = normalise(bands, mean, torch.ones(COEFFICIENTS, dtype=bands.dtype))
    return mean.double(), 1 / normalised[sound].std(0).double()
