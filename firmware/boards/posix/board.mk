# A program for this machine on a pty.
include $(ROOT)/boards/posix/host.mk
BOARD_SOURCES := $(filter-out $(wildcard $(ROOT)/boards/posix/test_*.c),$(wildcard $(ROOT)/boards/posix/*.c))
