"""The firmware's C code, built for this machine and called from Python."""
import ctypes
import os
import subprocess

import numpy as np

import front_end
import net as model

HERE = os.path.dirname(os.path.abspath(__file__))
APP = os.path.join(HERE, "..", "apps", "liquid-audio")
SOURCES = ["liquid_audio.c", "mfcc.c", "mfcc_tables.c", "cell.c", "weights.c"]
FLAGS = ["-std=c99", "-O2", "-Wall", "-Wextra", "-Werror", "-ffp-contract=off"]


class CModel:
    def __init__(self):
        work = os.path.join(HERE, "work")
        os.makedirs(work, exist_ok=True)
        target = os.path.join(work, f"liquid_audio-{os.getpid()}.so")  # a fresh name: dlopen keeps an old library by name
        sources = [os.path.join(HERE, "c_runner.c")] + [os.path.join(APP, s) for s in SOURCES]
        subprocess.run(["gcc", *FLAGS, "-fPIC", "-shared", *sources, "-o", target], check=True)
        self.library = ctypes.CDLL(target)
        os.remove(target)
        self.library.runner_clip.restype = ctypes.c_uint8
        self.state_bytes = self.library.runner_state_bytes()

    def run(self, pcm):
        """int16[samples] -> features[hops, 13], hidden[hops, 64], scores[hops, 12], labels[hops], decision."""
        pcm = np.ascontiguousarray(pcm, dtype=np.int16)
        hops = len(pcm) // front_end.HOP
        features = np.zeros((hops, front_end.COEFFICIENTS), np.float32)
        hidden = np.zeros((hops, model.HIDDEN), np.float32)
        scores = np.zeros((hops, model.LABELS), np.float32)
        labels = np.zeros(hops, np.uint8)
        arrays = [a.ctypes.data_as(ctypes.c_void_p) for a in (features, hidden, scores, labels)]
        decision = self.library.runner_clip(pcm.ctypes.data_as(ctypes.c_void_p), ctypes.c_uint32(hops), *arrays)
        return features, hidden, scores, labels, decision
