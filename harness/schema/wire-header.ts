/** The C header of the wire protocol, made from the `x-wire` part of `firmware/wire/wire.schema.json`. Pure. */

export type FieldType = 'u8' | 'u16' | 'u32' | 'u64' | 'i32';

export interface WireDefinition {
	constants: Record<string, number>;
	frames: Record<string, { type: number; fields: Record<string, FieldType>; rest?: string }>;
	enums: Record<string, Record<string, number>>;
	record: Record<string, FieldType>;
}

export const FIELD_BYTES: Readonly<Record<FieldType, number>> = { u8: 1, u16: 2, u32: 4, u64: 8, i32: 4 };

/** `heartbeatMs` -> `HEARTBEAT_MS`, `ima-adpcm` -> `IMA_ADPCM`. */
export function macroName(name: string): string {
	return name
		.replace(/([a-z0-9])([A-Z])/g, '$1_$2')
		.replace(/[^A-Za-z0-9]+/g, '_')
		.toUpperCase();
}

/** Byte offset of each field, and the size of all of them. */
export function layout(fields: Record<string, FieldType>): { offsets: [string, number][]; bytes: number } {
	let bytes = 0;
	const offsets = Object.entries(fields).map(([name, type]): [string, number] => {
		const offset = bytes;
		bytes += FIELD_BYTES[type];
		return [name, offset];
	});
	return { offsets, bytes };
}

export function wireHeader(wire: WireDefinition): string {
	const lines = [
		'/* Generated from firmware/wire/wire.schema.json by `npm run generate`. Do not edit. See firmware/wire/PROTOCOL.md. */',
		'#ifndef OSSICLE_WIRE_H',
		'#define OSSICLE_WIRE_H',
		'',
	];
	const define = (name: string, value: number) => lines.push(`#define OSSICLE_${name} ${value}u`);
	for (const [name, value] of Object.entries(wire.constants)) define(name, value);
	for (const [group, values] of Object.entries(wire.enums)) {
		lines.push('');
		for (const [name, value] of Object.entries(values)) define(`${group}_${macroName(name)}`, value);
	}
	lines.push(
		'',
		'/* Frames: type, offset of each payload field, fixed payload bytes (a rest may follow). All little-endian. */',
	);
	for (const [name, frame] of Object.entries(wire.frames)) {
		define(`FRAME_${name}`, frame.type);
		const { offsets, bytes } = layout(frame.fields);
		for (const [field, offset] of offsets) define(`${name}_${macroName(field)}_OFFSET`, offset);
		define(`${name}_BYTES`, bytes);
	}
	lines.push('', '/* Inference record: offset of each field of the head; one u32 for each stage follows it. */');
	for (const [field, offset] of layout(wire.record).offsets) define(`RECORD_${macroName(field)}_OFFSET`, offset);
	lines.push('', '#endif', '');
	return lines.join('\n');
}

/** Constants and frame tables for TypeScript; the message types are added by json-schema-to-typescript. */
export function wireConstants(wire: WireDefinition): string {
	const json = (value: unknown) => JSON.stringify(value, null, '\t');
	return [
		`export const WIRE = ${json(wire.constants)} as const;`,
		'',
		'/** Frame types, and the payload fields in order. */',
		`export const FRAMES = ${json(wire.frames)} as const;`,
		'',
		...Object.entries(wire.enums).flatMap(([name, values]) => [`export const ${name} = ${json(values)} as const;`, '']),
		'/** Fields of the head of an inference record, in order. */',
		`export const RECORD_FIELDS = ${json(wire.record)} as const;`,
		'',
	].join('\n');
}
