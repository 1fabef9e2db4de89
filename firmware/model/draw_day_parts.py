"""Draws the clips on which power is judged:  /usr/bin/python3 firmware/model/draw_day_parts.py

    day-part/day-part-1..8            15 s each, 120 s together: 90 % silence, 5 % speech, 5 % noise
    busy-day-part/busy-day-part-1..5  6 s each, 30 s together: 50 % silence, 25 % speech, 25 % noise

Silence is digital zero, which travels as a length. A clip's sound as mu-law and 40 bytes a hop for the device's records stay
below 65,536 bytes, the smallest clip store of our boards. Speech is words of one voice of the `test` part of voices.json,
keywords and unknown words, one after the other without a pause; noise is pink at -35 dBFS. Both lie at places drawn at
random. espeak-ng 1.51 gives the clips byte for byte.
"""
import os
import shutil

import numpy as np

import audio
import draw_fixtures

SEED = 120
SAMPLE_RATE = 16000
NOISE_DECIBELS = -35  # of full scale
PARTS = {
    "day-part": {"clips": 8, "samples": 15 * SAMPLE_RATE, "sound": 12000},
    "busy-day-part": {"clips": 5, "samples": 6 * SAMPLE_RATE, "sound": 24000},
}


def make_items():
    rng, voices, items = np.random.default_rng(SEED), draw_fixtures.load_voices(), []
    for part, size in PARTS.items():
        for n in range(1, size["clips"] + 1):
            words = [str(w) for w in rng.permutation(voices["keywords"] + voices["unknownWords"]["test"])[:12]]
            item = draw_fixtures.speech_item(rng, voices, f"{part}-{n}", words, None, {"kind": "pink", "fullScaleDecibels": NOISE_DECIBELS})
            silence = size["samples"] - 2 * size["sound"]
            gap = int(rng.integers(SAMPLE_RATE // 2, silence - SAMPLE_RATE // 2))  # between speech and noise
            first = int(rng.integers(SAMPLE_RATE // 8, silence - gap - SAMPLE_RATE // 8))
            starts = [first, first + size["sound"] + gap]
            speech, noise = starts if rng.random() < 0.5 else starts[::-1]
            items.append({**item, **size, "part": part, "speechStart": speech, "noiseStart": noise, "floorSteps": 0})
    return items


def say_words(item):
    """`sound` samples of speech: whole words until they fill it, the last one cut; each at the item's peak. And those words."""
    spoken, said = [], []
    while sum(map(len, spoken)) < item["sound"]:
        text = item["text"][len(said)]
        said.append(text)
        word = draw_fixtures.say({**item, "text": text})
        if word is not None:
            spoken.append(word * (item["peak"] / np.abs(word).max()))
    return np.concatenate(spoken)[: item["sound"]], said


def render(item):
    rng = np.random.default_rng(item["seed"])
    x = np.zeros(item["samples"])
    speech, said = say_words(item)
    x[item["speechStart"] :][: item["sound"]] = speech
    x[item["noiseStart"] :][: item["sound"]] = audio.noise("pink", item["sound"], rng) * 10 ** (NOISE_DECIBELS / 20)
    return audio.to_pcm16(x), said


def main():
    items = make_items()
    for part in PARTS:
        shutil.rmtree(os.path.join(draw_fixtures.TARGET, part), ignore_errors=True)
    for item, (pcm, said) in zip(items, draw_fixtures.in_fresh_processes(render, items)):
        sound = round(item["sound"] / len(pcm), 4)
        share = {"silence": round(1 - 2 * sound, 4), "speech": sound, "noise": sound}
        extra = {"share": share, "speechStart": item["speechStart"], "noiseStart": item["noiseStart"]}
        folder, synthesiser = os.path.join(draw_fixtures.TARGET, item["part"]), draw_fixtures.load_voices()["synthesiser"]
        draw_fixtures.write(folder, {**item, "text": " ".join(said)}, pcm, synthesiser, "power", extra)
        print(item["name"], item["voice"], share, len(pcm) / SAMPLE_RATE, "s, not zero:", int((pcm != 0).sum()), "samples:", " ".join(said))


if __name__ == "__main__":
    main()
