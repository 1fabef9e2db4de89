import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import fc from 'fast-check';
import { OssicleError } from '../../error.ts';
import { Inbox } from '../../testing/mqtt-clients.ts';
import { Channel, type ChannelOptions } from './channel.ts';
import { type Chunk, decodeChunk, encodeChunk, MAX_CHUNK_BYTES } from './chunk.ts';

const ID = '0011223344556677';

interface End {
	channel: Channel;
	/** Chunks it sent. */
	readonly sent: Inbox<Chunk>;
	readonly received: Buffer[];
	readonly lines: string[];
	readonly reasons: (OssicleError | null)[];
}

/** One end; what it sends goes to `carry`. */
function endOf(carry: (chunk: Chunk) => void | Promise<void> = () => {}, options: Partial<ChannelOptions> = {}): End {
	const sent = new Inbox<Chunk>();
	const channel = new Channel({
		channel: ID,
		send: async (bytes) => {
			const chunk = decodeChunk(bytes);
			if (typeof chunk === 'string') throw new Error(chunk);
			sent.add(chunk);
			await carry(chunk);
		},
		maxPendingBytes: 256 * 1024,
		overflowCode: 'mqtt-slow-broker',
		...options,
	});
	const end: End = { channel, sent, received: [], lines: [], reasons: [] };
	channel.onBytes((bytes) => end.received.push(Buffer.from(bytes)));
	channel.onCycles((lines) => end.lines.push(lines));
	channel.onEnd((reason) => end.reasons.push(reason));
	return end;
}

/** Two ends, joined. */
function pair(options: Partial<ChannelOptions> = {}): [End, End] {
	const ends: [End, End] = [
		endOf((chunk) => ends[1].channel.receive(chunk), options),
		endOf((chunk) => ends[0].channel.receive(chunk), options),
	];
	return ends;
}

const chunkOf = (sequence: number, payload = 'x', kind: Chunk['kind'] = 'BYTES'): Chunk => ({
	kind,
	sequence,
	channel: ID,
	payload: Buffer.from(payload),
});

/** For a test: its timers must not outlive it. */
const closing = (t: { teardown(fn: () => void): void }, ...ends: End[]) =>
	t.teardown(() => {
		for (const { channel } of ends) channel.close();
	});

test('bytes come out as they went in, both ways, in chunks that are none too long', async (t) => {
	await fc.assert(
		fc.asyncProperty(fc.array(fc.tuple(fc.boolean(), fc.nat(10_000)), { maxLength: 10 }), async (writes) => {
			const ends = pair();
			const given: [Buffer[], Buffer[]] = [[], []];
			for (const [left, length] of writes) {
				const bytes = Buffer.from(Array.from({ length }, (_, index) => (index * 7 + length) & 0xff));
				given[left ? 0 : 1].push(bytes);
				await ends[left ? 0 : 1].channel.write(bytes);
			}
			t.true(Buffer.concat(ends[1].received).equals(Buffer.concat(given[0])));
			t.true(Buffer.concat(ends[0].received).equals(Buffer.concat(given[1])));
			for (const { sent } of ends)
				sent.items.forEach((chunk, index) => {
					t.is(chunk.sequence, index);
					t.true(encodeChunk(chunk).length <= MAX_CHUNK_BYTES);
				});
			for (const { channel, reasons } of ends) {
				t.deepEqual(reasons, []);
				channel.close();
			}
		}),
	);
});

test('chunks of one end that are lost, repeated or swapped never pass: the channel ends, and no later byte comes out', (t) => {
	fc.assert(
		fc.property(
			fc.integer({ min: 2, max: 30 }),
			fc.nat(),
			fc.constantFrom('drop', 'repeat', 'swap'),
			(count, place, fault) => {
				const chunks = Array.from({ length: count }, (_, index) => chunkOf(index, `<${index}>`));
				const at = place % (count - 1);
				const [first = chunkOf(0), second = chunkOf(0)] = chunks.slice(at, at + 2);
				if (fault === 'drop') chunks.splice(at, 1);
				if (fault === 'repeat') chunks.splice(at, 0, first);
				if (fault === 'swap') chunks.splice(at, 2, second, first);
				const end = endOf();
				for (const chunk of chunks) end.channel.receive(chunk);
				t.is(end.reasons.length, 1);
				t.is(end.reasons[0]?.code, fault === 'repeat' ? 'mqtt-repeat' : 'mqtt-gap');
				t.is(end.reasons[0]?.kind, 'rig');
				const good = Array.from({ length: fault === 'repeat' ? at + 1 : at }, (_, index) => `<${index}>`);
				t.is(Buffer.concat(end.received).toString(), good.join(''));
				t.deepEqual(
					end.sent.items.map(({ kind }) => kind),
					['END'],
				);
			},
		),
	);
});

