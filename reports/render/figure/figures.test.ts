import test from 'ava';
import fc from 'fast-check';
import type { Cell } from '../../../harness/generated/record.ts';
import { cellOf } from '../../testing/made-report.ts';
import { envelope } from './envelope.ts';
import { limitBar, sharesOf } from './limit-bar.ts';
import { percentilePlot } from './percentile-plot.ts';
import { powerCloseUp, powerPlot } from './power-plot.ts';
import { runOrderPlot } from './run-order.ts';
import { axisWithLimit, linearScale, logScale, niceTicks } from './scale.ts';
import { sessionDots } from './session-dots.ts';
import { path, px } from './svg.ts';
import { waveform } from './waveform.ts';

/** Every number in a drawing is one; NaN or Infinity in an attribute makes a browser drop the element. */
const UNDRAWABLE = /NaN|Infinity|undefined|null/;

const below = (value: number): Cell['limit'] => ({ op: '<', value, text: `< ${value} ms` });

test('round ticks inside their range', (t) => {
	t.deepEqual(niceTicks(0, 16.8, 5), [0, 5, 10, 15]);
	t.deepEqual(niceTicks(0, 1, 5), [0, 0.2, 0.4, 0.6, 0.8, 1]);
	t.deepEqual(niceTicks(0, 0.3, 3), [0, 0.1, 0.2, 0.3], 'no 0.30000000000000004');
	t.deepEqual(niceTicks(5, 5, 5), [5]);
	t.deepEqual(niceTicks(Number.NaN, 1, 5), []);
	t.deepEqual(logScale([0.9, 110], [0, 1]).ticks, [1, 10, 100]);
	t.deepEqual(logScale([1, 10], [0, 1]).ticks, [1, 2, 5, 10]);
});

test('scales hit both ends of their pixels', (t) => {
	const linear = linearScale([2, 6], [100, 0]);
	t.deepEqual([2, 4, 6].map(linear), [100, 50, 0]);
	const log = logScale([1, 100], [0, 10]);
	t.deepEqual([1, 10, 100].map(log), [0, 5, 10]);
	t.true(Number.isFinite(log(0)), 'zero has a place, however far away');
});

test('a limit far from the data makes the axis logarithmic; a near one does not', (t) => {
	t.is(axisWithLimit(2, 3, 15, [100, 0]).kind, 'linear');
	t.is(axisWithLimit(2, 3, 1500, [100, 0]).kind, 'log');
	t.is(axisWithLimit(40, 130, 1.2, [100, 0]).kind, 'log');
	t.is(axisWithLimit(0, 130, 1.2, [100, 0]).kind, 'linear', 'zero has no logarithm');
	t.is(axisWithLimit(2, 3, null, [100, 0]).kind, 'linear');
	t.true(Number.isFinite(axisWithLimit(0, 0, 0, [100, 0])(0)));
});

test('the interval in shares of the limit, the good end first', (t) => {
	t.deepEqual(sharesOf(cellOf({ bounds: [4, 6] })), { good: 0.4, bad: 0.6, estimate: 0.5 });
	const battery = cellOf({ limit: { op: '>', value: 80, text: '' }, bounds: [100, 160], estimate: 100, unit: 'h' });
	t.deepEqual(sharesOf(battery), { good: 0.5, bad: 0.8, estimate: 0.8 });
	const accuracy = cellOf({
		metric: 'accuracy',
		unit: '%',
		limit: { op: '>', value: 90, text: '' },
		bounds: [95, 100],
		estimate: 97.5,
	});
	t.deepEqual(sharesOf(accuracy), { good: 0, bad: 0.5, estimate: 0.25 }, 'of the errors allowed');
	t.deepEqual(sharesOf(cellOf({ bounds: [null, 6] })), { good: null, bad: 0.6, estimate: 0.5 });
});

test('what has no place on the bar gets none', (t) => {
	t.is(limitBar(cellOf({ bounds: null })), null);
	t.is(limitBar(cellOf({ bounds: [null, null] })), null);
	t.is(limitBar(cellOf({ bounds: [Number.NaN, Number.NaN] })), null);
	t.is(limitBar(cellOf({ limit: below(0) })), null, 'a limit of nothing has no shares');
	t.is(
		limitBar(
			cellOf({ metric: 'npu-enabled', unit: 'yes/no', limit: { op: '=', value: 1, text: 'yes' }, bounds: [1, 1] }),
		),
		null,
	);
});

test('bars of every kind can be drawn, and look different without colour', (t) => {
	const draw = (changes: Partial<Cell>) => {
		const text = String(limitBar(cellOf(changes)));
		t.notRegex(text, UNDRAWABLE);
		return text;
	};
	t.regex(draw({ bounds: [4, 6] }), /class="interval"/);
	t.regex(draw({ bounds: [4, 6], evidence: 'modelled' }), /class="band".*class="hatch"/);
	t.regex(draw({ bounds: [5, 5] }), /class="exact"/);
	t.regex(draw({ bounds: [4, null] }), /class="arrow open"/);
	t.regex(draw({ bounds: [null, 4] }), /class="arrow open"/);
	t.regex(draw({ bounds: [500, 510] }), /class="arrow".*>50–51×</);
	t.regex(draw({ bounds: [500, 500] }), /class="arrow".*>50×</);
	t.regex(draw({ bounds: [9, 500] }), /class="interval".*class="arrow"/);
	t.regex(draw({ bounds: [1e12, 1e12] }), /10⁶× or more/);
	t.regex(draw({ bounds: [-3, 6] }), /class="interval"/);
	draw({ bounds: [0, 0], estimate: 0 });
	draw({ bounds: [4, 6], estimate: null });
});

