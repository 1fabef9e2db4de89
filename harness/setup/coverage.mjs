import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** What of harness/ is no part of the product: made by a tool, or there for tests and set-up only. */
const NOT_COUNTED = [
	'harness/generated/**',
	'harness/testing/**',
	'harness/setup/**',
	'harness/bench/tiny-image.ts',
	'**/*.test.ts',
];

/** Arguments of `c8 report`. Files which no test ever loaded count in full. @param {string} root */
export function coverageArguments(root, temporaryFolder) {
	const exclude = [...NOT_COUNTED, ...filesOfTypesOnly(root)].flatMap((pattern) => ['--exclude', pattern]);
	const reporters = ['text-summary', 'json-summary', 'lcovonly'].flatMap((name) => ['--reporter', name]);
	const folders = ['--temp-directory', temporaryFolder, '--reports-dir', 'coverage', '--all', '--src', 'harness'];
	return ['report', ...folders, '--include', 'harness/**/*.ts', ...exclude, ...reporters];
}

/** A file of nothing but types leaves no code to run, so it never shows in the coverage: it is not counted. */
function filesOfTypesOnly(root) {
	return readdirSync(path.join(root, 'harness'), { recursive: true })
		.filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
		.map((name) => path.posix.join('harness', name.split(path.sep).join('/')))
		.filter((file) => {
			const { outputText } = ts.transpileModule(readFileSync(path.join(root, file), 'utf8'), {
				compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext, removeComments: true },
			});
			return outputText.trim() === 'export {};';
		});
}
