"""Speech from libespeak-ng through ctypes, at 16 kHz.

A voice is `accent` or `accent+variant`. `espeak_SetVoiceByName` answers 0 even for a variant that does not exist, so the
list of variants comes from the data folder, and split_voices.py drops those that render like the plain accent.
"""
import ctypes
import os

import numpy as np
from scipy.signal import resample_poly

RATE, PITCH, RANGE = 1, 3, 4  # espeak_PARAMETER in speak_lib.h
_library = ctypes.CDLL("libespeak-ng.so.1")
_blocks = []


@ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)
def _collect(samples, count, _events):
    if samples and count > 0:
        _blocks.append(np.ctypeslib.as_array(samples, (count,)).copy())
    return 0


DATA = os.environ.get("OSSICLE_ESPEAK_DATA")  # the folder that holds espeak-ng-data; training has one of its own (made_voices.py)
_rate = _library.espeak_Initialize(2, 500, DATA.encode() if DATA else None, 0)  # 2: synchronous
assert _rate == 22050, f"espeak-ng answers {_rate} Hz, expected 22050 Hz"
_library.espeak_SetSynthCallback(_collect)
_library.espeak_Info.restype = ctypes.c_char_p
_data = ctypes.c_char_p()
VERSION = "espeak-ng " + _library.espeak_Info(ctypes.byref(_data)).decode().split()[0]
VARIANT_FOLDER = os.path.join(_data.value.decode(), "voices", "!v")


def speak(text, voice, rate, pitch, pitch_range):
    """float64 samples at 16 kHz, trimmed to the word, or None when espeak has nothing to say."""
    _blocks.clear()
    if _library.espeak_SetVoiceByName(voice.encode()) != 0:
        raise ValueError(f"espeak-ng has no voice {voice}")
    for which, value in ((RATE, rate), (PITCH, pitch), (RANGE, pitch_range)):
        _library.espeak_SetParameter(which, int(value), 0)
    data = text.encode()
    _library.espeak_Synth(data, ctypes.c_size_t(len(data) + 1), 0, 1, 0, 1, None, None)
    _library.espeak_Synchronize()
    if not _blocks:
        return None
    return trim(resample_poly(np.concatenate(_blocks) / 32768.0, 320, 441))


def trim(x, threshold=0.02):
    """Cut what is below `threshold` of the peak at both ends, keeping 10 ms before and 20 ms after."""
    level = np.abs(x)
    if level.max() < 1e-4:
        return None
    loud = np.where(level > threshold * level.max())[0]
    return x[max(0, loud[0] - 160) : loud[-1] + 320]
