/* A stand-in for a part of ESP-IDF's header of this name: declarations only, for a syntax and type check on a PC. */
#pragma once
#define CONFIG_OSSICLE_UART_PORT 0
#define CONFIG_OSSICLE_UART_TX_GPIO 43
#define CONFIG_OSSICLE_UART_RX_GPIO 44
#define CONFIG_OSSICLE_UART_BAUD 921600
#define CONFIG_OSSICLE_SHUNT_CHANNEL 0
