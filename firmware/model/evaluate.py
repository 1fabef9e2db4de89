"""What is measured of the C code with a model: accuracy, the solver table, another synthesiser, parity with the float model."""
import numpy as np
import torch

import audio
import corpus
import draw_sets
import flite
import front_end
import lnn
import reference_cell

TIMESTEPS = (50, 80, 160, 250, 500, 0)
HEADER = ["| set | clips | all, % (95 %) | keywords | unknown | silence | classes alike |", "| --- | --- | --- | --- | --- | --- | --- |"]


def percent(right):
    return f"{100 * np.mean(right):.1f}" if len(right) else "-"


def classes_alike(decided, labels):
    """Accuracy if every class were as frequent as in the population: in %."""
    return 100 * np.mean([np.mean(decided[labels == k] == k) for k in np.unique(labels)])


def row(name, decided, labels):
    right, keyword, unknown, silence = decided == labels, labels < 10, labels == 10, labels == corpus.SILENCE
    half_width = 196 * np.sqrt(max(np.mean(right) * (1 - np.mean(right)), 1e-9) / len(right))
    return (f"| {name} | {len(labels)} | {percent(right)} +- {half_width:.1f} | {percent(right[keyword])} | "
            f"{percent(right[unknown])} | {percent(right[silence])} | {classes_alike(decided, labels):.1f} |")


def accuracy(part, runner):
    """Rows of a part in every condition, through mu-law, and clean as PCM."""
    conditions, labels = draw_sets.of(part)
    rows = [row(f"{part}, {name}, mu-law", runner.decide(audio.mulaw(pcm)), labels) for name, pcm in conditions.items()]
    rows.append(row(f"{part}, clean, pcm16", runner.decide(conditions["clean"]), labels))
    return rows


def flite_utterances(seed):
    """Keywords in 5 voices x 9 ways of speaking, and the test part's unknown words in 5 voices x 2."""
    table, rng, words, labels = corpus.voices(), np.random.default_rng(seed), [], []
    for text in table["keywords"] + table["unknownWords"]["test"]:
        label = table["keywords"].index(text) if text in table["keywords"] else 10
        for voice in flite.VOICES:
            for _ in range(9 if label < 10 else 2):
                x = flite.speak(text, voice, rng.uniform(0.75, 1.35), rng.uniform(0.85, 1.2))
                words.append(np.rint(x / np.abs(x).max() * 32767).astype(np.int16))
                labels.append(label)
    return words, np.array(labels)


def other_synthesiser(runner):
    """flite: five voices, none of them ever in training."""
    words, labels = flite_utterances(31)
    conditions, labels = corpus.in_conditions(words, labels, corpus.babble("test", 100, 32), 0, 33)
    return [row(f"flite, {name}, mu-law", runner.decide(audio.mulaw(conditions[name])), labels) for name in ("clean", "20 dB")]


def solver_table(runner):
    """Accuracy of the C code on dev (classes alike, mean of clean and 20 dB) by solver and timestep, with the energy gate."""
    conditions, labels = draw_sets.of("dev")
    heard = [audio.mulaw(conditions[name]) for name in ("clean", "20 dB")]
    rows = ["| solver | " + " | ".join(f"{t / 10:g} ms" if t else "adaptive" for t in TIMESTEPS) + " |", "| --- " * (len(TIMESTEPS) + 1) + "|"]
    for solver in lnn.SOLVERS:
        cells = []
        for timestep in TIMESTEPS:
            runner.set(solver, timestep, True)
            cells.append(f"{np.mean([classes_alike(runner.decide(pcm), labels) for pcm in heard]):.1f}")
        rows.append(f"| {solver} | " + " | ".join(cells) + " |")
    runner.set(None, None, False)
    rows.append("")
    rows.append("Without the gate, solver and timestep of the model: "
                f"{np.mean([classes_alike(runner.decide(pcm), labels) for pcm in heard]):.1f}.")
    runner.set()
    return rows


def reference_clip(weights, pcm, solver=None, timestep=None, gating=True):
    """float64, hidden states and scores of each hop [hops, ...] of one clip, front end and cell, from their definitions."""
    head = weights.head
    solver = lnn.SOLVERS[head["solver"]] if solver is None else solver
    timestep = head["timestep"] if timestep is None else timestep
    bands = front_end.log_mel(pcm[None])
    shut = front_end.gate_shut(pcm[None])[0] if gating else np.zeros(bands.shape[1], bool)
    features, complexity = np.zeros((bands.shape[1], head["features"])), np.zeros(bands.shape[1])
    if not shut.all():
        peaks = front_end.follow_peak(torch.from_numpy(bands), torch.from_numpy(shut[None]))[:, ~shut]
        open_bands = torch.from_numpy(bands)[:, ~shut]
        features[~shut] = front_end.normalise(open_bands, torch.from_numpy(weights.mean_start), torch.from_numpy(weights.scale), peaks)[0].numpy()
        complexity[~shut] = front_end.complexity(open_bands, peaks)[0].numpy()
    hidden, scores = reference_cell.run(weights, features, solver, timestep, shut, complexity)
    return features, complexity, hidden, scores


def parity(runner, named_clips, **settings):
    """Where float64 reference and C code decide differently, by name; and the largest differences over all hops."""
    weights, flips, worst = reference_cell.Weights(runner.data), [], np.zeros(3)
    for name, pcm in named_clips:
        run, (features, _, hidden, scores) = runner.run(pcm), reference_clip(weights, pcm, **settings)
        decided = int(scores[-1].argmax()) if run.moved.any() else corpus.SILENCE
        if decided != run.decision:
            flips.append(f"{name} (float {weights.labels[decided]}, C {weights.labels[run.decision]})")
        heard = run.heard > 0
        worst = np.maximum(worst, [np.abs(run.features[heard, : features.shape[1]] / 1024 - features[heard]).max(initial=0),
                                   np.abs(run.hidden / 32768 - hidden).max(), np.abs(run.scores / 256 - scores).max()])
    return flips, dict(zip(("features", "hidden", "scores"), worst))
