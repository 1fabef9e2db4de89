/**
 * One controller of the benchmark, a process of its own: runs a scenario on one board and stops right before its stream begins,
 * until its parent says go. So what is measured is streaming, and not the start of Node.js beside it.
 *
 * Started by mqtt-benchmark.ts with an IPC channel; its one argument is a `BoardOrder` in JSON.
 */
import { once } from 'node:events';
import { decodeCaptureFile } from '../capture/decode-run.ts';
import type { ByteLink } from '../link/byte-link.ts';
import { run } from '../run.ts';

export interface BoardOrder {
	scenario: string;
	runsFolder: string;
	/** `mqtt://host:port/bench`; `null`: the board hangs on this controller by its pty. */
	link: string | null;
}

/** What it tells its parent, in this order. */
export type BoardReport =
	| { says: 'ready' }
	| { says: 'streaming' }
	| { says: 'streamed' }
	| { says: 'done'; underruns: number; attempts: number; counted: number; faults: string[] };

const tell = (report: BoardReport) => process.send?.(report);

/** The link, but it opens only when the parent says go. */
function heldBack(link: ByteLink): ByteLink {
	return {
		description: link.description,
		open: async () => {
			tell({ says: 'ready' });
			await once(process, 'message');
			await link.open();
			tell({ says: 'streaming' });
		},
		write: (bytes) => link.write(bytes),
		onData: (receive) => link.onData(receive),
		onClose: (closed) => link.onClose(closed),
		close: async () => {
			tell({ says: 'streamed' });
			await link.close();
		},
	};
}

const order = JSON.parse(process.argv[2] ?? '') as BoardOrder;
const { folder } = await run({
	scenario: order.scenario,
	runsFolder: order.runsFolder,
	devices: ['posix'],
	command: ['bench:mqtt'],
	wrapLink: heldBack,
	...(order.link === null ? {} : { attach: { link: order.link } }),
});
const { sessions, faults } = await decodeCaptureFile(folder.capture);
const clips = sessions.flatMap((session) => session.clips);
tell({
	says: 'done',
	underruns: clips.reduce((sum, { end }) => sum + (end?.underruns ?? 0), 0),
	attempts: clips.length,
	counted: clips.filter(({ problems }) => problems.length === 0).length,
	faults: [...faults, ...sessions.flatMap((session) => session.faults)].map(({ text }) => text),
});
process.disconnect?.();
