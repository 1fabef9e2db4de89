/**
 * Writes `firmware/build/generated/wire_vectors.h`: the wire protocol's test vectors (firmware/wire/vectors/*.json) as C
 * tables, so that the C tests run the same cases as the AVA tests. Called by firmware/Makefile:
 * `node --import tsx harness/schema/generate-vectors.ts [output file]`.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** By number, MQTT.md section 2. */
const CHUNK_KINDS = ['BYTES', 'BEAT', 'END', 'CYCLES'];
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface VectorFile<Case> {
	source: string;
	cases: Case[];
}

export interface CrcCase {
	name: string;
	hex: string;
	crc: string;
}

export interface CobsCase {
	name: string;
	ok: boolean;
	decoded?: string;
	encoded: string;
}

export interface FrameCase {
	name: string;
	ok: boolean;
	/** COBS-encoded body, without the 0x00 delimiters. */
	encoded: string;
	frame?: string;
	type?: number;
	sequence?: number;
	payload?: string;
	fields?: Record<string, number>;
	why?: string;
}

export interface LineCase {
	name: string;
	kind: 'message' | 'damaged' | 'console';
	/** Without its \n. */
	line: string;
	message?: Record<string, unknown>;
}

export interface RecordCase {
	name: string;
	hop: number;
	sampleEnd: number;
	/** 64 bits, decimal text. */
	startCycles: string;
	irqCycles: number;
	awakeCycles: number;
	timestep: number;
	label: number;
	flags: number;
	stageCycles: number[];
	hex: string;
}

export interface MulawCase {
	name: string;
	code: number;
	sample: number;
}

export interface ImaCase {
	name: string;
	/** predictor i16, index u8, reserved u8, codes: the bytes of an AUDIO frame after its offset. */
	block: string;
	samples: number[];
	indexAfter: number;
}

export interface Base64Case {
	name: string;
	hex: string;
	text: string;
}

export interface MqttChunkCase {
	name: string;
	ok: boolean;
	hex: string;
	kind?: 'BYTES' | 'BEAT' | 'END' | 'CYCLES';
	sequence?: number;
	channel?: string;
	payload?: string;
}

export interface MqttAskCase {
	name: string;
	ok: boolean;
	hex: string;
	ask?: Record<string, unknown>;
}

export interface Vectors {
	crc32: CrcCase;
	cobs: CobsCase;
	frames: FrameCase;
	lines: LineCase;
	records: RecordCase;
	mulaw: MulawCase;
	'ima-adpcm': ImaCase;
	base64: Base64Case;
	'mqtt-chunks': MqttChunkCase;
	'mqtt-asks': MqttAskCase;
}

/** Reads one vector file of firmware/wire/vectors. */
export async function readVectors<Name extends keyof Vectors>(name: Name): Promise<VectorFile<Vectors[Name]>> {
	const file = path.join(ROOT, 'firmware/wire/vectors', `${name}.json`);
	return JSON.parse(await readFile(file, 'utf8')) as VectorFile<Vectors[Name]>;
}

const text = (value: string) => JSON.stringify(value); // our vectors are printable ASCII: C reads the same escapes

/** Byte tables are emitted once under a name; zero-length ones still need one element in C99. */
class Emitter {
	readonly lines: string[] = [];
	#tables = 0;

	bytes(hex: string): string {
		const values = hex.match(/../g) ?? [];
		return this.#table('uint8_t', values.length === 0 ? ['0'] : values.map((byte) => `0x${byte}`));
	}

	samples(values: number[]): string {
		return this.#table('int16_t', values.map(String));
	}

