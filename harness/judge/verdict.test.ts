import test from 'ava';
import fc from 'fast-check';
import { type Bounds, decide, shareUsed } from './verdict.ts';

const decides = test.macro(
	(t, op: '<' | '<=' | '>' | '>=', value: number, bounds: [number | null, number | null], expected: string) => {
		const [lower, upper] = bounds;
		const limit = { op, value };
		t.is(decide(limit, { lower, upper }, shareUsed(limit, { lower, upper })), expected as never);
	},
);

test('all below: pass', decides, '<', 10, [5, 8], 'pass');
test('all below, but close: marginal', decides, '<', 10, [5, 9.6], 'marginal');
test('all above: fail', decides, '<', 10, [11, 12], 'fail');
test('a band that straddles: inconclusive', decides, '<', 10, [5, 12], 'inconclusive');
test('the limit itself does not meet <', decides, '<', 10, [10, 10], 'fail');
test('the limit itself meets <=, narrowly', decides, '<=', 10, [10, 10], 'marginal');
test('a band ending at the limit does not pass <', decides, '<', 10, [5, 10], 'inconclusive');
test('an open upper end never passes', decides, '<', 10, [1, null], 'inconclusive');
test('an open upper end may fail', decides, '<', 10, [11, null], 'fail');
test('an open lower end may pass', decides, '<', 10, [null, 5], 'pass');
test('nothing known: inconclusive', decides, '<', 10, [null, null], 'inconclusive');
test('larger is better: pass', decides, '>', 10, [20, 30], 'pass');
test('larger is better: the lower end decides', decides, '>', 10, [9, 30], 'inconclusive');
test('larger is better: fail', decides, '>', 10, [1, 10], 'fail');
test('no number decides nothing', decides, '<', 10, [Number.NaN, 5], 'inconclusive');

test('share of the limit', (t) => {
	const exact = (value: number): Bounds => ({ lower: value, upper: value });
	t.is(shareUsed({ op: '<', value: 10 }, { lower: 1, upper: 5 }), 0.5);
	t.is(shareUsed({ op: '>', value: 80 }, { lower: 100, upper: 200 }), 0.8);
	t.true(
		Math.abs((shareUsed({ op: '>', value: 93.8 }, exact(97), 100) ?? 0) - 3 / 6.2) < 1e-12,
		'of the errors allowed',
	);
	t.is(shareUsed({ op: '<', value: 10 }, { lower: 1, upper: null }), null);
	t.is(shareUsed({ op: '>=', value: 100 }, exact(100), 100), null);
});

test('whatever the bounds: a pass is only given when both ends meet the limit', (t) => {
	const end = fc.option(fc.double({ noNaN: true }), { nil: null });
	fc.assert(
		fc.property(
			fc.constantFrom('<', '<=', '>', '>=' as const),
			fc.double({ noNaN: true }),
			end,
			end,
			(op, value, a, b) => {
				const lower = a !== null && b !== null ? Math.min(a, b) : a;
				const upper = a !== null && b !== null ? Math.max(a, b) : b;
				const verdict = decide({ op: op as '<', value }, { lower, upper }, null);
				const decisive = op.startsWith('<') ? upper : lower;
				if (verdict === 'pass')
					return decisive !== null && (op.startsWith('<') ? decisive <= value : decisive >= value);
				return true;
			},
		),
	);
	t.pass();
});

test('what is no finite number decides nothing, on either side', (t) => {
	const { POSITIVE_INFINITY: most, NEGATIVE_INFINITY: least } = Number;
	t.is(decide({ op: '<', value: 1 }, { lower: least, upper: least }, null), 'inconclusive');
	t.is(decide({ op: '>', value: 1 }, { lower: most, upper: most }, null), 'inconclusive');
	t.is(decide({ op: '<', value: 1 }, { lower: most, upper: most }, null), 'inconclusive');
	t.is(decide({ op: '<', value: 1 }, { lower: least, upper: 0.5 }, null), 'pass');
});
