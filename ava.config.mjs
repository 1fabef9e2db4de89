/** Whole scenarios play in real time and take longest: they come first, so that no worker is left with one at the end. */
const isScenario = (file) => file.includes('/scenarios/');

export default {
	extensions: { ts: 'module' },
	nodeArguments: ['--import=tsx'],
	files: [
		'harness/**/*.test.ts',
		'devices/**/*.test.ts',
		'firmware/**/*.test.ts',
		'scenarios/**/*.test.ts',
		'reports/**/*.test.ts',
	],
	sortTestFiles: (a, b) => Number(isScenario(b)) - Number(isScenario(a)) || a.localeCompare(b),
	timeout: '10m',
	concurrency: 2,
	workerThreads: false,
};
