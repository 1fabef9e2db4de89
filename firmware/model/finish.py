"""The second half of train.py: golden vectors, evaluation of the C code, and the log. The test set is made here, after the last
choice."""
import json
import os

import numpy as np

import audio
import c_model
import draw_fixtures
import draw_sets
import evaluate
import false_accepts
import golden

HERE = os.path.dirname(os.path.abspath(__file__))


def fixture_clips():
    with open(draw_fixtures.LIST) as f:
        items = json.load(f)["clips"]
    return items, [audio.mulaw(audio.read_wav(os.path.join(draw_fixtures.TARGET, "keywords", i["name"] + ".wav"))) for i in items]


def fixtures(runner, say):
    items, clips = fixture_clips()
    labels = np.array([runner.names.index(i["label"]) for i in items])
    decided = runner.decide(clips)
    wrong = [f"{i['name']} ({i.get('voice')}, said {runner.names[d]})" for i, d, y in zip(items, decided, labels) if d != y]
    say("fixtures wrong: " + (", ".join(wrong) or "none"))
    flips, worst = evaluate.parity(runner, [(i["name"], clip) for i, clip in zip(items, clips)])
    say("fixtures, float64 reference and C decide differently: " + (", ".join(flips) or "none"))
    say("largest difference over all hops of the fixtures: " + ", ".join(f"{k} {v:.2g}" for k, v in worst.items()))
    return evaluate.row("fixtures, mu-law", decided, labels)


def part_parity(part, runner, say):
    conditions, labels = draw_sets.of(part)
    named = [(f"{part} {name} {n}", clip) for name in ("clean", "20 dB") for n, clip in enumerate(audio.mulaw(conditions[name]))]
    flips, _ = evaluate.parity(runner, named)
    names = "".join(f"; {flip}" for flip in flips[:10])
    say(f"{part}, clean and 20 dB: float64 reference and C decide differently on {len(flips)} of {len(named)} clips{names}")


def finish(path, run_log, log):
    say, training = log.say, len(log.lines)
    runner = c_model.CModel(path)
    say("model", runner.model, "| decoded", runner.model_bytes, "bytes of RAM, state of the C code", runner.state_bytes)
    golden.write(draw_fixtures.TARGET, runner)
    table = evaluate.HEADER + evaluate.accuracy("dev", runner) + evaluate.accuracy("test", runner) + [fixtures(runner, say)]
    table += evaluate.other_synthesiser(runner)
    for part in ("dev", "test"):
        part_parity(part, runner, say)
    solvers = evaluate.solver_table(runner)
    accepts = false_accepts.table(runner)
    write_log(run_log, log.lines[training:], table, solvers, accepts, runner.model)
    print("\n".join([*table, "", *solvers, "", *accepts]))


def write_log(run_log, lines, table, solvers, accepts, identity):
    with open(run_log) as f:
        run = f.read()
    with open(os.path.join(HERE, "notes.md")) as f:
        notes = f.read()
    text = (
        f"# Training log\n\nModel `{identity}`. Written by train.py; the last sections are notes.md. Decisions are those of the C code with the\n"
        "model's own solver and timestep and the energy gate, at the end of each clip. All speech is synthetic: none of these numbers\n"
        "says how the model does on people.\n\n## Accuracy\n\n" + "\n".join(table)
        + "\n\nflite is a synthesiser that training never heard; 10 dB, 5 dB and flite are reported without a bar.\n"
        + "\n## Solver and timestep\n\nAccuracy on the development set, every class counting alike, mean of clean and 20 dB, in %, with the\n"
        "energy gate:\n\n" + "\n".join(solvers)
        + "\n\n## False accepts\n\n" + "\n".join(accepts) + "\n\nWhat counts as an accept: false_accepts.py.\n"
        + "\n## The run\n\n```\n" + run + "\n".join(lines) + "\n```\n\n" + notes
    )
    with open(os.path.join(HERE, "training-log.md"), "w") as out:
        out.write(text)
