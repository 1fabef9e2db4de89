/**
 * Everything that is made from a schema: TypeScript types (json-schema-to-typescript) and the C header of the wire.
 * `npm run generate` writes the files; `--check` (and a test) only says which are stale.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile, type JSONSchema } from 'json-schema-to-typescript';
import { type WireDefinition, wireConstants, wireHeader } from './wire-header.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const BANNER = (source: string) => `/* Generated from ${source} by \`npm run generate\`. Do not edit. */`;
const STYLE = { useTabs: true, singleQuote: true, printWidth: 120 } as const;

async function types(sourcePath: string, title: string): Promise<string> {
	const schema = JSON.parse(await readFile(path.join(ROOT, sourcePath), 'utf8')) as JSONSchema;
	// Generated types must not depend on the working folder: $ref is resolved against the schema's own folder.
	return compile(schema, title, {
		bannerComment: BANNER(sourcePath),
		additionalProperties: false,
		unreachableDefinitions: true,
		// Without it an array of 1 to 8 words becomes a union of eight tuples.
		ignoreMinAndMaxItems: true,
		style: STYLE,
		cwd: path.join(ROOT, path.dirname(sourcePath)),
	});
}

/** Path below the repository -> content, for each generated file. */
export async function generatedFiles(): Promise<Map<string, string>> {
	const files = new Map<string, string>();
	const wirePath = 'firmware/wire/wire.schema.json';
	const schema = JSON.parse(await readFile(path.join(ROOT, wirePath), 'utf8')) as { 'x-wire': WireDefinition };
	files.set('firmware/ossicle/ossicle_wire.h', wireHeader(schema['x-wire']));
	files.set(
		'harness/generated/wire.ts',
		`${await types(wirePath, 'TelemetryMessage')}\n${wireConstants(schema['x-wire'])}`,
	);
	const names = (await readdir(path.join(ROOT, 'harness/schema')))
		.filter((name) => name.endsWith('.schema.json'))
		.sort();
	for (const name of names) {
		const base = name.slice(0, -'.schema.json'.length);
		files.set(`harness/generated/${base}.ts`, await types(`harness/schema/${name}`, base));
	}
	return files;
}

/** The generated files which are missing or differ from what their schema gives now. */
export async function staleFiles(): Promise<string[]> {
	const stale: string[] = [];
	for (const [name, content] of await generatedFiles()) {
		const current = await readFile(path.join(ROOT, name), 'utf8').catch(() => null);
		if (current !== content) stale.push(name);
	}
	return stale;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	if (process.argv.includes('--check')) {
		const stale = await staleFiles();
		for (const name of stale)
			console.error(`stale: ${name} differs from what its schema gives; run \`npm run generate\``);
		process.exitCode = stale.length === 0 ? 0 : 1;
	} else {
		for (const [name, content] of await generatedFiles()) {
			await writeFile(path.join(ROOT, name), content);
			console.error(`wrote ${name}`);
		}
	}
}
