/* A stand-in for a part of ESP-IDF's header of this name: declarations only, for a syntax and type check on a PC. */
#pragma once
#include "FreeRTOS.h"
typedef struct task *TaskHandle_t;
typedef struct {
	uint8_t bytes[352];
} StaticTask_t;
typedef void (*TaskFunction_t)(void *context);
BaseType_t xTaskCreatePinnedToCore(
	TaskFunction_t function, const char *name, uint32_t stack, void *context, UBaseType_t priority,
	TaskHandle_t *created, BaseType_t core
);
TaskHandle_t xTaskCreateStaticPinnedToCore(
	TaskFunction_t function, const char *name, uint32_t stack, void *context, UBaseType_t priority,
	StackType_t *stack_memory, StaticTask_t *task_memory, BaseType_t core
);
void vTaskDelete(TaskHandle_t task);
TaskHandle_t xTaskGetCurrentTaskHandle(void);
UBaseType_t uxTaskGetStackHighWaterMark(TaskHandle_t task);
BaseType_t xTaskNotifyGive(TaskHandle_t task);
uint32_t ulTaskNotifyTake(BaseType_t clear, TickType_t wait);
void vTaskNotifyGiveFromISR(TaskHandle_t task, BaseType_t *woken);
