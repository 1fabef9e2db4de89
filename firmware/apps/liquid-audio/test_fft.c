/* The FFT against a transform in double, by definition.
 *
 * Stated: with points that use the 16 bits, noise of all points together is 60 dB below the spectrum (62 measured for white
 * noise, 75 for tones); and nothing overflows whatever is loaded.
 */
#include <math.h>

#include "fft.h"
#include "testing/expect.h"

#define POINTS FFT_POINTS
#define TURN 6.283185307179586
#define LEAST_DECIBELS 60.0

static struct fft fft;
static int16_t real[POINTS], imaginary[POINTS];
static double expected[POINTS][2];
static double cosine[2 * POINTS], sine[2 * POINTS];
static uint32_t seed = 1;

static int16_t random_within(int16_t limit) {
	seed = seed * 1664525u + 1013904223u;
	return (int16_t)((int32_t)(seed >> 8) % (2 * limit + 1) - limit);
}

static void make_roots(void) {
	for (unsigned i = 0; i < 2 * POINTS; i++) {
		cosine[i] = cos(TURN * i / (2 * POINTS));
		sine[i] = sin(TURN * i / (2 * POINTS));
	}
}

static void transform_in_double(void) {
	for (unsigned k = 0; k < POINTS; k++) {
		double re = 0.0, im = 0.0;
		for (unsigned n = 0; n < POINTS; n++) {
			unsigned turn = 2 * (k * n % POINTS);
			re += real[n] * cosine[turn] + imaginary[n] * sine[turn];
			im += imaginary[n] * cosine[turn] - real[n] * sine[turn];
		}
		expected[k][0] = re;
		expected[k][1] = im;
	}
}

static fixed_pair point(unsigned n) {
	return fixed_pack(real[n], imaginary[n]);
}

static uint32_t transform(void) {
	enum { QUARTER = POINTS / 4 };
	fft.loudest = 0;
	for (unsigned n = 0; n < QUARTER; n++) {
		fft.loudest |= fft_load(
			fft.points, n, point(n), point(n + QUARTER), point(n + 2 * QUARTER), point(n + 3 * QUARTER)
		);
	}
	return fft_transform(&fft);
}

/* Energy of the spectrum over that of what differs from the transform in double. */
static double decibels(void) {
	uint32_t halvings = transform();
	double signal = 1e-9, noise = 1e-9;
	transform_in_double();
	for (unsigned k = 0; k < POINTS; k++) {
		double re = ldexp(fixed_low(fft.points[k]), (int)halvings) - expected[k][0];
		double im = ldexp(fixed_high(fft.points[k]), (int)halvings) - expected[k][1];
		signal += expected[k][0] * expected[k][0] + expected[k][1] * expected[k][1];
		noise += re * re + im * im;
	}
	return 10.0 * log10(signal / noise);
}

static void fill_noise(int16_t limit) {
	for (unsigned n = 0; n < POINTS; n++) {
		real[n] = random_within(limit);
		imaginary[n] = random_within(limit);
	}
}

static void white_noise(void) {
	for (unsigned round = 0; round < 20; round++) {
		fill_noise(8191);
		double got = decibels();
		if (round == 0) {
			printf("  white noise: %.1f dB\n", got);
		}
		EXPECT(got > LEAST_DECIBELS);
	}
}

static void fill_tone(unsigned k, double amplitude) {
	for (unsigned n = 0; n < POINTS; n++) {
		unsigned turn = 2 * (k * n % POINTS);
		real[n] = (int16_t)lrint(amplitude * cosine[turn]);
		imaginary[n] = (int16_t)lrint(amplitude * sine[turn]);
	}
}

/* Each bin's tone at the largest amplitude there may be: grows 256-fold. */
static void tones(void) {
	double least = 200.0;
	for (unsigned k = 0; k < POINTS; k++) {
		fill_tone(k, 8191.0);
		least = fmin(least, decibels());
	}
	printf("  tones: %.1f dB at least\n", least);
	EXPECT(least > LEAST_DECIBELS);
}

/* Through all that the passes decide by: where one halving just does, and where it just does not. */
static void tones_of_all_amplitudes(void) {
	for (double amplitude = 8191.0; amplitude > 200.0; amplitude *= 0.93) {
		for (unsigned k = 1; k < POINTS; k += 23) {
			fill_tone(k, amplitude);
			EXPECT(decibels() > LEAST_DECIBELS - 6.0);
		}
	}
}

