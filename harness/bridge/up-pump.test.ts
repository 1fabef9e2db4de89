import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import fc from 'fast-check';
import { isOssicleError } from '../error.ts';
import { type PumpedChannel, UpPump } from './up-pump.ts';

/** The far side of a channel: writes down what is given to it, and acknowledges when it is told to. */
class Sink implements PumpedChannel {
	/** `c:` before lines of the cycle model, `b:` before bytes. */
	readonly given: string[] = [];
	readonly #waiting: (() => void)[] = [];
	stalled = false;

	write(bytes: Uint8Array): Promise<void> {
		return this.#take(`b:${Buffer.from(bytes).toString('latin1')}`);
	}

	cycles(lines: string): Promise<void> {
		return this.#take(`c:${lines}`);
	}

	get bytes(): string {
		return this.given.flatMap((each) => (each.startsWith('b:') ? [each.slice(2)] : [])).join('');
	}

	acknowledge(): void {
		this.stalled = false;
		for (const each of this.#waiting.splice(0)) each();
	}

	#take(what: string): Promise<void> {
		this.given.push(what);
		return this.stalled ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve();
	}
}

function pumpTo(sink: Sink, takeCycles?: () => string) {
	const failures: unknown[] = [];
	const pump = new UpPump({ channel: sink, takeCycles, failed: (error) => failures.push(error) });
	return { pump, failures };
}

const bytes = (text: string) => Buffer.from(text, 'latin1');

test('whatever pieces it comes in, all of it goes out, in order', async (t) => {
	await fc.assert(
		fc.asyncProperty(
			fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 60 }),
			fc.boolean(),
			async (parts, stall) => {
				const sink = new Sink();
				sink.stalled = stall;
				const { pump, failures } = pumpTo(sink);
				for (const part of parts) pump.push(part);
				await pump.finish();
				t.is(sink.bytes, Buffer.concat(parts).toString('latin1'));
				t.deepEqual(failures, []);
			},
		),
		{ numRuns: 50 },
	);
});

test('a whole line goes at once, its pieces together; what is no line yet goes a moment later', async (t) => {
	const sink = new Sink();
	const { pump } = pumpTo(sink);
	for (const piece of ['{"t"', ':"x', '"}', '\n']) pump.push(bytes(piece));
	await Promise.resolve();
	await Promise.resolve();
	t.deepEqual(sink.given, ['b:{"t":"x"}\n']);
	pump.push(bytes('half'));
	while (sink.given.length < 2) await sleep(1);
	t.is(sink.given[1], 'b:half');
});

test('the lines of the cycle model go before the bytes which that work produced', async (t) => {
	const sink = new Sink();
	let lines = '';
	const { pump } = pumpTo(sink, () => {
		const taken = lines;
		lines = '';
		return taken;
	});
	for (const each of [1, 2, 3]) {
		lines += `mark ${each}\n`;
		pump.push(bytes(`line ${each}\n`));
		await sleep(1);
	}
	lines += 'mark 4\n';
	await pump.finish();
	t.deepEqual(sink.given, [
		...['c:mark 1\n', 'b:line 1\n', 'c:mark 2\n', 'b:line 2\n', 'c:mark 3\n', 'b:line 3\n'],
		'c:mark 4\n',
	]);
});

test('more lines of the cycle model than may be on their way at once go part by part, cut between lines', async (t) => {
	const sink = new Sink();
	const all = Array.from({ length: 30_000 }, (_, index) => `mark ${index}\n`).join('');
	let lines = all;
	const { pump, failures } = pumpTo(sink, () => {
		const taken = lines;
		lines = '';
		return taken;
	});
	sink.stalled = true;
	pump.push(bytes('result\n'));
	await sleep(1);
	t.is(sink.given.length, 1, 'the first part is not acknowledged: nothing follows it');
	sink.acknowledge();
	await pump.finish();
	const parts = sink.given.slice(0, -1);
	t.true(parts.length > 5 && parts.every((part) => part.length <= 32 * 1024 + 2 && part.endsWith('\n')));
	t.is(parts.map((part) => part.slice(2)).join(''), all);
	t.is(sink.given.at(-1), 'b:result\n');
	t.deepEqual(failures, []);
});

test('a broker that is slow to acknowledge gets longer messages, not more of them', async (t) => {
	const sink = new Sink();
	sink.stalled = true;
	const { pump } = pumpTo(sink);
	let sent = '';
	for (let line = 0; line < 500; line++) {
		pump.push(bytes(`line ${line}\n`));
		sent += `line ${line}\n`;
		if (line % 10 === 0) await sleep(0);
	}
	t.true(sink.given.length <= 16, `${sink.given.length} messages on their way`);
	sink.acknowledge();
	await pump.finish();
	t.is(sink.bytes, sent);
});

test('256 KiB that the broker does not acknowledge are the end, said once, and no more is kept', async (t) => {
	const sink = new Sink();
	sink.stalled = true;
	const { pump, failures } = pumpTo(sink);
	const piece = Buffer.alloc(4096, 0x0a);
	for (let count = 0; count < 64; count++) pump.push(piece);
	t.deepEqual(failures, []);
	for (let count = 0; count < 1000; count++) pump.push(piece);
	await sleep(1);
	t.is(failures.length, 1);
	const [failure] = failures;
	t.true(isOssicleError(failure) && failure.code === 'mqtt-slow-broker' && failure.kind === 'rig');
	t.true(sink.given.length <= 16);
});

test('a cycle model that cannot be read is the end', async (t) => {
	const sink = new Sink();
	const { pump, failures } = pumpTo(sink, () => {
		throw new Error('the file was cut off');
	});
	pump.push(bytes('line\n'));
	await sleep(1);
	t.is((failures[0] as Error).message, 'the file was cut off');
	t.deepEqual(sink.given, [], 'bytes without their counts prove nothing');
});

test('what was stopped sends nothing more', async (t) => {
	const sink = new Sink();
	const { pump } = pumpTo(sink);
	pump.push(bytes('half'));
	pump.stop();
	pump.push(bytes('line\n'));
	await pump.finish();
	await sleep(20);
	t.deepEqual(sink.given, []);
});
