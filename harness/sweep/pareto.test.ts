import test from 'ava';
import fc from 'fast-check';
import { type Design, paretoFront } from './pareto.ts';

const design = (key: string, cost: number | null, benefit: number | null, why?: string): Design => ({
	key,
	cost,
	benefit,
	...(why === undefined ? {} : { why }),
});

test('a front by hand', (t) => {
	const { front, excluded } = paretoFront([
		design('dear and good', 10, 99),
		design('cheap and poor', 1, 80),
		design('beaten in both', 11, 98),
		design('middle', 5, 90),
		design('as dear as the middle, and worse', 5, 89),
		design('as good as the middle, and dearer', 6, 90),
	]);
	t.deepEqual(front, ['cheap and poor', 'middle', 'dear and good']);
	t.deepEqual(excluded, []);
});

test('designs that are equal in both stand on the front together, in their order', (t) => {
	t.deepEqual(paretoFront([design('b', 1, 1), design('a', 1, 1), design('c', 1, 1)]).front, ['b', 'a', 'c']);
	t.deepEqual(paretoFront([design('b', 1, 1), design('a', 1, 1), design('better', 1, 2)]).front, ['better']);
});

test('what was not measured is left out, said so, and beats nobody', (t) => {
	const { front, excluded } = paretoFront([
		design('no cost', null, 100, 'the bench failed'),
		design('no benefit', 0, null),
		design('no number', Number.NaN, 100),
		design('endless', Number.POSITIVE_INFINITY, 100),
		design('measured', 3, 50),
	]);
	t.deepEqual(front, ['measured']);
	t.deepEqual(excluded, [
		{ key: 'no cost', why: 'the bench failed' },
		{ key: 'no benefit', why: 'it was not measured' },
		{ key: 'no number', why: 'it was not measured' },
		{ key: 'endless', why: 'it was not measured' },
	]);
	t.deepEqual(paretoFront([]), { front: [], excluded: [] });
});

test('the front is exactly those whom nobody beats', (t) => {
	const value = fc.oneof(fc.integer({ min: 0, max: 6 }), fc.constant(null));
	fc.assert(
		fc.property(fc.array(fc.tuple(value, value), { maxLength: 30 }), (pairs) => {
			const designs = pairs.map(([cost, benefit], index) => design(String(index), cost, benefit));
			const { front, excluded } = paretoFront(designs);
			const beats = (a: Design, b: Design) => {
				if (a.cost === null || a.benefit === null || b.cost === null || b.benefit === null) return false;
				return a.cost <= b.cost && a.benefit >= b.benefit && (a.cost < b.cost || a.benefit > b.benefit);
			};
			const unbeaten = designs.filter(
				(each) => each.cost !== null && each.benefit !== null && !designs.some((other) => beats(other, each)),
			);
			const costs = front.map((key) => designs[Number(key)]?.cost ?? Number.NaN);
			return (
				JSON.stringify(front.toSorted()) === JSON.stringify(unbeaten.map(({ key }) => key).toSorted()) &&
				costs.every((cost, index) => index === 0 || cost >= (costs[index - 1] ?? 0)) &&
				excluded.length === designs.filter(({ cost, benefit }) => cost === null || benefit === null).length
			);
		}),
		{ numRuns: 2000 },
	);
	t.pass();
});
