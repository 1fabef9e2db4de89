# A program for this machine. posix-san: the same under the address and undefined-behaviour sanitizers.
CC := gcc
CFLAGS := -g -pthread $(if $(filter posix-san,$(BOARD)),-O1 -fno-omit-frame-pointer -fsanitize=address$(comma)undefined -fno-sanitize-recover=all,-O2)
LDFLAGS := -Wl,--build-id=sha1
INCLUDES += -I$(ROOT)/boards/posix
BOARD_SOURCES := $(filter-out $(wildcard $(ROOT)/boards/posix/test_*.c),$(wildcard $(ROOT)/boards/posix/*.c))
IMAGE := $(OUT)/$(APP)
