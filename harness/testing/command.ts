import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa, type Options } from 'execa';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** `ossicle ...` as a process of its own, as a person or CI would start it. Never rejects: look at `exitCode`. */
export function ossicle(args: readonly string[], options: Options = {}) {
	const [node, ...rest] = ossicleCommand(args);
	return execa(node, rest, { cwd: ROOT, reject: false, ...options });
}

/** The command line behind `ossicle`, for tests which start it through another program. From the repository's folder. */
export function ossicleCommand(args: readonly string[]): [string, ...string[]] {
	return [process.execPath, path.join(ROOT, 'harness/cli/ossicle.mjs'), ...args];
}

/** Resolves when `seen` is in what the process printed on stderr; rejects when it ends without. */
export function printed(child: ReturnType<typeof ossicle>, seen: string): Promise<void> {
	let text = '';
	return new Promise((resolve, reject) => {
		child.stderr?.on('data', (chunk: Buffer) => {
			text += chunk.toString();
			if (text.includes(seen)) resolve();
		});
		child.stderr?.on('end', () =>
			reject(new Error(`the command ended without printing "${seen}"; it printed:\n${text}`)),
		);
	});
}

/** Process ids of all descendants whose command line has `word` in it. Linux: /proc. */
export function descendants(parent: number, word: string): number[] {
	const processes = readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name))
		.flatMap((name) => {
			try {
				const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
				const parentId = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
				return [{ id: Number(name), parentId, line: readFileSync(`/proc/${name}/cmdline`, 'latin1') }];
			} catch {
				return []; // it ended while we looked
			}
		});
	const found: number[] = [];
	const walk = (id: number) => {
		for (const child of processes.filter((each) => each.parentId === id)) {
			if (child.line.includes(word)) found.push(child.id);
			walk(child.id);
		}
	};
	walk(parent);
	return found;
}
