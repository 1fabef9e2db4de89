import test from 'ava';
import { isOssicleError } from '../../error.ts';
import { type Carrier, MAX_PENDING_BYTES, Outgoing, type OutgoingMessage } from './outgoing.ts';

/** Takes as many as it is told to, and settles them when it is told to. */
class Porter implements Carrier {
	room = 0;
	readonly carried: OutgoingMessage[] = [];
	readonly settle: (() => void)[] = [];

	get busy(): boolean {
		return this.room === 0;
	}

	send(message: OutgoingMessage, done: () => void): void {
		this.room--;
		this.carried.push(message);
		this.settle.push(done);
	}
}

const message = (text: string): OutgoingMessage => ({
	topic: 'ossicle/1/b/d/up',
	payload: Buffer.from(text),
	qos: 1,
	retain: false,
});

const texts = (porter: Porter) => porter.carried.map(({ payload }) => payload.toString());

test('messages go out in order, as the carrier has room, and resolve when it has settled them', async (t) => {
	const porter = new Porter();
	const outgoing = new Outgoing(porter);
	const settled: string[] = [];
	const pushed = ['a', 'b', 'c'].map((text) => outgoing.push(message(text)).then(() => settled.push(text)));
	t.deepEqual(texts(porter), []);
	porter.room = 2;
	outgoing.resume();
	t.deepEqual(texts(porter), ['a', 'b']);
	porter.settle[1]?.();
	await pushed[1];
	t.deepEqual(settled, ['b']);
	porter.room = 1;
	outgoing.resume();
	for (const settle of porter.settle) settle();
	await Promise.all(pushed);
	t.deepEqual(texts(porter), ['a', 'b', 'c']);
	t.is(outgoing.pendingBytes, 0);
});

test('when nothing is settled, no more than the bound is kept; the rest is told so', async (t) => {
	const porter = new Porter();
	const outgoing = new Outgoing(porter);
	const big = message('x'.repeat(4096));
	const kept: Promise<unknown>[] = [];
	let refused = 0;
	for (let count = 0; count < 1000; count++)
		kept.push(
			outgoing.push(big).catch((error: unknown) => {
				t.true(isOssicleError(error) && error.code === 'mqtt-slow-broker' && error.kind === 'rig');
				refused++;
			}),
		);
	t.true(outgoing.pendingBytes <= MAX_PENDING_BYTES);
	porter.room = 1000;
	outgoing.resume();
	t.true(outgoing.pendingBytes > MAX_PENDING_BYTES - 8192, 'what is on its way counts until it is settled');
	for (const settle of porter.settle) settle();
	await Promise.all(kept);
	t.true(refused > 700);
	t.is(refused + porter.carried.length, 1000);
	t.is(outgoing.pendingBytes, 0);
});

test('many small messages have a bound, too', async (t) => {
	const outgoing = new Outgoing(new Porter());
	const pushed = Array.from({ length: 50_000 }, () => outgoing.push(message('')));
	outgoing.end(new Error('over'));
	const results = await Promise.allSettled(pushed);
	const slow = results.filter((each) => each.status === 'rejected' && isOssicleError(each.reason)).length;
	t.true(slow > 30_000);
});

test('the end rejects what waits, what is on its way and what comes later, with its reason', async (t) => {
	const porter = new Porter();
	porter.room = 1;
	const outgoing = new Outgoing(porter);
	const reason = new Error('the cable was cut');
	const pushed = [outgoing.push(message('on its way')), outgoing.push(message('waits'))];
	const idle = outgoing.idle();
	outgoing.end(reason);
	outgoing.end(new Error('another'));
	for (const each of pushed) t.is(await t.throwsAsync(each), reason);
	t.is(await t.throwsAsync(outgoing.push(message('later'))), reason);
	await idle;
	porter.room = 5;
	outgoing.resume();
	porter.settle[0]?.();
	t.deepEqual(texts(porter), ['on its way']);
});

test('idle is when all is settled', async (t) => {
	const porter = new Porter();
	porter.room = 1;
	const outgoing = new Outgoing(porter);
	await outgoing.idle();
	const pushed = outgoing.push(message('a'));
	let idle = false;
	const waited = outgoing.idle().then(() => {
		idle = true;
	});
	await Promise.resolve();
	t.false(idle);
	porter.settle[0]?.();
	await Promise.all([pushed, waited]);
	t.true(idle);
});
