# Stand-in for the nRF52840's serial line: the board's own start-up, clock, TIMER1, RNG and pins with Nordic's UART of the
# generation before (same address, interrupt, pins and baud rate register as UARTE0), on QEMU's microbit (a Cortex-M0 with
# Nordic's peripherals). No model runs there: the program is an echo. ../nrf52840/README.md says what it shows.
APP := uart-echo
APP_SOURCES := $(ROOT)/boards/nrf52840-microbit/uart_echo.c
MODEL_SOURCE :=
LIBRARY := $(ROOT)/ossicle/ossicle_crc32.c
STACK_BYTES ?= 2048

CC := arm-none-eabi-gcc
CFLAGS := -O2 -g -mcpu=cortex-m0 -mthumb -masm-syntax-unified -ffunction-sections -fdata-sections
DEFINES += -DBOARD_LEGACY_UART -DBOARD_DCDC=0u
LINKER_SCRIPT := $(ROOT)/boards/nrf52840/link.ld
LDFLAGS := -nostartfiles -T $(LINKER_SCRIPT) -Wl,--defsym=STACK_BYTES=$(STACK_BYTES) -Wl,--gc-sections \
	-Wl,--build-id=sha1 -Wl,--fatal-warnings -Wl,-Map=$(OUT)/$(APP).map
LINK_DEPENDENCIES := $(LINKER_SCRIPT)
INCLUDES += -I$(ROOT)/boards/nrf52840 -I$(ROOT)/boards/cortex_m
BOARD_SOURCES := $(addprefix $(ROOT)/boards/nrf52840/,boot.c machine.c startup.c sysclock.c ticker.c timebase.c uart.c \
	uart_legacy.c) $(wildcard $(ROOT)/boards/cortex_m/*.c)
IMAGE := $(OUT)/$(APP).elf
