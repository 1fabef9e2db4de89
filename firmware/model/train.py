"""One command from nothing to a model in place:  /usr/bin/python3 firmware/model/train.py

corpus -> features -> training -> model.lnn -> golden vectors -> evaluation of the C code -> training-log.md

    --dev-only   only the corpus, the training and the development set; writes nothing outside work/: for choosing settings, so
                 that choices cannot see the test set. `name=value` changes a setting
    --evaluate   from the golden vectors on, with the model that is in place (after a change of the C code)
    --variants   trains the models for the sweep (variants/), with the same seeds and a smaller budget

Debian 12's python3-torch, python3-numpy, python3-scipy, libopenblas0, espeak-ng, flite (their libraries) and gcc. One thread.
Work files go to firmware/model/work/; the training bank is kept there, by a hash of all that decides it. The frozen lists
(voices.json, fixtures.json) are read, never written.
"""
import os

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

import hashlib
import json
import sys
import time

import numpy as np
import torch

import made_voices

os.environ["OSSICLE_ESPEAK_DATA"] = made_voices.prepare()  # before synth is imported: it starts espeak-ng

import audio
import corpus
import draw_fixtures
import draw_sets
import evaluate
import export_lnn
import front_end
import learning
import net as model
import schedule
import synth

torch.set_num_threads(1)
HERE = os.path.dirname(os.path.abspath(__file__))
WORK = os.path.join(HERE, "work")
MODEL = os.path.join(HERE, "..", "apps", "liquid-audio", "model.lnn")
RUN_LOG = os.path.join(WORK, "run.log")
LABELS = [*corpus.voices()["keywords"], "unknown", "silence"]
BANK = {"per_keyword": 1500, "per_unknown": 20, "copies": 3, "silences": 3000, "seed": 7}
SETTINGS = {"channels": 64, "hidden": 80, "bits": 8, "sparsity": 0.7, "iterations": 7000, "seed": 3, "peak_rate": 1e-2, "dropout": 0.02}
DEFAULT_SOLVER, DEFAULT_TIMESTEP = "euler", 160  # what the firmware begins with: notes.md says why
VARIANTS = [{"sparsity": s, "bits": b} for s, b in ((0.0, 8), (0.0, 4), (0.7, 8), (0.7, 4), (0.85, 8))]
VARIANT_ITERATIONS = 1000


def file_hash(*names):
    digest = hashlib.sha256()
    for name in names:
        with open(os.path.join(HERE, name), "rb") as f:
            digest.update(f.read())
    return digest.hexdigest()


class Log:
    def __init__(self):
        self.started, self.lines = time.time(), []

    def say(self, *words):
        line = " ".join(str(w) for w in words)
        print(f"[{time.time() - self.started:6.0f} s] {line}", flush=True)
        self.lines.append(line)


def training_data(say):
    """(bank, shut, labels, mean_start, scale) as tensors; the last two are rounded as they are in the file."""
    deciding = file_hash("corpus.py", "audio.py", "front_end.py", "synth.py", "made_voices.py", "voices.json")
    key = hashlib.sha256(json.dumps(BANK).encode() + deciding.encode()).hexdigest()[:16]
    path = os.path.join(WORK, f"bank-{key}.pt")
    if not os.path.exists(path):
        bank, shut, labels, words = corpus.training_bank(**BANK)
        torch.save((torch.from_numpy(bank), torch.from_numpy(shut), torch.from_numpy(labels).long(), words), path)
    bank, shut, labels, words = torch.load(path)
    say("training bank", len(bank), "clips of", words, "utterances; sha256", hashlib.sha256(bank.numpy().tobytes()).hexdigest()[:16])
    mean_start, scale = (x.mul(4096).round() / 4096 for x in front_end.statistics(bank[::20].float()))
    return bank, shut, labels, mean_start, scale


