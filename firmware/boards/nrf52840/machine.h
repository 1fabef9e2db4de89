/* What the image finds itself on. It is the same one on silicon and on QEMU's mps2-an386. */
#ifndef MACHINE_H
#define MACHINE_H

enum machine {
	MACHINE_NRF52840,
	MACHINE_MPS2,     /* QEMU mps2-an386: the same core, another vendor's UART, no timer but SysTick */
	MACHINE_MICROBIT, /* QEMU microbit: Nordic's peripherals of the generation before, on a Cortex-M0 */
};

enum machine machine_found(void);

#endif
