/*
 * Reset and exception vectors, call0 ABI. Offsets of the vectors from VECBASE are the core's (de233_fpu: user 0x340, kernel
 * 0x300, double 0x3C0). PS.UM stays 1 and PS.WOE 0, so exceptions and level-1 interrupts come by the user vector, and the
 * register window never moves.
 */

/* Caller-saved registers and what describes the exception; 16-byte aligned. */
#define FRAME_BYTES 64

	.section .reset, "ax"
	.align 4
	.global reset_vector
	.type reset_vector, @function
reset_vector:
	j 2f
	.align 4
1:	.word start
2:	l32r a0, 1b
	jx a0

	/* Writable as a flag only: that it be counted as RAM. */
	.section .vectors, "awx"
	.align 16
	.global vectors
vectors:
	.org vectors + 0x300
	j take_exception
	.org vectors + 0x340
	j take_exception
	.org vectors + 0x3C0
	j take_double
	.align 4
	.literal_position

take_exception:
	addi a1, a1, -FRAME_BYTES
	s32i a0, a1, 0
	s32i a2, a1, 8
	s32i a3, a1, 12
	s32i a4, a1, 16
	s32i a5, a1, 20
	s32i a6, a1, 24
	s32i a7, a1, 28
	s32i a8, a1, 32
	s32i a9, a1, 36
	s32i a10, a1, 40
	s32i a11, a1, 44
	rsr.sar a2
	s32i a2, a1, 48
	rsr.exccause a2
	bnei a2, 4, 1f /* level-1 interrupt */
	movi a0, on_interrupt
	callx0 a0
	l32i a2, a1, 48
	wsr.sar a2
	l32i a0, a1, 0
	l32i a2, a1, 8
	l32i a3, a1, 12
	l32i a4, a1, 16
	l32i a5, a1, 20
	l32i a6, a1, 24
	l32i a7, a1, 28
	l32i a8, a1, 32
	l32i a9, a1, 36
	l32i a10, a1, 40
	l32i a11, a1, 44
	addi a1, a1, FRAME_BYTES
	rfe

	/* A fault: told on a fresh stack, as the old one may be what is wrong. */
1:	rsr.epc1 a3
	rsr.excvaddr a4
	l32i a5, a1, 0
	movi a1, stack_top
	movi a0, on_fault
	callx0 a0

take_double:
	rsr.exccause a2
	rsr.depc a3
	rsr.excvaddr a4
	mov a5, a0
	movi a1, stack_top
	movi a0, on_fault
	callx0 a0

	.section .text.start, "ax"
	.align 4
	.literal_position
	.global start
	.type start, @function
start:
	movi a2, 0
	wsr.intenable a2
	movi a2, 0x20 /* UM; no interrupt level, no exception mode, no windows */
	wsr.ps a2
	rsync
	movi a2, vectors
	wsr.vecbase a2
	rsync
	/* The lowest 512 MB hold nothing on an ESP32-S3, and RAM here: they are closed (way 6 of both TLBs, attribute 12, no
	 * access), so that a null pointer faults. */
	movi a2, 12
	movi a3, 6
	wdtlb a2, a3
	dsync
	witlb a2, a3
	isync
	movi a1, stack_top
	movi a0, start_c
	callx0 a0
