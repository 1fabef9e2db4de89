# Stand-in for the nRF52840's serial line: the board's own start-up, clock, TIMER1, RNG and pins with Nordic's UART of the
# generation before (same address, interrupt, pins and baud rate register as UARTE0), on QEMU's microbit (a Cortex-M0 with
# Nordic's peripherals). No model runs there: the program is an echo. ../nrf52840/README.md says what it shows.
APP := uart-echo
APP_SOURCES := $(ROOT)/boards/nrf52840-microbit/uart_echo.c
MODEL_SOURCE :=
LIBRARY := $(ROOT)/ossicle/ossicle_crc32.c
STACK_BYTES ?= 2048

LINKER_SCRIPT := $(ROOT)/boards/nrf52840/link.ld
include $(ROOT)/boards/cortex_m/cortex_m.mk

CFLAGS := -O2 -g -mcpu=cortex-m0 -mthumb -masm-syntax-unified -ffunction-sections -fdata-sections
DEFINES += -DBOARD_LEGACY_UART -DBOARD_DCDC=0u
INCLUDES += -I$(ROOT)/boards/nrf52840
# It has a `main` of its own, and no port.
BOARD_SOURCES := $(addprefix $(ROOT)/boards/nrf52840/,boot_cause.c machine.c startup.c sysclock.c ticker.c timebase.c uart.c \
	uart_legacy.c) $(CORTEX_M) $(filter-out %/bare_board.c %/port_functions.c,$(BARE_METAL))
