# Tests of what of this board is arithmetic, on a PC.
STM32F405_TESTS := $(patsubst $(ROOT)/%.c,$(TEST_OUT)/%,$(wildcard $(ROOT)/boards/stm32f405/test_*.c))
TESTS += $(STM32F405_TESTS)

$(TEST_OUT)/boards/stm32f405/%.c.o: TEST_INCLUDES := -I$(ROOT)/boards/stm32f405 -I$(ROOT)/ossicle

$(STM32F405_TESTS): %: %.c.o
	$(TEST_CC) $(TEST_FLAGS) $^ -o $@

-include $(STM32F405_TESTS:=.c.d)
