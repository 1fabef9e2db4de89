/* Generated from harness/schema/device.schema.json by `npm run generate`. Do not edit. */

/**
 * Facts about one device under test, from its data sheets: a device.yaml with everything it `extends` merged in. Anything a verdict is computed from carries its source.
 */
export interface DeviceFacts {
	/**
	 * Stable name of the device, e.g. stm32f405-emulated
	 */
	id: string;
	/**
	 * For people
	 */
	name: string;
	/**
	 * Id of the device whose facts hold unless said otherwise here
	 */
	extends?: string;
	/**
	 * Row of the spec table this device is judged by
	 */
	specRow: string;
	/**
	 * Why Ossicle cannot run this device yet, and what is missing. Such a device binds its spec row and is never attached
	 */
	unsupported?: string;
	/**
	 * What a count from this device is worth. Every file says so itself: it is never inherited
	 */
	evidence: 'silicon' | 'emulated' | 'host';
	firmware: FirmwareFacts;
	clock: ClockFacts;
	memory?: MemoryFacts;
	link: LinkFacts;
	flash: FlashFacts;
	power?: PowerFacts;
	battery?: BatteryFacts;
	emulator?: EmulatorFacts;
	model?: ModelFacts;
}
export interface FirmwareFacts {
	/**
	 * BOARD of the firmware build
	 */
	board: string;
	/**
	 * What an image must be built for; any other is refused before flashing
	 */
	architecture?: 'arm' | 'xtensa' | 'host';
}
export interface ClockFacts {
	/**
	 * Core clock the firmware is built for, Hz
	 */
	hz: number;
	/**
	 * Largest relative difference between declared and measured clock
	 */
	toleranceFraction: number;
	source?: string;
	/**
	 * Other rates this board can run at by mistake, so that a wrong clock can be named
	 *
	 * @maxItems 16
	 */
	otherSources?: OtherClock[];
}
export interface OtherClock {
	hz: number;
	toleranceFraction: number;
	/**
	 * `the 16 MHz internal RC oscillator (HSI): the PLL is not locked`
	 */
	meaning: string;
}
/**
 * Address ranges an image may occupy; `flash` and `ram` always, others by name (ccm, iram, ...)
 */
export interface MemoryFacts {
	flash: MemoryRegion;
	ram: MemoryRegion;
	[k: string]: MemoryRegion;
}
/**
 * This interface was referenced by `DeviceFacts`'s JSON-Schema
 * via the `definition` "MemoryRegion".
 */
export interface MemoryRegion {
	origin: number;
	bytes: number;
	source?: string;
}
export interface LinkFacts {
	kind: 'serial' | 'qemu-pty' | 'posix-pty';
	/**
	 * Line rate in bit/s, 8N1
	 */
	baud: number;
	/**
	 * Serial port, unless given on the command line
	 */
	path?: string;
}
export interface FlashFacts {
	tool: 'gdb' | 'none';
	/**
	 * gdb server: host:port or a serial port; `qemu` = the emulator this rig starts
	 */
	target?: string;
	/**
	 * gdb command that restarts the board
	 */
	resetCommand?: string;
}
/**
 * The shunt chain: P = V_supply (V_adc - V_offset) / (R_shunt gain)
 */
export interface PowerFacts {
	supplyVolts: number;
	shuntOhms: number;
	amplifierGain: number;
	/**
	 * Output of the amplifier at no current
	 */
	offsetVolts: number;
	adc: AdcFacts;
	source?: string;
	uncertainty?: PowerUncertainty;
	/**
	 * The ADC's reference is the supply rail itself: their errors are the same error and add up. Default false
	 */
	referenceIsSupply?: boolean;
	/**
	 * An older calibration is refused. Default 365
	 */
	calibrationMaxAgeDays?: number;
	/**
	 * Serial number of the board whose chain this is; a calibration of another board is refused
	 */
	boardSerial?: string;
}
export interface AdcFacts {
	bits: number;
	/**
	 * V_adc = code x reference / 2^bits
	 */
	referenceVolts: number;
}
/**
 * Limits (half widths, rectangular) of each part of the chain, from data sheets. Used in full without a calibration; with one, gain-like parts are replaced by its own uncertainty
 */
export interface PowerUncertainty {
	/**
	 * Default 0.01
	 */
	shuntFraction?: number;
	/**
	 * Default 0.01
	 */
	gainFraction?: number;
	/**
	 * Default 0.01
	 */
	referenceFraction?: number;
	/**
	 * Default 0.01
	 */
	supplyFraction?: number;
	/**
	 * Integral non-linearity, counts. Default 2
	 */
	nonLinearityCounts?: number;
	/**
	 * Left after `offsetVolts`, counts. Default 0.5
	 */
	offsetCounts?: number;
	source?: string;
}
export interface BatteryFacts {
	/**
	 * Usable energy, mWh
	 */
	milliwattHours: number;
	/**
	 * Largest relative difference from it: spread of the cells, temperature, age, self-discharge. Default 0
	 */
	uncertaintyFraction?: number;
	source?: string;
}
export interface EmulatorFacts {
	/**
	 * QEMU machine
	 */
	machine: string;
	/**
	 * QEMU -cpu, where the machine has a choice
	 */
	cpu?: string;
	/**
	 * QEMU -m, where the machine has a choice
	 */
	memoryMiB?: number;
	/**
	 * 2^shift ns of virtual time an instruction
	 */
	icountShift: number;
	/**
	 * Rate of the counter the firmware reads, in virtual time, Hz
	 */
	counterHz: number;
}
/**
 * What turns counted instructions into cycles, and cycles into current. Every figure with its source
 */
export interface ModelFacts {
	cyclesPerInstruction?: CyclesPerInstruction;
	currents?: ModelCurrents;
	analogue?: AnalogueFacts;
}
export interface CyclesPerInstruction {
	low: number;
	high: number;
	source: string;
}
export interface ModelCurrents {
	run: SupplyCurrent;
	sleep: SupplyCurrent;
}
/**
 * This interface was referenced by `DeviceFacts`'s JSON-Schema
 * via the `definition` "SupplyCurrent".
 */
export interface SupplyCurrent {
	clockHz: number;
	milliamperes: number;
	source: string;
}
/**
 * Imperfections of the substituted ADC
 */
export interface AnalogueFacts {
	/**
	 * Standard deviation, ADC counts
	 */
	noiseCounts: number;
	/**
	 * ADC counts
	 */
	offsetCounts: number;
	/**
	 * Fraction
	 */
	gainError: number;
	sampleHz: number;
	source?: string;
}