test('the bar says its numbers to whoever cannot see it', (t) => {
	t.regex(String(limitBar(cellOf())), /aria-label="Latency \(p99\): interval from 40 % to 60 % of the limit used"/);
});

test('a bar ends before the limit exactly when its bad bound does', (t) => {
	const limit = Number(/class="limit" x1="([\d.]+)"/.exec(String(limitBar(cellOf())))?.[1]);
	const end = (bounds: [number, number]) => {
		const [, x, width] =
			/class="interval" x="([\d.]+)".*? width="([\d.]+)"/.exec(String(limitBar(cellOf({ bounds })))) ?? [];
		return Number(x) + Number(width);
	};
	const inside = fc.double({ min: 0.001, max: 10, noNaN: true });
	const outside = fc.double({ min: 10.2, max: 14, noNaN: true });
	fc.assert(
		fc.property(inside, inside, outside, (a, b, over) => {
			const [low, high] = [Math.min(a, b) * 0.999, Math.max(a, b)];
			return end([low, high]) <= limit + 0.11 && end([low, over]) > limit;
		}),
	);
	t.pass();
});

test('an envelope loses no peak', (t) => {
	fc.assert(
		fc.property(
			fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 300 }),
			fc.integer({ min: 1, max: 50 }),
			(values, bins) => {
				const stretches = envelope(values, bins);
				return (
					stretches.length <= bins &&
					Math.max(...stretches.map(({ most }) => most)) === Math.max(...values) &&
					Math.min(...stretches.map(({ least }) => least)) === Math.min(...values)
				);
			},
		),
	);
	t.deepEqual(envelope([], 10), []);
	t.deepEqual(envelope([Number.NaN, Number.NaN], 1), []);
	t.deepEqual(envelope([1, Number.NaN, 3], 1), [{ from: 0, to: 1, least: 1, most: 3, mean: 2 }]);
});

test('a line breaks where there is no number', (t) => {
	t.is(
		path([
			[0, 0],
			[1, 1.26],
			[Number.NaN, 2],
			[3, 3],
		]),
		'M0,0L1,1.3M3,3',
	);
	t.is(px(Number.POSITIVE_INFINITY), '0');
});

test('a hundred thousand samples make a small drawing', (t) => {
	const milliwatts = Float64Array.from({ length: 100_000 }, (_, index) => (index % 16 < 3 ? 130 : 40));
	const inferences = Array.from({ length: 6000 }, (_, index) => ({
		startSeconds: index * 0.016,
		endSeconds: index * 0.016 + 0.003,
		gated: index % 2 === 0,
	}));
	const plot = {
		name: 'day',
		startSeconds: 0,
		periodSeconds: 0.001,
		milliwatts,
		inferences,
		limit: { value: 1.2, text: '< 1.2 mW' },
		meanMw: 57,
	};
	const whole = String(powerPlot(plot));
	t.true(whole.length < 60_000, String(whole.length));
	t.regex(whole, /largest 130 mW/);
	const near = String(powerCloseUp(plot));
	t.true(near.length < 60_000);
	t.regex(near, /class="inference"/);
	t.notRegex(whole + near, UNDRAWABLE);
});

test('drawings of next to nothing', (t) => {
	const one = Float64Array.of(3);
	const limit = { value: 5, text: '< 5 ms' };
	const drawings = [
		percentilePlot({
			sessions: [{ lowMs: one, highMs: one }],
			judged: [{ statistic: 'p99', p: 0.99, estimate: 3, bounds: [null, null], limit }],
		}),
		percentilePlot({
			sessions: [{ lowMs: one, highMs: one }],
			judged: [
				{ statistic: 'max', p: 1, estimate: null, bounds: [], limit },
				{ statistic: 'p50', p: 0.5, estimate: 2, bounds: [1, 3], limit },
			],
		}),
		percentilePlot({ sessions: [{ lowMs: Float64Array.of(0, 0), highMs: Float64Array.of(0, 0) }], judged: [] }),
		percentilePlot({
			sessions: [{ lowMs: one, highMs: one }],
			judged: [{ statistic: 'p99', p: 0.99, estimate: 3, bounds: [2, 4], limit: { value: 1e9, text: '' } }],
		}),
		runOrderPlot({ hopsMs: one, limit: null }),
		runOrderPlot({ hopsMs: Float64Array.of(0, 0, 0), limit: { value: 0.001, text: '' } }),
		powerPlot({
			name: 'x',
			startSeconds: 0,
			periodSeconds: 1,
			milliwatts: one,
			inferences: [],
			limit: null,
			meanMw: 3,
		}),
		sessionDots(
			'Latency',
			'ms',
			[
				{ session: 1, value: 3 },
				{ session: 2, value: 4 },
			],
			limit,
		),
		waveform(new Int16Array(0), 'nothing'),
		waveform(new Int16Array(50), 'silence'),
	];
	for (const drawing of drawings) t.notRegex(String(drawing), UNDRAWABLE);
	t.is(
		powerCloseUp({
			name: 'x',
			startSeconds: 0,
			periodSeconds: 1,
			milliwatts: one,
			inferences: [],
			limit: null,
			meanMw: Number.NaN,
		}),
		null,
	);
});

test('a limit outside of the power axis is told in words', (t) => {
	const plot = {
		name: 'x',
		startSeconds: 0,
		periodSeconds: 1,
		milliwatts: Float64Array.of(3, 4),
		inferences: [],
		meanMw: 3.5,
	};
	t.regex(
		String(powerPlot({ ...plot, limit: { value: 500, text: '< 500 mW' } })),
		/↑ limit &lt; 500 mW, beyond this axis/,
	);
});
