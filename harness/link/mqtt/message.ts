/** The JSON messages of wire v1 over MQTT: untrusted bytes in, a checked message or a reason out. */
import { Ajv, type ValidateFunction } from 'ajv';
import type { MqttAnswer } from '../../generated/mqtt-answer.ts';
import type { MqttAsk } from '../../generated/mqtt-ask.ts';
import type { MqttInfo } from '../../generated/mqtt-info.ts';
import answerSchema from '../../schema/mqtt-answer.schema.json' with { type: 'json' };
import askSchema from '../../schema/mqtt-ask.schema.json' with { type: 'json' };
import infoSchema from '../../schema/mqtt-info.schema.json' with { type: 'json' };

/** Longest JSON payload, bytes. So short that no nesting in it can trouble a parser. */
export const MAX_MESSAGE_BYTES = 4096;

const ajv = new Ajv({ allErrors: false, strict: true, allowUnionTypes: true });
ajv.addSchema([infoSchema, askSchema, answerSchema]);

const definition = (schema: { $id: string }, name: string) =>
	ajv.compile({ $ref: `${schema.$id}#/definitions/${name}` });
const lease = definition(askSchema, 'LeaseAsk');
const channel = definition(askSchema, 'ChannelAsk');

/** One validator for each `op`: an error then names the rule that was broken, and not all that do not apply. */
const ASKS: ReadonlyMap<unknown, ValidateFunction> = new Map([
	['describe', definition(askSchema, 'DescribeAsk')],
	['acquire', definition(askSchema, 'AcquireAsk')],
	['flash', lease],
	['safe', lease],
	['start', channel],
	['stop', channel],
	['release', definition(askSchema, 'ReleaseAsk')],
]);
const ANSWERS: ReadonlyMap<unknown, ValidateFunction> = new Map([
	[true, definition(answerSchema, 'MqttDone')],
	[false, definition(answerSchema, 'MqttRefused')],
]);
const INFO = ajv.compile({ $ref: infoSchema.$id });

type Choose = (value: Record<string, unknown>) => ValidateFunction | undefined;

const asInfo: Choose = () => INFO;
const asAsk: Choose = ({ op }) => ASKS.get(op);
const asAnswer: Choose = ({ ok }) => ANSWERS.get(ok);

/** The message, or in words why it is none. Never throws. */
export const decodeInfo = (bytes: Uint8Array): MqttInfo | string => decode(bytes, asInfo);
export const decodeAsk = (bytes: Uint8Array): MqttAsk | string => decode(bytes, asAsk);
export const decodeAnswer = (bytes: Uint8Array): MqttAnswer | string => decode(bytes, asAnswer);

/** @throws RangeError when it is longer than a message may be, TypeError when it breaks its own schema: a fault of ours */
export const encodeInfo = (info: MqttInfo): Buffer => encode(info, asInfo);
export const encodeAsk = (ask: MqttAsk): Buffer => encode(ask, asAsk);
export const encodeAnswer = (answer: MqttAnswer): Buffer => encode(answer, asAnswer);

function decode<Message>(bytes: Uint8Array, choose: Choose): Message | string {
	if (bytes.length > MAX_MESSAGE_BYTES) return `${bytes.length} bytes: a message has at most ${MAX_MESSAGE_BYTES}`;
	let value: unknown;
	try {
		value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
	} catch {
		return 'it is not JSON in UTF-8';
	}
	const broken = brokenRule(value, choose);
	return broken ?? (value as Message);
}

function encode(message: MqttInfo | MqttAsk | MqttAnswer, choose: Choose): Buffer {
	const broken = brokenRule(message, choose);
	if (broken !== null) throw new TypeError(broken);
	const bytes = Buffer.from(JSON.stringify(message));
	if (bytes.length > MAX_MESSAGE_BYTES)
		throw new RangeError(`${bytes.length} bytes: a message has at most ${MAX_MESSAGE_BYTES}`);
	return bytes;
}

/** Only the place and the rule: what stood there is somebody else's text. */
function brokenRule(value: unknown, choose: Choose): string | null {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'it is not a JSON object';
	const validate = choose(value as Record<string, unknown>);
	if (validate === undefined) return 'it is of no known sort';
	if (validate(value)) return null;
	const [error] = validate.errors ?? [];
	return error === undefined
		? 'it breaks the schema'
		: `${error.instancePath.slice(0, 80) || 'the object'} ${error.message ?? error.keyword}`;
}
