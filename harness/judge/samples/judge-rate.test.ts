import test from 'ava';
import { csvOf, figuresOf, verdictOn } from '../../testing/verdict-on.ts';

const near = (a: number | null | undefined, b: number) => typeof a === 'number' && Math.abs(a - b) < 1e-9;

test('no event in 30 h proves one in 10 h; in 29 h it does not: scipy.stats.chi2', async (t) => {
	const hours = (n: number) => csvOf('events,hours', new Array(n).fill('0,1'));
	const thirty = await verdictOn(hours(30), 'rate', '<= 1 /10 h');
	t.true(near(thirty.upper, 0.09985774245179965));
	t.is(thirty.verdict, 'marginal');
	const fewer = await verdictOn(hours(29), 'rate', '<= 1 /10 h');
	t.is(fewer.verdict, 'inconclusive');
	t.deepEqual(fewer.wouldDecide, { what: 'h', n: 30 });
});

test('three events in 10 h, in any of the ways to write it', async (t) => {
	for (const [text, unit] of [
		['events,hours\n1,4\n2,6\n', null],
		['events,exposure\n3,600\n', 'min'],
		['value,exposure\n3,36000\n', 's'],
		['value,hours\n3,10\n', null],
	] as const) {
		const verdict = await verdictOn(text, 'rate', '< 1 /h', { unit });
		t.true(near(verdict.lower, 0.08176914471639533) && near(verdict.upper, 0.7753656527932725), text);
	}
});

test('events in bunches are no Poisson process', async (t) => {
	const bunched = Array.from({ length: 60 }, (_, row) => `${row === 20 || row === 40 ? 10 : 0},1`);
	const verdict = await verdictOn(csvOf('events,hours', bunched), 'rate', '< 2 /h');
	const { dispersion } = figuresOf(verdict, 'poisson');
	t.is(verdict.verdict, 'inconclusive');
	t.deepEqual(verdict.marks, ['bunched']);
	t.true(near(dispersion?.most, 21.665994333461924) === (dispersion?.dof === 9), 'scipy.stats.chi2.ppf(.99, 9)');
	const even = Array.from({ length: 60 }, (_, row) => `${row % 3 === 0 ? 1 : 0},1`);
	t.is((await verdictOn(csvOf('events,hours', even), 'rate', '< 2 /h')).verdict, 'pass');
});

test('sessions whose rates differ are not added up', async (t) => {
	const rows = [2, 1, 3, 30].map((events, session) => `${events},10,${session}`);
	t.is((await verdictOn(csvOf('events,hours,session', rows), 'rate', '< 5 /h')).verdict, 'inconclusive');
});

test('hours are hours, and a value that counts events is whole', async (t) => {
	await t.throwsAsync(verdictOn('events,hours\n1,1\n', 'rate', '< 1 /h', { unit: 's' }), {
		message: /`hours` is in h, not in s/,
	});
	await t.throwsAsync(verdictOn('value,hours\n1.5,1\n', 'rate', '< 1 /h'), {
		message: /:2, column "value": expected a whole number/,
	});
});
