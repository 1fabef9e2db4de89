import test from 'ava';
import { topicsOf } from '../link/mqtt/topics.ts';
import { defaultBench } from './default-bench.ts';

for (const [host, bench] of [
	['lab-pc', 'lab-pc'],
	['Lab-PC.example.org', 'lab-pc'],
	['büro_3', 'b-ro-3'],
	['--x--', 'x'],
	['', 'bench'],
	['.local', 'bench'],
	['北京', 'bench'],
	['a'.repeat(200), 'a'.repeat(64)],
	[`${'a'.repeat(63)}-b`, 'a'.repeat(63)],
] as const)
	test(`the bench of host ${JSON.stringify(host.slice(0, 30))} (${host.length} letters) is ${bench}`, (t) => {
		t.is(defaultBench(host), bench);
		t.notThrows(() => topicsOf(defaultBench(host), 'posix'));
	});
