import test from 'ava';
import { HopLevels } from './hop-levels.ts';

test('each whole hop has its mean square, however the samples come; a rest has none', (t) => {
	const levels = new HopLevels(4);
	levels.push(Int16Array.of(3, -3));
	levels.push(Int16Array.of(3, 3, 100));
	levels.pushZeros(3);
	levels.pushZeros(9);
	levels.push(Int16Array.of(8, 0, 0, 7));
	t.deepEqual([...(levels.meanSquares ?? [])], [9, 2500, 0, 0, 16]);
});

test('full scale does not overflow', (t) => {
	const levels = new HopLevels(2);
	levels.push(Int16Array.of(-32768, -32768));
	t.deepEqual([...(levels.meanSquares ?? [])], [2 ** 30]);
});

test('a run length beyond all reason ends in no levels, and at once', (t) => {
	const levels = new HopLevels(1);
	levels.pushZeros(2 ** 30);
	t.is(levels.meanSquares, null);
	t.is(new HopLevels(0).meanSquares, null);
});
