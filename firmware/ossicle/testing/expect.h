/* The C tests' whole framework: each test program prints what failed and ends with `N passed, N failed`. */
#ifndef EXPECT_H
#define EXPECT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static unsigned expect_passed;
static unsigned expect_failed;
static bool expect_ok;

#define EXPECT(condition)                                                                                            \
	do {                                                                                                             \
		if (!(condition)) {                                                                                          \
			printf("  %s:%d: expected %s\n", __FILE__, __LINE__, #condition);                                        \
			expect_ok = false;                                                                                       \
		}                                                                                                            \
	} while (0)

#define EXPECT_EQUAL(got, expected)                                                                                  \
	do {                                                                                                             \
		long long expect_got = (long long)(got);                                                                     \
		long long expect_wanted = (long long)(expected);                                                             \
		if (expect_got != expect_wanted) {                                                                           \
			printf("  %s:%d: %s: expected %lld, got %lld\n", __FILE__, __LINE__, #got, expect_wanted, expect_got);   \
			expect_ok = false;                                                                                       \
		}                                                                                                            \
	} while (0)

static inline void expect_run(const char *name, void (*test)(void)) {
	expect_ok = true;
	test();
	printf("%s %s\n", expect_ok ? "ok" : "not ok", name);
	*(expect_ok ? &expect_passed : &expect_failed) += 1;
}

static inline int expect_end(void) {
	printf("%u passed, %u failed\n", expect_passed, expect_failed);
	return expect_failed == 0 ? 0 : 1;
}

#endif
