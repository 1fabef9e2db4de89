import test from 'ava';
import fc from 'fast-check';
import { readVectors } from '../schema/generate-vectors.ts';
import { readTelemetryLine, writeTelemetryLine } from './telemetry-line.ts';

test('reads the vectors as what they are', async (t) => {
	for (const { name, kind, line, message } of (await readVectors('lines')).cases) {
		const result = readTelemetryLine(line);
		t.is(result.kind, kind, name);
		if (result.kind === 'message') t.deepEqual(result.message as unknown, message as unknown, name);
	}
});

test('a message written is the vector again', async (t) => {
	for (const { name, kind, line, message } of (await readVectors('lines')).cases) {
		if (kind === 'message') t.is(writeTelemetryLine(message as never), line, name);
	}
});

test('a telemetry line that was cut is damaged, a console line that was cut is console', (t) => {
	t.is(readTelemetryLine('{"t":', true).kind, 'damaged');
	t.is(readTelemetryLine('hello', true).kind, 'console');
});

test('no single changed character leaves a valid line', async (t) => {
	const good = (await readVectors('lines')).cases.filter((vector) => vector.kind === 'message');
	for (const { line } of good) {
		for (let at = 0; at < line.length; at++) {
			for (const bit of [0, 1, 4]) {
				const changed = `${line.slice(0, at)}${String.fromCharCode(line.charCodeAt(at) ^ (1 << bit))}${line.slice(at + 1)}`;
				t.not(readTelemetryLine(changed).kind, 'message', changed);
			}
		}
	}
});

test('arbitrary text never throws', (t) => {
	const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.json()).map((body) => `{${body}`);
	fc.assert(fc.property(text, (line) => readTelemetryLine(line).kind === 'damaged'));
	t.pass();
});