test('the words say how many were lost', (t) => {
	const end = endOf();
	end.channel.receive(chunkOf(0));
	end.channel.receive(chunkOf(3));
	t.regex(end.reasons[0]?.message ?? '', /2 chunks .* were lost \(number 3 came in place of 1\)/);
	const late = endOf();
	late.channel.receive(chunkOf(0));
	late.channel.receive(chunkOf(0));
	t.regex(late.reasons[0]?.message ?? '', /twice, or late \(number 0 came in place of 1\)/);
});

test('beats keep a channel alive on which nothing is said', async (t) => {
	const [left, right] = pair({ beatMs: 20, silentMs: 400 });
	closing(t, left, right);
	// Twice as long as a silent end would be listened to.
	for (const { sent } of [left, right])
		await sent.until((chunks) => chunks.filter(({ kind }) => kind === 'BEAT').length >= 40);
	t.deepEqual([...left.reasons, ...right.reasons], []);
	t.deepEqual(left.received, []);
});

test('beats tell of the loss of the last chunk', async (t) => {
	const ended = new Inbox<string>();
	const far = endOf(() => {}, { beatMs: 60_000 });
	const near = endOf(
		(chunk) => {
			if (chunk.sequence !== 1) far.channel.receive(chunk);
		},
		{ beatMs: 20 },
	);
	closing(t, far, near);
	far.channel.onEnd((reason) => ended.add(reason?.code ?? 'closed'));
	await near.channel.write(Buffer.from('heard'));
	await near.channel.write(Buffer.from('the last, and lost'));
	await ended.until((codes) => codes.length > 0);
	t.deepEqual(ended.items, ['mqtt-gap']);
});

test('a channel that says something anyway sends no beats', async (t) => {
	const end = endOf(() => {}, { beatMs: 3000 });
	closing(t, end);
	for (const begin = performance.now(); performance.now() < begin + 4000; await sleep(20))
		await end.channel.write(Buffer.from('x'));
	t.deepEqual(new Set(end.sent.items.map(({ kind }) => kind)), new Set(['BYTES']));
});

