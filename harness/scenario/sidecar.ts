import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { OssicleError } from '../error.ts';
import type { Sidecar } from '../generated/sidecar.ts';
import { readWav, type WavAudio } from './wav.ts';
import { readYamlFile, validated } from './yaml-file.ts';

/** `<clip>.json` beside `<clip>.wav`. */
export function sidecarPathOf(wavPath: string): string {
	return wavPath.replace(/\.wav$/i, '.json');
}

/**
 * What the sidecar of a clip says.
 *
 * @param needsLabel true where accuracy is measured: a clip nobody labelled cannot be right or wrong
 * @throws OssicleError `sidecar-missing`, `label-missing`, `schema`, `yaml-syntax` (usage)
 */
export function readSidecar(wavPath: string, needsLabel: boolean, shownWavPath = wavPath): Sidecar {
	const path = sidecarPathOf(wavPath);
	const shownPath = sidecarPathOf(shownWavPath);
	if (!existsSync(path)) {
		throw new OssicleError(
			'sidecar-missing',
			'usage',
			`${shownWavPath}: has no sidecar; expected ${shownPath} with label, sampleRate, samples, sha256 and origin.`,
			{ path: shownPath },
		);
	}
	const file = readYamlFile(path, shownPath);
	const sidecar = validated<Sidecar>('sidecar', file.value, file.place);
	if (needsLabel && (sidecar.label ?? null) === null) {
		throw new OssicleError(
			'label-missing',
			'usage',
			`${shownPath}:1:1: \`label\` is missing; the clip's segment measures accuracy, so what should be decided must be written down.`,
			{ path: shownPath },
		);
	}
	return sidecar;
}

/**
 * The clip's audio, proven to be what its sidecar describes.
 * @throws OssicleError `wav`, `sidecar-mismatch` (usage)
 */
export function readClipAudio(
	wavPath: string,
	sidecar: Sidecar,
	sampleRateHz: number,
	shownWavPath = wavPath,
): WavAudio {
	const audio = readWav(wavPath, sampleRateHz, shownWavPath);
	const facts: [string, string | number, string | number][] = [
		['wav', sidecar.wav ?? basename(wavPath), basename(wavPath)],
		['sampleRate', sidecar.sampleRate, audio.sampleRateHz],
		['samples', sidecar.samples, audio.samples.length],
		['sha256', sidecar.sha256, audio.sha256],
	];
	for (const [name, expected, found] of facts) {
		if (expected === found) continue;
		throw new OssicleError(
			'sidecar-mismatch',
			'usage',
			`${shownWavPath}: expected ${name} ${expected} as ${sidecarPathOf(shownWavPath)} says, found ${found}. Either the audio was changed or the sidecar is another clip's.`,
			{ path: shownWavPath, field: name },
		);
	}
	return audio;
}
