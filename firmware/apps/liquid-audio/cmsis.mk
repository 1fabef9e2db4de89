# CMSIS_DSP=<path>: on Cortex-M4 boards, the FFT by Arm's CMSIS-DSP in place of ours. Included by firmware/Makefile, after the
# board's file. The path holds Include/arm_math.h and, in it or in lib/, libCMSISDSP.a as Arm's own build makes it, with the
# -mcpu and -mfloat-abi of the board's board.mk. Two more may be named: CMSIS_LIBRARY=<file> and CMSIS_CORE=<path>, the
# headers of CMSIS-Core.
#
# Its arithmetic is another than ours: features differ in their last bits, and with them scores. The firmware says so by the
# word `cmsis-dsp` among the caps of its hello, and is built in a folder of its own.
CMSIS_DSP ?=
ifneq ($(CMSIS_DSP),)
CMSIS_CORE ?= $(CMSIS_DSP)/../Core/Include
CMSIS_LIBRARY ?= $(firstword $(wildcard $(addsuffix /libCMSISDSP.a,$(CMSIS_DSP) $(CMSIS_DSP)/lib $(CMSIS_DSP)/Lib)))
CMSIS_BOARDS := stm32f405 nrf52840

ifeq ($(filter $(CMSIS_BOARDS),$(BOARD)),)
$(error CMSIS_DSP is for a Cortex-M4: BOARD=$(subst $() , or BOARD=,$(CMSIS_BOARDS)), not BOARD=$(BOARD))
endif
ifeq ($(wildcard $(CMSIS_DSP)/Include/arm_math.h),)
$(error there is no Include/arm_math.h in CMSIS_DSP=$(CMSIS_DSP))
endif
ifeq ($(wildcard $(CMSIS_CORE)/cmsis_compiler.h),)
$(error there is no cmsis_compiler.h in CMSIS_CORE=$(CMSIS_CORE): name the folder of the headers of CMSIS-Core)
endif
ifeq ($(wildcard $(CMSIS_LIBRARY)),)
$(error there is no libCMSISDSP.a in CMSIS_DSP=$(CMSIS_DSP): build it as Arm says, or name it with CMSIS_LIBRARY=<file>)
endif

APP_SOURCES += $(ROOT)/apps/$(APP)/cmsis/fft_cmsis.c
INCLUDES += -isystem $(CMSIS_DSP)/Include -isystem $(CMSIS_CORE)
DEFINES += -DFFT_CMSIS
LDFLAGS += $(CMSIS_LIBRARY)
LINK_DEPENDENCIES += $(CMSIS_LIBRARY)
endif
