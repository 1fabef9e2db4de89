import { readFile } from 'node:fs/promises';
import test from 'ava';
import { posixProgram } from '../testing/posix-bench.ts';
import { childEnvironment } from './child-environment.ts';
import { PosixProcess } from './posix-process.ts';

test.serial('a child gets our environment without what opens a broker', async (t) => {
	process.env.OSSICLE_MQTT_PASSWORD = 'hush';
	process.env.OSSICLE_MQTT_USER = 'ci';
	t.teardown(() => {
		delete process.env.OSSICLE_MQTT_PASSWORD;
		delete process.env.OSSICLE_MQTT_USER;
	});
	const { PATH, LC_ALL, ...rest } = childEnvironment({ LC_ALL: 'C' });
	t.is(PATH, process.env.PATH);
	t.is(LC_ALL, 'C');
	t.deepEqual(
		Object.keys(rest).filter((name) => name.startsWith('OSSICLE_MQTT_')),
		[],
	);
	const board = await PosixProcess.start({ program: await posixProgram() });
	t.teardown(() => board.close());
	const environment = await readFile(`/proc/${board.pid}/environ`, 'utf8');
	t.true(environment.includes('PATH='));
	t.false(environment.includes('OSSICLE_MQTT_'), 'the firmware under test has no business with it');
});
