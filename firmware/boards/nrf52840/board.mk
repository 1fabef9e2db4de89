# nRF52840, the same image for silicon (nRF52840 DK pins) and for QEMU's mps2-an386.
#
# DCDC: 1 where the board has the inductor of the DC/DC converter on DCC (the DK and most modules do), 0 where it has not: a
# chip without it browns out when the converter is switched on.
DCDC ?= 1
# FPU: 1 for an app that computes in floating point. The reference app does not, and without it no compiler's whim (a 64-bit
# copy by way of an FPU register) wakes a unit that costs current and keeps its own exception pending (anomaly 87).
FPU ?= 0
STACK_BYTES ?= 6144
# The clip store takes what the app leaves free of 256 KB. The injected 56 KB buffer has to come from somewhere.
RIG_BYTES := $(if $(filter larger-buffer,$(INJECT)),131072,196608)

LINKER_SCRIPT := $(ROOT)/boards/nrf52840/link.ld
include $(ROOT)/boards/cortex_m/cortex_m.mk

CFLAGS := -O2 -g -mcpu=cortex-m4 -mthumb $(if $(filter 1,$(FPU)),-mfloat-abi=hard -mfpu=fpv4-sp-d16,-mfloat-abi=soft) \
	-ffunction-sections -fdata-sections
DEFINES += -DBOARD_DCDC=$(DCDC)u -DRIG_BYTES=$(RIG_BYTES)u
INCLUDES += -I$(ROOT)/boards/nrf52840
BOARD_SOURCES := $(addprefix $(ROOT)/boards/nrf52840/,adc.c board.c boot_cause.c machine.c startup.c sysclock.c ticker.c \
	timebase.c uart.c uart_cmsdk.c uarte.c uarte_line.c) $(CORTEX_M) $(BARE_METAL)
