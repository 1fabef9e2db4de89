/* A stand-in for a part of ESP-IDF's header of this name: declarations only, for a syntax and type check on a PC. */
#pragma once
typedef int esp_err_t;
#define ESP_OK 0
#define ESP_ERR_NO_MEM 0x101
#define ESP_ERR_INVALID_STATE 0x103
#define ESP_ERR_TIMEOUT 0x107
void esp_error_check(esp_err_t result);
#define ESP_ERROR_CHECK(expression) esp_error_check(expression)
