import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const FIXTURES = fileURLToPath(new URL('../../scenarios/liquid-audio/fixtures', import.meta.url));

/** AVA's `t`, or whoever else cleans up afterwards. */
interface CleanUp {
	teardown(cleanUp: () => void): void;
}

export interface TinyScenario {
	folder: string;
	runs: string;
}

export interface TinyOptions {
	/** Keyword clips, by name: real fixtures of the liquid-audio scenario. */
	clips?: readonly string[];
	codec?: 'pcm16' | 'mulaw' | 'ima-adpcm';
	pacing?: 'fast' | 'realtime' | 'preload';
	/** Adds one power clip of 15 s, played by preload. */
	power?: boolean;
	/** Table rows of spec.md. Default: a row each for the PC build and the STM32F4 with limits that hold. */
	spec?: string;
}

const ROOMY_SPEC = `| Device | Latency (p50) | Memory | Accuracy |
| --- | --- | --- | --- |
| Desktop CPU | < 5 ms | < 100 MB | > 50 % |
| STM32F4 | < 15 ms | < 64 KB | > 50 % |
`;

/** A scenario of a few real clips in a temporary folder, gone after the test. */
export function tinyScenario(t: CleanUp, options: TinyOptions = {}): TinyScenario {
	const { clips = ['yes-01', 'no-01'], codec = 'mulaw', pacing = 'fast', power = false, spec = ROOMY_SPEC } = options;
	const folder = mkdtempSync(path.join(tmpdir(), 'ossicle-tiny-'));
	t.teardown(() => rmSync(folder, { recursive: true, force: true }));
	const copy = (from: string, name: string) => {
		mkdirSync(path.join(folder, 'fixtures', from), { recursive: true });
		for (const ending of ['.wav', '.json'])
			copyFileSync(path.join(FIXTURES, from, name + ending), path.join(folder, 'fixtures', from, name + ending));
	};
	for (const name of clips) copy('keywords', name);
	if (power) copy('day-part', 'day-part-1');
	writeFileSync(path.join(folder, 'spec.md'), spec);
	const segments = [
		`  - { name: keywords, clips: 'fixtures/keywords/*.wav', codec: ${codec}, pacing: ${pacing}, measures: [latency, accuracy] }`,
		...(power
			? [`  - { name: day-part, clips: 'fixtures/day-part/*.wav', codec: mulaw, pacing: preload, measures: [power] }`]
			: []),
	];
	writeFileSync(
		path.join(folder, 'tiny.scenario.yaml'),
		`id: tiny\nname: A few clips\nspec: spec.md\nsampleRateHz: 16000\nsession: { warmUpClips: 0 }\nsegments:\n${segments.join('\n')}\n`,
	);
	return { folder, runs: path.join(folder, 'runs') };
}
