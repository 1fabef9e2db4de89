import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { attach } from '../../devices/driver.ts';
import { checkCurrents, fitCalibration, type PointCounts, shuntOf } from '../calibrate/fit-calibration.ts';
import { measurePoints } from '../calibrate/measure-points.ts';
import { pointsFromCsv } from '../calibrate/points-from-csv.ts';
import { CaptureWriter } from '../capture/capture-writer.ts';
import { OssicleError } from '../error.ts';
import type { Calibration, MeasuredSupply } from '../generated/calibration.ts';
import type { DeviceFacts } from '../generated/device.ts';
import { json, newRunId, writeAtomically } from '../record/run-folder.ts';
import { DEVICES_FOLDER } from '../run.ts';
import { calibrationPath, checkedCalibration } from '../scenario/calibration.ts';
import { deviceOf, loadDevices } from '../scenario/device-facts.ts';
import { OSSICLE_VERSION } from '../version.ts';

const CALIBRATIONS_FOLDER = path.join(DEVICES_FOLDER, '..', 'reports', 'calibrations');

/** As typed: numbers are still text. */
export interface CalibrateOptions {
	serial?: string;
	temperature?: string;
	meter?: string;
	meterFraction?: string;
	meterAmperes?: string;
	supplyVolts?: string;
	supplyFraction?: string;
	/** mA. */
	point: string[];
	from?: string;
	out?: string;
	/** Folder for the raw captures. Default: reports/calibrations. */
	captures?: string;
	note?: string;
	image?: string;
	port?: string;
	link?: string;
	json?: boolean;
}

/**
 * `ossicle calibrate <device>`: the line of a board's shunt chain through currents which a reference meter knows, kept
 * beside its device file.
 *
 * @throws OssicleError (usage) for options and currents that cannot be a calibration; (rig) when the bench fails, counts
 *   are clipped, or the chain is not the declared one. Nothing is written then.
 */
export async function runCalibrate(deviceId: string, options: CalibrateOptions): Promise<number> {
	const device = deviceOf(loadDevices(DEVICES_FOLDER), deviceId);
	const { facts } = device;
	const power = shuntOf(facts);
	const boardSerial = serialOf(options, facts);
	const subject = {
		facts,
		boardSerial,
		date: new Date(),
		temperatureCelsius: numberOption(
			'--temperature',
			required('--temperature', options.temperature, 'of the air, C'),
			-60,
			150,
		),
		referenceMeter: meterOf(options, facts),
		...supplyOf(options),
		...(options.note === undefined ? {} : { note: options.note }),
	};
	const points = await pointsOf(options, facts, (amperes) => checkCurrents(amperes, power));
	const calibration = checkedCalibration(
		JSON.parse(JSON.stringify(fitCalibration(subject, points))),
		`the calibration of ${deviceId}`,
	);
	const out = options.out ?? calibrationPath(DEVICES_FOLDER, device);
	writeAtomically(path.resolve(out), json(calibration));
	if (options.json === true) console.log(JSON.stringify(calibration, null, '\t'));
	else for (const line of summary(calibration, facts, path.relative('', path.resolve(out)))) console.log(line);
	return 0;
}

async function pointsOf(
	options: CalibrateOptions,
	facts: DeviceFacts,
	check: (amperes: number[]) => void,
): Promise<PointCounts[]> {
	if (options.from !== undefined) {
		if (options.point.length > 0) throw usage('--point', 'the currents are those of --from; give one of the two');
		return pointsFromCsv(options.from);
	}
	const amperes = options.point.map((text) => numberOption('--point', text, 0, 1e6) / 1000);
	check(amperes);
	if (facts.evidence !== 'emulated' && !process.stdin.isTTY)
		throw usage('calibrate', `somebody must set each current: run it at a terminal, or give counts with --from`);
	return livePoints(options, facts, amperes);
}

async function livePoints(options: CalibrateOptions, facts: DeviceFacts, amperes: number[]): Promise<PointCounts[]> {
	const stop = new AbortController();
	const interrupt = () =>
		stop.abort(new OssicleError('interrupted', 'rig', `${facts.id}: the calibration was interrupted.`));
	process.once('SIGINT', interrupt);
	const progress = (text: string) => console.error(text);
	try {
		const attached = await attach(facts, {
			...(options.image === undefined ? {} : { imagePath: options.image }),
			...(options.port === undefined ? {} : { port: options.port }),
			...(options.link === undefined ? {} : { link: options.link }),
			signal: stop.signal,
			onWait: (holder) => progress(`waiting for ${facts.id}, held by ${holder}`),
			onNotice: progress,
		});
		const id = newRunId();
		const folder = path.resolve(options.captures ?? CALIBRATIONS_FOLDER, id);
		mkdirSync(folder, { recursive: true });
		progress(`raw bytes in ${path.relative('', folder)}`);
		const capture = CaptureWriter.create(path.join(folder, 'capture.ndjson'));
		try {
			const startedAt = new Date().toISOString();
			const command = ['calibrate', facts.id];
			capture.append({ k: 'run', id, startedAt, ossicle: OSSICLE_VERSION, command, inputs: {} });
			const points = await measurePoints({
				attached,
				capture,
				amperes,
				setCurrent: (wanted) => askFor(wanted, stop.signal),
				signal: stop.signal,
				progress,
			});
			capture.append({ k: 'run-end', endedAt: new Date().toISOString(), reason: 'complete' });
			return points;
		} finally {
			await attached.close();
			await capture.close();
		}
	} finally {
		process.removeListener('SIGINT', interrupt);
	}
}

