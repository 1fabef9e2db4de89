import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import type { DecodedSession } from './capture/session-data.ts';
import type { ByteLink } from './link/byte-link.ts';
import { isAbsent } from './measure/absent.ts';
import { compareFeatures, type FeatureComparison } from './measure/features.ts';
import { freezeClipList } from './scenario/clip-list.ts';
import { deviceOf, loadDevices } from './scenario/device-facts.ts';
import { loadScenario } from './scenario/load-scenario.ts';
import { sendProbe } from './send-probe.ts';
import { prepareClip } from './stimulate/prepare-clip.ts';
import { posixBench } from './testing/posix-bench.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SCENARIO = loadScenario(`${ROOT}/scenarios/liquid-audio/keywords.scenario.yaml`);
const FACTS = deviceOf(loadDevices(`${ROOT}/devices`), 'posix').facts;

const LIST = freezeClipList(SCENARIO, {
	devices: ['posix'],
	crcOf: (clip, { codec, pacing }) =>
		prepareClip(clip.read().samples, { codec, pacing, sampleRate: clip.read().sampleRateHz }).crcHex,
});

/** A line that turns the width of each features block it sees whole: their CRC is then wrong. */
const garblingFeatures = (link: ByteLink): ByteLink => ({
	description: link.description,
	open: () => link.open(),
	write: (bytes) => link.write(bytes),
	onClose: (closed) => link.onClose(closed),
	close: () => link.close(),
	onData: (receive) =>
		link.onData((chunk) =>
			receive(Buffer.from(Buffer.from(chunk).toString('latin1').replaceAll('"k":13', '"k":12'), 'latin1')),
		),
});

async function probed(t: ExecutionContext, variant: string): Promise<{ session: DecodedSession; said: string[] }> {
	const bench = await posixBench(t, { variant });
	const said: string[] = [];
	const session = await bench.open();
	const plan = { scenario: SCENARIO, list: LIST, facts: FACTS, progress: (text: string) => said.push(text) };
	await sendProbe(plan, session);
	await session.bye();
	return { session: (await bench.replay()).session, said };
}

function compared(session: DecodedSession): FeatureComparison {
	const result = compareFeatures(session, SCENARIO.reference);
	if (isAbsent(result)) throw new Error(result.reason);
	return result;
}

test('the probe of the healthy firmware has the features of an independent front end, wherever it computes any', async (t) => {
	const { session } = await probed(t, 'posix-san');
	t.deepEqual(
		session.clips.map(({ event, problems }) => [event.segment, event.name, problems.length]),
		[
			['probe', 'keywords/yes-01', 0],
			['probe', 'keywords/stop-04', 0],
		],
	);
	const gated = session.clips.flatMap(({ inferences }) => inferences.filter((record) => record.gated));
	t.true(gated.length > 10, `${gated.length} hops were gated`);
	t.deepEqual([...new Set(gated.flatMap(({ stageCycles }) => stageCycles.slice(1)))], [0]);
	const found = compared(session);
	t.like(found, { explanation: 'same', clips: 2, coefficients: 13, bestPermutationName: 'straight' });
	t.like(found, { gatedHops: gated.length, hops: 124 - gated.length });
	t.true(found.maxError < 0.1, `largest error ${found.maxError}`);
	// Features of 16 bits in steps of 1/1024, by integer arithmetic, against float64.
	t.true(found.snrDb > 40, `${found.snrDb} dB`);
	t.true(found.reversedSnrDb < 0, `${found.reversedSnrDb} dB`);
});

test('flipped features are seen, and seen as reversed', async (t) => {
	const found = compared((await probed(t, 'posix-flipped-features')).session);
	t.is(found.explanation, 'reversed');
	t.is(found.bestPermutationName, 'reversed');
	t.true(found.snrDb < 0 && found.reversedSnrDb > 40, `${found.snrDb} dB, reversed ${found.reversedSnrDb} dB`);
});

test('a probe that is damaged again and again gives no comparison, says why, and leaves the session whole', async (t) => {
	const bench = await posixBench(t, { wrap: garblingFeatures });
	const said: string[] = [];
	const session = await bench.open();
	await sendProbe({ scenario: SCENARIO, list: LIST, facts: FACTS, progress: (text) => said.push(text) }, session);
	await session.bye();
	const { session: decoded } = await bench.replay();
	t.regex(said.join('\n'), /keywords\/yes-01 gives no features: a telemetry line is damaged/);
	t.is(decoded.clips.length, 4, 'each clip was tried twice');
	t.is(decoded.ended, 'complete');
	t.deepEqual(decoded.faults, []);
	const found = compareFeatures(decoded, SCENARIO.reference);
	t.true(
		isAbsent(found) && /no clip sent to compare features by counts: a telemetry line is damaged/.test(found.reason),
	);
});

test('a firmware with another model is not probed, and the reason is said', async (t) => {
	const bench = await posixBench(t);
	const session = await bench.open();
	const said: string[] = [];
	const reference = { ...(SCENARIO.reference ?? t.fail()), model: 'another' } as NonNullable<typeof SCENARIO.reference>;
	const plan = { scenario: { ...SCENARIO, reference }, list: LIST, facts: FACTS };
	await sendProbe({ ...plan, progress: (text) => said.push(text) }, session);
	t.regex(said.join('\n'), /features are not compared: the reference is of model another, the device runs ltc-/);
	await sendProbe(
		{ ...plan, scenario: { ...SCENARIO, reference: null }, progress: (text) => said.push(text) },
		session,
	);
	t.is(said.length, 1, 'nothing to say where there is no reference');
	t.is(session.decoded.clips.length, 0);
});
