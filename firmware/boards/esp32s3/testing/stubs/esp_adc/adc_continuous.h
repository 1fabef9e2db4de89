/* A stand-in for a part of ESP-IDF's header of this name: declarations only, for a syntax and type check on a PC. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "esp_err.h"
#define SOC_ADC_DIGI_DATA_BYTES_PER_CONV 4
typedef struct adc_continuous_ctx *adc_continuous_handle_t;
typedef enum { ADC_UNIT_1, ADC_UNIT_2 } adc_unit_t;
typedef enum { ADC_ATTEN_DB_0, ADC_ATTEN_DB_2_5, ADC_ATTEN_DB_6, ADC_ATTEN_DB_12 } adc_atten_t;
typedef enum { ADC_BITWIDTH_12 = 12 } adc_bitwidth_t;
typedef enum { ADC_CONV_SINGLE_UNIT_1 = 1 } adc_digi_convert_mode_t;
typedef enum { ADC_DIGI_OUTPUT_FORMAT_TYPE1, ADC_DIGI_OUTPUT_FORMAT_TYPE2 } adc_digi_output_format_t;
typedef struct {
	uint32_t max_store_buf_size;
	uint32_t conv_frame_size;
	struct {
		uint32_t flush_pool : 1;
	} flags;
} adc_continuous_handle_cfg_t;
typedef struct {
	uint8_t atten;
	uint8_t channel;
	uint8_t unit;
	uint8_t bit_width;
} adc_digi_pattern_config_t;
typedef struct {
	uint32_t pattern_num;
	adc_digi_pattern_config_t *adc_pattern;
	uint32_t sample_freq_hz;
	adc_digi_convert_mode_t conv_mode;
	adc_digi_output_format_t format;
} adc_continuous_config_t;
typedef struct {
	union {
		struct {
			uint32_t data : 12;
			uint32_t reserved12 : 1;
			uint32_t channel : 4;
			uint32_t unit : 1;
			uint32_t reserved18_31 : 14;
		} type2;
		uint32_t val;
	};
} adc_digi_output_data_t;
esp_err_t adc_continuous_new_handle(const adc_continuous_handle_cfg_t *config, adc_continuous_handle_t *handle);
esp_err_t adc_continuous_config(adc_continuous_handle_t handle, const adc_continuous_config_t *config);
esp_err_t adc_continuous_start(adc_continuous_handle_t handle);
esp_err_t adc_continuous_read(
	adc_continuous_handle_t handle, uint8_t *to, uint32_t max, uint32_t *count, uint32_t wait_ms
);
esp_err_t adc_continuous_stop(adc_continuous_handle_t handle);
esp_err_t adc_continuous_deinit(adc_continuous_handle_t handle);
