#include "cell.h"

#include <string.h>

/* e^x for |x| <= 20: x = k log 2 + f, |f| <= 0.35, Taylor to the 7th power. */
static float exponential(float x)
{
	float scaled = x * 1.44269504f;
	int32_t k = (int32_t)(scaled < 0.0f ? scaled - 0.5f : scaled + 0.5f);
	float f = (x - (float)k * 0.693145752f) - (float)k * 1.42860677e-6f; /* log 2 in two parts */
	float series = 1.0f + f * (1.0f + f * (0.5f + f * (0.166666667f + f * (0.0416666667f + f * (0.00833333333f +
		       f * (0.00138888889f + f * 0.000198412698f))))));
	uint32_t bits = (uint32_t)(k + 127) << 23;
	float power;
	memcpy(&power, &bits, sizeof power);
	return series * power;
}

float cell_sigmoid(float x)
{
	float limited = x > 20.0f ? 20.0f : x > -20.0f ? x : -20.0f;
	return 1.0f / (1.0f + exponential(-limited));
}

float cell_tanh(float x)
{
	float limited = x > 10.0f ? 10.0f : x > -10.0f ? x : -10.0f;
	return 1.0f - 2.0f / (exponential(2.0f * limited) + 1.0f);
}

void cell_reset(struct cell *c)
{
	memset(c, 0, sizeof *c);
	for (uint32_t i = 0; i < CELL_HIDDEN; i++)
		c->pooled[CELL_HIDDEN + i] = -1.0f;
}

/* Four sums side by side: a Cortex-M4's addition has to wait for the one before it, and a quarter of the loop is saved. */
static float dot(const int8_t *weights, const float *values, uint32_t count)
{
	float a = 0.0f, b = 0.0f, c = 0.0f, d = 0.0f;
	uint32_t i = 0;
	for (; i + 4 <= count; i += 4) {
		a += (float)weights[i] * values[i];
		b += (float)weights[i + 1] * values[i + 1];
		c += (float)weights[i + 2] * values[i + 2];
		d += (float)weights[i + 3] * values[i + 3];
	}
	for (; i < count; i++)
		a += (float)weights[i] * values[i];
	return (a + b) + (c + d);
}

static void gather_context(struct cell *c, const float features[WEIGHTS_FEATURES])
{
	c->newest = (c->newest + 1) % CELL_CONTEXT;
	memcpy(c->context[c->newest], features, sizeof c->context[0]);
	for (uint32_t i = 0; i < CELL_CONTEXT; i++)
		memcpy(&c->input[i * WEIGHTS_FEATURES], c->context[(c->newest + 1 + i) % CELL_CONTEXT], sizeof c->context[0]);
}

static float gate_input(const struct cell *c, uint32_t row)
{
	float from_input = dot(&weights_input[row * CELL_CHANNELS], c->channels, CELL_CHANNELS);
	float from_hidden = dot(&weights_recurrent[row * CELL_HIDDEN], c->hidden, CELL_HIDDEN);
	return from_input * weights_input_scale[row] + from_hidden * weights_recurrent_scale[row] + weights_gate_bias[row];
}

void cell_step(struct cell *c, const float features[WEIGHTS_FEATURES])
{
	gather_context(c, features);
	for (uint32_t i = 0; i < CELL_CHANNELS; i++) {
		const uint32_t width = CELL_CONTEXT * WEIGHTS_FEATURES;
		float sum = dot(&weights_context[i * width], c->input, width) * weights_context_scale[i] + weights_context_bias[i];
		c->channels[i] = sum > 0.0f ? sum : 0.0f;
	}
	for (uint32_t i = 0; i < CELL_HIDDEN; i++) {
		float gate = (1.0f - weights_leak[i]) * cell_sigmoid(gate_input(c, i));
		float target = cell_tanh(gate_input(c, CELL_HIDDEN + i));
		c->step[i] = c->hidden[i] + (gate * target - (weights_leak[i] + gate) * c->hidden[i]);
	}
	memcpy(c->hidden, c->step, sizeof c->hidden);
}

void cell_read_out(struct cell *c, float scores[CELL_LABELS])
{
	float attention = cell_sigmoid(dot(weights_attention, c->hidden, CELL_HIDDEN) * weights_attention_scale[0] + weights_attention_bias[0]);
	c->pooled_weight = c->pooled_weight * CELL_MEAN_LEAK + attention;
	float *maximum = &c->pooled[CELL_HIDDEN];
	for (uint32_t i = 0; i < CELL_HIDDEN; i++) {
		c->pooled[i] = c->pooled[i] * CELL_MEAN_LEAK + attention * c->hidden[i];
		float fallen = maximum[i] - CELL_MAXIMUM_FALL;
		maximum[i] = c->hidden[i] > fallen ? c->hidden[i] : fallen;
	}
	float per_weight = 1.0f / (c->pooled_weight + CELL_MEAN_START);
	for (uint32_t i = 0; i < CELL_LABELS; i++) {
		const int8_t *row = &weights_read_out[i * 2 * CELL_HIDDEN];
		float from_mean = dot(row, c->pooled, CELL_HIDDEN) * per_weight;
		float from_maximum = dot(row + CELL_HIDDEN, maximum, CELL_HIDDEN);
		scores[i] = (from_mean + from_maximum) * weights_read_out_scale[i] + weights_read_out_bias[i];
	}
}
