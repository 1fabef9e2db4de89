import test from 'ava';
import type { MqttAnswer } from '../generated/mqtt-answer.ts';
import type { MqttAsk } from '../generated/mqtt-ask.ts';
import { type Decision, lateness, RequestDesk, type Tenure } from './request-desk.ts';

const INCARNATION = '0123456789abcdef';
const LEASE = 'a'.repeat(16);
const OTHER_LEASE = 'b'.repeat(16);
const HEX32 = 'c'.repeat(32);
const HEX64 = 'd'.repeat(64);
const NOW_MS = 1000;

const FREE: Tenure = { current: null, endedBecause: () => null };
const HELD: Tenure = { current: { lease: LEASE, holder: 'ci' }, endedBecause: () => null };

let drawn = 0;
const id = () => (++drawn).toString(16).padStart(32, '0');
const timed = () => ({ v: 1, id: id(), replyTo: HEX32, incarnation: INCARNATION, expiresDeviceMs: NOW_MS }) as const;
const acquire = (lease = LEASE): MqttAsk => ({
	...timed(),
	op: 'acquire',
	lease,
	holder: 'me',
	imageSha256: HEX64,
	factsSha256: HEX64,
});
const flash = (lease = LEASE): MqttAsk => ({ ...timed(), op: 'flash', lease });
const release = (lease = LEASE): MqttAsk => ({ v: 1, id: id(), replyTo: HEX32, op: 'release', lease });
const describe = (): MqttAsk => ({ v: 1, id: id(), replyTo: HEX32, op: 'describe' });

const done = (ask: MqttAsk): MqttAnswer => ({ v: 1, id: ask.id, incarnation: INCARNATION, deviceMs: 5, ok: true });
const codeOf = (decision: Decision) => (decision.do === 'answer' ? decision.refusal.code : decision.do);

test('what is asked in time by whoever holds the lease is carried out', (t) => {
	const desk = new RequestDesk(INCARNATION);
	t.is(desk.decide(acquire(), NOW_MS, FREE).do, 'carry-out');
	t.is(desk.decide(flash(), NOW_MS, HELD).do, 'carry-out');
	t.is(desk.decide(release(), NOW_MS, HELD).do, 'carry-out');
});

test('a request that came already is not carried out again: it waits for its answer, then gets the same one', (t) => {
	const desk = new RequestDesk(INCARNATION);
	const ask = acquire();
	t.is(desk.decide(ask, NOW_MS, FREE).do, 'carry-out');
	t.is(desk.decide(ask, NOW_MS, HELD).do, 'wait');
	desk.settle(ask.id, done(ask));
	// Also long after it has expired: it was begun in time.
	t.deepEqual(desk.decide(ask, NOW_MS + 60_000, HELD), { do: 'repeat', answer: done(ask) });
});

test('an id used for another request is refused, and does not get the answer of the first', (t) => {
	const desk = new RequestDesk(INCARNATION);
	const ask = flash();
	desk.decide(ask, NOW_MS, HELD);
	desk.settle(ask.id, done(ask));
	t.is(desk.decide({ ...ask, op: 'safe' } as MqttAsk, NOW_MS, HELD).do, 'refuse');
	t.is(desk.decide({ ...ask, replyTo: 'e'.repeat(32) }, NOW_MS, HELD).do, 'refuse');
});

test('the last 64 answers are kept', (t) => {
	const desk = new RequestDesk(INCARNATION);
	const asks = Array.from({ length: 65 }, () => flash());
	for (const ask of asks) {
		t.is(desk.decide(ask, NOW_MS, HELD).do, 'carry-out');
		desk.settle(ask.id, done(ask));
	}
	t.is(desk.decide(asks[1] as MqttAsk, NOW_MS, HELD).do, 'repeat');
	t.is(desk.decide(asks[64] as MqttAsk, NOW_MS, HELD).do, 'repeat');
	t.is(desk.decide(asks[0] as MqttAsk, NOW_MS + 1, HELD).do, 'answer', 'forgotten, and expired by now');
});

