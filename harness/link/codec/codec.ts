import type { CODEC, PACING } from '../../generated/wire.ts';
import { decodeImaBlock } from './ima-adpcm.ts';
import { decodeMulaw } from './mulaw.ts';
import { decodePcm16 } from './pcm16.ts';

export type CodecName = keyof typeof CODEC;
export type PacingName = keyof typeof PACING;

/** What the device makes of an AUDIO frame's bytes (after its offset). `null`: bytes that are not of this codec. */
export function decodeAudio(codec: CodecName, bytes: Uint8Array): Int16Array | null {
	if (codec === 'pcm16') return decodePcm16(bytes);
	if (codec === 'mulaw') return decodeMulaw(bytes);
	return decodeImaBlock(bytes);
}
