import type { Finding } from '../../../generated/record.ts';
import { clockFindings } from '../../../measure/clock-check.ts';
import { fallbackClock } from '../../../measure/clock-source.ts';
import type { Evidence } from '../evidence.ts';
import { finding, WEIGHT } from '../finding.ts';

/** What is wrong with the clock of any session: by the clock check, and by what the firmware says of itself. */
export function clock(evidence: Evidence): Finding[] {
	return [...evidence.sessions.flatMap((session) => clockFindings(session, evidence.facts)), ...reported(evidence)];
}

/** The firmware itself reports another clock than the declared one. */
function reported({ sessions, facts }: Evidence): Finding[] {
	if (facts.evidence !== 'silicon') return [];
	return sessions.flatMap(({ hello }) => {
		if (hello === null) return [];
		const { clockHz, counterHz, clockSource } = hello;
		const ratio = clockHz / facts.clock.hz;
		const off = [clockHz, counterHz].some((hz) => Math.abs(hz / facts.clock.hz - 1) > facts.clock.toleranceFraction);
		if (!off) return [];
		const slower = ratio < 1 ? `, so that everything takes ${(1 / ratio).toFixed(1)} times as long` : '';
		const fallback = fallbackClock(clockSource);
		const source = fallback === null ? ` (${clockSource})` : ` from ${fallback}`;
		const text = `the firmware says it runs at ${clockHz / 1e6} MHz${source}, its counter at ${counterHz / 1e6} MHz; ${facts.clock.hz / 1e6} MHz is declared${slower}`;
		const found = finding(
			ratio < 1 ? 'clock-low' : ratio > 1 ? 'clock-high' : 'counter-rate',
			1,
			WEIGHT.observed,
			text,
		);
		return found === null ? [] : [found];
	});
}
