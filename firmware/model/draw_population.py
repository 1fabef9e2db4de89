"""Draws the population: 540 clips on which accuracy is judged, after the model is frozen.

    /usr/bin/python3 firmware/model/draw_population.py            draws the clips for apps/liquid-audio/model.lnn
    /usr/bin/python3 firmware/model/draw_population.py --check    proves that the list was drawn for that model

45 clips a class, half of them clean and half at 20 dB (pink, white and babble noise by turns; without a word, half floor noise
alone and half louder noise). Voices and unknown words come
from the `test` part of voices.json, as those of the 64 fixtures do, but no clip repeats a fixture's rendering. The seed of the
list is a hash of the model's id, which holds a hash of its weights: nobody could draw the list before the weights were final,
and `--check` draws it again and compares. Clips are 8-bit mu-law WAV: what a device hears.
"""
import hashlib
import json
import os
import shutil
import sys

import numpy as np
import scipy.signal  # noqa: F401: here, so that not every child process has to load it again (synth.py uses it)

import audio
import draw_fixtures
import lnn

HERE = os.path.dirname(os.path.abspath(__file__))
MODEL = os.path.join(HERE, "..", "apps", "liquid-audio", "model.lnn")
FOLDER = os.path.join(draw_fixtures.TARGET, "population")
LIST = os.path.join(HERE, "population.json")
PER_CLASS = 45
DECIBELS = 20
SPEECH_NOISES = ("pink", "white", "babble")
SENTENCES = ("the quick brown fox jumps over the lazy dog", "please send the report before noon tomorrow",
             "a small boat sailed across the wide blue lake")


def model_id():
    with open(MODEL, "rb") as f:
        return lnn.read(f.read())["names"][0]


def seed_of(identity):
    return int.from_bytes(hashlib.sha256(identity.encode()).digest()[:6], "big")


def rendering(item):
    return item["text"], item.get("voice"), item.get("rate"), item.get("pitch")


def babble_voices(rng, voices):
    return [f"{rng.choice(voices['accents']['train'])}+{rng.choice(voices['variants']['test'])}" for _ in range(len(SENTENCES))]


def speech_items(rng, voices, taken):
    """45 of each keyword, then 45 unknown words. Every other clip is noisy, so that half of the population is."""
    items, unknown = [], voices["unknownWords"]["test"]
    words = [(w, w) for w in voices["keywords"] for _ in range(PER_CLASS)]
    words += [(str(w), "unknown") for w in [*rng.permutation(unknown), *rng.permutation(unknown)][:PER_CLASS]]
    for n, (text, label) in enumerate(words):
        kind = SPEECH_NOISES[n // 2 % len(SPEECH_NOISES)]
        noise = {"kind": kind, "decibels": DECIBELS} if n % 2 else None
        if noise and kind == "babble":
            noise["voices"] = babble_voices(rng, voices)
        while rendering(item := draw_fixtures.speech_item(rng, voices, f"{label}-{n % PER_CLASS + 1:02}", text, label, noise)) in taken:
            pass
        taken.add(rendering(item))
        items.append(item)
    return items


def quiet_items(rng):
    """45 without a word: floor noise alone (22, one of them digital zero), or noise of every kind between -50 and -25 dBFS (23)."""
    items = []
    for n in range(PER_CLASS):
        level = round(float(rng.uniform(-50, -25)), 1)
        noise = None if n % 2 else {"kind": audio.NOISES[n // 2 % len(audio.NOISES)], "fullScaleDecibels": level}
        items.append({"name": f"silence-{n + 1:02}", "label": "silence", "text": None, "noise": noise,
                      "floorSteps": 0 if n == 1 else round(float(rng.uniform(1, 6)), 2), "seed": int(rng.integers(2**31))})
    return items


def make_list(identity):
    rng, voices = np.random.default_rng(seed_of(identity)), draw_fixtures.load_voices()
    with open(draw_fixtures.LIST) as f:
        fixtures = json.load(f)
    taken = {rendering(item) for item in fixtures["clips"]}
    return {"model": identity, "seed": seed_of(identity), "synthesiser": voices["synthesiser"],
            "fixtureListSha256": draw_fixtures.list_hash(), "clips": speech_items(rng, voices, taken) + quiet_items(rng)}


def babble(item, rng):
    """Sentences of several test voices at once, RMS 1."""
    spoken = []
    for sentence, voice in zip(SENTENCES, item["noise"]["voices"]):
        x = draw_fixtures.say({"text": sentence, "voice": voice, "rate": 160, "pitch": 50, "pitchRange": 50})
        spoken.append(np.roll(np.resize(x / np.sqrt(np.mean(x**2)), audio.CLIP), rng.integers(audio.CLIP)))
    mixed = sum(spoken)
    return mixed / np.sqrt(np.mean(mixed**2))


def render(item):
    """int16[16000] of one clip."""
    if not item["noise"] or item["noise"]["kind"] != "babble":
        return draw_fixtures.render(item)
    rng = np.random.default_rng(item["seed"])
    clip, level = audio.place(draw_fixtures.say(item), rng, item["peak"])
    clip += babble(item, rng) * level * 10 ** (-item["noise"]["decibels"] / 20)
    return audio.to_pcm16(clip + item["floorSteps"] / 32768 * rng.standard_normal(audio.CLIP))


def check():
    with open(LIST) as f:
        frozen = json.load(f)
    identity = model_id()
    if frozen != make_list(identity):
        sys.exit(f"population.json was drawn for {frozen.get('model')} (seed {frozen.get('seed')}), and that is not what {identity} "
                 "gives: draw it again")
    for item in frozen["clips"]:
        with open(os.path.join(FOLDER, item["name"] + ".json")) as f:
            sidecar = json.load(f)
        with open(os.path.join(FOLDER, item["name"] + ".wav"), "rb") as f:
            digest = hashlib.sha256(f.read()).hexdigest()
        if digest != sidecar["sha256"] or sidecar["label"] != item["label"] or sidecar["origin"]["seed"] != item["seed"]:
            sys.exit(f"{item['name']}: the clip, its sidecar and population.json do not agree")
    print(f"{len(frozen['clips'])} clips, drawn for {identity} (seed {frozen['seed']}) and for no other model")


def main():
    if "--check" in sys.argv:
        check()
        return
    drawn = make_list(model_id())
    clips = "[\n  " + ",\n  ".join(json.dumps(c) for c in drawn["clips"]) + "\n ]"  # a line each
    with open(LIST, "w") as out:
        out.write(json.dumps({**drawn, "clips": None}, indent=1).replace("null", clips) + "\n")
    shutil.rmtree(FOLDER, ignore_errors=True)
    for item, pcm in zip(drawn["clips"], draw_fixtures.in_fresh_processes(render, drawn["clips"])):
        draw_fixtures.write(FOLDER, item, pcm, drawn["synthesiser"], write_wav=audio.write_mulaw_wav, origin={"drawnFor": drawn["model"]})
    check()


if __name__ == "__main__":
    main()
