/** The page of the MQTT benchmark: figures in, Markdown out. */

/** CPU time over the time it took: 1 is one core. */
export interface CpuShares {
	/** Of all boards together. */
	controllers: number;
	bridges: number;
	firmware: number;
	broker: number;
}

export interface BenchmarkRow {
	boards: number;
	/** `pty`: without a broker, to compare with. */
	link: 'pty' | 'mqtt';
	windowSeconds: number;
	cpu: CpuShares;
	/** Hops that came too late for real time, in all attempts at clips. */
	underruns: number;
	/** Attempts at clips, and those of them that count. */
	attempts: number;
	counted: number;
	faults: readonly string[];
}

export interface Machine {
	cores: number;
	/** One-minute load average before the first row. */
	loadBefore: number;
	node: string;
	broker: string;
}

export const totalOf = ({ controllers, bridges, firmware, broker }: CpuShares) =>
	controllers + bridges + firmware + broker;

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;

export function benchmarkPage(rows: readonly BenchmarkRow[], machine: Machine, date: string): string {
	const one = rows.find(({ boards, link }) => link === 'mqtt' && boards === 1);
	const perBoard = ({ cpu, boards }: BenchmarkRow) => totalOf(cpu) / boards;
	const lines = rows.map((row) => {
		const { cpu, boards, link } = row;
		const ratio = one === undefined ? '' : (perBoard(row) / perBoard(one)).toFixed(2);
		return [
			`${boards} x ${link}`,
			row.underruns,
			`${row.counted} of ${row.attempts}`,
			percent(cpu.controllers / boards),
			percent(cpu.bridges / boards),
			percent(cpu.firmware / boards),
			percent(cpu.broker / boards),
			percent(perBoard(row)),
			ratio,
			link === 'pty' ? '-' : percent(cpu.broker / totalOf(cpu)),
		];
	});
	const columns = [
		'boards',
		'underruns',
		'clips that count',
		'controller',
		'bridge',
		'firmware',
		'broker',
		'all, per board',
		'to 1 x mqtt',
		"broker's share",
	];
	const table = [columns, columns.map((_, index) => (index === 0 ? '---' : '---:')), ...lines];
	const windows = rows.map(({ windowSeconds }) => windowSeconds.toFixed(0)).join(', ');
	return `${[
		'# Real time over MQTT: how many boards at once',
		'',
		'`npm run -s bench:mqtt` streams 16-bit audio in real time (`realtime`, `pcm16`, 32 kB a second) to posix boards over one',
		'Mosquitto on the loopback interface. Each board has a bridge and a controller of its own, each a process; all streams begin',
		'at the same time, so that all hops fall due together. The columns from `controller` to `all` are CPU time a board, in',
		'percent of one core, while all boards stream; from /proc, in the whole window and not at its peaks. `pty` is the board on',
		"the controller's own pty, without a broker.",
		'',
		...table.map((cells) => `| ${cells.join(' | ')} |`),
		'',
		...rows.flatMap(({ faults, boards, link }) => faults.map((text) => `* ${boards} x ${link}: ${text}`)),
		'An underrun is a hop that was not there in its time with 100 ms of audio in hand. A clip with one is sent again.',
		'',
		`On ${date}, ${machine.cores} cores of a virtual x86-64 server shared with everything in the table, Linux, Node.js ${machine.node},`,
		`${machine.broker}; load average ${machine.loadBefore.toFixed(1)} before the first row. Windows of ${windows} s. Ratios within the table mean`,
		'something; its percentages are those of this machine.',
	]
		.join('\n')
		.replaceAll(/\n{3,}/g, '\n\n')}\n`;
}
