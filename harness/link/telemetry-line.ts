/** One line from the device (PROTOCOL.md section 2): telemetry that can be trusted, damaged telemetry, or console. */
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import schema from '../../firmware/wire/wire.schema.json' with { type: 'json' };
import type { TelemetryMessage } from '../generated/wire.ts';
import { crc32, hex32 } from './crc32.ts';

export type TelemetryLine =
	| { kind: 'message'; message: TelemetryMessage; text: string }
	| { kind: 'damaged'; why: string; text: string }
	| { kind: 'console'; text: string };

const SHAPE = /^(\{[ -~]*\})\*([0-9a-f]{8})$/;

/** One compiled validator for each `t`: no trial of all branches of the schema's `oneOf` for each line. */
const VALIDATORS = compileValidators();

function compileValidators(): Map<string, ValidateFunction<TelemetryMessage>> {
	const ajv = new Ajv({ allErrors: false, strict: true, keywords: ['x-wire'] });
	ajv.addSchema(schema);
	const validators = new Map<string, ValidateFunction<TelemetryMessage>>();
	for (const [name, definition] of Object.entries(schema.definitions)) {
		const type = (definition as { properties?: { t?: { const?: string } } }).properties?.t?.const;
		if (type === undefined) continue;
		validators.set(type, ajv.compile<TelemetryMessage>({ $ref: `${schema.$id}#/definitions/${name}` }));
	}
	return validators;
}

/** Reads a line without its \n. `cut`: the line splitter found it too long. Never throws. */
export function readTelemetryLine(text: string, cut = false): TelemetryLine {
	if (!text.startsWith('{')) return { kind: 'console', text };
	const damaged = (why: string): TelemetryLine => ({ kind: 'damaged', why, text });
	if (cut) return damaged('it is longer than 4096 bytes');
	const parts = SHAPE.exec(text);
	if (parts === null) return damaged('it is not of the form {...}*crc');
	const [, json, crc] = parts as unknown as [string, string, string];
	if (hex32(crc32(json)) !== crc) return damaged(`its CRC is ${hex32(crc32(json))}, it says ${crc}`);
	let value: unknown;
	try {
		value = JSON.parse(json);
	} catch {
		return damaged('it is not JSON, though its CRC is right');
	}
	const type = (value as { t?: unknown }).t;
	const validate = typeof type === 'string' ? VALIDATORS.get(type) : undefined;
	if (validate === undefined) return damaged('it is of no known type, though its CRC is right');
	if (!validate(value)) return damaged(`it is a \`${type}\` that breaks the schema: ${inWords(validate.errors)}`);
	return { kind: 'message', message: value, text };
}

function inWords(errors: ErrorObject[] | null | undefined): string {
	const [error] = errors ?? [];
	return error === undefined
		? 'no reason given'
		: `${error.instancePath || 'the object'} ${error.message ?? error.keyword}`;
}

/** A telemetry line as a device would send it, without \n. For tests and for the simulated peers in testing/. */
export function writeTelemetryLine(message: TelemetryMessage): string {
	const json = JSON.stringify(message);
	return `${json}*${hex32(crc32(json))}`;
}
