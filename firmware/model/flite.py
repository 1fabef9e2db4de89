"""Speech from libflite through ctypes, at 16 kHz: a synthesiser the model was never trained on.

Five American voices: kal (8 kHz diphones), kal16 (16 kHz diphones), awb, rms and slt (statistical, from recordings of people).
"""
import ctypes

import numpy as np
from scipy.signal import resample_poly

import synth

VOICES = ("kal", "kal16", "awb", "rms", "slt")
MEAN_HZ = {"kal": 105, "kal16": 105, "awb": 130, "rms": 105, "slt": 180}  # where pitch changes start from, roughly each voice's own


class Wave(ctypes.Structure):
    _fields_ = [("type", ctypes.c_char_p), ("rate", ctypes.c_int), ("count", ctypes.c_int), ("channels", ctypes.c_int),
                ("samples", ctypes.POINTER(ctypes.c_short))]


class Voice(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("features", ctypes.c_void_p)]  # the first two of more


for _name in ("libflite.so.1", "libflite_usenglish.so.1", "libflite_cmulex.so.1"):
    _library = ctypes.CDLL(_name, mode=ctypes.RTLD_GLOBAL)
_flite = ctypes.CDLL("libflite.so.1")
_flite.flite_init()
_flite.flite_text_to_wave.restype = ctypes.POINTER(Wave)
_flite.flite_text_to_wave.argtypes = [ctypes.c_char_p, ctypes.POINTER(Voice)]
_flite.flite_feat_set_float.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_float]
_flite.delete_wave.argtypes = [ctypes.POINTER(Wave)]
_loaded = {}


def _voice(name):
    if name not in _loaded:
        register = getattr(ctypes.CDLL(f"libflite_cmu_us_{name}.so.1"), f"register_cmu_us_{name}")
        register.restype, register.argtypes = ctypes.POINTER(Voice), [ctypes.c_char_p]
        _loaded[name] = register(None)
    return _loaded[name]


def speak(text, name, stretch, pitch):
    """float64 samples at 16 kHz, trimmed, or None. `stretch`: of all durations; `pitch`: of the voice's mean."""
    voice = _voice(name)
    _flite.flite_feat_set_float(voice.contents.features, b"duration_stretch", stretch)
    _flite.flite_feat_set_float(voice.contents.features, b"int_f0_target_mean", pitch * MEAN_HZ[name])
    wave = _flite.flite_text_to_wave(text.encode(), voice)
    if not wave:
        return None
    samples = np.ctypeslib.as_array(wave.contents.samples, (wave.contents.count,)) / 32768.0
    rate = wave.contents.rate
    samples = resample_poly(samples, 16000, rate) if rate != 16000 else samples.copy()
    _flite.delete_wave(wave)
    return synth.trim(samples)
