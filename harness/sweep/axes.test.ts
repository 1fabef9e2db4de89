import test from 'ava';
import { parseClocks, parseSolvers, parseTimesteps } from './axes.ts';

test('solvers by name, in the order written, each once', (t) => {
	t.deepEqual(parseSolvers(['rk4', 'Euler', 'adaptive-heun', 'adaptive_heun']), ['rk4', 'euler', 'adaptive_heun']);
	t.throws(() => parseSolvers(['huen']), { code: 'option', message: /--solver: expected a solver \(euler, .*heun/ });
});

test('timesteps are adaptive, or 1 to 50 ms in tenths', (t) => {
	t.deepEqual(parseTimesteps(['adaptive', '16ms', '2.5 ms', '50MS', '16 ms']), [null, 16, 2.5, 50]);
	for (const word of ['16', '0.5ms', '51ms', '1.25ms', '-5ms', '', '16s'])
		t.throws(() => parseTimesteps([word]), {
			code: 'option',
			message: /--timestep: expected `adaptive`, or 1ms to 50ms/,
		});
});

test('clocks are megahertz unless they say otherwise', (t) => {
	t.deepEqual(parseClocks(['168', '84MHz', '32768 Hz', '64mhz', '500kHz']), [168e6, 84e6, 32_768, 64e6, 500e3]);
	for (const word of ['fast', '0', '-1', '1e6', '168 GHz'])
		t.throws(() => parseClocks([word]), { code: 'option', message: /--clock: expected a clock such as 168MHz/ });
});
