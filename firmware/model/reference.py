"""What an independent implementation makes of the scenarios' clips:  /usr/bin/python3 firmware/model/reference.py

    scenarios/liquid-audio/reference.json             the 64 keyword fixtures
    scenarios/liquid-audio/population.reference.json  the population

Features of two clips each, hop by hop (reference_features.py). For every clip the decision of the float64 reference
(front_end.py and reference_cell.py: the file's weights, everything else in float64) and the scores of the firmware's whole
numbers (the C code, on this machine), which every board must give bit for bit. To be run after training, as it names the model.
"""
import glob
import json
import os
import zlib

import audio
import c_model
import draw_fixtures
import evaluate
import lnn
import reference_cell
import reference_features

SCENARIO = os.path.join(draw_fixtures.TARGET, "..")
SOURCE = ("features: firmware/model/reference_features.py, float64, from the definition, without the firmware's code; "
          "floatLabel: firmware/model/reference_cell.py, float64; scores: the firmware's integer C on x86-64")
FILES = {"reference.json": ("keywords", ["yes-01", "stop-04"]), "population.reference.json": ("population", ["yes-01", "stop-04"])}


def heard(path):
    """int16 samples as a device decodes them."""
    pcm = audio.read_wav(path)
    with open(path, "rb") as f:
        is_mulaw = f.read(22)[20] == 7
    return pcm if is_mulaw else audio.mulaw(pcm)


def decision(name, path, runner, weights):
    pcm = heard(path)
    run, (_, _, _, scores) = runner.run(pcm), evaluate.reference_clip(weights, pcm)
    label = weights.labels[int(scores[-1].argmax())] if run.moved.any() else weights.labels[-1]
    return {"name": name, "codec": "mulaw", "crc": f"{zlib.crc32(pcm.astype('<i2').tobytes()):08x}", "floatLabel": label,
            "scores": run.scores[-1].tolist()}, label != runner.names[run.decision]


def write(path, head, clips, decisions):
    lines = [f"\t{json.dumps(key)}: {json.dumps(value)}," for key, value in head.items()]
    bodies = []
    for clip in clips:
        rows = ",\n".join("\t\t\t\t" + json.dumps(row) for row in clip["features"])
        names = f'\t\t\t"name": "{clip["name"]}",\n\t\t\t"crc": "{clip["crc"]}",\n'
        bodies.append(f'\t\t{{\n{names}\t\t\t"features": [\n{rows}\n\t\t\t]\n\t\t}}')
    text = "{\n" + "\n".join(lines) + '\n\t"clips": [\n' + ",\n".join(bodies) + '\n\t],\n\t"decisions": [\n'
    text += ",\n".join("\t\t" + json.dumps(d) for d in decisions) + "\n\t]\n}\n"
    json.loads(text)
    with open(path, "w") as out:
        out.write(text)


def main():
    runner = c_model.CModel()
    weights = reference_cell.Weights(runner.data)
    params = {"solver": runner.head["solver"], "timestep": runner.head["timestep"], "gating": 1}
    head = {"model": runner.model, "source": SOURCE, "codec": "mulaw", "hop": reference_features.HOP,
            "scale": reference_features.SCALE, "params": params,
            "defaults": {**params, "scaling": 0}}
    for name, (part, with_features) in FILES.items():
        paths = sorted(glob.glob(os.path.join(draw_fixtures.TARGET, part, "*.wav")))
        if not paths:
            print(f"no clips in {part}: no {name}")
            continue
        found = [decision(f"{part}/{os.path.basename(p)[:-4]}", p, runner, weights) for p in paths]
        clips = []
        for clip in with_features:
            rows, crc = reference_features.rows_of(os.path.join(draw_fixtures.TARGET, part, clip + ".wav"))
            clips.append({"name": f"{part}/{clip}", "crc": crc, "features": rows})
        write(os.path.join(SCENARIO, name), head, clips, [d for d, _ in found])
        flips = [d["name"] for d, differs in found if differs]
        print(f"{name}: {len(found)} decisions; float64 and C differ on", ", ".join(flips) or "none")


if __name__ == "__main__":
    main()
