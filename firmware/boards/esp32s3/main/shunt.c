#include "shunt.h"

#include "esp_adc/adc_continuous.h"
#include "esp_err.h"
#include "sdkconfig.h"
#include "timebase.h"

/* A quarter of a second in the driver's store, 16 ms in each of its frames. */
#define STORE_BYTES (256u * SOC_ADC_DIGI_DATA_BYTES_PER_CONV)
#define FRAME_BYTES (16u * SOC_ADC_DIGI_DATA_BYTES_PER_CONV)

static adc_continuous_handle_t adc;

void shunt_start(uint64_t *start_cycles, uint32_t *period_cycles) {
	shunt_stop();
	const adc_continuous_handle_cfg_t store = { .max_store_buf_size = STORE_BYTES, .conv_frame_size = FRAME_BYTES };
	adc_digi_pattern_config_t pattern = {
		.atten = ADC_ATTEN_DB_12,
		.channel = CONFIG_OSSICLE_SHUNT_CHANNEL,
		.unit = ADC_UNIT_1,
		.bit_width = ADC_BITWIDTH_12,
	};
	const adc_continuous_config_t config = {
		.pattern_num = 1,
		.adc_pattern = &pattern,
		.sample_freq_hz = SHUNT_HZ,
		.conv_mode = ADC_CONV_SINGLE_UNIT_1,
		.format = ADC_DIGI_OUTPUT_FORMAT_TYPE2,
	};
	struct ossicle_stamp stamp;
	ESP_ERROR_CHECK(adc_continuous_new_handle(&store, &adc));
	ESP_ERROR_CHECK(adc_continuous_config(adc, &config));
	ESP_ERROR_CHECK(adc_continuous_start(adc));
	timebase_stamp(&stamp);
	*period_cycles = timebase_core_hz() / SHUNT_HZ;
	*start_cycles = stamp.cycles + *period_cycles;
}

long shunt_read(uint16_t *to, size_t max) {
	uint8_t frame[FRAME_BYTES] __attribute__((aligned(4)));
	uint32_t bytes = 0;
	size_t most = sizeof frame / SOC_ADC_DIGI_DATA_BYTES_PER_CONV;
	if (max < most) {
		most = max;
	}
	uint32_t wanted = (uint32_t)(most * SOC_ADC_DIGI_DATA_BYTES_PER_CONV);
	esp_err_t result = adc_continuous_read(adc, frame, wanted, &bytes, 0);
	if (result == ESP_ERR_TIMEOUT) {
		return 0;
	}
	if (result != ESP_OK) {
		return -1; /* ESP_ERR_INVALID_STATE: the store was full */
	}
	long count = 0;
	for (uint32_t at = 0; at + SOC_ADC_DIGI_DATA_BYTES_PER_CONV <= bytes; at += SOC_ADC_DIGI_DATA_BYTES_PER_CONV) {
		const adc_digi_output_data_t *sample = (const adc_digi_output_data_t *)(const void *)&frame[at];
		to[count++] = (uint16_t)sample->type2.data;
	}
	return count;
}

void shunt_stop(void) {
	if (adc == NULL) {
		return;
	}
	(void)adc_continuous_stop(adc);
	ESP_ERROR_CHECK(adc_continuous_deinit(adc));
	adc = NULL;
}
