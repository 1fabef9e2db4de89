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
	/**
	 * `mqtt`: the firmware itself is on a broker, which is named by --link. Any other kind can be put on one by `ossicle bridge`
	 */
	kind: 'serial' | 'qemu-pty' | 'posix-pty' | 'mqtt';
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
	/**
	 * `gdb`: gdb's load, which knows the target's flash; `rsp`: memory writes straight over the gdb remote serial protocol, for an emulator whose architecture the installed gdb does not know
	 */
	tool: 'gdb' | 'rsp' | 'none';
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
	cycles?: CycleModel;
	cyclesPerInstruction?: CyclesPerInstruction;
	/**
	 * Supply current at each clock the data sheet gives. The point of `clock.hz` is what power is modelled with; the others show what another clock would allow
	 *
	 * @minItems 1
	 * @maxItems 32
	 */
	currents?: OperatingPoint[];
	speeds?: CoreSpeeds;
	wakeUp?: WakeUpCost;
	analogue?: AnalogueFacts;
}
/**
 * A model that sees each instruction, in the emulator (devices/emulated/cycle-plugin). Where it is declared, times come from its cycles alone, never from `cyclesPerInstruction`
 */
export interface CycleModel {
	plugin: 'cortex-m4';
	band: CycleBand;
}
/**
 * Real cycles for each one that the model estimates
 */
export interface CycleBand {
	low: number;
	high: number;
	source: string;
}
export interface CyclesPerInstruction {
	low: number;
	high: number;
	source: string;
}
/**
 * This interface was referenced by `DeviceFacts`'s JSON-Schema
 * via the `definition` "OperatingPoint".
 */
export interface OperatingPoint {
	clockHz: number;
	runMilliamperes: number;
	sleepMilliamperes: number;
	source: string;
	/**
	 * No copy of the source could be read to confirm it
	 */
	fromMemory?: boolean;
}
/**
 * Core clocks beside `clock.hz`, Hz, for an emulator whose own cannot change: hops that the firmware marks `slow` are taken to have run at `low`, with the current declared for it
 */
export interface CoreSpeeds {
	low: number;
}
/**
 * What it costs to wake from sleep, each time: time at the run current, or a charge, or both
 */
export interface WakeUpCost {
	microseconds?: number;
	microcoulombs?: number;
	source: string;
	/**
	 * No copy of the source could be read to confirm it
	 */
	fromMemory?: boolean;
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
