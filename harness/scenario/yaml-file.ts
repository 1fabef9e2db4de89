import { readFileSync } from 'node:fs';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { type Document, isMap, isNode, isPair, LineCounter, parseDocument } from 'yaml';
import { OssicleError } from '../error.ts';
import { suggestion } from './nearest.ts';

/** No fact or scenario file is longer; a larger one is not what it claims to be. */
const MAX_FILE_BYTES = 1 << 20;

/** A YAML (or JSON) file as plain data which remembers where each value stands. */
export interface YamlFile {
	/** As shown to people. */
	path: string;
	text: string;
	value: unknown;
	/** `path:line:column` of the value at a path of keys; of its nearest parent when the value is not in this file. */
	place: (keys: readonly (string | number)[], of?: 'key' | 'value') => string;
	/** Whether a value stands in this file at that path of keys. */
	has: (keys: readonly (string | number)[]) => boolean;
}

/** @throws OssicleError `file-unreadable`, `file-too-large`, `yaml-syntax` (usage) */
export function readYamlFile(path: string, shownPath = path): YamlFile {
	return parseYamlText(readTextFile(path, shownPath), shownPath);
}

/**
 * A large file of JSON, which is YAML too but is read many times faster as what it is; where its values stand is found out
 * when somebody asks. @throws as `readYamlFile`
 */
export function readJsonFile(path: string, shownPath = path): YamlFile {
	const text = readTextFile(path, shownPath);
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		return parseYamlText(text, shownPath);
	}
	let parsed: YamlFile | null = null;
	const asYaml = () => {
		parsed ??= parseYamlText(text, shownPath);
		return parsed;
	};
	return {
		path: shownPath,
		text,
		value,
		place: (keys, of) => asYaml().place(keys, of),
		has: (keys) => asYaml().has(keys),
	};
}

/** @throws OssicleError `file-unreadable`, `file-too-large` (usage) */
export function readTextFile(path: string, shownPath = path): string {
	let bytes: Buffer;
	try {
		bytes = readFileSync(path);
	} catch (cause) {
		const why = (cause as NodeJS.ErrnoException).code ?? String(cause);
		throw new OssicleError(
			'file-unreadable',
			'usage',
			`${shownPath}: cannot be read (${why}).`,
			{ path: shownPath },
			cause,
		);
	}
	if (bytes.length > MAX_FILE_BYTES) {
		throw new OssicleError(
			'file-too-large',
			'usage',
			`${shownPath}: ${bytes.length} bytes; at most ${MAX_FILE_BYTES} were expected of a text file.`,
			{ path: shownPath },
		);
	}
	return bytes.toString('utf8');
}

/** @throws OssicleError `yaml-syntax` (usage) */
export function parseYamlText(text: string, shownPath: string): YamlFile {
	const lines = new LineCounter();
	// Core schema only: no custom tags; a few aliases are plenty, so that an entity bomb ends here.
	const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
	const fault = document.errors[0];
	if (fault !== undefined) {
		const { line, col } = lines.linePos(fault.pos[0]);
		throw new OssicleError('yaml-syntax', 'usage', `${shownPath}:${line}:${col}: not valid YAML: ${fault.message}`, {
			path: shownPath,
			line,
		});
	}
	const at = (offset: number | undefined) => {
		if (offset === undefined) return `${shownPath}:1:1`;
		const { line, col } = lines.linePos(offset);
		return `${shownPath}:${line}:${col}`;
	};
	return {
		path: shownPath,
		text,
		value: document.toJS({ maxAliasCount: 20 }),
		place: (keys, of = 'value') => at(offsetOf(document, keys, of)),
		has: (keys) => document.hasIn(keys),
	};
}

function offsetOf(document: Document, keys: readonly (string | number)[], of: 'key' | 'value'): number | undefined {
	for (let depth = keys.length; depth >= 0; depth--) {
		const path = keys.slice(0, depth);
		if (of === 'key' && depth === keys.length && depth > 0) {
			const parent = depth === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
			const pair = isMap(parent)
				? parent.items.find(
						(item) => isPair(item) && String((item.key as { value?: unknown }).value) === String(path.at(-1)),
					)
				: undefined;
			const key: unknown = pair?.key;
			if (isNode(key) && key.range) return key.range[0];
		}
		const node: unknown = depth === 0 ? document.contents : document.getIn(path, true);
		if (isNode(node) && node.range) return node.range[0];
	}
	return undefined;
}

/** One validator for each schema file beside `harness/schema/`, made once. */
const validators = new Map<string, ValidateFunction>();

function validatorOf(schemaName: string): ValidateFunction {
	let validate = validators.get(schemaName);
	if (validate === undefined) {
		const url = new URL(`../schema/${schemaName}.schema.json`, import.meta.url);
		const ajv = new Ajv({ allErrors: true, verbose: true, strict: false });
		validate = ajv.compile(JSON.parse(readFileSync(url, 'utf8')));
		validators.set(schemaName, validate);
	}
	return validate;
}

/**
 * The value as T, once the schema accepts it. `where` gives the place of a fault for people.
 *
 * @throws OssicleError `schema` (usage): the first fault by its place, with the nearest known word for an unknown key.
 */
export function validated<T>(
	schemaName: string,
	value: unknown,
	where: (keys: readonly (string | number)[], of?: 'key' | 'value') => string,
): T {
	const validate = validatorOf(schemaName);
	if (validate(value)) return value as T;
	// An unknown key explains more than the required one it was meant to be.
	const errors = validate.errors ?? [];
	const first = errors.find((error) => error.keyword === 'additionalProperties') ?? errors[0];
	if (first === undefined) throw new Error('a validator refused without saying why');
	const keys = pointerKeys(first.instancePath);
	const unknownKey = first.keyword === 'additionalProperties' ? String(first.params.additionalProperty) : null;
	const place = unknownKey === null ? where(keys) : where([...keys, unknownKey], 'key');
	throw new OssicleError('schema', 'usage', `${place}: ${explain(first, keys, unknownKey)}`, {
		schema: schemaName,
		keys: unknownKey === null ? keys : [...keys, unknownKey],
	});
}

function explain(error: ErrorObject, keys: readonly (string | number)[], unknownKey: string | null): string {
	const name = keys.length === 0 ? 'the file' : `\`${keys.join('.')}\``;
	if (unknownKey !== null) {
		const known = Object.keys((error.parentSchema as { properties?: object } | undefined)?.properties ?? {});
		const inside = keys.length === 0 ? '' : ` in ${name}`;
		return `unknown key \`${unknownKey}\`${inside}: ${suggestion(unknownKey, known)}`;
	}
	const got = JSON.stringify(error.data) ?? 'nothing';
	const shown = got.length > 80 ? `${got.slice(0, 77)}...` : got;
	if (error.keyword === 'required') return `${name} lacks \`${String(error.params.missingProperty)}\`.`;
	if (error.keyword === 'enum') {
		const allowed = (error.params.allowedValues as unknown[]).map((word) => String(word));
		return `${name} is ${shown}, which is none of ${allowed.join(', ')}: ${suggestion(String(error.data), allowed)}`;
	}
	return `${name} ${error.message ?? 'is not valid'}, but is ${shown}.`;
}

function pointerKeys(pointer: string): (string | number)[] {
	return pointer
		.split('/')
		.slice(1)
		.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
		.map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}
