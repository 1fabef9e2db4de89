"""Does a Cortex-M4 compute the same bits as this machine?  /usr/bin/python3 firmware/model/board_check.py

Runs the fixtures (through mu-law) on the C code, here and on QEMU's mps2-an386, with the model in place, its own solver and
timestep and the energy gate, and compares a hash over the scores of all hops. Prints instructions a computed hop by stage.
Needs gcc-arm-none-eabi and qemu-system-arm.
"""
import glob
import os
import shutil
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
    shutil.copy(c_model.MODEL, os.path.join(WORK, "model.lnn"))
    sources = [os.path.join(HERE, "cortex_m4", "check.c"), *c_model.sources()]
    core = ["-mthumb", "-mcpu=cortex-m4", "-mfloat-abi=soft"]
    script = os.path.join(HERE, "cortex_m4", "an386.ld")
    subprocess.run(["arm-none-eabi-gcc", *core, *c_model.FLAGS, "-nostartfiles", "-T", script, *sources, "-o", "check.elf"], cwd=WORK, check=True)
    run = subprocess.run(
        ["qemu-system-arm", "-M", "mps2-an386", "-display", "none", "-monitor", "none", "-serial", "none", "-icount", "shift=3,sleep=off",
         "-semihosting-config", "enable=on,target=native", "-kernel", "check.elf"],
        cwd=WORK, check=True, capture_output=True, text=True, timeout=300)
    said = run.stdout + run.stderr
    try:
        return {k: int(v) for k, v in (line.split() for line in said.splitlines())}
    except ValueError:
        sys.exit(f"the board said: {said}")


def main():
    paths = sorted(glob.glob(os.path.join(draw_fixtures.TARGET, "keywords", "*.wav")))
    clips = [audio.mulaw(audio.read_wav(p)) for p in paths]
    host = c_model.CModel()
    here, board = golden.hash_of_scores(host, clips), on_board(clips)
    print(f"{host.model}: {len(clips)} clips; hash here {here:08x}, on the Cortex-M4 {board['hash']:08x}; "
          f"hops {board['hops']}, computed {board['computed']}")
    stages = [board[k] for k in ("front-end", "cell", "read-out")]
    print("instructions a computed hop: front end {}, cell {}, read-out {}; together {}".format(*stages, sum(stages)))
    sys.exit(0 if board["hash"] == here else 1)


if __name__ == "__main__":
    main()