async function askFor(amperes: number, signal: AbortSignal): Promise<void> {
	const terminal = createInterface({ input: process.stdin, output: process.stderr });
	try {
		await terminal.question(`Set ${1000 * amperes} mA by the reference meter, then press Enter. `, { signal });
	} finally {
		terminal.close();
	}
}

function serialOf({ serial }: CalibrateOptions, { id, power }: DeviceFacts): string {
	const declared = power?.boardSerial;
	const given = required('--serial', serial ?? declared, 'which board this is');
	if (!/^[!-~]{1,64}$/.test(given)) throw usage('--serial', `expected up to 64 printable letters, got "${given}"`);
	if (declared === undefined || declared === given) return given;
	throw usage('--serial', `got ${given}, but \`power.boardSerial\` of ${id} is ${declared}: is this the right board?`);
}

function meterOf({ meter, meterFraction, meterAmperes }: CalibrateOptions, { evidence }: DeviceFacts) {
	// What is injected into an emulated chain is exact; of a real meter only its data sheet knows.
	const byDefault = evidence === 'emulated' ? '0' : undefined;
	const limit = (name: string, text: string | undefined, most: number) =>
		numberOption(name, required(name, text ?? byDefault, "the meter's limit of error"), 0, most);
	return {
		name: required('--meter', meter, 'what measured the currents'),
		fraction: limit('--meter-fraction', meterFraction, 0.5),
		amperes: limit('--meter-amperes', meterAmperes, 1),
	};
}

function supplyOf({ supplyVolts, supplyFraction }: CalibrateOptions): { supplyVolts?: MeasuredSupply } {
	if (supplyVolts === undefined) {
		if (supplyFraction === undefined) return {};
		throw usage('--supply-fraction', 'is of a measured supply; --supply-volts is missing');
	}
	const volts = numberOption('--supply-volts', supplyVolts, 0.1, 60);
	const limit = required('--supply-fraction', supplyFraction, 'the limit of error of the measured supply');
	return { supplyVolts: { volts, fraction: numberOption('--supply-fraction', limit, 0, 0.5) } };
}

function required(name: string, value: string | undefined, what: string): string {
	if (value !== undefined && value !== '') return value;
	throw usage(name, `is missing (${what})`);
}

function numberOption(name: string, text: string, least: number, most: number): number {
	const value = text.trim() === '' ? Number.NaN : Number(text);
	if (value >= least && value <= most) return value;
	throw usage(name, `expected a number from ${least} to ${most}, got "${text}"`);
}

function usage(name: string, text: string): OssicleError {
	return new OssicleError('calibrate-options', 'usage', `${name}: ${text}.`, { option: name });
}

function summary(calibration: Calibration, { power }: DeviceFacts, out: string): string[] {
	const { id, device, boardSerial, points, offsetCounts, amperesPerCount, residualAmperes, standard } = calibration;
	const micro = (amperes: number) => Number((1e6 * amperes).toPrecision(4));
	return [
		`${device}, board ${boardSerial}: calibration ${id}`,
		...points.map(
			({ amperes, meanCounts, standardDeviationCounts, n }) =>
				`  ${1000 * amperes} mA: ${meanCounts.toFixed(2)} counts, deviation ${standardDeviationCounts.toFixed(2)}, ${n} readings`,
		),
		`  line: ${offsetCounts.toFixed(2)} counts at no current, ${micro(amperesPerCount)} uA a count${points.length > 2 ? `, points off by at most ${micro(residualAmperes)} uA` : ''}`,
		`  standard uncertainty: ${(100 * standard.gainFraction).toFixed(3)} % of the reading, ${micro(standard.offsetAmperes)} uA`,
		`written to ${out}`,
		...(power?.boardSerial === undefined
			? [`Results use it once the device file says \`power: { boardSerial: ${boardSerial} }\`.`]
			: []),
	];
}
