"""One command from nothing to committed weights:  /usr/bin/python3 firmware/model/train.py

corpus -> features -> training -> export (C tables, weights) -> golden vectors -> evaluation of the C code -> training-log.md

Debian 12's python3-torch, python3-numpy, python3-scipy, espeak-ng (libespeak-ng1) and gcc. One thread. Work files go to
firmware/model/work/. The frozen lists (voices.json, fixtures.json) are read, never written.
`--dev-only` stops after the development set and writes no log: for choosing settings, so that choices cannot see the test set.
"""
import os

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

import hashlib
import json
import sys
import time

import numpy as np
import torch

import audio
import c_model
import corpus
import draw_fixtures
import export
import front_end
import golden
import learning
import net as model
import synth

torch.set_num_threads(1)
HERE = os.path.dirname(os.path.abspath(__file__))
WORK = os.path.join(HERE, "work")
FIXTURES = draw_fixtures.TARGET
SEED = 3
SETTINGS = {
    "bank": {"per_keyword": 900, "per_unknown": 14, "copies": 4, "silences": 3000, "seed": 7},
    "dev": {"per_keyword": 60, "per_unknown": 20, "silences": 80, "seed": 8},
    "test": {"per_keyword": 100, "per_unknown": 12, "silences": 100, "seed": 9},
    "iterations": 4000,
    "peak_rate": 1e-2,
    "dropout": 0.05,
}
LABELS = [*corpus.voices()["keywords"], "unknown", "silence"]


def features_of(pcm, mean_start, scale):
    bands = np.concatenate([front_end.log_mel(audio.mulaw(pcm[i : i + 256])) for i in range(0, len(pcm), 256)])
    return front_end.normalise(torch.from_numpy(bands), mean_start, scale)


def percent(right):
    return f"{100 * np.mean(right):.1f}" if len(right) else "-"


def row(name, decisions, labels):
    right, keyword, unknown, silence = decisions == labels, labels < 10, labels == 10, labels == 11
    half_width = 196 * np.sqrt(max(np.mean(right) * (1 - np.mean(right)), 1e-9) / len(right))
    return (f"| {name} | {len(labels)} | {percent(right)} +- {half_width:.1f} | {percent(right[keyword])} | "
            f"{percent(right[unknown])} | {percent(right[silence])} |")


def evaluate_part(name, runner, net, mean_start, scale):
    """Decisions of the C code on a part, through mu-law and as PCM; and how often the float64 reference decides otherwise."""
    conditions, labels = corpus.evaluation_set(name, **SETTINGS[name])
    rows, differing, total = [], 0, 0
    for condition, pcm in conditions.items():
        through_mulaw = audio.mulaw(pcm)
        decided = np.array([runner.run(clip)[4] for clip in through_mulaw])
        with torch.no_grad():
            reference = net.decide(features_of(pcm, mean_start, scale)).argmax(1).numpy()
        differing, total = differing + int((decided != reference).sum()), total + len(decided)
        rows.append(row(f"{name}, {condition}, mu-law", decided, labels))
        if condition == "clean":
            rows.append(row(f"{name}, {condition}, pcm16", np.array([runner.run(clip)[4] for clip in pcm]), labels))
    return rows, f"{name}: C and float64 reference decide differently on {differing} of {total} clips"


def fixture_table(runner):
    with open(draw_fixtures.LIST) as f:
        items = json.load(f)["clips"]
    clips = [audio.read_wav(os.path.join(FIXTURES, "keywords", i["name"] + ".wav")) for i in items]
    labels = np.array([LABELS.index(i["label"]) for i in items])
    rows, wrong = [], []
    for codec, convert in (("mu-law", audio.mulaw), ("pcm16", lambda x: x)):
        decided = np.array([runner.run(convert(clip))[4] for clip in clips])
        rows.append(row(f"fixtures, {codec}", decided, labels))
        wrong.append(f"fixtures wrong through {codec}: " + (", ".join(
            f"{i['name']} ({i.get('voice')}, said {LABELS[d]})" for i, d, y in zip(items, decided, labels) if d != y) or "none"))
    return rows, wrong


