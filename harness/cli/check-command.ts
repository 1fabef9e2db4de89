import type { ProbeList } from '../generated/clips.ts';
import type { Spec } from '../generated/spec.ts';
import { DEVICES_FOLDER } from '../run.ts';
import { freezeClipList } from '../scenario/clip-list.ts';
import { deviceOf, loadDevices } from '../scenario/device-facts.ts';
import { checkFixtures, type LoadedScenario, loadScenario, scenarioPathsOf } from '../scenario/load-scenario.ts';
import { loadSpec } from '../scenario/load-spec.ts';
import { paramText } from '../scenario/params.ts';
import { assertLineCarries, type LineBudget } from '../stimulate/line-budget.ts';
import { prepareClip } from '../stimulate/prepare-clip.ts';

/** What the reference firmware says of itself; a board's own hello decides when it runs. */
const ASSUMED = { hop: 256, stages: 3, labels: 12 };

interface CheckOptions {
	device: string[];
	spec?: string;
	json?: boolean;
}

/**
 * `ossicle check`: everything that can be wrong without a board, of a scenario or of all in a folder.
 * @throws OssicleError (usage) for the first thing that is
 */
export async function checkCommand(folderOrFile: string, options: CheckOptions): Promise<number> {
	const checked = scenarioPathsOf(folderOrFile).map((path) => checkedScenario(path, options));
	if (options.json === true) {
		const told = checked.map(({ scenario, fixtures, spec, lines }) => {
			return { scenario: scenario.scenario.id, fixtures, rows: spec.rows, lines };
		});
		console.log(JSON.stringify(told.length === 1 ? told[0] : told, null, '\t'));
		return 0;
	}
	for (const each of checked) printChecked(each);
	return 0;
}

interface Checked {
	scenario: LoadedScenario;
	fixtures: { clips: number; seconds: number };
	spec: Spec;
	known: number;
	probe: ProbeList | undefined;
	lines: { device: string; segment: string; budget: LineBudget }[];
}

function checkedScenario(path: string, options: CheckOptions): Checked {
	const scenario = loadScenario(path);
	const known = loadDevices(DEVICES_FOLDER);
	const asked = options.device.map((id) => deviceOf(known, id).facts);
	const { spec } = loadSpec(options.spec ?? scenario.spec.path, known, asked);
	const fixtures = checkFixtures(scenario);
	const { heartbeatMs } = scenario.session;
	const sampleRate = scenario.scenario.sampleRateHz;
	// Prepares every clip as it would be sent, and holds the reference against what the device would hear.
	const { probe } = freezeClipList(scenario, {
		devices: asked.map(({ id }) => id),
		crcOf: (clip, { codec, pacing }) => prepareClip(clip.read().samples, { codec, pacing, sampleRate }).crcHex,
	});
	const lines = asked.flatMap((facts) =>
		scenario.segments.map((segment) => ({
			device: facts.id,
			segment: segment.name,
			budget: assertLineCarries({ ...ASSUMED, ...segment, sampleRate, heartbeatMs, baud: facts.link.baud }),
		})),
	);
	return { scenario, fixtures, spec, known: known.size, probe, lines };
}

function printChecked({ scenario, fixtures, spec, known, probe, lines }: Checked): void {
	const cells = spec.rows.flatMap((row) => row.cells).length;
	console.log(`scenario  ${scenario.scenario.id}: ${scenario.segments.map((each) => each.name).join(', ')}`);
	console.log(
		`fixtures  ${fixtures.clips} clips, ${fixtures.seconds.toFixed(1)} s, all readable, hashes as in their sidecars`,
	);
	for (const { name, subset, loadedClips } of scenario.segments) {
		if (subset === undefined) continue;
		const { clips, seed, devices } = subset;
		console.log(
			`subset    ${name}: ${clips} of ${loadedClips.length} clips by seed ${seed} on ${devices.join(' and ')} devices`,
		);
	}
	const reported = scenario.segments.flatMap(({ name, judged = true }) => (judged ? [] : [name]));
	if (reported.length > 0) console.log(`reported  ${reported.join(', ')}: measured, and no verdict`);
	const params = Object.entries(scenario.params).map(([name, value]) => paramText({ name, value }));
	if (params.length > 0) console.log(`params    ${params.join(', ')}`);
	if (probe !== undefined) {
		const names = probe.clips.map((clip) => clip.name).join(', ');
		console.log(
			`reference features of ${names} by ${scenario.reference?.model}, made of the audio as ${probe.codec} carries it`,
		);
	}
	const decisions = scenario.reference?.decisions?.length;
	if (decisions !== undefined) console.log(`reference decisions on ${decisions} clips by ${scenario.reference?.model}`);
	console.log(`spec      ${spec.rows.length} rows, ${cells} limits: ${spec.rows.map((row) => row.name).join(', ')}`);
	console.log(`devices   ${known} known, each row of the spec is bound to one`);
	for (const { device, segment, budget } of lines) {
		console.log(`line      ${device}, ${segment}: ${Math.round(100 * budget.share)} % in real time`);
	}
}
