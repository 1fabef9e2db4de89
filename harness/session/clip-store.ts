import { OssicleError } from '../error.ts';
import type { HelloMessage } from '../generated/wire.ts';
import { recordBytes } from '../link/inference-record.ts';
import type { PreparedClip } from '../stimulate/prepare-clip.ts';

/** What the reference firmware stores beside the bytes of a part: a u16 head, and a u32 for a run of silence. */
const PART_HEAD_BYTES = 2;
const SILENCE_BYTES = 4;

/** Bytes of the device's clip store a preloaded clip needs: the audio as encoded, and the results kept until the end. */
export function storeBytes(prepared: PreparedClip, hello: HelloMessage, scores: boolean): number {
	const silences = prepared.parts.filter((part) => part.kind === 'silence').length;
	const hops = hello.hop === 0 ? 0 : Math.floor(prepared.samples / hello.hop);
	const perHop = recordBytes(hello.stages.length) + (scores ? 2 * hello.labels.length : 0);
	return prepared.encodedBytes + prepared.parts.length * PART_HEAD_BYTES + silences * SILENCE_BYTES + hops * perHop;
}

/** Throws OssicleError (usage) when a clip for `preload` cannot fit; the device has the last word (`store-full`). */
export function assertFitsStore(prepared: PreparedClip, hello: HelloMessage, scores: boolean, name: string): void {
	if (prepared.pacing !== 'preload') return;
	const needed = storeBytes(prepared, hello, scores);
	if (needed <= hello.clipBytes) return;
	const text =
		`the clip ${name} needs ${needed} bytes of the device's clip store (${prepared.encodedBytes} of ${prepared.codec} audio, the rest for ` +
		`its results), ${hello.board} has ${hello.clipBytes}. What to do: a shorter clip, or codec ima-adpcm, which needs a quarter of pcm16.`;
	throw new OssicleError('clip-store', 'usage', text, { needed, clipBytes: hello.clipBytes });
}