test('nothing heard for too long ends it, and the other end is told', async (t) => {
	const ended = new Inbox<OssicleError | null>();
	const end = endOf(() => {}, { beatMs: 10, silentMs: 60 });
	end.channel.onEnd((reason) => ended.add(reason));
	await ended.until((reasons) => reasons.length > 0);
	t.is(ended.items[0]?.code, 'mqtt-silent');
	t.is(end.sent.items.at(-1)?.kind, 'END');
	t.regex(Buffer.from(end.sent.items.at(-1)?.payload ?? []).toString(), /^\{"code":"mqtt-silent","text":"/);
});

test('a process that was held up reads what lies there before it says that it heard nothing', async (t) => {
	const end = endOf(() => {}, { silentMs: 300 });
	closing(t, end);
	// In the order of Node.js: the timer is due first, then comes what waits in sockets.
	setTimeout(() => setImmediate(() => end.channel.receive(chunkOf(0))), 0);
	const until = performance.now() + 350;
	while (performance.now() < until);
	await sleep(30);
	t.deepEqual(end.reasons, []);
});

test('END tells the other end code and words; both are over then', async (t) => {
	const [left, right] = pair();
	left.channel.end('link-lost', 'the board was\u001b[2J unplugged');
	t.is(left.reasons[0]?.code, 'link-lost');
	t.is(right.reasons[0]?.code, 'link-lost');
	t.is(right.reasons[0]?.kind, 'rig');
	t.is(right.reasons[0]?.message, 'the board was [2J unplugged');
	for (const { channel } of [left, right]) {
		const error = await t.throwsAsync(channel.write(Buffer.from('x')), { instanceOf: OssicleError });
		t.is(error?.code, 'link-lost');
		await t.throwsAsync(channel.cycles('x\n'), { instanceOf: OssicleError });
		channel.end('mqtt-gap', 'again');
		channel.close();
		channel.receive(chunkOf(0));
	}
	t.deepEqual([left.reasons.length, right.reasons.length], [1, 1]);
	t.deepEqual(
		left.sent.items.map(({ kind }) => kind),
		['END'],
	);
});

for (const [what, payload] of [
	['no JSON', 'gone'],
	['not UTF-8', Buffer.from([0x22, 0xff, 0x22])],
	['null', 'null'],
	['deep', `${'['.repeat(2000)}${']'.repeat(2000)}`],
	['no code', '{"text":"x"}'],
	['a code that is none', '{"code":"\\u001b[2J","text":"x"}'],
	['a text that is none', '{"code":"link-lost","text":{"toString":"x"}}'],
	['inherited', '{"__proto__":{"code":"link-lost","text":"x"}}'],
] as const)
	test(`END with a reason that cannot be read ends it all the same: ${what}`, (t) => {
		const end = endOf();
		end.channel.receive({ ...chunkOf(0, '', 'END'), payload: Buffer.from(payload as string) });
		t.is(end.reasons[0]?.code, 'link-lost');
		t.regex(end.reasons[0]?.message ?? '', /cannot be read/);
	});

test('that somebody pressed Ctrl-C here is nothing the other end can say', (t) => {
	const [left, right] = pair();
	left.channel.end('interrupted', 'the run was interrupted');
	t.deepEqual([right.reasons[0]?.code, right.reasons[0]?.message], ['link-lost', 'the run was interrupted']);
});

test('words of any length fit into an END chunk', (t) => {
	for (const text of ['\u{1f40c}'.repeat(9000), '"\\'.repeat(9000), '\u0000'.repeat(9000)]) {
		const [left, right] = pair();
		left.channel.end('link-lost', text);
		t.is(right.reasons[0]?.code, 'link-lost');
		t.true((left.sent.items[0]?.payload.length ?? 0) < 4096);
	}
});

test('more than may wait ends the channel, and not one byte more was kept', async (t) => {
	let given = 0;
	const end = endOf(
		(chunk) => {
			given += encodeChunk(chunk).length;
			return new Promise<void>(() => {}); // a broker that never takes it
		},
		{ maxPendingBytes: 64 * 1024, overflowCode: 'mqtt-overflow' },
	);
	const writes = Array.from({ length: 100 }, () => end.channel.write(Buffer.alloc(4096)));
	const results = await Promise.allSettled(writes);
	t.true(results.every((each) => each.status === 'rejected' && each.reason.code === 'mqtt-overflow'));
	t.is(end.reasons[0]?.code, 'mqtt-overflow');
	t.true(given <= 64 * 1024 + MAX_CHUNK_BYTES, `${given} bytes`);
});

test('what was taken makes room again', async (t) => {
	const end = endOf(() => sleep(1), { maxPendingBytes: 2 * MAX_CHUNK_BYTES });
	closing(t, end);
	for (let count = 0; count < 20; count++) await end.channel.write(Buffer.alloc(8192));
	t.is(end.channel.pendingBytes, 0);
	t.deepEqual(end.reasons, []);
});

test('a write that cannot be sent ends the channel with its reason', async (t) => {
	const lost = new OssicleError('mqtt-lost', 'rig', 'the connection was lost');
	const end = endOf(() => Promise.reject(lost));
	t.is(await t.throwsAsync(end.channel.write(Buffer.from('x'))), lost);
	t.deepEqual(end.reasons, [lost]);
	const other = endOf(() => Promise.reject(new Error('EPIPE')));
	const error = await t.throwsAsync(other.channel.write(Buffer.from('x')), { instanceOf: OssicleError });
	t.is(error?.code, 'mqtt-lost');
});

test('our own close has no reason, sends nothing, and rejects what was being written', async (t) => {
	const end = endOf(() => new Promise<void>(() => {}));
	const writing = end.channel.write(Buffer.from('x'));
	end.channel.close();
	end.channel.close();
	await t.throwsAsync(writing, { instanceOf: OssicleError, message: /closed/ });
	t.deepEqual(end.reasons, [null]);
	t.deepEqual(
		end.sent.items.map(({ kind }) => kind),
		['BYTES'],
	);
});

test('nothing to write is no chunk', async (t) => {
	const end = endOf();
	closing(t, end);
	await end.channel.write(Buffer.alloc(0));
	await end.channel.cycles('');
	t.deepEqual(end.sent.items, []);
});

test('lines of the cycle model stay whole and in order with the bytes', async (t) => {
	const [left, right] = pair();
	closing(t, left, right);
	const lines = Array.from({ length: 500 }, (_, index) => `hop ${index} ${'9'.repeat(index % 90)}\n`).join('');
	await left.channel.cycles(lines);
	await left.channel.write(Buffer.from('the bytes'));
	t.is(right.lines.join(''), lines);
	t.true(right.lines.length > 1 && right.lines.every((each) => each.endsWith('\n')));
	t.is(left.sent.items.at(-1)?.kind, 'BYTES');
	await t.throwsAsync(left.channel.cycles('x'.repeat(5000)), { instanceOf: RangeError });
});
