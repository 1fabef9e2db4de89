# Tests of the drivers on a PC: test_<part>.c runs <part>.c against the fake peripherals of testing/fake_nrf.c.
NRF52840_OUT := $(TEST_OUT)/boards/nrf52840
NRF52840_TESTS := $(patsubst $(ROOT)/%.c,$(TEST_OUT)/%,$(wildcard $(ROOT)/boards/nrf52840/test_*.c))
TESTS += $(NRF52840_TESTS)

$(NRF52840_OUT)/%.c.o: TEST_INCLUDES := -DNRF_FAKE -DCORE_FAKE -I$(ROOT)/boards/nrf52840 -I$(ROOT)/boards/cortex_m \
	-I$(ROOT)/boards/common -I$(ROOT)/ossicle

$(NRF52840_TESTS): $(NRF52840_OUT)/test_%: $(NRF52840_OUT)/test_%.c.o $(NRF52840_OUT)/%.c.o $(NRF52840_OUT)/testing/fake_nrf.c.o
	$(TEST_CC) $(TEST_FLAGS) $^ -o $@

-include $(NRF52840_TESTS:=.c.d) $(NRF52840_OUT)/testing/fake_nrf.c.d