	#table(type: string, values: string[]): string {
		const name = `wire_vector_data_${this.#tables++}`;
		const rows: string[] = [];
		for (let at = 0; at < values.length; at += 16) rows.push(`\t${values.slice(at, at + 16).join(', ')},`);
		this.lines.push(`static const ${type} ${name}[] = {`, ...rows, '};');
		return name;
	}

	rows(name: string, rows: string[]): void {
		const struct = `struct wire_vector_${name}`;
		this.lines.push(`static const ${struct} wire_vectors_${name}[] = {`, ...rows.map((row) => `\t{ ${row} },`), '};');
		this.lines.push(`#define WIRE_VECTORS_${name.toUpperCase()}_COUNT ${rows.length}u`, '');
	}
}

const STRUCTS = `
struct wire_vector_crc32 { const char *name; const uint8_t *bytes; size_t length; uint32_t crc; };
/* ok == 0: only \`encoded\` is meant, and it must be refused. */
struct wire_vector_cobs { const char *name; int ok; const uint8_t *decoded; size_t decoded_length; const uint8_t *encoded; size_t encoded_length; };
/* \`encoded\` is the COBS-encoded body without its 0x00 delimiters; ok == 0: it must be dropped as damaged. */
struct wire_vector_frame { const char *name; int ok; uint8_t type; uint16_t sequence; const uint8_t *payload; size_t payload_length; const uint8_t *encoded; size_t encoded_length; };
/* \`json\` from its '{' to its '}'; \`line\` is the json with its '*' and CRC, without the newline. */
struct wire_vector_line { const char *name; const char *json; const char *line; };
struct wire_vector_record { const char *name; uint32_t hop; uint32_t sample_end; uint64_t start_cycles; uint32_t irq_cycles; uint32_t awake_cycles; uint16_t timestep; uint8_t label; uint8_t flags; size_t stages; uint32_t stage_cycles[8]; const uint8_t *bytes; size_t length; };
struct wire_vector_mulaw { uint8_t code; int16_t sample; };
/* \`block\`: predictor, index, reserved, codes, as after the offset of an AUDIO frame. */
struct wire_vector_ima { const char *name; const uint8_t *block; size_t block_length; const int16_t *samples; size_t sample_count; uint8_t index_after; };
struct wire_vector_base64 { const char *name; const uint8_t *bytes; size_t length; const char *text; };
/* ok == 0: only \`bytes\` is meant, and it must be refused. \`channel\`: 8 bytes. */
struct wire_vector_mqtt_chunk { const char *name; int ok; uint8_t kind; uint32_t sequence; const uint8_t *channel; const uint8_t *payload; size_t payload_length; const uint8_t *bytes; size_t length; };
/* ok == 0: only \`bytes\` is meant, and it must be refused. \`expires\`: -1 where the request has none; \`holder\`: in UTF-8; texts are empty where there is none. */
struct wire_vector_mqtt_ask { const char *name; int ok; const char *op; const char *id; const char *reply_to; const char *incarnation; int64_t expires; const char *lease; const char *channel; const uint8_t *holder; size_t holder_length; const uint8_t *bytes; size_t length; };
`;

