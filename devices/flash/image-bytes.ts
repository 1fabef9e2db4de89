import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { ElfImage } from '../../harness/bench/elf.ts';
import { OssicleError } from '../../harness/error.ts';

/** The image's file, which must still be the one that was checked. @throws OssicleError `image-changed` (usage) */
export async function readUnchanged(image: ElfImage): Promise<Buffer> {
	const bytes = await readFile(image.path);
	if (createHash('sha256').update(bytes).digest('hex') === image.sha256) return bytes;
	throw new OssicleError(
		'image-changed',
		'usage',
		`${image.path} changed between its check and its flashing; was it being built? Start the run again.`,
		{ path: image.path, expected: image.sha256 },
	);
}
