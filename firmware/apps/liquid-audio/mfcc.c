#include "mfcc.h"

#include <string.h>

#define POINTS (MFCC_FRAME / 2) /* of the complex FFT */

void mfcc_reset(struct mfcc *m)
{
	memset(m, 0, sizeof *m);
	m->peak = MFCC_PEAK_START;
	memcpy(m->mean, mfcc_mean_start, sizeof m->mean);
}

float mfcc_log(float x)
{
	/* x = m 2^e with m in [sqrt(1/2), sqrt(2)); log m = 2 artanh((m - 1) / (m + 1)), |argument| < 0.172 */
	uint32_t bits;
	memcpy(&bits, &x, sizeof bits);
	uint32_t offset = bits - 0x3f3504f3u; /* bits of sqrt(1/2) */
	int32_t exponent = (int32_t)offset >> 23;
	bits = (offset & 0x007fffffu) + 0x3f3504f3u;
	float mantissa;
	memcpy(&mantissa, &bits, sizeof mantissa);
	float s = (mantissa - 1.0f) / (mantissa + 1.0f);
	float t = s * s;
	float series = 2.0f + t * (0.666666667f + t * (0.4f + t * (0.285714286f + t * 0.222222222f)));
	return (float)exponent * 0.693147181f + s * series;
}

/* Two real samples make one complex point; points are stored bit-reversed, as the FFT wants them. */
static void window_frame(struct mfcc *m, const int16_t hop[MFCC_HOP])
{
	for (uint32_t n = 0; n < POINTS; n++) {
		const int16_t *samples = n < POINTS / 2 ? &m->history[2 * n] : &hop[2 * n - MFCC_HOP];
		float *point = &m->spectrum[2 * (uint32_t)mfcc_bit_reversed[n]];
		point[0] = (float)samples[0] * mfcc_window[2 * n];
		point[1] = (float)samples[1] * mfcc_window[2 * n + 1];
	}
	memcpy(m->history, hop, sizeof m->history);
}

/* Radix-2 decimation in time, in place, on 256 complex points. */
static void fft(float *data)
{
	for (uint32_t half = 1; half < POINTS; half *= 2) {
		uint32_t stride = POINTS / half; /* through a table of 512th roots of unity */
		for (uint32_t k = 0; k < half; k++) {
			float c = mfcc_twiddle[2 * k * stride];
			float s = mfcc_twiddle[2 * k * stride + 1];
			for (uint32_t i = k; i < POINTS; i += 2 * half) {
				float *a = &data[2 * i];
				float *b = &data[2 * (i + half)];
				float re = b[0] * c - b[1] * s;
				float im = b[0] * s + b[1] * c;
				b[0] = a[0] - re;
				b[1] = a[1] - im;
				a[0] = a[0] + re;
				a[1] = a[1] + im;
			}
		}
	}
}

/* Spectrum of the 512 real samples out of that of the 256 complex points, as power, in place: value k at data[k],
 * k = 0..255. Bin 256 (8 kHz) is above every mel band and is left out. */
static void to_power(float *data)
{
	float dc = data[0] + data[1];
	data[0] = dc * dc;
	data[1] = 0.0f;
	for (uint32_t k = 1; k <= POINTS / 2; k++) {
		float *a = &data[2 * k];
		float *b = &data[2 * (POINTS - k)];
		float even_re = 0.5f * (a[0] + b[0]);
		float even_im = 0.5f * (a[1] - b[1]);
		float odd_re = 0.5f * (a[1] + b[1]);
		float odd_im = 0.5f * (b[0] - a[0]);
		float c = mfcc_twiddle[2 * k];
		float s = mfcc_twiddle[2 * k + 1];
		float re = odd_re * c - odd_im * s;
		float im = odd_re * s + odd_im * c;
		float low_re = even_re + re, low_im = even_im + im;
		float high_re = even_re - re, high_im = even_im - im;
		a[0] = low_re * low_re + low_im * low_im;
		b[0] = high_re * high_re + high_im * high_im; /* at k = 128 the same point, and the same value */
	}
	for (uint32_t k = 1; k < POINTS; k++)
		data[k] = data[2 * k];
}

static void log_mel(const float *power, float bands[MFCC_BANDS])
{
	const float *weight = mfcc_mel_weight;
	for (uint32_t band = 0; band < MFCC_BANDS; band++) {
		const float *bin = &power[mfcc_mel_first[band]];
		float sum = MFCC_POWER_FLOOR;
		for (uint32_t i = 0; i < mfcc_mel_count[band]; i++)
			sum += bin[i] * weight[i];
		weight += mfcc_mel_count[band];
		bands[band] = mfcc_log(sum);
	}
}

static void follow_peak(struct mfcc *m, float top)
{
	m->peak = m->peak - MFCC_PEAK_DECAY > top ? m->peak - MFCC_PEAK_DECAY : top;
}

/* Levels below the running peak; returns their mean. */
static float relative_to_peak(struct mfcc *m)
{
	float top = MFCC_PEAK_START;
	for (uint32_t band = 0; band < MFCC_BANDS; band++)
		if (m->bands[band] > top)
			top = m->bands[band];
	follow_peak(m, top);
	float sum = 0.0f;
	for (uint32_t band = 0; band < MFCC_BANDS; band++) {
		float relative = m->bands[band] - m->peak;
		m->bands[band] = relative > -MFCC_RANGE ? relative : -MFCC_RANGE;
		sum += m->bands[band];
	}
	return sum * (1.0f / MFCC_BANDS);
}

/* 0 for a hop of silence, 1 for one of sound, a ramp of one neper between: no cliff for rounding to fall off. */
static float soundness(float level)
{
	float ramp = level + MFCC_GATE;
	return ramp < 0.0f ? 0.0f : ramp > 1.0f ? 1.0f : ramp;
}

void mfcc_step(struct mfcc *m, const int16_t hop[MFCC_HOP], float features[MFCC_COEFFICIENTS])
{
	window_frame(m, hop);
	fft(m->spectrum);
	to_power(m->spectrum);
	log_mel(m->spectrum, m->bands);
	float sound = soundness(relative_to_peak(m));
	m->weight = m->weight + sound > MFCC_WEIGHT_CAP ? MFCC_WEIGHT_CAP : m->weight + sound;
	float pull = sound / (m->weight + MFCC_PRIOR_HOPS);
	const float *row = mfcc_dct;
	for (uint32_t c = 0; c < MFCC_COEFFICIENTS; c++, row += MFCC_BANDS) {
		float sum = 0.0f;
		for (uint32_t band = 0; band < MFCC_BANDS; band++)
			sum += row[band] * m->bands[band];
		m->mean[c] += pull * (sum - m->mean[c]);
		features[c] = (sum - m->mean[c]) * mfcc_scale[c];
	}
}

void mfcc_skip(struct mfcc *m, const int16_t hop[MFCC_HOP])
{
	memcpy(m->history, hop, sizeof m->history);
	follow_peak(m, MFCC_PEAK_START);
}
