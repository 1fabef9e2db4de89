"""Long audio without a keyword: hours in which the firmware should accept nothing.

Noise, and continuous speech of voices and sentences that training never had, synthesised by espeak-ng (test voices) and flite.
No sentence holds one of the ten keywords, or a word that sounds like one (know, write).
"""
import numpy as np

import audio
import corpus
import flite
import synth

SENTENCES = [
    "the train to the coast leaves from platform nine every morning", "she bought a basket of ripe pears at the village market",
    "my brother plays the guitar in a small band with three friends", "the engine made a strange sound after we crossed the bridge",
    "a thin layer of ice covered the lake by the end of december", "children were building a castle of sand near the harbor",
    "the museum keeps a large collection of ancient copper tools", "he wrapped a warm blanket around the tired kitten",
    "thunder rolled over the valley while the farmers ran for shelter", "our teacher read a long poem about the ocean and its islands",
    "the doctor asked him to rest for at least seven days", "they painted the kitchen purple and every cupboard green",
    "a spider had spun its web between the ladder and the wall", "the tunnel under the mountain is almost five miles in length",
    "please bring your jacket because the evenings are getting cold", "the old wagon was filled with walnuts and dried fruit",
    "two tigers sleep in the shade of a tall tree", "the price of diamonds has fallen since last summer",
    "my sister works in a bakery and starts at four every day", "a velvet curtain hides the mirror behind the stage",
    "the forest was silent except for the call of a pigeon", "he paid a quarter for the ribbon and put it in his pocket",
    "the glacier has become much smaller during the past century", "she found a silver needle under the saddle",
    "the picture shows a market square with many people", "an ostrich can run faster than a horse over short distances",
    "lemon juice and sugar make a simple summer drink", "the tuesday meeting has been moved to the larger hall",
    "we watched the feather drift slowly past the window", "his uncle repairs clocks and violins in a narrow street",
]
KEYWORD_LIKE = ("yes", "no", "know", "up", "down", "left", "right", "write", "on", "off", "stop", "go")
MINUTE = 60 * 16000


def pause(rng):
    return np.zeros(int(rng.uniform(0.15, 0.8) * 16000))


def speech(minutes, seed, say):
    """int16 samples: sentences one after the other at random levels over a microphone's floor. `say(sentence, rng)` -> samples."""
    assert not any(w in KEYWORD_LIKE for s in SENTENCES for w in s.split())
    rng, parts, length = np.random.default_rng(seed), [], 0
    while length < minutes * MINUTE:
        x = say(str(rng.choice(SENTENCES)), rng)
        if x is None:
            continue
        x = np.concatenate([x * (np.exp(rng.uniform(np.log(0.08), np.log(0.9))) / np.abs(x).max()), pause(rng)])
        parts.append((x + rng.uniform(1, 6) / 32768 * rng.standard_normal(len(x))).astype(np.float32))
        length += len(x)
    return audio.to_pcm16(np.concatenate(parts)[: minutes * MINUTE])


def espeak_test_voice(sentence, rng):
    table = corpus.voices()
    voice = f"{rng.choice(table['accents']['train'] + table['accents']['test_only'])}+{rng.choice(table['variants']['test'])}"
    return synth.speak(sentence, voice, rng.integers(130, 200), rng.integers(5, 96), rng.integers(20, 81))


def flite_voice(sentence, rng):
    return flite.speak(sentence, str(rng.choice(flite.VOICES)), rng.uniform(0.8, 1.3), rng.uniform(0.85, 1.2))


def noise(minutes, seed):
    """int16 samples: 10 s of each kind by turns, at -60 to -20 dBFS, over a microphone's floor."""
    rng, count = np.random.default_rng(seed), 10 * 16000
    parts = []
    for n in range(minutes * 6):
        level = 10 ** (rng.uniform(-60, -20) / 20)
        floor = rng.uniform(1, 6) / 32768
        parts.append(audio.to_pcm16(level * audio.noise(audio.NOISES[n % len(audio.NOISES)], count, rng) + floor * rng.standard_normal(count)))
    return np.concatenate(parts)


def streams(minutes=60):
    """(name, maker of int16 samples), one after the other because each is large."""
    return [("noise", lambda: noise(minutes, 21)), ("continuous speech, espeak-ng test voices", lambda: speech(minutes, 22, espeak_test_voice)),
            ("continuous speech, flite", lambda: speech(minutes, 23, flite_voice))]
