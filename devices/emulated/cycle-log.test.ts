import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { isOssicleError } from '../../harness/error.ts';
import { CycleLog } from './cycle-log.ts';

function file(t: ExecutionContext): string {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'ossicle-cycle-log-'));
	t.teardown(() => rmSync(folder, { recursive: true, force: true }));
	return path.join(folder, 'cycles.log');
}

function refuses(t: ExecutionContext, log: CycleLog, message: RegExp): void {
	const error = t.throws(() => log.take());
	t.true(isOssicleError(error) && error.kind === 'rig' && error.code === 'cycle-log', String(error));
	t.regex(String(error?.message), message);
}

test('each line comes once, when it is whole', (t) => {
	const name = file(t);
	writeFileSync(name, '0 head\n1 cl');
	const log = new CycleLog(name);
	t.is(log.take(), '0 head\n');
	t.is(log.take(), '');
	appendFileSync(name, 'ip 1 1\n2 hop');
	t.is(log.take(), '1 clip 1 1\n');
	appendFileSync(name, ' 0\n');
	t.is(log.take(), '2 hop 0\n');
	t.is(log.take(), '');
});

test('lines of any number come in one piece', (t) => {
	const name = file(t);
	const lines = Array.from({ length: 20_000 }, (_, index) => `${index} hop ${index} awake 1 2 3`).join('\n');
	writeFileSync(name, `${lines}\n`);
	t.is(new CycleLog(name).take(), `${lines}\n`);
});

test('a log that is gone, was cut or grows without end is a fault of the bench', (t) => {
	const name = file(t);
	const log = new CycleLog(name);
	refuses(
		t,
		log,
		/^The cycle model's counts cannot be read: ENOENT.*Expected the file which the plugin in QEMU writes/,
	);
	writeFileSync(name, '0 head\n');
	t.is(log.take(), '0 head\n');
	truncateSync(name, 0);
	refuses(t, log, /were cut off/);
	writeFileSync(name, '0 x\n'.repeat(5 * 2 ** 20));
	refuses(t, log, /grew by more than 16777216 bytes in one clip: the firmware marks without end/);
});