export async function vectorHeader(): Promise<string> {
	const out = new Emitter();
	const size = (hex: string) => hex.length / 2;

	const crc = (await readVectors('crc32')).cases;
	out.rows(
		'crc32',
		crc.map((v) => `${text(v.name)}, ${out.bytes(v.hex)}, ${size(v.hex)}u, 0x${v.crc}u`),
	);
	const cobs = (await readVectors('cobs')).cases;
	out.rows(
		'cobs',
		cobs.map((v) => {
			const decoded = v.decoded ?? '';
			const tail = `${out.bytes(decoded)}, ${size(decoded)}u, ${out.bytes(v.encoded)}, ${size(v.encoded)}u`;
			return `${text(v.name)}, ${v.ok ? 1 : 0}, ${tail}`;
		}),
	);
	const frames = (await readVectors('frames')).cases;
	out.rows(
		'frame',
		frames.map((v) => {
			const payload = v.payload ?? '';
			const head = `${text(v.name)}, ${v.ok ? 1 : 0}, ${v.type ?? 0}u, ${v.sequence ?? 0}u`;
			return `${head}, ${out.bytes(payload)}, ${size(payload)}u, ${out.bytes(v.encoded)}, ${size(v.encoded)}u`;
		}),
	);
	const lines = (await readVectors('lines')).cases;
	out.rows(
		'line',
		lines
			.filter((v) => v.kind === 'message')
			.map((v) => `${text(v.name)}, ${text(v.line.slice(0, v.line.lastIndexOf('*')))}, ${text(v.line)}`),
	);
	const records = (await readVectors('records')).cases;
	out.rows(
		'record',
		records.map((v) => {
			const head = `${text(v.name)}, ${v.hop}u, ${v.sampleEnd}u, ${v.startCycles}ull, ${v.irqCycles}u, ${v.awakeCycles}u`;
			const stages = `${v.stageCycles.length}u, { ${v.stageCycles.map((cycles) => `${cycles}u`).join(', ')} }`;
			return `${head}, ${v.timestep}u, ${v.label}u, ${v.flags}u, ${stages}, ${out.bytes(v.hex)}, ${size(v.hex)}u`;
		}),
	);
	const mulaw = (await readVectors('mulaw')).cases;
	out.rows(
		'mulaw',
		mulaw.map((v) => `0x${v.code.toString(16)}u, ${v.sample}`),
	);
	const ima = (await readVectors('ima-adpcm')).cases;
	out.rows(
		'ima',
		ima.map((v) => {
			const tail = `${out.samples(v.samples)}, ${v.samples.length}u, ${v.indexAfter}u`;
			return `${text(v.name)}, ${out.bytes(v.block)}, ${size(v.block)}u, ${tail}`;
		}),
	);
	const base64 = (await readVectors('base64')).cases;
	out.rows(
		'base64',
		base64.map((v) => `${text(v.name)}, ${out.bytes(v.hex)}, ${size(v.hex)}u, ${text(v.text)}`),
	);
	const chunks = (await readVectors('mqtt-chunks')).cases;
	out.rows(
		'mqtt_chunk',
		chunks.map((v) => {
			const { kind, sequence = 0, channel = '', payload = '' } = v;
			const head = `${text(v.name)}, ${v.ok ? 1 : 0}, ${kind === undefined ? 0 : CHUNK_KINDS.indexOf(kind)}u, ${sequence}u`;
			const body = `${out.bytes(channel)}, ${out.bytes(payload)}, ${size(payload)}u`;
			return `${head}, ${body}, ${out.bytes(v.hex)}, ${size(v.hex)}u`;
		}),
	);
	const asks = (await readVectors('mqtt-asks')).cases;
	out.rows(
		'mqtt_ask',
		asks.map((v) => {
			const field = (name: string) => String(v.ask?.[name] ?? '');
			const holder = Buffer.from(field('holder')).toString('hex');
			const texts = ['op', 'id', 'replyTo', 'incarnation'].map((name) => text(field(name))).join(', ');
			const rest = `${v.ask?.expiresDeviceMs ?? -1}ll, ${text(field('lease'))}, ${text(field('channel'))}`;
			const head = `${text(v.name)}, ${v.ok ? 1 : 0}, ${texts}, ${rest}`;
			return `${head}, ${out.bytes(holder)}, ${size(holder)}u, ${out.bytes(v.hex)}, ${size(v.hex)}u`;
		}),
	);
	return [
		'/* Generated from firmware/wire/vectors by harness/schema/generate-vectors.ts. Do not edit. */',
		'#ifndef WIRE_VECTORS_H',
		'#define WIRE_VECTORS_H',
		'#include <stddef.h>',
		'#include <stdint.h>',
		STRUCTS,
		...out.lines,
		'#endif',
		'',
	].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const target = path.resolve(process.argv[2] ?? path.join(ROOT, 'firmware/build/generated/wire_vectors.h'));
	await mkdir(path.dirname(target), { recursive: true });
	await writeFile(target, await vectorHeader());
}