def file_hash(path):
    with open(path, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


def main():
    started, log = time.time(), []

    def say(*words):
        line = " ".join(str(w) for w in words)
        print(f"[{time.time() - started:6.0f} s] {line}", flush=True)
        log.append(line)

    os.makedirs(WORK, exist_ok=True)
    say("fixture list sha256", draw_fixtures.list_hash())
    say("voices.json sha256", file_hash(os.path.join(HERE, "voices.json")))
    say("synthesiser", synth.VERSION, "| torch", torch.__version__, "| numpy", np.__version__)
    say("settings", json.dumps({"seed": SEED, **SETTINGS}))
    bank, labels, words = corpus.training_bank(**SETTINGS["bank"])
    bank, labels = torch.from_numpy(bank), torch.from_numpy(labels).long()
    say("training bank", len(bank), "clips of", words, "utterances")
    mean_start, scale = front_end.statistics(bank[::20].float())
    mean_start, scale = mean_start.float().double(), scale.float().double()  # exactly what the board will have

    dev, dev_labels = corpus.evaluation_set("dev", **SETTINGS["dev"])
    dev_features = {name: features_of(pcm, mean_start, scale).float() for name, pcm in dev.items()}

    def dev_accuracy(net):
        return " ".join(f"{k} {percent((net.decide(f).argmax(1).numpy() == dev_labels))}" for k, f in dev_features.items())

    net = learning.train(bank, labels, mean_start, scale, SETTINGS["iterations"], SEED, SETTINGS["peak_rate"], SETTINGS["dropout"],
                         dev_accuracy, lambda line: say("dev,", line))
    quantised = model.quantised_copy(net)
    with torch.no_grad():
        say("dev, int8 weights:", " ".join(f"{k} {percent(quantised.decide(f.double()).argmax(1).numpy() == dev_labels)}" for k, f in dev_features.items()))
    torch.save({"net": net.state_dict(), "mean_start": mean_start, "scale": scale}, os.path.join(WORK, "trained.pt"))
    if "--dev-only" in sys.argv:
        return
    export.export_front_end(mean_start.numpy(), scale.numpy())
    identity, size = export.export_weights(net)
    say("model", identity, "weights", size, "bytes of flash;", sum(p.numel() for p in net.parameters()), "parameters")
    finish(say, log, quantised, mean_start, scale)


def finish(say, log, quantised, mean_start, scale):
    """Golden vectors, evaluation of the C code, and the log. The test set is made here, after the last choice."""
    runner = c_model.CModel()
    say("state of the C code:", runner.state_bytes, "bytes of RAM")
    distances = golden.write(FIXTURES, quantised, mean_start, scale, runner)
    say("largest difference C - reference on the golden clips:", ", ".join(f"{k} {v:.1e}" for k, v in distances.items()))
    table = ["| set | clips | all, % (95 %) | keywords | unknown | silence |", "| --- | --- | --- | --- | --- | --- |"]
    for part in ("dev", "test"):
        rows, agreement = evaluate_part(part, runner, quantised, mean_start, scale)
        table += rows
        say(agreement)
    rows, wrong = fixture_table(runner)
    table += rows
    for line in wrong:
        say(line)
    print("\n".join(table))
    with open(os.path.join(HERE, "notes.md")) as f:
        notes = f.read()
    with open(os.path.join(HERE, "training-log.md"), "w") as out:
        out.write("# Training log\n\nWritten by train.py; the last section is notes.md. Decisions are those of the C code, at the end of each clip.\n\n")
        out.write("\n".join(table) + "\n\n## The run\n\n```\n" + "\n".join(log) + "\n```\n\n" + notes)


if __name__ == "__main__":
    main()
