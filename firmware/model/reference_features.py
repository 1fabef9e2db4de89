#!/usr/bin/python3
"""Features of a few clips by the front end's definition, in nothing but Python's standard library.

The harness holds them against what a device gives its cell. Independent of the firmware's C and of numpy: float64, a Fourier
transform of its own, the mel filters, DCT, normalisation and energy gate as mfcc.h and gate.h word them. Only what training
found is taken over: the model's id, the corpus mean and the scale of each coefficient, from the `.lnn` file. Clips recorded in
16 bits go through mu-law first: the decoded samples are what a device hears.

reference.py makes scenarios/liquid-audio/reference.json of this; run alone, it compares itself with the golden vectors:

    python3 firmware/model/reference_features.py
"""
import cmath
import math
import os
import re
import struct
import sys
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
APP = os.path.join(HERE, "..", "apps", "liquid-audio")
FIXTURES = os.path.join(HERE, "..", "..", "scenarios", "liquid-audio", "fixtures")
MODEL = os.path.join(APP, "model.lnn")
SCALE = 1024

HOP, FRAME, BANDS, COEFFICIENTS = 256, 512, 26, 13
LOWEST_HZ, HIGHEST_HZ = 60.0, 7600.0
POWER_FLOOR = 1e-5
PEAK_START, PEAK_DECAY, RANGE = 1.0, 0.01, 8.0
GATE, PRIOR_HOPS, WEIGHT_CAP = 6.0, 20.0, 120.0
GATE_SHARE, GATE_REFERENCE, GATE_FALL, GATE_QUIET_HOPS = 0.1, 120.0, 2**-7, 8  # the fall is of the energy


def read(path):
    with open(path) as file:
        return file.read()


def mulaw(sample):
    """ITU-T G.711 there and back: 16 bits -> 16 bits."""
    magnitude = min(abs(sample), 32635) + 132
    exponent = magnitude.bit_length() - 8
    mantissa = (magnitude >> (exponent + 3)) & 15
    decoded = (((mantissa << 3) + 132) << exponent) - 132
    return -decoded if sample < 0 else decoded


def unpack_mulaw(byte):
    code = ~byte & 255
    magnitude = (((code & 15) << 3) + 132 << (code >> 4 & 7)) - 132
    return -magnitude if code & 0x80 else magnitude


def samples_of(path):
    """What a device hears of a WAV file of 16 kHz, mono: 16 bits through mu-law, or mu-law as it is."""
    with open(path, "rb") as file:
        data = file.read()
    size, code, channels, rate = struct.unpack_from("<IHHI", data, 16)
    assert data[8:16] == b"WAVEfmt " and code in (1, 7) and (channels, rate) == (1, 16000), path
    at = 20 + size
    while data[at : at + 4] != b"data":
        at += 8 + struct.unpack_from("<I", data, at + 4)[0]
    content = data[at + 8 : at + 8 + struct.unpack_from("<I", data, at + 4)[0]]
    if code == 7:
        return [unpack_mulaw(byte) for byte in content]
    return [mulaw(sample) for sample in struct.unpack(f"<{len(content) // 2}h", content)]


def front_end_of(path):
    """(model id, corpus means, scales) of a `.lnn` file (LNN.md): sections 13 and 14."""
    with open(path, "rb") as file:
        data = file.read()
    count, at, found = struct.unpack_from("<H", data, 16)[0], 44, {}
    for _ in range(14):
        number, size = data[at], struct.unpack_from("<I", data, at + 8)[0]
        found[number], at = data[at + 12 : at + 12 + size], at + 12 + size + -size % 4
    values = [value / 4096 for value in struct.unpack(f"<{2 * count}i", found[13])]
    return found[14].decode().split("\n")[0], values[:count], values[count:]


def transform(values):
    """Discrete Fourier transform of 2^n values, halved until one is left (Danielson and Lanczos, 1942)."""
    if len(values) == 1:
        return list(values)
    even, odd = transform(values[0::2]), transform(values[1::2])
    turned = [cmath.exp(-2j * math.pi * k / len(values)) * value for k, value in enumerate(odd)]
    return [a + b for a, b in zip(even, turned)] + [a - b for a, b in zip(even, turned)]


def mel(hz):
    return 2595 * math.log10(1 + hz / 700)


