# A program for this machine that speaks MQTT itself (firmware/wire/MQTT.md).
include $(ROOT)/boards/posix/host.mk
LDFLAGS += -lmosquitto -lcjson -lssl -lcrypto
INCLUDES += -I$(ROOT)/boards/posix-mqtt
DEFINES += -DBOARD_NAME='"posix-mqtt"'
# The posix board without its pty.
BOARD_SOURCES := $(addprefix $(ROOT)/boards/posix/,board.c build_id.c clock.c options.c stack.c) \
	$(filter-out $(wildcard $(ROOT)/boards/posix-mqtt/test_*.c),$(wildcard $(ROOT)/boards/posix-mqtt/*.c))
