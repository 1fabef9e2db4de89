#!/usr/bin/python3
"""Features of a few clips by the front end's definition: scenarios/liquid-audio/reference.json.

The harness holds them against what a device gives its cell. Independent of the firmware's C and of numpy: the Python
standard library only, float64, a Fourier transform of its own, the mel filters, DCT and normalisation as mfcc.h words them.
Only what training found is taken over: the model's id, the corpus mean and the scale of each coefficient. The clips go
through mu-law first: the decoded samples are what a device hears.

    python3 firmware/model/reference_features.py     # writes reference.json; compares it with the golden vectors, too
"""
import cmath
import json
import math
import os
import re
import struct
import wave
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
APP = os.path.join(HERE, "..", "apps", "liquid-audio")
SCENARIO = os.path.join(HERE, "..", "..", "scenarios", "liquid-audio")
SOURCE = "firmware/model/reference_features.py: float64, from the definition, without the firmware's code"

# Two of the golden clips (in this order in golden.h): a word in near-silence, and one in noise.
CLIPS = ["yes-01", "stop-04"]
SCALE = 1024

HOP, FRAME, BANDS, COEFFICIENTS = 256, 512, 26, 13
LOWEST_HZ, HIGHEST_HZ = 60.0, 7600.0
POWER_FLOOR = 1e-5
PEAK_START, PEAK_DECAY, RANGE = 1.0, 0.01, 8.0
GATE, PRIOR_HOPS, WEIGHT_CAP = 6.0, 20.0, 120.0


def read(path):
    with open(path) as file:
        return file.read()


def numbers(text, name):
    """The values of one C array."""
    body = re.search(rf"\b{name}\[\d+\] = \{{(.*?)\}};", text, re.S).group(1)
    return [float(word.rstrip("f")) for word in re.split(r"[,\s]+", body) if word]


def mulaw(sample):
    """ITU-T G.711 there and back: 16 bits -> 16 bits."""
    magnitude = min(abs(sample), 32635) + 132
    exponent = magnitude.bit_length() - 8
    mantissa = (magnitude >> (exponent + 3)) & 15
    decoded = (((mantissa << 3) + 132) << exponent) - 132
    return -decoded if sample < 0 else decoded


def samples_of(name):
    with wave.open(os.path.join(SCENARIO, "fixtures", "keywords", f"{name}.wav"), "rb") as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 16000), name
        count = file.getnframes()
        return [mulaw(sample) for sample in struct.unpack(f"<{count}h", file.readframes(count))]


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


def features(pcm, mean_start, scale):
    """A row of 13 for each hop of 256 samples, normalised with estimates from the past only; 256 zeros before the clip."""
    window = [0.5 - 0.5 * math.cos(2 * math.pi * n / FRAME) for n in range(FRAME)]
    filters, rows = mel_filters(), cosines()
    signal = [0.0] * HOP + [sample / 32768 for sample in pcm]
    peak, weight, mean, out = PEAK_START, 0.0, list(mean_start), []
    for start in range(0, len(pcm) // HOP * HOP, HOP):
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


def check_against_golden(clips):
    """golden.h has the same clips from numpy and torch, to 9 digits: a third implementation must agree with this one."""
    golden = numbers(read(os.path.join(APP, "golden", "golden.h")), "golden_features")
    mine = [value for rows in clips for row in rows for value in row]
    farthest = max(abs(a - b) for a, b in zip(mine, golden))
    assert farthest < 1e-6, f"differs from the golden vectors by {farthest}"
    return farthest


def main():
    tables = read(os.path.join(APP, "mfcc_tables.c"))
    model = re.search(r'WEIGHTS_MODEL_ID "([^"]+)"', read(os.path.join(APP, "weights.h"))).group(1)
    heard = [samples_of(name) for name in CLIPS]
    rows = [features(pcm, numbers(tables, "mfcc_mean_start"), numbers(tables, "mfcc_scale")) for pcm in heard]
    print(f"farthest from the golden vectors: {check_against_golden(rows):.2g}")
    head = {"model": model, "source": SOURCE, "codec": "mulaw", "hop": HOP, "scale": SCALE}
    lines = [f"\t{json.dumps(key)}: {json.dumps(value)}," for key, value in head.items()]
    clips = []
    for name, pcm, clip in zip(CLIPS, heard, rows):
        crc = f"{zlib.crc32(struct.pack(f'<{len(pcm)}h', *pcm)):08x}"
        steps = ",\n".join("\t\t\t\t" + json.dumps([round(value * SCALE) for value in row]) for row in clip)
        clips.append(f'\t\t{{\n\t\t\t"name": "keywords/{name}",\n\t\t\t"crc": "{crc}",\n\t\t\t"features": [\n{steps}\n\t\t\t]\n\t\t}}')
    text = "{\n" + "\n".join(lines) + '\n\t"clips": [\n' + ",\n".join(clips) + "\n\t]\n}\n"
    json.loads(text)
    with open(os.path.join(SCENARIO, "reference.json"), "w") as out:
        out.write(text)


if __name__ == "__main__":
    main()