def mel_filters():
    """26 rows over bins 0 to 255 of 31.25 Hz: triangles, each with the gain of a pre-emphasis 1 - 0.97 / z at its centre."""
    step = (mel(HIGHEST_HZ) - mel(LOWEST_HZ)) / (BANDS + 1)
    edges = [700 * (10 ** ((mel(LOWEST_HZ) + step * i) / 2595) - 1) for i in range(BANDS + 2)]
    rows = []
    for low, centre, high in zip(edges, edges[1:], edges[2:]):
        gain = 1 + 0.97**2 - 2 * 0.97 * math.cos(2 * math.pi * centre / 16000)
        hertz = [31.25 * k for k in range(FRAME // 2)]
        rows.append([gain * max(0.0, min((hz - low) / (centre - low), (high - hz) / (high - centre))) for hz in hertz])
    return rows


def cosines():
    """Orthonormal DCT-II, the first 13 rows."""
    angle = math.pi / (2 * BANDS)
    norm = [math.sqrt((1 if k == 0 else 2) / BANDS) for k in range(COEFFICIENTS)]
    return [[norm[k] * math.cos(angle * k * (2 * n + 1)) for n in range(BANDS)] for k in range(COEFFICIENTS)]


class Gate:
    """The energy gate: shut after 8 quiet hops in a row, quiet being a tenth of the slowly falling peak of the hops' RMS."""

    def __init__(self):
        self.peak, self.quiet = 0.0, 0

    def is_shut(self, hop):
        energy = sum(sample * sample for sample in hop) / HOP
        self.peak = max(energy, self.peak * (1 - GATE_FALL), GATE_REFERENCE**2)
        self.quiet = self.quiet + 1 if energy < GATE_SHARE**2 * self.peak else 0
        return self.quiet >= GATE_QUIET_HOPS


def features(pcm, mean_start, scale, gated=True):
    """A row of 13 for each hop of 256 samples, normalised with estimates from the past only; 256 zeros before the clip. A hop
    which the gate shuts out has no features: its row is the one before, and only the peak falls."""
    window = [0.5 - 0.5 * math.cos(2 * math.pi * n / FRAME) for n in range(FRAME)]
    filters, rows = mel_filters(), cosines()
    signal = [0.0] * HOP + [sample / 32768 for sample in pcm]
    peak, weight, mean, out, gate = PEAK_START, 0.0, list(mean_start), [], Gate()
    for start in range(0, len(pcm) // HOP * HOP, HOP):
        if gated and gate.is_shut(pcm[start : start + HOP]):
            peak = max(peak - PEAK_DECAY, PEAK_START)
            out.append(out[-1])
            continue
        spectrum = transform([signal[start + n] * window[n] for n in range(FRAME)])
        power = [abs(value) ** 2 for value in spectrum[: FRAME // 2]]
        bands = [math.log(sum(f * p for f, p in zip(row, power)) + POWER_FLOOR) for row in filters]
        peak = max(peak - PEAK_DECAY, PEAK_START, max(bands))
        relative = [max(band - peak, -RANGE) for band in bands]
        sound = min(1.0, max(0.0, sum(relative) / BANDS + GATE))
        weight = min(WEIGHT_CAP, weight + sound)
        pull = sound / (weight + PRIOR_HOPS)
        coefficients = [sum(c * level for c, level in zip(row, relative)) for row in rows]
        mean = [m + pull * (c - m) for m, c in zip(mean, coefficients)]
        out.append([(c - m) * s for c, m, s in zip(coefficients, mean, scale)])
    return out


def rows_of(path):
    """Hops of whole features, in steps of 1 / SCALE, and the CRC-32 of the samples."""
    _, mean_start, scale = front_end_of(MODEL)
    pcm = samples_of(path)
    rows = [[round(value * SCALE) for value in row] for row in features(pcm, mean_start, scale)]
    return rows, f"{zlib.crc32(struct.pack(f'<{len(pcm)}h', *pcm)):08x}"


def numbers(text, name):
    body = re.search(rf"\b{name}\[[^\]]*\] = \{{([^}}]*)\}}", text).group(1)
    return [float(word.rstrip("f")) for word in re.split(r"[,\s]+", body) if word]


def main():
    """golden.h has the features of the same clips from numpy, to 7 digits: another implementation must agree with this one."""
    golden = read(os.path.join(APP, "golden", "golden.h"))
    model, mean_start, scale = front_end_of(MODEL)
    assert f'"{model}"' in golden, f"golden.h is not of {model}: run train.py --evaluate"
    names = re.findall(r'"([^"]*)"', re.search(r"golden_names\[[^\]]*\] = \{([^}]*)\}", golden).group(1))
    clips = [samples_of(os.path.join(FIXTURES, "keywords", name + ".wav")) for name in names]
    mine = [value for pcm in clips for row in features(pcm, mean_start, scale, False) for value in row]
    theirs = numbers(golden, "golden_features")
    assert len(mine) == len(theirs), f"{len(mine)} values, golden.h has {len(theirs)}"
    farthest = max(abs(a - b) for a, b in zip(mine, theirs))
    print(f"{model}: farthest from the golden vectors: {farthest:.2g}")
    sys.exit(0 if farthest < 2e-6 else 1)


if __name__ == "__main__":
    main()
