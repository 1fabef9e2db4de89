#include "machine.h"

#include "cmsdk.h"
#include "core.h"

/* CPUID: DDI 0403 B3.2.3. The nRF52840 has a Cortex-M4 r0p1 (a J-Link's log says so); QEMU's is r0p0. */
#define CPUID_CORTEX_M0 0x410CC200u
#define CPUID_CORTEX_M4_R0P0 0x410FC240u

enum machine machine_found(void) {
	uint32_t cpuid = SCB_CPUID;
	if (cpuid == CPUID_CORTEX_M0) {
		return MACHINE_MICROBIT;
	}
	/* Silicon never gets to the second question, which reads where its SPI1 is. */
	if (cpuid == CPUID_CORTEX_M4_R0P0 && CMSDK_UART_PID0 == CMSDK_PID0_UART && CMSDK_UART_PID1 == CMSDK_PID1_ARM) {
		return MACHINE_MPS2;
	}
	return MACHINE_NRF52840;
}
