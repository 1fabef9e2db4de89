/** Is a parsed line of `capture.ndjson` of the shape which capture-line.ts promises? The file may come from anywhere. */
import { Ajv } from 'ajv';
import type { CaptureLine } from './capture-line.ts';

const text = { type: 'string', maxLength: 100_000 };
const word = { type: 'string', maxLength: 200 };
const count = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER };
const u32 = { type: 'integer', minimum: 0, maximum: 0xffffffff };
const attempt = { enum: [1, 2] };
const base64 = { type: 'string' };
const reason = { enum: ['complete', 'rig-error', 'interrupted'] };
const countOrNull = { oneOf: [count, { type: 'null' }] };

const object = (properties: Record<string, object>) => ({
	type: 'object',
	additionalProperties: false,
	required: Object.keys(properties),
	properties,
});
/** As record.schema.json has it. */
const footprint = object({
	textBytes: count,
	dataBytes: count,
	bssBytes: count,
	rigBytes: count,
	flashBytes: count,
	modelBytes: countOrNull,
	stack: object({
		bytes: countOrNull,
		unbounded: { oneOf: [text, { type: 'null' }] },
		path: { type: 'array', maxItems: 100, items: word },
		interruptBytes: count,
	}),
});

/** Event kind -> its required and its optional fields. */
const EVENTS: Record<string, [required: Record<string, object>, optional?: Record<string, object>]> = {
	run: [
		{
			id: word,
			startedAt: word,
			ossicle: word,
			command: { type: 'array', items: text },
			inputs: { type: 'object', required: [], additionalProperties: word },
		},
		{ note: text },
	],
	session: [{ session: count, device: word, link: text }],
	flash: [
		{
			session: count,
			tool: text,
			imageSha256: word,
			buildId: word,
			staticBytes: countOrNull,
			rigBytes: countOrNull,
			flashBytes: countOrNull,
		},
		{ footprint },
	],
	rx: [{ b: base64 }],
	tx: [{ b: base64 }],
	clip: [
		{
			clip: u32,
			name: text,
			segment: text,
			attempt,
			codec: { enum: ['pcm16', 'mulaw', 'ima-adpcm'] },
			pacing: { enum: ['fast', 'realtime', 'preload'] },
			// 2^30 samples are 18 hours at 16 kHz: a bound on the work a forged capture can ask for.
			samples: { type: 'integer', minimum: 0, maximum: 2 ** 30 },
			crc: { type: 'string', pattern: '^[0-9a-f]{8}$' },
			sampleRate: u32,
		},
	],
	'clip-void': [{ clip: u32, attempt, reason: text }],
	analogue: [
		{
			clip: u32,
			source: { const: 'substituted' },
			end: { enum: ['low', 'high'] },
			periodSeconds: { type: 'number', exclusiveMinimum: 0 },
			seed: { type: 'number' },
			b: base64,
		},
	],
	cycles: [{ clip: u32, attempt, lines: { type: 'string' } }],
	fault: [{ code: word, text }, { clip: u32 }],
	notice: [{ code: word, text }],
	'session-end': [{ session: count, reason }],
	'run-end': [{ endedAt: word, reason }],
};

const ajv = new Ajv({ strict: true });
const VALIDATORS = new Map(
	Object.entries(EVENTS).map(([kind, [required, optional = {}]]) => {
		const head = { n: count, t: { type: 'string', pattern: '^[0-9]{1,20}$' }, c: word, k: { const: kind } };
		const properties = { ...head, ...required, ...optional };
		const names = [...Object.keys(head), ...Object.keys(required)];
		return [
			kind,
			ajv.compile<CaptureLine>({ type: 'object', additionalProperties: false, required: names, properties }),
		];
	}),
);

/** The line, or what is wrong with it in words. */
export function checkShape(value: unknown): { line: CaptureLine } | { wrong: string } {
	const kind = typeof value === 'object' && value !== null ? (value as { k?: unknown }).k : undefined;
	const validate = typeof kind === 'string' ? VALIDATORS.get(kind) : undefined;
	if (validate === undefined) return { wrong: 'is of no known kind' };
	if (validate(value)) return { line: value };
	const [error] = validate.errors ?? [];
	return { wrong: `is no \`${kind}\` line: ${error?.instancePath ?? ''} ${error?.message ?? ''}` };
}
