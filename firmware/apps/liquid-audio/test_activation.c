/* Sigmoid and tanh against the C library's, over all arguments that matter. */
#include <math.h>
#include <stdlib.h>

#include "activation.h"
#include "testing/expect.h"

#define FAR (30 * 4096)

static double largest_error(int32_t (*function)(int32_t), double (*reference)(double)) {
	double largest = 0.0;
	for (int32_t x = -FAR; x <= FAR; x++) {
		double error = fabs(function(x) - 32768.0 * reference(x / 4096.0));
		largest = error > largest ? error : largest;
	}
	return largest;
}

static double sigmoid(double x) {
	return 1.0 / (1.0 + exp(-x));
}

static void errors_are_as_stated(void) {
	double of_tanh = largest_error(activation_tanh, tanh), of_sigmoid = largest_error(activation_sigmoid, sigmoid);
	printf("  largest error in steps of 2^-15: tanh %.3f, sigmoid %.3f\n", of_tanh, of_sigmoid);
	EXPECT(of_tanh < ACTIVATION_TANH_ERROR);
	EXPECT(of_sigmoid < ACTIVATION_SIGMOID_ERROR);
	/* ... and not by a margin that would hide a worse table. */
	EXPECT(of_tanh > 0.6 * ACTIVATION_TANH_ERROR);
	EXPECT(of_sigmoid > 0.6 * ACTIVATION_SIGMOID_ERROR);
}

static void never_fall(void) {
	for (int32_t x = -FAR; x < FAR; x++) {
		EXPECT(activation_tanh(x) <= activation_tanh(x + 1));
		EXPECT(activation_sigmoid(x) <= activation_sigmoid(x + 1));
	}
}

static void limits(void) {
	static const int32_t far_out[] = { 6 * 4096, 12 * 4096, 1 << 20, INT32_MAX };
	EXPECT_EQUAL(activation_tanh(0), 0);
	EXPECT_EQUAL(activation_sigmoid(0), 16384);
	EXPECT_EQUAL(activation_tanh(INT32_MIN), -ACTIVATION_ONE);
	EXPECT_EQUAL(activation_sigmoid(INT32_MIN), 0);
	for (unsigned i = 0; i < 4; i++) {
		EXPECT_EQUAL(activation_tanh(far_out[i]), ACTIVATION_ONE);
		EXPECT_EQUAL(activation_tanh(-far_out[i]), -ACTIVATION_ONE);
		EXPECT(i == 0 || activation_sigmoid(far_out[i]) == ACTIVATION_ONE);
		EXPECT(i == 0 || activation_sigmoid(-far_out[i]) == 0);
	}
}

static void symmetries(void) {
	for (int32_t x = 0; x < FAR; x += 7) {
		EXPECT_EQUAL(activation_tanh(-x), -activation_tanh(x));
		int32_t sum = activation_sigmoid(x) + activation_sigmoid(-x);
		EXPECT(sum == 32768 || (sum == 32767 && activation_sigmoid(x) == ACTIVATION_ONE));
	}
}

/* An odd entry that only one argument meets would not show in the errors above. */
static void table_is_the_function(void) {
	for (unsigned i = 0; i < ACTIVATION_ENTRIES; i++) {
		double exact = 65536.0 * tanh((i < ACTIVATION_STEPS ? i : ACTIVATION_STEPS) / 64.0);
		EXPECT(fabs(activation_table[i] - fmin(exact, 65534.0)) <= 0.5);
	}
}

int main(void) {
	expect_run("errors are as stated", errors_are_as_stated);
	expect_run("never fall where the function rises", never_fall);
	expect_run("reach their limits and stay there", limits);
	expect_run("are symmetrical", symmetries);
	expect_run("the table is the function, rounded", table_is_the_function);
	return expect_end();
}
