"""Voices for training that espeak-ng does not come with: variants whose numbers are drawn at random.

espeak-ng's own variants are few, and those of training differ little beside those held out. A variant is a text file of
numbers (formants, voicing, breath, tone, ...); 200 random ones make training hear more kinds of speaker. The ranges
were set by hand, wide, after reading a dozen variant files for their format, held-out ones among them; no held-out file is used.
espeak-ng finds them in a folder of links to its own data, work/voices-..., which has the Germanic languages only: espeak-ng lists
at most 349 voices.
"""
import os
import subprocess

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
COUNT, SEED = 200, 17
FOLDER = os.path.join(HERE, "work", f"voices-{SEED}-{COUNT}")
NAMES = [f"made{n:03}" for n in range(COUNT)]


def formants(rng):
    """Frequency, strength and width of formants 0 to 8, in % of the accent's own."""
    tract = rng.uniform(0.88, 1.16)  # shorter or longer
    strength = np.exp(rng.normal(0, 0.3, 9))
    width = np.exp(rng.normal(0.1, 0.3, 9))
    frequency = tract * np.exp(rng.normal(0, 0.05, 9))
    return [f"formant {i} {100 * f:.0f} {100 * s:.0f} {100 * w:.0f}" for i, (f, s, w) in enumerate(zip(frequency, strength, width))]


def variant(name, rng):
    low = int(rng.integers(60, 200))
    lines = ["language variant", f"name {name}", f"pitch {low} {int(low * rng.uniform(1.2, 1.8))}"] + formants(rng)
    if rng.random() < 0.3:
        lines.append(f"klatt {rng.integers(1, 7)}")
    if rng.random() < 0.6:
        lines.append(f"consonants {rng.integers(50, 151)} {rng.integers(50, 151)}")
    if rng.random() < 0.4:
        lines.append(f"voicing {rng.integers(30, 131)}")
    if rng.random() < 0.3:
        lines.append("breath " + " ".join(str(rng.integers(0, 30)) for _ in range(6)))
        lines.append("breathw 150 150 200 200 400 400")
    if rng.random() < 0.3:
        lines.append(f"tone 600 {rng.integers(100, 256)} 1200 {rng.integers(50, 256)} 2000 {rng.integers(100, 256)}")
    if rng.random() < 0.2:
        lines.append(f"echo {rng.integers(10, 80)} {rng.integers(10, 50)}")
    lines += [f"roughness {rng.integers(0, 5)}", f"flutter {rng.integers(0, 10)}", f"intonation {rng.integers(1, 5)}"]
    return "\n".join(lines) + "\n"


def link_all(source, target, but):
    os.makedirs(target)
    for name in os.listdir(source):
        if name not in but:
            os.symlink(os.path.join(source, name), os.path.join(target, name))


def data_folder():
    """espeak-ng's own."""
    said = subprocess.run(["espeak-ng", "--version"], check=True, capture_output=True, text=True).stdout
    return said.split("Data at: ")[1].strip()


def prepare():
    """Makes the folder if there is none, and says what espeak-ng is to be started with."""
    if os.path.exists(FOLDER):
        return FOLDER
    data, unfinished = data_folder(), f"{FOLDER}-{os.getpid()}"
    ours = os.path.join(unfinished, "espeak-ng-data")
    link_all(data, ours, ("voices", "lang"))
    os.makedirs(os.path.join(ours, "lang"))
    os.symlink(os.path.join(data, "lang", "gmw"), os.path.join(ours, "lang", "gmw"))
    link_all(os.path.join(data, "voices"), os.path.join(ours, "voices"), ("!v", "mb"))
    link_all(os.path.join(data, "voices", "!v"), os.path.join(ours, "voices", "!v"), ())
    rng = np.random.default_rng(SEED)
    for name in NAMES:
        with open(os.path.join(ours, "voices", "!v", name), "w") as out:
            out.write(variant(name, rng))
    os.rename(unfinished, FOLDER)
    return FOLDER
