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
# A board may have tests of its own.
include $(wildcard $(ROOT)/boards/*/test.mk)
# The app without its `main`, with the model it is built with, and what its tests make models with.
APP_PARTS := $(filter-out %/main.c,$(APP_SOURCES)) $(MODEL_SOURCE) $(wildcard $(ROOT)/apps/$(APP)/testing/*.c)
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
	$(TEST_CC) $(TEST_FLAGS) $^ -lm -o $@

$(POSIX_TESTS:$(ROOT)/%.c=$(TEST_OUT)/%): %: %.c.o $(call test_objects,$(ROOT)/boards/posix/clock.c $(ROOT)/boards/posix/options.c)
	$(TEST_CC) $(TEST_FLAGS) $^ -o $@

$(TEST_OUT)/%.c.o: $(ROOT)/%.c $(ROOT)/Makefile $(ROOT)/test.mk | $(VECTORS)
	@mkdir -p $(dir $@)
	$(TEST_CC) $(CFLAGS_ALL) $(TEST_FLAGS) $(TEST_INCLUDES) -MMD -MP -c $< -o $@

$(TEST_OUT)/%.S.o: $(ROOT)/%.S $(MODEL) $(ROOT)/Makefile $(ROOT)/test.mk
	@mkdir -p $(dir $@)
	$(TEST_CC) $(MODEL_DEFINE) -c $< -o $@

# `make test-m4`: the engine on QEMU's Cortex-M4, with its SIMD instructions and in portable C, against this machine.
M4_OUT := $(ROOT)/build/m4
M4_CHECK := $(wildcard $(ROOT)/apps/$(APP)/testing/m4)
M4_PARTS := $(filter-out %/main.c %/app.c,$(wildcard $(ROOT)/apps/$(APP)/[!t]*.c) $(ROOT)/apps/$(APP)/timestep.c) \
	$(ROOT)/ossicle/ossicle_crc32.c $(M4_CHECK)/check.c $(MODEL_SOURCE)
M4_FLAGS := $(CFLAGS_ALL) -O2 $(TEST_INCLUDES) -I$(M4_CHECK) $(DEFINES) $(MODEL_DEFINE)
M4_CORE := -mcpu=cortex-m4 -mthumb -mfloat-abi=soft -nostartfiles -T $(M4_CHECK)/link.ld
M4_FILES = $(M4_PARTS) $(wildcard $(ROOT)/apps/$(APP)/*.h $(ROOT)/apps/$(APP)/golden/*.h $(M4_CHECK)/*) $(MODEL) $(ROOT)/test.mk

$(M4_OUT)/host: $(M4_FILES)
	@mkdir -p $(M4_OUT)
	$(TEST_CC) $(M4_FLAGS) $(M4_PARTS) $(M4_CHECK)/host_posix.c -o $@

$(M4_OUT)/simd.elf $(M4_OUT)/portable.elf: $(M4_FILES)
	@mkdir -p $(M4_OUT)
	arm-none-eabi-gcc $(M4_FLAGS) $(M4_CORE) $(if $(findstring portable,$@),-DFIXED_PORTABLE) $(M4_PARTS) $(M4_CHECK)/host_cortex_m4.c -o $@

# Without an FPU, so that floating point would show as calls of the compiler's library.
$(M4_OUT)/engine.o: $(M4_FILES)
	@mkdir -p $(M4_OUT)
	arm-none-eabi-gcc $(M4_FLAGS) -mcpu=cortex-m4 -mthumb -mfloat-abi=soft -r -nostdlib $(filter-out %/check.c %.S,$(M4_PARTS)) -o $@

m4_run = timeout 120 qemu-system-arm -M mps2-an386 -display none -monitor none -serial none -icount shift=3,sleep=off \
	-semihosting-config enable=on,target=native -kernel $(1)

.PHONY: test-m4
test-m4: $(M4_OUT)/host $(M4_OUT)/simd.elf $(M4_OUT)/portable.elf $(M4_OUT)/engine.o
	@$(M4_OUT)/host > $(M4_OUT)/host.txt
	@$(call m4_run,$(M4_OUT)/simd.elf) > $(M4_OUT)/simd.txt 2>&1
	@$(call m4_run,$(M4_OUT)/portable.elf) > $(M4_OUT)/portable.txt 2>&1
	@echo '# simd'; cat $(M4_OUT)/simd.txt; echo '# portable'; cat $(M4_OUT)/portable.txt; echo '# host'; cat $(M4_OUT)/host.txt
	@echo '# calls'; arm-none-eabi-nm -u $(M4_OUT)/engine.o; echo '# divisions'; \
		arm-none-eabi-objdump -d $(M4_OUT)/engine.o | sed -n 's/^[0-9a-f]* <\(.*\)>:$$/\1/;t name;/[us]div/{g;p;};b;:name;h'

-include $(patsubst %,%.c.d,$(TESTS)) $(patsubst %.o,%.d,$(call test_objects,$(LIBRARY) $(APP_PARTS) $(ROOT)/ossicle/testing/fake_board.c))
