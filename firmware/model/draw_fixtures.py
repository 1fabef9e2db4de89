"""Draws the board's fixtures.

    draw_fixtures.py --list    writes fixtures.json, the frozen list (done once, before training)
    draw_fixtures.py           renders the list into scenarios/liquid-audio/fixtures/

Speakers and unknown words come from the `test` part of voices.json only. Every clip but one has a microphone-like floor
of white noise (1 to 6 quantisation steps RMS); `silence-05` is digital zero. (`dayPart` of the list was a clip of 12 s; the
clips of draw_day_parts.py took its place. The list is left as it was frozen.)
"""
import hashlib
import json
import multiprocessing
import os
import sys

import numpy as np

import audio

HERE = os.path.dirname(os.path.abspath(__file__))
LIST = os.path.join(HERE, "fixtures.json")
TARGET = os.path.join(HERE, "..", "..", "scenarios", "liquid-audio", "fixtures")
SEED = 64


def load_voices():
    with open(os.path.join(HERE, "voices.json")) as f:
        return json.load(f)


def list_hash():
    with open(LIST, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


def speech_item(rng, voices, name, text, label, noise):
    accents = voices["accents"]["train"] + voices["accents"]["test_only"]
    return {
        "name": name,
        "label": label,
        "text": text,
        "voice": f"{rng.choice(accents)}+{rng.choice(voices['variants']['test'])}",
        "rate": int(rng.integers(115, 221)),
        "pitch": int(rng.integers(10, 91)),
        "pitchRange": int(rng.integers(20, 81)),
        "peak": round(float(rng.uniform(0.15, 0.7)), 3),
        "noise": noise,
        "floorSteps": round(float(rng.uniform(1, 6)), 2),
        "seed": int(rng.integers(2**31)),
    }


def make_list():
    """40 keywords (four each: three clean, one with pink noise at 20 dB), 14 unknown words (three at 20 dB), 5 noise, 5 silence."""
    rng, voices, clips = np.random.default_rng(SEED), load_voices(), []
    for word in voices["keywords"]:
        for n in range(1, 5):
            noise = {"kind": "pink", "decibels": 20} if n == 4 else None
            clips.append(speech_item(rng, voices, f"{word}-{n:02}", word, word, noise))
    for n, word in enumerate(rng.choice(voices["unknownWords"]["test"], 14, replace=False), 1):
        noise = {"kind": "pink", "decibels": 20} if n > 11 else None
        clips.append(speech_item(rng, voices, f"unknown-{n:02}", str(word), "unknown", noise))
    for n, kind in enumerate(audio.NOISES, 1):
        level = round(float(rng.uniform(-50, -25)), 1)
        clips.append({"name": f"noise-{n:02}", "label": "silence", "text": None, "noise": {"kind": kind, "fullScaleDecibels": level},
                      "floorSteps": 1, "seed": int(rng.integers(2**31))})
    for n in range(1, 6):
        clips.append({"name": f"silence-{n:02}", "label": "silence", "text": None, "noise": None,
                      "floorSteps": 0 if n == 5 else round(float(rng.uniform(1, 6)), 2), "seed": int(rng.integers(2**31))})
    day = speech_item(rng, voices, "day-part-12s", "seven", None, None)
    day.update(noise={"kind": "pink", "fullScaleDecibels": -35}, floorSteps=0)
    return {"seed": SEED, "synthesiser": voices["synthesiser"], "clips": clips, "dayPart": day}


def say(item):
    import synth  # here, so that each child process starts an espeak-ng of its own

    return synth.speak(item["text"], item["voice"], item["rate"], item["pitch"], item["pitchRange"])


def render(item):
    """int16[16000] of one clip."""
    rng = np.random.default_rng(item["seed"])
    noise = item["noise"]
    clip = np.zeros(audio.CLIP)
    if item["text"]:
        clip, level = audio.place(say(item), rng, item["peak"])
        if noise:
            clip += audio.noise(noise["kind"], audio.CLIP, rng) * level * 10 ** (-noise["decibels"] / 20)
    elif noise:
        clip += audio.noise(noise["kind"], audio.CLIP, rng) * 10 ** (noise["fullScaleDecibels"] / 20)
    return audio.to_pcm16(clip + item["floorSteps"] / 32768 * rng.standard_normal(audio.CLIP))


def in_fresh_processes(function, items):
    """One process an item: what espeak-ng says depends on what it said before (noise generator, wave phase)."""
    with multiprocessing.get_context("fork").Pool(1, maxtasksperchild=1) as pool:
        return pool.map(function, items, chunksize=1)


def noise_words(noise):
    if noise is None:
        return None
    level = f"{noise['decibels']} dB" if "decibels" in noise else f"{noise['fullScaleDecibels']} dBFS"
    return f"{noise['kind']} {level}"


def write(folder, item, pcm, synthesiser, use=None, origin=(), write_wav=audio.write_wav):
    """The clip and its sidecar. `use`: what it is for, `origin`: more about where it came from, both for people."""
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, item["name"] + ".wav")
    write_wav(path, pcm)
    with open(path, "rb") as f:
        digest = hashlib.sha256(f.read()).hexdigest()
    sidecar = {
        "wav": item["name"] + ".wav", "sampleRate": 16000, "samples": len(pcm), "sha256": digest, "label": item["label"],
        **({"use": use} if use else {}),
        "origin": {
            "synthesiser": synthesiser if item["text"] else "numpy noise", "voice": item.get("voice"), "text": item["text"],
            "rate": item.get("rate"), "pitch": item.get("pitch"), "noise": noise_words(item["noise"]),
            "floorSteps": item["floorSteps"], "seed": item["seed"], **dict(origin),
        },
    }
    with open(os.path.join(folder, item["name"] + ".json"), "w") as out:
        json.dump(sidecar, out, indent=1)
        out.write("\n")


def main():
    if "--list" in sys.argv:
        with open(LIST, "w") as out:
            json.dump(make_list(), out, indent=1)
            out.write("\n")
        print("fixtures.json sha256", list_hash())
        return
    with open(LIST) as f:
        frozen = json.load(f)
    for item, pcm in zip(frozen["clips"], in_fresh_processes(render, frozen["clips"])):
        write(os.path.join(TARGET, "keywords"), item, pcm, frozen["synthesiser"])
    print("drew", len(frozen["clips"]), "clips from the list", list_hash())


if __name__ == "__main__":
    main()
