# The ESP32-S3's stand-in: QEMU's kc705 with an Xtensa LX7-family core. What it shows of an ESP32-S3 and what not:
# ../esp32s3/README.md.
STACK_BYTES ?= 6144
RIG_BYTES := 65536

BOARD_FOLDER := $(ROOT)/boards/esp32s3-kc705
LINKER_SCRIPT := $(BOARD_FOLDER)/link.ld
include $(ROOT)/boards/bare_metal/bare_metal.mk

CC := xtensa-lx106-elf-gcc
# Debian's compiler comes without a C library: -ffreestanding, and string.h and what libgcc lacks are in runtime/.
CFLAGS := -O2 -g -ffreestanding -mlongcalls -mtext-section-literals -ffunction-sections -fdata-sections
DEFINES += -DRIG_BYTES=$(RIG_BYTES)u
LDFLAGS += -nostdlib -Wl,--no-warn-rwx-segments -lgcc
INCLUDES += -I$(BOARD_FOLDER) -isystem $(BOARD_FOLDER)/runtime/include
BOARD_SOURCES := $(wildcard $(BOARD_FOLDER)/*.S $(BOARD_FOLDER)/*.c) $(wildcard $(BOARD_FOLDER)/runtime/*.c) $(BARE_METAL)