test('describe is done again each time, and pushes no answer out', (t) => {
	const desk = new RequestDesk(INCARNATION);
	const ask = flash();
	desk.decide(ask, NOW_MS, HELD);
	desk.settle(ask.id, done(ask));
	const again = describe();
	for (let count = 0; count < 1000; count++) t.is(desk.decide(again, NOW_MS, HELD).do, 'carry-out');
	for (let count = 0; count < 1000; count++) desk.decide(describe(), NOW_MS, HELD);
	t.is(desk.decide(ask, NOW_MS, HELD).do, 'repeat');
});

test('no number of requests that wait for their answers is kept beyond 64', (t) => {
	const desk = new RequestDesk(INCARNATION);
	const asks = Array.from({ length: 64 }, () => flash());
	for (const ask of asks) desk.decide(ask, NOW_MS, HELD);
	const refused = desk.decide(flash(), NOW_MS, HELD);
	t.is(refused.do, 'refuse');
	desk.settle((asks[7] as MqttAsk).id, done(asks[7] as MqttAsk));
	t.is(desk.decide(flash(), NOW_MS, HELD).do, 'carry-out', 'room again');
	t.is(desk.decide(asks[6] as MqttAsk, NOW_MS, HELD).do, 'wait', 'what waits is not forgotten');
});

test('a request for another incarnation is stale, whatever else is wrong with it', (t) => {
	const desk = new RequestDesk(INCARNATION);
	const stale = { ...flash(OTHER_LEASE), incarnation: 'f'.repeat(16) } as MqttAsk;
	t.is(codeOf(desk.decide(stale, NOW_MS + 1, HELD)), 'stale');
	t.is(codeOf(desk.decide({ ...acquire(), incarnation: 'f'.repeat(16) } as MqttAsk, NOW_MS, FREE)), 'stale');
});

test('a request is begun up to its expiry, and not later', (t) => {
	const desk = new RequestDesk(INCARNATION);
	t.is(codeOf(desk.decide(acquire(), NOW_MS, FREE)), 'carry-out');
	t.is(codeOf(desk.decide(acquire(), NOW_MS + 1, FREE)), 'expired');
	t.is(lateness(NOW_MS, NOW_MS), null);
	t.regex(lateness(NOW_MS, NOW_MS + 7)?.message ?? '', /7 ms after its expiry/);
});

test('a device that is held is refused by name, also to whoever asks twice', (t) => {
	const desk = new RequestDesk(INCARNATION);
	const refused = desk.decide(acquire(OTHER_LEASE), NOW_MS, HELD);
	t.is(codeOf(refused), 'held');
	t.true(refused.do === 'answer' && /held by ci/.test(refused.refusal.text) && refused.refusal.kind === 'rig');
	t.is(codeOf(desk.decide(acquire(LEASE), NOW_MS, HELD)), 'held');
});

test('without the lease nothing is done; one that has ended is told why it did', (t) => {
	const desk = new RequestDesk(INCARNATION);
	t.is(codeOf(desk.decide(flash(OTHER_LEASE), NOW_MS, HELD)), 'no-lease');
	t.is(codeOf(desk.decide(flash(), NOW_MS, FREE)), 'no-lease');
	const ended: Tenure = { current: null, endedBecause: (lease) => (lease === LEASE ? 'the board went away' : null) };
	const refused = desk.decide(flash(), NOW_MS, ended);
	t.true(refused.do === 'answer' && /has ended: the board went away/.test(refused.refusal.text));
});

test('a release needs its lease and nothing else, and one that has ended already is given back', (t) => {
	const desk = new RequestDesk(INCARNATION);
	t.is(codeOf(desk.decide(release(), NOW_MS + 1e6, HELD)), 'carry-out');
	t.is(codeOf(desk.decide(release(OTHER_LEASE), NOW_MS, HELD)), 'no-lease');
	const ended: Tenure = { current: HELD.current, endedBecause: (lease) => (lease === OTHER_LEASE ? 'gone' : null) };
	t.is(codeOf(desk.decide(release(OTHER_LEASE), NOW_MS, ended)), 'carry-out');
});
