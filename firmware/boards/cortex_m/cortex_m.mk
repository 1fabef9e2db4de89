# For the board.mk of a Cortex-M board, after STACK_BYTES and LINKER_SCRIPT were set.
include $(ROOT)/boards/bare_metal/bare_metal.mk
CC := arm-none-eabi-gcc
LDFLAGS += -nostartfiles -L $(ROOT)/boards/cortex_m
LINK_DEPENDENCIES += $(ROOT)/boards/cortex_m/sections.ld $(ROOT)/boards/cortex_m/cortex_m.mk
INCLUDES += -I$(ROOT)/boards/cortex_m
CORTEX_M := $(wildcard $(ROOT)/boards/cortex_m/*.c)
