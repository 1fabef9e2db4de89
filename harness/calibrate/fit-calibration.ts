import { OssicleError } from '../error.ts';
import type { Calibration, CalibrationPoint, MeasuredSupply, ReferenceMeter } from '../generated/calibration.ts';
import type { DeviceFacts, PowerFacts } from '../generated/device.ts';
import { offsetFault, slopeFault } from '../measure/power/calibration-fault.ts';
import { calibrationLine } from '../measure/power/calibration-line.ts';
import { fullScale } from '../measure/power/shunt-chain.ts';
import { calibrationId } from '../scenario/calibration.ts';

/** Counts of the chain at a current which the reference meter knows. */
export interface PointCounts {
	amperes: number;
	counts: ArrayLike<number>;
}

/** What a calibration is of, and what it is against. */
export interface CalibrationSubject {
	facts: DeviceFacts;
	boardSerial: string;
	date: Date;
	temperatureCelsius: number;
	referenceMeter: ReferenceMeter;
	supplyVolts?: MeasuredSupply;
	note?: string;
}

/** The points must span so much of the full scale: the line is used far beyond them otherwise. */
const LEAST_SPAN = 0.1;

/**
 * The calibration that follows from counts at known currents.
 *
 * @param points in amperes by the reference meter; each with its raw counts
 * @throws OssicleError (usage) `calibration-points`, `calibration-chain`; (rig) `calibration-clipped`, `calibration-slope`
 */
export function fitCalibration(subject: CalibrationSubject, points: readonly PointCounts[]): Calibration {
	const { facts, boardSerial, date, temperatureCelsius, referenceMeter, supplyVolts, note } = subject;
	const power = shuntOf(facts);
	checkPoints(points, power);
	const summaries = points.map(summaryOf).sort((a, b) => a.amperes - b.amperes);
	const line = calibrationLine(summaries, referenceMeter);
	const wrong =
		line.amperesPerCount > 0
			? (slopeFault(line.amperesPerCount, power) ?? offsetFault(line.offsetCounts, power))
			: fallingFault(summaries);
	if (wrong !== null) {
		throw new OssicleError('calibration-slope', 'rig', `${facts.id}: this is not the declared chain: ${wrong}.`, {
			device: facts.id,
		});
	}
	const rest: Omit<Calibration, 'id'> = {
		schema: 1,
		device: facts.id,
		boardSerial,
		date: date.toISOString(),
		temperatureCelsius,
		referenceMeter,
		...(supplyVolts === undefined ? {} : { supplyVolts }),
		chain: {
			shuntOhms: power.shuntOhms,
			amplifierGain: power.amplifierGain,
			adcBits: power.adc.bits,
			referenceVolts: power.adc.referenceVolts,
		},
		points: summaries,
		...line,
		...(note === undefined ? {} : { note }),
	};
	return { id: calibrationId(rest), ...rest } as Calibration;
}

/** @throws OssicleError `calibration-chain` (usage) */
export function shuntOf(facts: DeviceFacts): PowerFacts {
	if (facts.power !== undefined) return facts.power;
	throw new OssicleError(
		'calibration-chain',
		'usage',
		`${facts.id} declares no shunt chain: expected \`power\` in its device file, with supply, shunt, gain and converter.`,
		{ device: facts.id },
	);
}

/**
 * Can these currents be a calibration at all? Asked before anything is measured, too.
 * @throws OssicleError `calibration-points` (usage)
 */
export function checkCurrents(amperes: readonly number[], power: PowerFacts): void {
	const refuse = (text: string) => new OssicleError('calibration-points', 'usage', text, { amperes });
	const milli = (value: number) => Number((1000 * value).toPrecision(4));
	if (amperes.length < 2)
		throw refuse(`A calibration needs two currents at least, got ${amperes.length}: --point 0 --point 40 (mA).`);
	const span = Math.max(...amperes) - Math.min(...amperes);
	const full = fullScale(power).amperes;
	if (span < LEAST_SPAN * full)
		throw refuse(
			`The currents lie within ${milli(span)} mA; expected ${milli(LEAST_SPAN * full)} mA at least, a tenth of the chain's full scale of ${milli(full)} mA.`,
		);
	const beyond = amperes.find((value) => value > full || value < 0);
	if (beyond !== undefined)
		throw refuse(`${milli(beyond)} mA cannot be measured: the chain shows 0 to ${milli(full)} mA.`);
}

function checkPoints(points: readonly PointCounts[], power: PowerFacts): void {
	checkCurrents(
		points.map(({ amperes }) => amperes),
		power,
	);
	const top = 2 ** power.adc.bits - 1;
	for (const { amperes, counts } of points) {
		const values = Array.from(counts);
		const clipped = values.filter((count) => count <= 0 || count >= top).length;
		if (clipped === 0 && values.length > 0) continue;
		throw new OssicleError(
			'calibration-clipped',
			'rig',
			`At ${1000 * amperes} mA ${clipped} of ${values.length} counts are at an end of the converter (0 or ${top}): their mean is not the current's. Expected counts between; choose another current, or bias the amplifier (\`power.offsetVolts\`).`,
			{ amperes },
		);
	}
}

function summaryOf({ amperes, counts }: PointCounts): CalibrationPoint {
	const values = Array.from(counts);
	const n = values.length;
	const meanCounts = values.reduce((sum, count) => sum + count, 0) / n;
	const squares = values.reduce((sum, count) => sum + (count - meanCounts) ** 2, 0);
	return { amperes, meanCounts, standardDeviationCounts: n > 1 ? Math.sqrt(squares / (n - 1)) : 0, n };
}

function fallingFault(points: readonly CalibrationPoint[]): string {
	const shown = points.map(({ amperes, meanCounts }) => `${1000 * amperes} mA: ${meanCounts.toFixed(1)}`).join(', ');
	return `more current must give more counts, got ${shown}. Are the leads of the shunt swapped, or the currents given in another order than they were set?`;
}
