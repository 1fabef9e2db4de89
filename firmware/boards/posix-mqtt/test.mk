# Tests of what needs neither broker nor socket.
POSIX_MQTT_OUT := $(TEST_OUT)/boards/posix-mqtt
POSIX_MQTT_TESTS := $(patsubst $(ROOT)/%.c,$(TEST_OUT)/%,$(wildcard $(ROOT)/boards/posix-mqtt/test_*.c))
POSIX_MQTT_PARTS := $(patsubst %,$(POSIX_MQTT_OUT)/%.c.o,ask channel chunk desk fifo guard image message refusals settings topics uart utf8)
TESTS += $(POSIX_MQTT_TESTS)

$(POSIX_MQTT_OUT)/%.c.o: TEST_INCLUDES := -I$(ROOT)/boards/posix-mqtt -I$(ROOT)/boards/posix -I$(ROOT)/ossicle -I$(ROOT)/build/generated

$(POSIX_MQTT_TESTS): %: %.c.o $(POSIX_MQTT_PARTS) $(TEST_OUT)/boards/posix/options.c.o
	$(TEST_CC) $(TEST_FLAGS) $^ -pthread -lcjson -o $@

-include $(POSIX_MQTT_TESTS:=.c.d) $(POSIX_MQTT_PARTS:.o=.d)
