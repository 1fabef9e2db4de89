/** Whatever a device sends, and however a cell came out: a diagnosis is a list of findings that a record can hold. */
import test from 'ava';
import fc from 'fast-check';
import type { DecodedSession } from '../../capture/session-data.ts';
import type { Cell, Verdict } from '../../generated/record.ts';
import { DEVICES_FOLDER } from '../../run.ts';
import { deviceOf, loadDevices } from '../../scenario/device-facts.ts';
import { METRICS } from '../../scenario/metrics.ts';
import { madeDecodedRun, madeList } from '../../testing/made-run.ts';
import { diagnose } from './diagnose.ts';
import { finding } from './finding.ts';

const DEVICES = loadDevices(DEVICES_FOLDER);
const VERDICTS: Verdict[] = ['marginal', 'fail', 'inconclusive', 'not-measured', 'rig-error'];
const MARKUP = '<img src=x onerror=alert(1)>\u001b[31m\u202e';

const ticks = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffffffff }), fc.integer({ min: 0, max: 1000 }));
const figures = fc.oneof(fc.constant(null), fc.double({ min: -1e9, max: 1e9 }));
const metrics = METRICS.flatMap(({ name, units, statistics, better }) =>
	statistics.map((statistic) => ({
		metric: name,
		statistic,
		unit: units[0],
		op: better === 'smaller' ? ('<' as const) : ('>' as const),
	})),
);

const cells = fc
	.record({
		about: fc.constantFrom(...metrics),
		verdict: fc.constantFrom(...VERDICTS),
		estimate: figures,
		bounds: fc.oneof(fc.constant(null), fc.tuple(figures, figures)),
		limit: fc.double({ min: 1e-6, max: 1e9, noNaN: true }),
		standard: fc.double({ min: 0, max: 1e6, noNaN: true }),
		decides: fc.oneof(fc.constant(null), fc.integer({ min: 1, max: 1e6 })),
		n: fc.nat(),
	})
	.map(({ about, limit, standard, decides, ...rest }): Cell => {
		const { op, ...frame } = about;
		return {
			...frame,
			...rest,
			device: 'x',
			row: 'x',
			scope: 'session',
			limit: { op, value: limit, text: 'x' },
			used: null,
			evidence: 'modelled',
			rule: 'x',
			reason: MARKUP,
			diagnosis: [],
			sessions: 1,
			marks: [],
			uncertainty: [{ source: MARKUP, kind: 'B', standard, degreesOfFreedom: null }],
			wouldDecide: decides === null ? null : { what: 'clips', n: decides },
			missRate: null,
			shown: null,
		};
	});

const damage = fc.record({
	stages: fc.oneof(fc.array(ticks, { minLength: 3, maxLength: 3 }), fc.array(ticks, { maxLength: 8 })),
	awake: ticks,
	irq: ticks,
	timestep: fc.integer({ min: 0, max: 0xffff }),
	flags: fc.boolean(),
	scores: fc.array(fc.double(), { maxLength: 6 }),
	label: fc.integer({ min: 0, max: 255 }),
	memory: fc.tuple(ticks, ticks, ticks, ticks),
	hop: fc.constantFrom(0, 1, 256),
	counterHz: fc.constantFrom(0, 1, 168e6),
	every: fc.integer({ min: 1, max: 40 }),
});

/** Some of the session's figures replaced by ones no sound device sends. */
function spoilt(sound: DecodedSession, with_: typeof damage extends fc.Arbitrary<infer T> ? T : never): DecodedSession {
	const session = structuredClone(sound);
	const { hello } = session;
	if (hello !== null) {
		Object.assign(hello, {
			hop: with_.hop,
			counterHz: with_.counterHz,
			firmware: MARKUP,
			stages: [MARKUP, 'cell', 'x'],
		});
		hello.labels[0] = MARKUP;
	}
	let seen = 0;
	for (const clip of session.clips) {
		for (const record of clip.inferences) {
			if (seen++ % with_.every !== 0) continue;
			Object.assign(record, { stageCycles: with_.stages, awakeCycles: with_.awake, irqCycles: with_.irq });
			Object.assign(record, { timestep: with_.timestep, gated: with_.flags, label: with_.label });
		}
		if (clip.decision !== null && seen % 2 === 0) {
			clip.decision.scores = with_.scores;
			clip.decision.label = with_.label % 4;
		}
		if (with_.flags) clip.problems.push(MARKUP);
	}
	const [fixed = 0, stack = 0, stackHigh = 0, heap = 0] = with_.memory;
	if (session.memory !== null) Object.assign(session.memory, { static: fixed, stack, stackHigh, heap });
	if (with_.flags) session.faults.push({ k: 'fault', code: MARKUP, text: `reset ${MARKUP}` });
	return session;
}

for (const id of ['stm32f405-emulated', 'stm32f405', 'posix']) {
	test(`${id}: no figure a device may send breaks a diagnosis, or puts control characters into it`, (t) => {
		const { facts } = deviceOf(DEVICES, id);
		const list = madeList(id, 6, { sessions: 2, speakerOf: () => MARKUP });
		const sound = madeDecodedRun({ facts, list, sessions: [{}, {}] }).sessions;
		t.notThrows(() =>
			fc.assert(
				fc.property(cells, damage, (cell, with_) => {
					const sessions = sound.map((session, index) => (index === 0 ? spoilt(session, with_) : session));
					const findings = diagnose({ cell, facts, sessions, list, baseline: 'x', reference: null });
					return findings.every(
						({ cause, score, text }) =>
							/^[a-z][a-z0-9-]{1,40}$/.test(cause) &&
							score >= 0 &&
							score <= 1 &&
							text.length <= 600 &&
							!/[\p{Cc}\p{Cf}]/u.test(text),
					);
				}),
				{ numRuns: 150 },
			),
		);
	});
}

test('figures that make no number are no finding', (t) => {
	t.is(finding('x', Number.NaN, 1, 'x'), null);
	t.is(finding('x', 1, Number.NaN, 'x'), null);
});
