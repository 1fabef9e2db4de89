import { DEVICES_FOLDER } from '../run.ts';
import { deviceOf, loadDevices } from '../scenario/device-facts.ts';
import { checkFixtures, loadScenario } from '../scenario/load-scenario.ts';
import { loadSpec } from '../scenario/load-spec.ts';
import { probeList } from '../scenario/reference.ts';
import { assertLineCarries, type LineBudget } from '../stimulate/line-budget.ts';
import { prepareClip } from '../stimulate/prepare-clip.ts';

/** What the reference firmware says of itself; a board's own hello decides when it runs. */
const ASSUMED = { hop: 256, stages: 3, labels: 12 };

/** `ossicle check`: everything that can be wrong without a board. @throws OssicleError (usage) for the first thing that is */
export async function checkCommand(
	scenarioPath: string,
	options: { device: string[]; spec?: string; json?: boolean },
): Promise<number> {
	const scenario = loadScenario(scenarioPath);
	const known = loadDevices(DEVICES_FOLDER);
	const asked = options.device.map((id) => deviceOf(known, id).facts);
	const { spec } = loadSpec(options.spec ?? scenario.spec.path, known, asked);
	const fixtures = checkFixtures(scenario);
	const { heartbeatMs } = scenario.session;
	const sampleRate = scenario.scenario.sampleRateHz;
	for (const segment of scenario.segments) {
		const { codec, pacing } = segment;
		for (const clip of segment.loadedClips) prepareClip(clip.read().samples, { codec, pacing, sampleRate });
	}
	const probe = probeList(
		scenario,
		(clip, { codec, pacing }) => prepareClip(clip.read().samples, { codec, pacing, sampleRate }).crcHex,
	);
	const lines = asked.flatMap((facts) =>
		scenario.segments.map((segment): { device: string; segment: string; budget: LineBudget } => ({
			device: facts.id,
			segment: segment.name,
			budget: assertLineCarries({ ...ASSUMED, ...segment, sampleRate, heartbeatMs, baud: facts.link.baud }),
		})),
	);
	const cells = spec.rows.flatMap((row) => row.cells).length;
	if (options.json === true) {
		console.log(JSON.stringify({ scenario: scenario.scenario.id, fixtures, rows: spec.rows, lines }, null, '\t'));
		return 0;
	}
	console.log(`scenario  ${scenario.scenario.id}: ${scenario.segments.map((each) => each.name).join(', ')}`);
	console.log(
		`fixtures  ${fixtures.clips} clips, ${fixtures.seconds.toFixed(1)} s, all readable, hashes as in their sidecars`,
	);
	if (probe !== undefined) {
		const names = probe.clips.map((clip) => clip.name).join(', ');
		console.log(
			`reference features of ${names} by ${scenario.reference?.model}, made of the audio as ${probe.codec} carries it`,
		);
	}
	console.log(`spec      ${spec.rows.length} rows, ${cells} limits: ${spec.rows.map((row) => row.name).join(', ')}`);
	console.log(`devices   ${known.size} known, each row of the spec is bound to one`);
	for (const { device, segment, budget } of lines) {
		console.log(`line      ${device}, ${segment}: ${Math.round(100 * budget.share)} % in real time`);
	}
	return 0;
}
