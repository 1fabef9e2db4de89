/* A stand-in for a part of ESP-IDF's header of this name: declarations only, for a syntax and type check on a PC. */
#pragma once
#include <stdint.h>

#include "esp_err.h"
typedef enum { SOC_MOD_CLK_CPU = 1 } soc_module_clk_t;
typedef enum { ESP_CLK_TREE_SRC_FREQ_PRECISION_CACHED } esp_clk_tree_src_freq_precision_t;
esp_err_t esp_clk_tree_src_get_freq_hz(
	soc_module_clk_t source, esp_clk_tree_src_freq_precision_t precision, uint32_t *hz
);
