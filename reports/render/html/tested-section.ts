import type { Calibration } from '../../../harness/generated/calibration.ts';
import type { DeviceFacts, PowerFacts } from '../../../harness/generated/device.ts';
import type { ClockSummary, RunRecord, SessionSummary } from '../../../harness/generated/record.ts';
import { counted, formatHz, significant } from '../format.ts';
import type { RunData } from '../run-data.ts';
import { type Fact, factList, hash } from './facts.ts';
import { html, type Markup } from './markup.ts';

const MOST_CHECKS = 4;

/** What the figures are figures of: device, firmware, clock, power chain. */
export function testedSection(record: RunRecord, data: RunData): Markup {
	return html`<section><h2>What was tested</h2>
${data.devices.map(({ id, facts, calibration }) => {
	const sessions = record.sessions.filter((session) => session.device === id);
	return html`<h3>${id}</h3>${factList([...deviceFacts(facts, calibration, sessions), parametersOf(record)])}`;
})}
</section>`;
}

function deviceFacts(
	facts: DeviceFacts | null,
	calibration: Calibration | null,
	sessions: readonly SessionSummary[],
): (Fact | null)[] {
	const [first] = sessions;
	const each = <T>(pick: (session: SessionSummary) => T | null | undefined): T[] => [
		...new Set(sessions.flatMap((session) => pick(session) ?? [])),
	];
	const builds = each((session) => session.hello?.build);
	const images = each((session) => session.flash?.imageSha256);
	return [
		facts === null ? null : ['Device', `${facts.name} (${facts.evidence})`],
		['Board', each((session) => session.hello?.board).join(', ')],
		['Firmware', each((session) => session.hello?.firmware).join(', ')],
		['Build', builds.map(hash)],
		['Image SHA-256', images.map(hash)],
		['Model', each((session) => session.hello?.model).join(', ')],
		['Flashed by', each((session) => session.flash?.tool).join(', ')],
		['Link', each((session) => session.link).join(', ')],
		['Clock', first?.hello == null ? null : clockText(first, facts)],
		['Clock checks', clockChecks(sessions)],
		['Supply', facts?.power === undefined ? null : `${facts.power.supplyVolts} V`],
		['Shunt chain', facts?.power === undefined ? null : shuntText(facts.power)],
		['Calibration', facts?.power === undefined ? null : calibrationText(calibration)],
		['Battery', facts?.battery === undefined ? null : `${significant(facts.battery.milliwattHours)} mWh`],
		['Model of cycles', cycleModel(facts)],
	];
}

function parametersOf({ manifest }: RunRecord): Fact | null {
	const told = manifest.parameters.map(({ text, overridden }) => `${text}${overridden ? ' (--param)' : ''}`);
	return told.length === 0 ? null : ['Parameters', told.join(', ')];
}

function clockText({ hello }: SessionSummary, facts: DeviceFacts | null): string {
	const declared = facts === null ? '' : `${formatHz(facts.clock.hz)} declared, `;
	return `${declared}source ${hello?.clockSource}, counter ${hello?.counter} at ${formatHz(hello?.counterHz ?? Number.NaN)}`;
}

/** What the checks prove together; one that is not right is told with its own figures. */
function clockChecks(sessions: readonly SessionSummary[]): string {
	const checks = sessions.flatMap(({ clocks }) => clocks);
	const notes = sessions.flatMap(({ clockNote }) => clockNote ?? []);
	if (checks.length === 0) return notes[0] ?? (sessions.length === 0 ? '' : 'none');
	const wrong = checks.filter(({ state }) => state !== 'right');
	const shown = (wrong.length > 0 ? wrong : checks).slice(0, MOST_CHECKS);
	const told =
		wrong.length > 0
			? `${wrong.length} of ${counted(checks.length, 'check')} not right`
			: `${counted(checks.length, 'check')}, all right`;
	return `${told}: ${shown.map(clockCheck).join('; ')}${(wrong.length || checks.length) > shown.length ? '; and so on' : ''}`;
}

function clockCheck({ lowHz, highHz, state, seconds, clipsBefore }: ClockSummary): string {
	const [low, high] = [formatHz(lowHz), highHz === null ? null : formatHz(highHz)];
	const range = high === null ? `at least ${low}` : low === high ? low : `${low} to ${high}`;
	return `${state === 'right' ? '' : `${state}, `}${range} over ${significant(seconds)} s, ${clipsBefore === 0 ? 'before the clips' : `after ${clipsBefore}`}`;
}

function shuntText({ shuntOhms, amplifierGain, offsetVolts, adc }: PowerFacts): string {
	return `${shuntOhms} Ω, gain ${amplifierGain}, offset ${offsetVolts} V, ${adc.bits} bit at ${adc.referenceVolts} V`;
}

function calibrationText(calibration: Calibration | null): string {
	if (calibration === null) return 'none: declared limits of error are used in full';
	return `${calibration.id}, ${calibration.date.slice(0, 10)}, against ${calibration.referenceMeter.name}, ${calibration.temperatureCelsius} °C, ${calibration.points.length} points, board ${calibration.boardSerial}`;
}

function cycleModel(facts: DeviceFacts | null): string | null {
	const { cycles, cyclesPerInstruction: band } = facts?.model ?? {};
	if (cycles !== undefined)
		return `estimated for each instruction (${cycles.plugin}), ${cycles.band.low} to ${cycles.band.high} real ones for each (${cycles.band.source})`;
	return band === undefined ? null : `${band.low} to ${band.high} cycles an instruction (${band.source})`;
}
