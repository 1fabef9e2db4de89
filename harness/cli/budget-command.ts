import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defaultImagePath } from '../../devices/driver.ts';
import { readElf } from '../bench/elf.ts';
import { OssicleError } from '../error.ts';
import type { DeviceFacts } from '../generated/device.ts';
import { type Budget, budget } from '../judge/budget/budget.ts';
import { DEVICES_FOLDER } from '../run.ts';
import { deviceOf, type LoadedDevice, loadDevices } from '../scenario/device-facts.ts';
import { type LoadedScenario, loadScenario } from '../scenario/load-scenario.ts';
import { loadSpec } from '../scenario/load-spec.ts';
import { budgetTable } from './budget-table.ts';

export interface BudgetOptions {
	/** Default: the reference scenario. */
	scenario?: string;
	spec?: string;
	image?: string;
	/** Samples between two inferences, as typed. */
	hop: string;
	strict?: boolean;
	json?: boolean;
}

const EXIT_INFEASIBLE = 1;
const SCENARIO = fileURLToPath(new URL('../../scenarios/liquid-audio/keywords.scenario.yaml', import.meta.url));

/**
 * `ossicle budget <device>`: what its row of the spec allows by data sheet facts, before anything is flashed. Exit 0; with
 * `--strict` 1 when a cell is infeasible.
 *
 * @throws OssicleError (usage) for an unknown device, a bad spec or scenario, or a hop that is no number of samples
 */
export async function budgetCommand(deviceId: string, options: BudgetOptions): Promise<number> {
	const hopSamples = Number(options.hop);
	if (!Number.isInteger(hopSamples) || hopSamples < 1 || hopSamples > 1_000_000) {
		throw new OssicleError(
			'hop',
			'usage',
			`--hop: a number of samples from 1 to 1000000 was expected, got "${options.hop}".`,
			{},
		);
	}
	const scenario = loadScenario(options.scenario ?? SCENARIO);
	const known = loadDevices(DEVICES_FOLDER);
	const { facts } = deviceOf(known, deviceId);
	const { spec } = loadSpec(options.spec ?? scenario.spec.path, known, [facts]);
	const row = spec.rows.find(({ name }) => name === facts.specRow);
	if (row === undefined) throw new Error(`the spec was checked to have row ${facts.specRow}`);
	const imagePath = options.image ?? defaultImagePath(facts);
	const image = options.image !== undefined || existsSync(imagePath) ? await readElf(imagePath) : null;
	const worked = budget(facts, row, {
		hopSamples,
		sampleRateHz: scenario.scenario.sampleRateHz,
		// A PC program's sections are not what it uses.
		staticBytes: facts.evidence === 'host' ? null : (image?.staticBytes ?? null),
		...evidenceOf(scenario, hopSamples, facts),
	});
	if (options.json === true) console.log(JSON.stringify(worked, null, '\t'));
	else console.log(budgetTable(worked, facts, twinsWithCurrents(worked, facts, known)));
	return options.strict === true && worked.lines.some(({ state }) => state === 'infeasible') ? EXIT_INFEASIBLE : 0;
}

/** What the scenario has to prove limits with; of a planned subset about as many hops as its share of the clips. */
function evidenceOf(
	{ segments }: LoadedScenario,
	hopSamples: number,
	{ evidence }: DeviceFacts,
): { clips: number; hops: number } {
	const measuring = (what: 'accuracy' | 'latency') =>
		segments
			.filter(({ measures, judged = true }) => judged && measures.includes(what))
			.flatMap(({ loadedClips, subset }) =>
				subset?.devices.includes(evidence) ? loadedClips.slice(0, subset.clips) : loadedClips,
			);
	return {
		clips: measuring('accuracy').length,
		hops: measuring('latency').reduce((sum, { sidecar }) => sum + Math.floor(sidecar.samples / hopSamples), 0),
	};
}

/** Devices of the same row that declare the currents this one lacks: a board's stand-in often does. */
function twinsWithCurrents({ lines }: Budget, facts: DeviceFacts, known: ReadonlyMap<string, LoadedDevice>): string[] {
	const lacks =
		facts.model?.currents === undefined &&
		lines.some(({ milliwatts, state }) => milliwatts !== null && state === 'unknown');
	if (!lacks) return [];
	return [...known.values()].flatMap(({ facts: other }) =>
		other.specRow === facts.specRow && other.model?.currents !== undefined ? [other.id] : [],
	);
}
