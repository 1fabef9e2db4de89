# `make test`: each test_*.c is a program; all run under the sanitizers, whether or not one fails.
TEST_OUT := $(ROOT)/build/test
VECTORS := $(ROOT)/build/generated/wire_vectors.h
TEST_CC := gcc
TEST_FLAGS := -O1 -g -fno-omit-frame-pointer -fsanitize=address$(comma)undefined -fno-sanitize-recover=all
TEST_INCLUDES := -I$(ROOT)/ossicle -I$(ROOT)/apps/$(APP) -I$(ROOT)/boards/posix -I$(ROOT)/build/generated

LIBRARY_TESTS := $(wildcard $(ROOT)/ossicle/test_*.c)
APP_TESTS := $(wildcard $(ROOT)/apps/$(APP)/test_*.c)
POSIX_TESTS := $(wildcard $(ROOT)/boards/posix/test_*.c)
TESTS := $(patsubst $(ROOT)/%.c,$(TEST_OUT)/%,$(LIBRARY_TESTS) $(APP_TESTS) $(POSIX_TESTS))
# The app without its `main`.
APP_PARTS := $(filter-out %/main.c,$(APP_SOURCES))
test_objects = $(patsubst $(ROOT)/%,$(TEST_OUT)/%.o,$(1))

.PHONY: test
test: $(TESTS)
	@passed=0; failed=0; \
	for test in $(TESTS); do \
		echo "# $${test##*/}"; \
		out=$$($$test 2>&1); status=$$?; \
		printf '%s\n' "$$out"; \
		last=$$(printf '%s\n' "$$out" | tail -n 1); \
		p=$$(printf '%s\n' "$$last" | sed -n 's/^\([0-9]*\) passed, [0-9]* failed$$/\1/p'); \
		f=$$(printf '%s\n' "$$last" | sed -n 's/^[0-9]* passed, \([0-9]*\) failed$$/\1/p'); \
		passed=$$((passed + $${p:-0})); failed=$$((failed + $${f:-0})); \
		if [ $$status -ne 0 ] && [ "$${f:-0}" -eq 0 ]; then \
			echo "not ok $${test##*/} ended with status $$status"; failed=$$((failed + 1)); \
		fi; \
	done; \
	echo "$$passed passed, $$failed failed"; \
	test $$failed -eq 0 && test $$passed -gt 0

$(VECTORS): $(wildcard $(ROOT)/wire/vectors/*.json) $(ROOT)/../harness/schema/generate-vectors.ts
	cd $(ROOT)/.. && node --import tsx harness/schema/generate-vectors.ts $@

$(LIBRARY_TESTS:$(ROOT)/%.c=$(TEST_OUT)/%): %: %.c.o $(call test_objects,$(LIBRARY) $(ROOT)/ossicle/testing/fake_board.c)
	$(TEST_CC) $(TEST_FLAGS) $^ -o $@

$(APP_TESTS:$(ROOT)/%.c=$(TEST_OUT)/%): %: %.c.o $(call test_objects,$(APP_PARTS) $(LIBRARY))
	$(TEST_CC) $(TEST_FLAGS) $^ -o $@

$(POSIX_TESTS:$(ROOT)/%.c=$(TEST_OUT)/%): %: %.c.o $(call test_objects,$(ROOT)/boards/posix/clock.c $(ROOT)/boards/posix/options.c)
	$(TEST_CC) $(TEST_FLAGS) $^ -o $@

$(TEST_OUT)/%.c.o: $(ROOT)/%.c $(ROOT)/Makefile $(ROOT)/test.mk | $(VECTORS)
	@mkdir -p $(dir $@)
	$(TEST_CC) $(CFLAGS_ALL) $(TEST_FLAGS) $(TEST_INCLUDES) -MMD -MP -c $< -o $@

-include $(patsubst %,%.c.d,$(TESTS)) $(patsubst %.o,%.d,$(call test_objects,$(LIBRARY) $(APP_PARTS)))
