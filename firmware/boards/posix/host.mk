# What all boards have in common that are programs for this machine; with -san under the address and undefined-behaviour sanitizers.
CC := gcc
CFLAGS := -g -pthread $(if $(filter $(SANITIZED),$(BOARD)),-O1 -fno-omit-frame-pointer -fsanitize=address$(comma)undefined -fno-sanitize-recover=all,-O2)
LDFLAGS := -Wl,--build-id=sha1
INCLUDES += -I$(ROOT)/boards/posix
IMAGE := $(OUT)/$(APP)