/* Corners of the square instead of a circle: 3 dB louder, and the loudest sums each stage can make. */
static void square_tones(void) {
	double least = 200.0;
	for (unsigned k = 0; k < POINTS; k++) {
		for (unsigned n = 0; n < POINTS; n++) {
			unsigned turn = (2 * k * n + 1) % (2 * POINTS);
			real[n] = cosine[turn] < 0 ? -8191 : 8191;
			imaginary[n] = sine[turn] < 0 ? -8191 : 8191;
		}
		least = fmin(least, decibels());
	}
	EXPECT(least > LEAST_DECIBELS);
}

/* One quarter takes the whole sum that fft_load allows. */
static void uneven_quarters(void) {
	for (unsigned quarter = 0; quarter < 4; quarter++) {
		for (unsigned k = 0; k < POINTS; k += 5) {
			memset(real, 0, sizeof real);
			memset(imaginary, 0, sizeof imaginary);
			for (unsigned n = quarter * 64; n < quarter * 64 + 64; n++) {
				unsigned turn = (2 * k * n + 1) % (2 * POINTS);
				real[n] = cosine[turn] < 0 ? -32767 : 32767;
				imaginary[n] = sine[turn] < 0 ? -32767 : 32767;
			}
			EXPECT(decibels() > LEAST_DECIBELS);
		}
	}
}

static void impulses(void) {
	for (unsigned n = 0; n < POINTS; n++) {
		memset(real, 0, sizeof real);
		memset(imaginary, 0, sizeof imaginary);
		real[n] = n % 2 ? -32767 : 32767;
		imaginary[n] = n % 3 ? -32767 : 32767;
		EXPECT(decibels() > LEAST_DECIBELS);
	}
}

/* Points of a few bits lose few more: the halvings are no more than the points ask for. */
static void quiet_points(void) {
	static const int16_t limits[] = { 4000, 1000, 250, 60 };
	static const double least[] = { 60.0, 57.0, 45.0, 33.0 }; /* as many as noise of half a step in each half allows, less 3 */
	for (unsigned i = 0; i < 4; i++) {
		fill_noise(limits[i]);
		double got = decibels();
		printf("  noise within %d: %.1f dB\n", limits[i], got);
		EXPECT(got > least[i]);
	}
}

static void nothing(void) {
	memset(real, 0, sizeof real);
	memset(imaginary, 0, sizeof imaginary);
	(void)transform();
	fft_power(&fft);
	for (unsigned k = 1; k < POINTS; k++) {
		EXPECT(fft.points[k] <= 1); /* a half rounds up */
	}
}

/* |X[k]|^2 / 4 of the 512 real samples that the points stand for. */
static void power_of_real_samples(void) {
	double signal = 0.0, noise = 0.0;
	fill_noise(8191);
	uint32_t halvings = transform();
	fft_power(&fft);
	for (unsigned k = 1; k < POINTS; k++) {
		double re = 0.0, im = 0.0;
		for (unsigned n = 0; n < 2 * POINTS; n++) {
			int16_t sample = n % 2 ? imaginary[n / 2] : real[n / 2];
			re += sample * cosine[k * n % (2 * POINTS)];
			im -= sample * sine[k * n % (2 * POINTS)];
		}
		double power = (re * re + im * im) / 4.0, got = ldexp(fft.points[k], 2 * (int)halvings);
		signal += power;
		noise += fabs(got - power);
		EXPECT(fabs(sqrt(got) - sqrt(power)) < ldexp(4.0, (int)halvings)); /* a few steps of the points */
	}
	EXPECT(noise < 0.002 * signal);
}

int main(void) {
	make_roots();
	expect_run("white noise", white_noise);
	expect_run("tones in all bins at the largest amplitude", tones);
	expect_run("tones of all amplitudes: nothing overflows", tones_of_all_amplitudes);
	expect_run("square tones in all bins: nothing overflows", square_tones);
	expect_run("a single loud quarter: nothing overflows", uneven_quarters);
	expect_run("impulses everywhere", impulses);
	expect_run("quiet points keep their bits", quiet_points);
	expect_run("nothing in, nothing out", nothing);
	expect_run("power of the real samples' bins", power_of_real_samples);
	return expect_end();
}
