import test from 'ava';
import { generatedFiles, staleFiles } from './generate.ts';
import { layout, macroName } from './wire-header.ts';

test('generated files are what their schemas give', async (t) => {
	t.true((await generatedFiles()).size >= 2);
	t.deepEqual(await staleFiles(), [], 'run `npm run generate` and commit the result');
});

test('the inference record is laid out as PROTOCOL.md draws it', async (t) => {
	const { RECORD_FIELDS, WIRE } = await import('../generated/wire.ts');
	const { offsets, bytes } = layout(RECORD_FIELDS);
	t.deepEqual(offsets, [
		['hop', 0],
		['sampleEnd', 4],
		['startCycles', 8],
		['irqCycles', 16],
		['awakeCycles', 20],
		['timestep', 24],
		['label', 26],
		['flags', 27],
	]);
	t.is(bytes, WIRE.RECORD_HEAD_BYTES);
});

test('names become C macros', (t) => {
	t.is(macroName('heartbeatMs'), 'HEARTBEAT_MS');
	t.is(macroName('ima-adpcm'), 'IMA_ADPCM');
});
