/** The live part of a calibration: a silent clip for each current, played by the device itself while its ADC runs. */
import { createHash } from 'node:crypto';
import type { AttachedDevice } from '../../devices/attached-device.ts';
import { encodeCounts, injectedCounts } from '../../devices/emulated/analogue.ts';
import type { FlashEvent } from '../capture/capture-line.ts';
import type { CaptureWriter } from '../capture/capture-writer.ts';
import { OssicleError } from '../error.ts';
import type { DeviceFacts } from '../generated/device.ts';
import { DeviceSession } from '../session/device-session.ts';
import { prepareClip } from '../stimulate/prepare-clip.ts';
import type { PointCounts } from './fit-calibration.ts';

/** Fewer counts leave the mean of 1.5 counts of noise open by more than a twentieth of a count. */
const LEAST_COUNTS = 1000;
/** Long enough for so many at the 1 kHz our boards sample with. */
const CLIP_SECONDS = 1.5;

export interface PointPlan {
	attached: AttachedDevice;
	/** Open; the session is written into it. */
	capture: CaptureWriter;
	/** A by the reference meter, in the order they are set. */
	amperes: readonly number[];
	/** Resolves when the current is set. On an emulated device nobody is asked: the current is injected. */
	setCurrent: (amperes: number) => Promise<void>;
	signal?: AbortSignal;
	progress: (text: string) => void;
}

/**
 * Flashes the reference firmware, and takes the counts of each current.
 * @throws OssicleError (rig) `calibration-no-adc`, `calibration-clip`, `calibration-counts`, and what a session throws
 */
export async function measurePoints(plan: PointPlan): Promise<PointCounts[]> {
	const { attached, capture, signal, progress } = plan;
	const { facts } = attached;
	progress(`${facts.id}: flashing`);
	const flash: FlashEvent = { k: 'flash', session: 1, ...(await attached.flash()) };
	capture.append(flash);
	const session = await DeviceSession.open({
		link: await attached.createLink(),
		capture,
		session: 1,
		device: facts.id,
		flash,
		baud: facts.link.baud,
		...(signal === undefined ? {} : { signal }),
	});
	try {
		const adc = hasAdc(session, facts);
		await session.configure({ codec: 'mulaw', pacing: 'preload', adc });
		const points: PointCounts[] = [];
		for (const amperes of plan.amperes) {
			if (facts.evidence !== 'emulated') await plan.setCurrent(amperes);
			points.push({ amperes, counts: await countsAt(amperes, session, plan) });
		}
		await session.bye();
		return points;
	} finally {
		await session.close();
	}
}

async function countsAt(amperes: number, session: DeviceSession, plan: PointPlan): Promise<Uint16Array> {
	const { attached, capture, progress } = plan;
	const { facts } = attached;
	const name = `calibration/${1000 * amperes} mA`;
	progress(`${facts.id}: ${1000 * amperes} mA`);
	const { sampleRate, hop } = session.hello;
	const samples = Math.ceil((CLIP_SECONDS * sampleRate) / hop) * hop;
	const silence = prepareClip(new Int16Array(samples), { codec: 'mulaw', pacing: 'preload', sampleRate });
	const { ok, problems, attempts } = await session.runClip(silence, { name, segment: 'calibration' });
	const clip = attempts.at(-1);
	if (!ok || clip === undefined)
		throw fault('calibration-clip', facts, `the silent clip at ${1000 * amperes} mA does not count: ${problems[0]}`);
	let counts = clip.adc?.counts ?? new Uint16Array(0);
	if (facts.evidence === 'emulated') {
		const seed = createHash('sha256').update(name).digest().readUInt32LE(0);
		counts = injectedCounts(facts, amperes, samples / sampleRate, seed);
		const periodSeconds = 1 / (facts.model?.analogue?.sampleHz ?? Number.NaN);
		const event = { clip: clip.event.clip, periodSeconds, seed, b: encodeCounts(counts) };
		capture.append({ k: 'analogue', source: 'substituted', end: 'low', ...event });
	}
	if (counts.length < LEAST_COUNTS)
		throw fault(
			'calibration-counts',
			facts,
			`${counts.length} counts came at ${1000 * amperes} mA, expected ${LEAST_COUNTS} at least of ${CLIP_SECONDS} s`,
		);
	return counts;
}

function hasAdc(session: DeviceSession, facts: DeviceFacts): boolean {
	const adc = session.hello.caps.includes('adc');
	if (adc || facts.evidence === 'emulated') return adc;
	throw fault('calibration-no-adc', facts, `the firmware ${session.hello.firmware} has no ADC to calibrate`);
}

function fault(code: string, facts: DeviceFacts, text: string): OssicleError {
	return new OssicleError(code, 'rig', `${facts.id}: ${text}.`, { device: facts.id });
}
