# STM32F405RG, the same image for silicon and for QEMU's netduinoplus2.
#
# HSE_HZ: the crystal on your board, a whole number of MHz (8: Discovery, Olimex; 12: Feather; 25: Netduino Plus 2). A wrong
# one makes a wrong clock, which the harness's clock check tells.
HSE_HZ ?= 8000000
STACK_BYTES ?= 6144
# The injected 56 KB buffer has to come from somewhere.
RIG_BYTES := $(if $(filter larger-buffer,$(INJECT)),32768,65536)
LINKER_SCRIPT := $(ROOT)/boards/stm32f405/link.ld
include $(ROOT)/boards/cortex_m/cortex_m.mk

# soft: all that is computed is integer, and the FPU's registers, which the compiler would copy 64-bit words with, stay out of
# it: the cycle model's costs of its instructions are not validated.
CFLAGS := -O2 -g -mcpu=cortex-m4 -mthumb -mfloat-abi=soft -ffunction-sections -fdata-sections
DEFINES += -DHSE_HZ=$(HSE_HZ)u -DRIG_BYTES=$(RIG_BYTES)u
INCLUDES += -I$(ROOT)/boards/stm32f405
BOARD_SOURCES := $(filter-out $(ROOT)/boards/stm32f405/test_%,$(wildcard $(ROOT)/boards/stm32f405/*.c)) $(CORTEX_M) $(BARE_METAL)
