import { setImmediate as later } from 'node:timers/promises';
import test from 'ava';
import { orAborted } from './or-aborted.ts';

test('work that is done in time brings its own outcome, good or bad', async (t) => {
	const { signal } = new AbortController();
	t.is(await orAborted(Promise.resolve(5), signal), 5);
	t.is(await orAborted(Promise.resolve(5), undefined), 5);
	await t.throwsAsync(orAborted(Promise.reject(new Error('broken')), signal), { message: 'broken' });
});

test('an abort brings its reason at once, and what the work brings later is undone', async (t) => {
	const stop = new AbortController();
	let finish = (_: string) => {};
	const undone: string[] = [];
	const work = new Promise<string>((resolve) => {
		finish = resolve;
	});
	const outcome = orAborted(work, stop.signal, (value) => undone.push(value));
	stop.abort(new Error('enough'));
	await t.throwsAsync(outcome, { message: 'enough' });
	t.deepEqual(undone, []);
	finish('a connection');
	await later();
	t.deepEqual(undone, ['a connection']);
	await t.throwsAsync(orAborted(Promise.resolve(1), stop.signal), { message: 'enough' });
});

test('work that fails after the abort troubles nobody', async (t) => {
	const stop = new AbortController();
	let fail = (_: Error) => {};
	const work = new Promise<never>((_, reject) => {
		fail = reject;
	});
	const outcome = orAborted(work, stop.signal);
	stop.abort(new Error('enough'));
	await t.throwsAsync(outcome, { message: 'enough' });
	fail(new Error('late'));
	await later();
	t.pass();
});
