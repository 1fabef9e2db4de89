import type { HelloMessage } from '../generated/wire.ts';

type ClockSource = HelloMessage['clockSource'];

interface SourceFacts {
	/** On what such a clock runs. */
	on: 'board' | 'emulator' | 'host';
	/** What it is, where a board has it only because the right one did not start. */
	fallback: string | null;
}

/** The words of `hello.clockSource` (firmware/wire/PROTOCOL.md). */
const SOURCES: Readonly<Record<ClockSource, SourceFacts>> = {
	pll: { on: 'board', fallback: null },
	hsi: { on: 'board', fallback: 'its internal oscillator (HSI): was the PLL set up?' },
	hfxo: { on: 'board', fallback: null },
	hfint: { on: 'board', fallback: 'its 64 MHz internal oscillator (HFINT): the crystal (HFXO) was not started' },
	virtual: { on: 'emulator', fallback: null },
	host: { on: 'host', fallback: null },
};

export function isBoardClock(source: ClockSource): boolean {
	return SOURCES[source].on === 'board';
}

/** What the clock is, in words that follow `from`, where the board fell back to it; else null. */
export function fallbackClock(source: ClockSource): string | null {
	return SOURCES[source].fallback;
}
