"""Golden vectors for test_liquid_audio.c, from the Python reference: numpy front end and torch cell, float64.

Inputs are fixture clips as mu-law bytes, the way they travel to a board. `GOLDEN_BITS` alone comes from the C code: a hash
of every score's bits on the machine that exported, so that any other compiler or core can be held to the same bits.
"""
import os

import numpy as np
import torch

import audio
import export
import front_end

CLIPS = ["yes-01", "stop-04", "noise-02"]
HIDDEN_EVERY = 8  # hops


def mulaw_bytes(pcm):
    """int16 (any) -> the G.711 byte that decodes nearest below; audio.mulaw(pcm) == decode of these."""
    x = pcm.astype(np.int32)
    magnitude = np.minimum(np.abs(x), 32635) + 132
    exponent = np.floor(np.log2(magnitude)).astype(np.int32) - 7
    code = (exponent << 4) | ((magnitude >> (exponent + 3)) & 15) | np.where(x < 0, 0x80, 0)
    return (~code & 255).astype(np.uint8)


def fnv1a(data, value=0x811C9DC5):
    for byte in data:
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


def reference(pcm, net, mean_start, scale):
    """float64 features, hidden states and scores of int16[n, samples]."""
    with torch.no_grad():
        features = front_end.normalise(torch.from_numpy(front_end.log_mel(pcm)), mean_start, scale)
        return features.numpy(), net.hidden_states(features).numpy(), net(features).numpy()


def write(fixtures, net, mean_start, scale, c_model):
    clips = [audio.read_wav(os.path.join(fixtures, "keywords", name + ".wav")) for name in CLIPS]
    pcm = np.stack([audio.mulaw(c) for c in clips])
    features, hidden, scores = reference(pcm, net, mean_start, scale)
    bits = 0x811C9DC5
    for clip in pcm:
        bits = fnv1a(c_model.run(clip)[2].astype("<f4").tobytes(), bits)
    logs = np.concatenate([np.geomspace(1e-5, 1e6, 60), [0.5, 0.70710678, 1.0, 1.41421356, 2.0]]).astype(np.float32)
    steps = np.concatenate([np.linspace(-12, 12, 61), [-50, -1e-3, 1e-3, 50]]).astype(np.float32)
    wide = steps.astype(np.float64)
    arrays = [
        ("uint8_t", "golden_mulaw", np.stack([mulaw_bytes(c) for c in clips])),
        ("float", "golden_features", features),
        ("float", "golden_hidden", hidden[:, ::HIDDEN_EVERY]),
        ("float", "golden_scores", scores),
        ("float", "golden_log_x", logs), ("float", "golden_log_y", np.log(logs.astype(np.float64))),
        ("float", "golden_step_x", steps),
        ("float", "golden_sigmoid_y", 1 / (1 + np.exp(-wide))), ("float", "golden_tanh_y", np.tanh(wide)),
    ]
    names = ", ".join(f'"{n}"' for n in CLIPS)
    text = (
        "/* Reference values in float64 from firmware/model/golden.py, rounded to 9 digits. Included by the test only. */\n"
        f"#include <stdint.h>\n\n#define GOLDEN_CLIPS {len(CLIPS)}\n#define GOLDEN_SAMPLES {pcm.shape[1]}\n#define GOLDEN_HOPS {features.shape[1]}\n"
        f"#define GOLDEN_HIDDEN_EVERY {HIDDEN_EVERY}\n#define GOLDEN_HIDDEN_ROWS {hidden[:, ::HIDDEN_EVERY].shape[1]}\n"
        f"#define GOLDEN_LOGS {len(logs)}\n#define GOLDEN_STEPS {len(steps)}\n#define GOLDEN_BITS 0x{bits:08x}u\n\n"
        f"static const char *const golden_names[GOLDEN_CLIPS] = {{{names}}};\n"
        + "".join("static " + export.array(t, n, v, False) for t, n, v in arrays)
    )
    os.makedirs(os.path.join(export.APP, "golden"), exist_ok=True)
    export.write("golden/golden.h", text)
    differences = [np.abs(np.stack([c_model.run(c)[i] for c in pcm]) - r).max() for i, r in enumerate((features, hidden, scores))]
    return dict(zip(("features", "hidden", "scores"), differences))
