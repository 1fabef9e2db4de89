/**
 * What a call graph cannot tell: who may be called through which pointer, where execution begins, what interrupts, and
 * what library routines take that came without a call graph. A name that is missing here does not make a bound smaller: it
 * leaves the stack unbounded, and says so.
 */

/** The device library: nothing in it is called through a pointer. */
export const LIBRARY = /\/ossicle\/ossicle[^/]*\.c$/;

/**
 * Whom a call through a pointer may reach. `port->write` is `port_write` of the board, `app->on_audio` is `on_audio` of the
 * app, `loop()` a function of that name; the others stand here.
 */
export function targetsOf(object: string, member: string): readonly string[] {
	if (object === 'port') return [`port_${member}`, ...(OTHERS[`port->${member}`] ?? [])];
	if (object === 'app' || object === '') return [member];
	return OTHERS[`${object}->${member}`] ?? [];
}

const OTHERS: Readonly<Record<string, readonly string[]>> = {
	'port->mark': ['mark'], // boards/cortex_m/cycle_marks.c
	// struct uart_line of boards/nrf52840: one for each UART it may have
	'line->start': ['start'],
	'line->kick': ['kick', 'uarte_kick'],
	'line->is_drained': ['is_drained', 'uarte_is_drained'],
	'line->overruns': ['overruns', 'uarte_overruns'],
	'line->cry': ['cry'],
};

/** Members of `struct ossicle_port` and `struct ossicle_app` that may be NULL (ossicle_port.h, ossicle_app.h). */
export const OPTIONAL: ReadonlySet<string> = new Set([
	'read',
	'flush',
	'hop_start',
	'hop_due',
	'stage_enter',
	'stage_leave',
	'mark',
	'speed',
	'adc_start',
	'adc_read',
	'adc_stop',
	'on_reset',
	'on_clip_begin',
	'on_clip_end',
	'on_feature',
	'on_param',
]);

/** How a kind of core begins, and what its interrupts and faults take. */
export interface CoreTable {
	/** The first function in C, entered on an empty stack. */
	entries: readonly string[];
	/** Handlers of interrupts. They do not nest: all have one priority (boards/cortex_m/cycle_marks.h). */
	interrupts: RegExp;
	/** What the core, or the assembler around the handler, puts on the stack. */
	interruptFrameBytes: number;
	/** Entered when all is lost: what they take is not part of any bound. */
	faults: RegExp;
	/** In assembler, without a frame on the stack, or only before the entry. */
	assembler: ReadonlySet<string>;
	/** Routines of compiler and C library. */
	routines: Readonly<Record<string, number>>;
}

/**
 * Cortex-M4F: 26 words of exception frame with floating point, which is reserved even where it is stored lazily, and 4
 * bytes to align it (Armv7-M ARM B1.5.6, B1.5.7).
 *
 * Routines: by disassembly of Debian 12's libgcc (12.2) and newlib for the Cortex-M4, memcpy and memcmp take up to 16
 * bytes, memmove 16, memset 12, strcmp 16, strlen 8, a 64-bit division 48. There is room here for other builds of them.
 */
const ARM: CoreTable = {
	entries: ['Reset_Handler'],
	interrupts: /_(?:Irq)?Handler$/i,
	interruptFrameBytes: 108,
	faults: /^(?:Fault_Handler|report_fault)$/,
	assembler: new Set(),
	routines: {
		memcpy: 40,
		memmove: 40,
		memset: 40,
		memcmp: 40,
		strcmp: 40,
		strlen: 40,
		__aeabi_idivmod: 40,
		__aeabi_uidivmod: 40,
		__aeabi_idiv0: 0,
		__aeabi_ldiv0: 0,
		__aeabi_ldivmod: 80,
		__aeabi_uldivmod: 80,
		__udivmoddi4: 48,
	},
};

/** Xtensa, call0: the frame is FRAME_BYTES of boards/esp32s3-kc705/start.S. Routines of libgcc: leaves without a frame. */
const XTENSA: CoreTable = {
	entries: ['start_c'],
	interrupts: /^on_interrupt$/,
	interruptFrameBytes: 64,
	faults: /^on_fault$/,
	assembler: new Set(['reset_vector', 'start']),
	routines: { __modsi3: 32, __umodsi3: 32, __divsi3: 32, __udivsi3: 32 },
};

export const CORES: Readonly<Record<'arm' | 'xtensa', CoreTable>> = { arm: ARM, xtensa: XTENSA };