def dev_accuracy(mean_start, scale):
    """A function of a net: accuracy on dev, classes alike, with the energy gate, at 16 ms, 50 ms and the adaptive timestep."""
    conditions, labels = draw_sets.of("dev")
    prepared = {}
    for name in ("clean", "20 dB", "10 dB"):
        pcm = audio.mulaw(conditions[name])
        bands, shut = torch.from_numpy(front_end.log_mel(pcm)).float(), torch.from_numpy(front_end.gate_shut(pcm))
        features, complexity, there = learning.heard(bands, shut, mean_start, scale)
        for step in (160, 500, 0):
            timestep = torch.full(there.shape, step) if step else schedule.adaptive(complexity)
            prepared[name, step] = features, schedule.lengths(timestep, there)

    def of(net):
        found = {key: evaluate.classes_alike(net.decide(*inputs).argmax(1).numpy(), labels) for key, inputs in prepared.items()}
        lines = []
        for step in (160, 500, 0):
            accuracies = ", ".join(f"{name} {found[name, step]:.1f}" for name in ("clean", "20 dB", "10 dB"))
            lines.append((f"{step / 10:g} ms " if step else "adaptive ") + accuracies)
        return "; ".join(lines)

    return of


def stem_of(settings):
    return f"ltc-c{settings['channels']}-h{settings['hidden']}-s{round(100 * settings['sparsity'])}-b{settings['bits']}"


def train_one(data, settings, dev, say):
    torch.manual_seed(settings["seed"])
    net = model.Net(settings["channels"], settings["hidden"], settings["bits"])
    return learning.train(net, data, settings, dev, lambda line: say("dev,", line))


def write_model(path, net, data, settings):
    mean_start, scale = data[3].numpy(), data[4].numpy()
    encoded = export_lnn.of_net(net, mean_start, scale, LABELS, stem_of(settings), DEFAULT_SOLVER, DEFAULT_TIMESTEP)
    with open(path, "wb") as out:
        out.write(encoded)
    return export_lnn.summary(path).replace(os.path.dirname(path) + os.sep, "")


def variants(data, dev, say):
    folder = os.path.join(HERE, "variants")
    os.makedirs(folder, exist_ok=True)
    for change in VARIANTS:
        settings = {**SETTINGS, **change, "iterations": VARIANT_ITERATIONS}
        net = train_one(data, settings, dev, lambda *words: say(f"s{round(100 * settings['sparsity'])} b{settings['bits']}:", *words))
        say(write_model(os.path.join(folder, f"ltc-s{round(100 * settings['sparsity'])}-b{settings['bits']}.lnn"), net, data, settings))


def main(arguments):
    os.makedirs(WORK, exist_ok=True)
    log = Log()
    if "--evaluate" not in arguments:
        settings = {**SETTINGS, **{k: type(SETTINGS[k])(v) for k, v in (a.split("=") for a in arguments if "=" in a)}}
        log.say("fixture list sha256", draw_fixtures.list_hash())
        log.say("voices.json sha256", file_hash("voices.json"))
        log.say("synthesiser", synth.VERSION, "| torch", torch.__version__, "| numpy", np.__version__)
        log.say("settings", json.dumps({**settings, "bank": BANK, **draw_sets.PARTS}))
        data = training_data(log.say)
        dev = dev_accuracy(*data[3:])
        if "--variants" in arguments:
            variants(data, dev, log.say)
            return
        net = train_one(data, settings, dev, log.say)
        log.say(write_model(os.path.join(WORK, "dev-only.lnn") if "--dev-only" in arguments else MODEL, net, data, settings))
        if "--dev-only" in arguments:
            return
        torch.save(net.state_dict(), os.path.join(WORK, "trained.pt"))
        with open(RUN_LOG, "w") as out:
            out.write("\n".join(log.lines) + "\n")
    import finish

    finish.finish(MODEL, RUN_LOG, log)


if __name__ == "__main__":
    main(sys.argv[1:])
