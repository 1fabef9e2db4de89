"""Clips, noise, companding and WAV files: what the corpus and the fixtures are both made with.

Samples are float64 in units of full scale (1.0 = 32768) until `to_pcm16`.
"""
import struct
import wave

import numpy as np

CLIP = 16000
NOISES = ["pink", "white", "brown", "hum", "band"]


def noise(kind, count, rng):
    """`count` samples of noise with an RMS of 1."""
    if kind == "hum":  # mains and its harmonics, with a little hiss
        t = np.arange(count) / 16000
        base = rng.choice([50.0, 60.0])
        x = sum(rng.uniform(0.1, 1) / k * np.sin(2 * np.pi * base * k * t + rng.uniform(0, 6.28)) for k in range(1, 9))
        x = x + 0.05 * rng.standard_normal(count)
    else:
        f = np.fft.rfftfreq(count, 1 / 16000)
        spectrum = rng.standard_normal(len(f)) + 1j * rng.standard_normal(len(f))
        if kind == "pink":
            shape = 1 / np.sqrt(np.maximum(f, 20))
        elif kind == "brown":
            shape = 1 / np.maximum(f, 20)
        elif kind == "band":
            low = rng.uniform(50, 3000)
            shape = ((f > low) & (f < low * rng.uniform(1.5, 4))) + 0.01
        else:
            shape = np.ones(len(f))
        x = np.fft.irfft(spectrum * shape, count)
    return x / np.sqrt(np.mean(x**2))


def place(word, rng, peak, longest=CLIP - 1600):
    """One clip with the word at a random place (50 ms margins) and the given peak. Returns clip and the word's RMS."""
    word = word[:longest] * (peak / np.abs(word).max())
    start = rng.integers(800, CLIP - 800 - len(word) + 1)
    clip = np.zeros(CLIP)
    clip[start : start + len(word)] = word
    return clip, np.sqrt(np.mean(word**2))


def to_pcm16(x):
    return np.clip(np.rint(x * 32768), -32768, 32767).astype(np.int16)


def mulaw(pcm):
    """ITU-T G.711 mu-law there and back: int16 -> int16, as the wire does it."""
    x = pcm.astype(np.int32)
    magnitude = np.minimum(np.abs(x), 32635) + 132
    exponent = np.floor(np.log2(magnitude)).astype(np.int32) - 7
    mantissa = (magnitude >> (exponent + 3)) & 15
    decoded = (((mantissa << 3) + 132) << exponent) - 132
    return np.where(x < 0, -decoded, decoded).astype(np.int16)


def mulaw_bytes(pcm):
    """int16 -> the G.711 byte for each sample; mulaw(pcm) is what they decode to."""
    x = pcm.astype(np.int32)
    magnitude = np.minimum(np.abs(x), 32635) + 132
    exponent = np.floor(np.log2(magnitude)).astype(np.int32) - 7
    code = (exponent << 4) | ((magnitude >> (exponent + 3)) & 15) | np.where(x < 0, 0x80, 0)
    return (~code & 255).astype(np.uint8)


def from_mulaw_bytes(data):
    """bytes -> int16"""
    code = ~np.frombuffer(data, np.uint8).astype(np.int32) & 255
    magnitude = (((code & 15) << 3) + 132 << (code >> 4 & 7)) - 132
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)


def write_wav(path, pcm):
    with wave.open(path, "wb") as out:
        out.setparams((1, 2, 16000, len(pcm), "NONE", ""))
        out.writeframes(pcm.astype("<i2").tobytes())


def write_mulaw_wav(path, pcm):
    """8 bits a sample, WAVE_FORMAT_MULAW, with the `fact` chunk that every format but PCM has."""
    data = mulaw_bytes(pcm).tobytes()
    chunks = b"fmt " + struct.pack("<IHHIIHHH", 18, 7, 1, 16000, 16000, 1, 8, 0)
    chunks += b"fact" + struct.pack("<II", 4, len(pcm))
    chunks += b"data" + struct.pack("<I", len(data)) + data + bytes(len(data) % 2)
    with open(path, "wb") as out:
        out.write(b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks)


def read_wav(path):
    """int16 samples of a file written by write_wav or write_mulaw_wav."""
    with open(path, "rb") as f:
        data = f.read()
    assert data[:4] == b"RIFF" and data[8:16] == b"WAVEfmt ", path
    size, code, channels, rate, _, _, bits = struct.unpack_from("<IHHIIHH", data, 16)
    assert (channels, rate) == (1, 16000) and (code, bits) in ((1, 16), (7, 8)), path
    at = 20 + size
    while data[at : at + 4] != b"data":
        at += 8 + struct.unpack_from("<I", data, at + 4)[0]
    content = data[at + 8 : at + 8 + struct.unpack_from("<I", data, at + 4)[0]]
    return np.frombuffer(content, "<i2") if code == 1 else from_mulaw_bytes(content)
