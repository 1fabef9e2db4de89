"""The MFCC front end as training sees it, and the independent reference for firmware/apps/liquid-audio/mfcc.c.

Written from the definition, not from the C: numpy's FFT, full mel matrix, true logarithm, float64 throughout unless asked
otherwise. Causal: hop t uses samples up to (t + 1) x 256 only, with 256 zeros before the clip.
"""
import math

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

COMPLEXITY_RISE = 2.0  # nepers of power a hop that are the greatest complexity
# The energy gate: hops below a share of the slowly falling peak of the hops' RMS, that never falls below its reference.
GATE_SHARE = 0.1
GATE_REFERENCE = 120.0  # RMS of 16-bit samples
GATE_FALL = 1 / 256     # of the peak, a hop
GATE_QUIET_HOPS = 8     # in a row shut the gate


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


def gate_shut(pcm):
    """int16[n, samples] -> bool[n, hops]: the hops which the energy gate (gate.h) lets nobody hear."""
    hops = pcm[:, : pcm.shape[1] // HOP * HOP].reshape(len(pcm), -1, HOP).astype(np.float64)
    level = np.sqrt(np.mean(hops**2, 2))
    reference, quiet, shut = np.full(len(pcm), GATE_REFERENCE), np.zeros(len(pcm), int), []
    for t in range(level.shape[1]):
        reference = np.maximum(np.maximum(level[:, t], reference * (1 - GATE_FALL)), GATE_REFERENCE)
        quiet = np.where(level[:, t] < GATE_SHARE * reference, quiet + 1, 0)
        shut.append(quiet >= GATE_QUIET_HOPS)
    return np.stack(shut, 1)


def follow_peak(bands, shut=None):
    """Running peak of the bands after each hop, [n, hops]; in a hop of a shut gate (bool[n, hops]) it only falls."""
    tops = bands.amax(2).clamp(min=PEAK_START)
    if shut is not None:
        tops = torch.where(shut, torch.full_like(tops, PEAK_START), tops)
    peak, peaks = torch.full_like(tops[:, 0], PEAK_START), []
    for t in range(bands.shape[1]):
        peak = torch.maximum(peak - PEAK_DECAY, tops[:, t])
        peaks.append(peak)
    return torch.stack(peaks, 1)


def normalise(bands, mean_start, scale, peaks=None):
    """torch[n, hops, 26] -> torch[n, hops, 13]; see mfcc.h for the words. Same dtype as `bands`. Hops that a gate shut away are
    not to be in `bands`; `peaks` (of follow_peak) is then needed, since the peak falls in them all the same.
    """
    rows = torch.from_numpy(dct()).to(bands.dtype)
    peaks = follow_peak(bands) if peaks is None else peaks
    relative = (bands - peaks[..., None]).clamp(min=-RANGE)
    sound = (relative.mean(2) + GATE).clamp(0, 1)
    coefficients = relative @ rows.T
    weight = torch.zeros_like(sound[:, 0])
    mean, out = mean_start.to(bands.dtype).expand(len(bands), COEFFICIENTS), []
    for t in range(bands.shape[1]):
        weight = (weight + sound[:, t]).clamp(max=WEIGHT_CAP)
        pull = sound[:, t] / (weight + PRIOR_HOPS)
        mean = mean + pull[:, None] * (coefficients[:, t] - mean)
        out.append(coefficients[:, t] - mean)
    return torch.stack(out, 1) * scale.to(bands.dtype)


def complexity(bands, peaks):
    """Spectral flux, 0 to 1, [n, hops]: how far the bands rise from the last hop heard to this one, mean over the bands, in units
    of COMPLEXITY_RISE. What lies lower than RANGE below the running peak counts as lying there; falls count nothing.
    """
    floor = (peaks - RANGE)[..., None]
    before = torch.cat([torch.full_like(bands[:, :1], math.log(POWER_FLOOR)), bands[:, :-1]], 1)
    rise = (torch.maximum(bands, floor) - torch.maximum(before, floor)).clamp(min=0).mean(2)
    return (rise / COMPLEXITY_RISE).clamp(max=1)


def statistics(bands):
    """Corpus mean of the coefficients over hops of sound, and 1 / standard deviation after normalisation."""
    rows = torch.from_numpy(dct()).to(bands.dtype)
    peak = torch.cummax(bands.amax(2).clamp(min=PEAK_START), 1).values
    relative = (bands - peak[..., None]).clamp(min=-RANGE)
    sound = relative.mean(2) > 0.5 - GATE
    mean = (relative @ rows.T)[sound].mean(0)
    normalised = normalise(bands, mean, torch.ones(COEFFICIENTS, dtype=bands.dtype))
    return mean.double(), 1 / normalised[sound].std(0).double()
