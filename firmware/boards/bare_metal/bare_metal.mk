# For the board.mk of a board without an operating system, after STACK_BYTES and LINKER_SCRIPT were set. It adds what every such
# board is made of and how an image of it is linked.
LDFLAGS := -T $(LINKER_SCRIPT) -Wl,--defsym=STACK_BYTES=$(STACK_BYTES) -Wl,--gc-sections -Wl,--build-id=sha1 -Wl,--fatal-warnings \
	-Wl,-Map=$(OUT)/$(APP).map
LINK_DEPENDENCIES := $(LINKER_SCRIPT) $(ROOT)/boards/bare_metal/bare_metal.mk
INCLUDES += -I$(ROOT)/boards/bare_metal -I$(ROOT)/boards/common
BARE_METAL := $(wildcard $(ROOT)/boards/bare_metal/*.c $(ROOT)/boards/common/*.c)
IMAGE := $(OUT)/$(APP).elf
