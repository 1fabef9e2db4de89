"""The development and test sets, each drawn in a process of its own: what espeak-ng says depends on what it said before.

    draw_sets.py <part> <file.npz>    what `of` runs; `of(part)` is for the other programs
"""
import hashlib
import json
import os
import subprocess
import sys

import numpy as np

import corpus

HERE = os.path.dirname(os.path.abspath(__file__))
WORK = os.path.join(HERE, "work")
PARTS = {
    "dev": {"per_keyword": 60, "per_unknown": 20, "silences": 80, "seed": 8},
    "test": {"per_keyword": 100, "per_unknown": 12, "silences": 100, "seed": 9},
}
DECIDING = ("corpus.py", "audio.py", "synth.py", "voices.json")  # files


def of(part):
    """{condition: int16[n, 16000]}, labels. Kept in work/ by a hash of what decides it."""
    digest = hashlib.sha256(json.dumps(PARTS[part]).encode())
    for name in DECIDING:
        with open(os.path.join(HERE, name), "rb") as f:
            digest.update(f.read())
    path = os.path.join(WORK, f"{part}-{digest.hexdigest()[:16]}.npz")
    if not os.path.exists(path):
        os.makedirs(WORK, exist_ok=True)
        environment = {k: v for k, v in os.environ.items() if k != "OSSICLE_ESPEAK_DATA"}
        subprocess.run([sys.executable, os.path.abspath(__file__), part, path], check=True, env=environment)
    with np.load(path) as found:
        return {name: found[name] for name, _ in corpus.CONDITIONS}, found["labels"]


def main(part, path):
    conditions, labels = corpus.evaluation_set(part, **PARTS[part])
    np.savez(path + ".part", labels=labels, **conditions)
    os.replace(path + ".part.npz", path)


if __name__ == "__main__":
    main(*sys.argv[1:])
