import { copyFileSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { OssicleError } from '../error.ts';
import type { DeviceFacts } from '../generated/device.ts';
import type { SweepModel } from '../generated/sweep.ts';

const FIRMWARE = fileURLToPath(new URL('../../firmware', import.meta.url));
/** Of make's last words, which name the fault. */
const MOST_CHARACTERS = 400;

/**
 * The image of a sweep for a device's board and a model: built when first needed, and kept in the sweep's folder. All its
 * rows are of one firmware, whatever becomes of the sources while it goes on or before it is resumed.
 *
 * @param modelPath absolute; @param images folder of the sweep
 * @returns path of the image
 * @throws OssicleError `sweep-build` (usage): make's last words
 */
export async function sweepImage(
	facts: DeviceFacts,
	model: SweepModel,
	modelPath: string,
	images: string,
	signal: AbortSignal,
): Promise<string> {
	const kept = path.join(images, `${facts.firmware.board}-${model.key}${path.extname(imageName(facts))}`);
	if (existsSync(kept)) return kept;
	const built = await buildFirmware(facts, model, modelPath, signal);
	mkdirSync(images, { recursive: true });
	// Never half an image under that name.
	copyFileSync(built, `${kept}.part`);
	renameSync(`${kept}.part`, kept);
	return kept;
}

function imageName({ link }: DeviceFacts): string {
	return link.kind === 'posix-pty' ? 'liquid-audio' : 'liquid-audio.elf';
}

/** In a build folder of its own: the board's default image is left alone. Only what changed is built again. */
async function buildFirmware(
	facts: DeviceFacts,
	model: SweepModel,
	modelPath: string,
	signal: AbortSignal,
): Promise<string> {
	const { board } = facts.firmware;
	const out = path.join(FIRMWARE, 'build', 'sweep', `${board}-${model.sha256.slice(0, 12)}`);
	const variables = [`BOARD=${board}`, `MODEL=${modelPath}`, `MAX_BLOCKS=${model.storedBlocks}`, `OUT=${out}`];
	const { exitCode, stdout, stderr } = await execa('make', ['-C', FIRMWARE, ...variables], {
		reject: false,
		cancelSignal: signal,
		all: false,
	});
	signal.throwIfAborted();
	if (exitCode !== 0) {
		const words = `${stderr.trim() === '' ? stdout : stderr}`.trim().replace(/\s+/g, ' ').slice(-MOST_CHARACTERS);
		const text = `The firmware for ${board} with model ${model.id} cannot be built: make ended with ${exitCode ?? 'no exit code'}: ${words}`;
		throw new OssicleError('sweep-build', 'usage', text, { board, model: model.id });
	}
	return path.join(out, imageName(facts));
}
