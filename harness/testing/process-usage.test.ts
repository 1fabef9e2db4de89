import test from 'ava';
import { execa } from 'execa';
import { cpuSeconds, descendantsCpuSeconds, peakResidentBytes } from './process-usage.ts';

test('a process that computed has used time, and its parent among its descendants', async (t) => {
	const before = descendantsCpuSeconds(process.pid);
	// It ends its computing by its own CPU clock, then waits to be looked at.
	const script = 'while (process.cpuUsage().user < 3e5); console.log("done"); process.stdin.resume()';
	const child = execa(process.execPath, ['-e', script], { stdin: 'pipe', reject: false });
	await new Promise((resolve) => child.stdout.once('data', resolve));
	t.true(cpuSeconds(child.pid ?? 0) >= 0.25);
	t.true(descendantsCpuSeconds(process.pid) - before >= 0.25);
	t.true(peakResidentBytes(child.pid ?? 0) > 1e6);
	child.stdin.end();
	await child;
	t.is(cpuSeconds(child.pid ?? 0), Number.NaN);
	t.is(peakResidentBytes(child.pid ?? 0), Number.NaN);
});
