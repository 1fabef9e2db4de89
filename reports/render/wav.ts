import type { HeardClip } from './heard-audio.ts';

const HEADER_BYTES = 44;
const FORMAT_PCM = 1;

/** 16-bit mono PCM, the canonical 44-byte header (Microsoft/IBM, Multimedia Programming Interface 1.0, 1991). */
export function wavBytes({ samples, sampleRateHz }: HeardClip): Buffer {
	const data = 2 * samples.length;
	const bytes = Buffer.alloc(HEADER_BYTES + data);
	bytes.write('RIFF', 0, 'latin1');
	bytes.writeUInt32LE(HEADER_BYTES - 8 + data, 4);
	bytes.write('WAVEfmt ', 8, 'latin1');
	bytes.writeUInt32LE(16, 16);
	bytes.writeUInt16LE(FORMAT_PCM, 20);
	bytes.writeUInt16LE(1, 22);
	bytes.writeUInt32LE(sampleRateHz, 24);
	bytes.writeUInt32LE(2 * sampleRateHz, 28);
	bytes.writeUInt16LE(2, 32);
	bytes.writeUInt16LE(16, 34);
	bytes.write('data', 36, 'latin1');
	bytes.writeUInt32LE(data, 40);
	for (const [index, sample] of samples.entries()) bytes.writeInt16LE(sample, HEADER_BYTES + 2 * index);
	return bytes;
}
