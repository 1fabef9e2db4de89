import test, { type ExecutionContext } from 'ava';
import { frontPlot, markSvg, type PlottedDesign } from './front-plot.ts';

/** Every number in a drawing is one; NaN or Infinity in an attribute makes a browser drop the element. */
const UNDRAWABLE = /NaN|Infinity|undefined|null/;

const design = (low: number, high: number, benefit: number, changes: Partial<PlottedDesign> = {}): PlottedDesign => ({
	name: `${high} for ${benefit}`,
	cost: { low, high },
	benefit,
	bounds: { low: benefit - 3, high: benefit + 2 },
	isOnFront: false,
	kind: 0,
	...changes,
});

function draw(t: ExecutionContext, designs: readonly PlottedDesign[]): string {
	const text = String(
		frontPlot({ designs, costTitle: 'mean power, mW', benefitTitle: 'accuracy, %', label: 'A plot' }),
	);
	t.notRegex(text, UNDRAWABLE);
	return text;
}

test('designs of the front are filled and joined by steps, the others are hollow', (t) => {
	const text = draw(t, [
		design(1, 2, 90, { isOnFront: true }),
		design(2, 3, 85),
		design(3, 4, 95, { isOnFront: true, kind: 1 }),
	]);
	t.is(text.match(/class="design on-front"/g)?.length, 2);
	t.is(text.match(/class="design off-front"/g)?.length, 1);
	const [, front = ''] = /class="front" d="([^"]+)"/.exec(text) ?? [];
	const corners = front
		.slice(1)
		.split('L')
		.map((pair) => pair.split(',').map(Number));
	t.is(corners.length, 3, 'a design, the step to the next one, that one');
	t.is(corners[0]?.[1], corners[1]?.[1], 'the first one holds until the next one costs');
	t.is(corners[1]?.[0], corners[2]?.[0]);
	t.true((corners[2]?.[1] ?? 0) < (corners[1]?.[1] ?? 0), 'up is better');
});

test('a band is a line to its good end, and only the front shows how sure its accuracy is', (t) => {
	t.is(draw(t, [design(1, 2, 90)]).match(/class="spread"/g)?.length, 1);
	t.is(draw(t, [design(2, 2, 90)]).match(/class="spread"/g), null);
	t.is(draw(t, [design(2, 2, 90, { isOnFront: true })]).match(/class="spread"/g)?.length, 1);
	t.is(draw(t, [design(2, 2, 90, { isOnFront: true, bounds: null })]).match(/class="spread"/g), null);
});

test('costs that lie far apart have an axis by powers of ten', (t) => {
	const marks = (designs: PlottedDesign[]) =>
		[...draw(t, designs).matchAll(/class="design [a-z-]+" d="M([\d.]+),/g)].map(([, x]) => Number(x));
	const [a = 0, b = 0, c = 0] = marks([design(1, 1, 90), design(10, 10, 91), design(100, 100, 92)]);
	t.true(Math.abs(b - a - (c - b)) < 0.5);
});

test('next to nothing can be drawn', (t) => {
	draw(t, []);
	draw(t, [design(0, 0, 0)]);
	draw(t, [design(5, 5, 50), design(5, 5, 50)]);
	draw(t, [design(0, 1e9, 100, { kind: 7 })]);
});

test('each kind has a mark of its own', (t) => {
	const shapes = [0, 1, 2, 3].map((kind) => String(markSvg(kind)));
	t.is(new Set(shapes).size, 4);
	for (const shape of shapes) t.notRegex(shape, UNDRAWABLE);
});
