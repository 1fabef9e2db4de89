"""The firmware's C code, built for this machine and called from Python."""
import collections
import ctypes
import glob
import os
import subprocess

import numpy as np

import front_end
import lnn

HERE = os.path.dirname(os.path.abspath(__file__))
FIRMWARE = os.path.join(HERE, "..")
APP = os.path.join(FIRMWARE, "apps", "liquid-audio")
MODEL = os.path.join(APP, "model.lnn")
FLAGS = ["-std=c99", "-O2", "-Wall", "-Wextra", "-Werror", f"-I{APP}", f"-I{os.path.join(FIRMWARE, 'ossicle')}"]
MOST_BLOCKS = 16384  # room for the dense variants, which no board has to hold

Run = collections.namedtuple("Run", "features hidden scores labels heard moved complexity decision")


def sources():
    """The engine: everything of the app but the device's side of it and the tests."""
    parts = sorted(os.path.basename(p) for p in glob.glob(os.path.join(APP, "*.c")))
    engine = [p for p in parts if p not in ("main.c", "app.c") and not p.startswith("test_")]
    return [os.path.join(APP, p) for p in engine] + [os.path.join(FIRMWARE, "ossicle", "ossicle_crc32.c")]


class Arrays(ctypes.Structure):
    _fields_ = [(name, ctypes.c_void_p) for name in ("features", "hidden", "scores", "labels", "heard", "moved", "complexity")]


class CModel:
    """One model in the C code. solver: a name of lnn.SOLVERS; timestep: tenths of ms, 0 adaptive; None: what the model says."""

    def __init__(self, path=MODEL, solver=None, timestep=None, gating=True, blocks=None):
        with open(path, "rb") as f:
            self.data = f.read()
        self.head, (self.model, *self.names) = (found := lnn.read(self.data))["head"], found["names"]
        self.library = build(blocks)
        wrong = self.library.runner_init(self.data, len(self.data))
        if wrong:
            raise ValueError(f"{path}: {wrong.decode()}")
        self.state_bytes, self.model_bytes = self.library.runner_state_bytes(), self.library.runner_model_bytes()
        self.set(solver, timestep, gating)

    def set(self, solver=None, timestep=None, gating=True):
        number = -1 if solver is None else lnn.SOLVERS.index(solver)
        if not self.library.runner_set(number, -1 if timestep is None else timestep, gating):
            raise ValueError(f"no such setting: {solver}, {timestep}")

    def run(self, pcm):
        """int16[samples] -> a row for each hop, and the clip's decision. All whole numbers: Q10, Q15, Q8."""
        pcm = np.ascontiguousarray(pcm, dtype=np.int16)
        hops = len(pcm) // front_end.HOP
        out = Run(np.zeros((hops, 16), np.int16), np.zeros((hops, self.head["hidden"]), np.int16), np.zeros((hops, self.head["labels"]), np.int32),
                  *(np.zeros(hops, np.uint8) for _ in range(3)), np.zeros(hops, np.uint16), None)
        arrays = Arrays(*(a.ctypes.data for a in out[:-1]))
        return out._replace(decision=self.library.runner_clip(pcm.ctypes.data_as(ctypes.c_void_p), ctypes.c_uint32(hops), ctypes.byref(arrays)))

    def decide(self, clips):
        return np.array([self.run(clip).decision for clip in clips])


def build(blocks):
    work = os.path.join(HERE, "work")
    os.makedirs(work, exist_ok=True)
    build.count = getattr(build, "count", 0) + 1
    target = os.path.join(work, f"liquid_audio-{os.getpid()}-{build.count}.so")  # a fresh name: dlopen keeps an old library by name
    room = [] if blocks is None else [f"-DLNN_MAX_BLOCKS={blocks}u"]
    subprocess.run(["gcc", *FLAGS, *room, "-fPIC", "-shared", os.path.join(HERE, "c_runner.c"), *sources(), "-o", target], check=True)
    library = ctypes.CDLL(target)
    os.remove(target)
    library.runner_init.restype, library.runner_clip.restype, library.runner_set.restype = ctypes.c_char_p, ctypes.c_uint8, ctypes.c_bool
    library.runner_set.argtypes = [ctypes.c_int32, ctypes.c_int32, ctypes.c_bool]
    return library
