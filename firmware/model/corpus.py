"""Synthetic speech for training, development and test, and its rendering into clips and log-mel banks."""
import json
import os

import numpy as np

import audio
import front_end
import made_voices
import synth

HERE = os.path.dirname(os.path.abspath(__file__))
SENTENCES = [
    "the quick brown fox jumps over the lazy dog and runs away", "please send the report before noon tomorrow morning",
    "every child was playing in the garden near the river", "a small boat sailed slowly across the wide blue lake",
]
SILENCE = 11
BATCH = 256
SPEECH_NOISES = ["pink", "white"] * 2 + ["brown", "hum", "band"] + ["babble"] * 4
MADE = 0.5  # share of training's words that are said by voices of made_voices.py


def voices():
    with open(os.path.join(HERE, "voices.json")) as f:
        return json.load(f)


def utterances(part, per_keyword, per_unknown, seed):
    """List of int16 words and their class indices. Dev and test voices are always variants unknown to training."""
    table, rng = voices(), np.random.default_rng(seed)
    accents = table["accents"]["train"] + (table["accents"]["test_only"] if part == "test" else [])
    words, labels = [], []
    for text in table["keywords"] + table["unknownWords"][part]:
        label = table["keywords"].index(text) if text in table["keywords"] else 10
        wanted = per_keyword if label < 10 else per_unknown
        while wanted:
            voice = str(rng.choice(accents))
            if part == "train" and rng.random() < MADE:
                voice += "+" + str(rng.choice(made_voices.NAMES))
            elif part != "train" or rng.random() < 0.93:
                voice += "+" + str(rng.choice(table["variants"][part]))
            x = synth.speak(text, voice, rng.integers(110, 231), rng.integers(5, 96), rng.integers(20, 81))
            if x is None or len(x) < 1600:
                continue
            words.append(np.rint(x / np.abs(x).max() * 32767).astype(np.int16))
            labels.append(label)
            wanted -= 1
    return words, np.array(labels)


def babble(part, count, seed):
    """`count` clips of several voices of `part` speaking at once, RMS 1."""
    table, rng = voices(), np.random.default_rng(seed)
    spoken = []
    for text in SENTENCES * 5:
        voice = f"{rng.choice(table['accents']['train'])}+{rng.choice(table['variants'][part])}"
        x = synth.speak(text, voice, rng.integers(130, 200), rng.integers(20, 80), 50)
        if x is not None:
            spoken.append(x / np.sqrt(np.mean(x**2)))
    clips = np.stack([sum(np.roll(np.resize(spoken[rng.integers(len(spoken))], audio.CLIP), rng.integers(audio.CLIP))
                          for _ in range(rng.integers(3, 7))) for _ in range(count)])
    return clips / np.sqrt(np.mean(clips**2, 1, keepdims=True))


def noises(kinds, count, rng, babbles):
    return np.stack([babbles[rng.integers(len(babbles))] if kind == "babble" else audio.noise(kind, audio.CLIP, rng)
                     for kind in rng.choice(kinds, count)]).astype(np.float32)


def floor_noise(rng):
    """A microphone's own noise: white, up to 8 quantisation steps RMS; digital silence one time in ten."""
    steps = 0 if rng.random() < 0.1 else rng.uniform(0.5, 8)
    return steps / 32768 * rng.standard_normal(audio.CLIP)


def quiet_clip(bank, rng):
    """A clip of class silence: nothing but floor, or noise between -60 and -20 dBFS."""
    clip = floor_noise(rng)
    if rng.random() < 0.7:
        clip = clip + np.roll(bank[rng.integers(len(bank))], rng.integers(audio.CLIP)) * 10 ** (rng.uniform(-60, -20) / 20)
    return audio.to_pcm16(clip)


def speech_clip(word, bank, decibels, rng):
    clip, level = audio.place(word / 32768.0, rng, np.exp(rng.uniform(np.log(0.08), np.log(0.9))))
    if decibels is not None:
        clip += np.roll(bank[rng.integers(len(bank))], rng.integers(audio.CLIP)) * level * 10 ** (-decibels / 20)
    return audio.to_pcm16(clip + floor_noise(rng))


def training_bank(per_keyword, per_unknown, copies, silences, seed):
    """(float16[n, 62, 26] log-mel, bool[n, 62] gate shut, labels, words): each word in `copies` renderings of place, level, noise,
    vocal tract and codec."""
    rng = np.random.default_rng(seed)
    words, labels = utterances("train", per_keyword, per_unknown, seed)
    babbles = babble("train", 300, seed + 1)
    speech_noise = noises(SPEECH_NOISES, 1500, rng, babbles)
    quiet_noise = noises(audio.NOISES, 1500, rng, babbles)
    jobs = [(i, labels[i]) for _ in range(copies) for i in rng.permutation(len(words))]
    jobs += [(None, SILENCE)] * silences
    banks, shut = [], []
    for start in range(0, len(jobs), BATCH):
        batch = jobs[start : start + BATCH]
        pcm = np.stack([quiet_clip(quiet_noise, rng) if i is None else
                        speech_clip(words[i], speech_noise, None if rng.random() < 0.3 else rng.uniform(2, 36), rng) for i, _ in batch])
        companded = rng.random(len(batch)) < 0.5
        pcm[companded] = audio.mulaw(pcm[companded])
        shut.append(front_end.gate_shut(pcm))
        banks.append(front_end.log_mel(pcm, rng.choice(np.linspace(0.82, 1.22, 17))).astype(np.float16))
    return np.concatenate(banks), np.concatenate(shut), np.array([label for _, label in jobs]), len(words)


CONDITIONS = (("clean", None), ("20 dB", 20), ("10 dB", 10), ("5 dB", 5))


def in_conditions(words, labels, babbles, silences, seed):
    """{condition: int16[n, 16000]} for the same words clean and in noise, and the labels. Silences are the same in all."""
    rng = np.random.default_rng(seed)
    speech_noise = noises(["pink", "white", "babble"], 400, rng, babbles)
    quiet = [quiet_clip(noises(audio.NOISES, 1, rng, babbles), rng) for _ in range(silences)]
    conditions = {}
    for name, decibels in CONDITIONS:
        rng = np.random.default_rng(seed + 2)
        conditions[name] = np.stack([speech_clip(w, speech_noise, decibels, rng) for w in words] + quiet)
    return conditions, np.concatenate([labels, np.full(silences, SILENCE)])


def evaluation_set(part, per_keyword, per_unknown, silences, seed):
    words, labels = utterances(part, per_keyword, per_unknown, seed)
    return in_conditions(words, labels, babble(part, 100, seed + 1), silences, seed)
