# The ESP32-S3's stand-in: QEMU's kc705 with an Xtensa LX7-family core. What it shows of an ESP32-S3 and what not:
# ../esp32s3/README.md.
STACK_BYTES ?= 6144
RIG_BYTES := 65536

BOARD_FOLDER := $(ROOT)/boards/esp32s3-kc705
CC := xtensa-lx106-elf-gcc
# Debian's compiler comes without a C library: -ffreestanding, and string.h and what libgcc lacks are in runtime/.
CFLAGS := -O2 -g -ffreestanding -mlongcalls -mtext-section-literals -ffunction-sections -fdata-sections
DEFINES += -DRIG_BYTES=$(RIG_BYTES)u
LINKER_SCRIPT := $(BOARD_FOLDER)/link.ld
LDFLAGS := -nostdlib -T $(LINKER_SCRIPT) -Wl,--defsym=STACK_BYTES=$(STACK_BYTES) -Wl,--gc-sections \
	-Wl,--build-id=sha1 -Wl,--no-warn-rwx-segments -Wl,--fatal-warnings -Wl,-Map=$(OUT)/$(APP).map -lgcc
LINK_DEPENDENCIES := $(LINKER_SCRIPT)
INCLUDES += -I$(BOARD_FOLDER) -isystem $(BOARD_FOLDER)/runtime/include
BOARD_SOURCES := $(wildcard $(BOARD_FOLDER)/*.S $(BOARD_FOLDER)/*.c) $(wildcard $(BOARD_FOLDER)/runtime/*.c)
IMAGE := $(OUT)/$(APP).elf
