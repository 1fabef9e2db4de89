"""Does a Cortex-M4F compute the same bits as this machine?  /usr/bin/python3 firmware/model/board_check.py

Runs the fixtures (through mu-law) on the C code, here and on QEMU's mps2-an386, and compares a hash over the bits of all
scores of all hops. Prints instructions a hop by stage. Needs gcc-arm-none-eabi and qemu-system-arm.
"""
import glob
import os
import subprocess
import sys

import numpy as np

import audio
import c_model
import draw_fixtures
import golden

HERE = c_model.HERE
WORK = os.path.join(HERE, "work")


def on_board(clips):
    np.stack(clips).astype("<i2").tofile(os.path.join(WORK, "clips.raw"))
    sources = [os.path.join(HERE, "cortex_m4", "check.c")] + [os.path.join(c_model.APP, s) for s in c_model.SOURCES]
    core = ["-mthumb", "-mcpu=cortex-m4", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16"]
    script = os.path.join(HERE, "cortex_m4", "an386.ld")
    subprocess.run(["arm-none-eabi-gcc", *core, *c_model.FLAGS, "-nostartfiles", "-T", script, *sources, "-o", "check.elf"], cwd=WORK, check=True)
    run = subprocess.run(
        ["qemu-system-arm", "-M", "mps2-an386", "-display", "none", "-monitor", "none", "-serial", "none", "-icount", "shift=3,sleep=off",
         "-semihosting-config", "enable=on,target=native", "-kernel", "check.elf"],
        cwd=WORK, check=True, capture_output=True, text=True, timeout=300)
    return {k: int(v) for k, v in (line.split() for line in (run.stdout + run.stderr).splitlines())}


def main():
    paths = sorted(glob.glob(os.path.join(draw_fixtures.TARGET, "keywords", "*.wav")))
    clips = [audio.mulaw(audio.read_wav(p)) for p in paths]
    host, value = c_model.CModel(), 0x811C9DC5
    for clip in clips:
        value = golden.fnv1a(host.run(clip)[2].astype("<f4").tobytes(), value)
    board = on_board(clips)
    print(f"{len(clips)} clips; hash here {value:08x}, on the Cortex-M4F {board['hash']:08x}; hops {board['hops']}")
    stages = [board[k] for k in ("front-end", "cell", "read-out")]
    print("instructions a hop: front end {}, cell {}, read-out {}; together {}".format(*stages, sum(stages)))
    sys.exit(0 if board["hash"] == value else 1)


if __name__ == "__main__":
    main()
