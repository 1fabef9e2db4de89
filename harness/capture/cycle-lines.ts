/**
 * Reads the lines of the cycle model's plugin (devices/emulated/cycle-plugin/README.md) of one session, attempt by attempt.
 * Pure; trusts nothing. What is wrong with them makes an attempt's cycles worthless, and nothing else.
 */
import type { CyclesEvent } from './capture-line.ts';

/** What was executed: instructions, the cycles estimated for them, and how many of them were floating point. */
export interface ExecutedCounts {
	instructions: number;
	cycles: number;
	floats: number;
}

/** One inference, as the plugin saw it between the firmware's marks. */
export interface HopCycles {
	hop: number;
	/** Since the hop before, or since the clip began: all that was executed, interrupts included. */
	awake: ExecutedCounts;
	/** Of that, in interrupt handlers. */
	irq: ExecutedCounts;
	/** By number of the stage, without interrupts; `null`: the stage was not entered. */
	stages: (ExecutedCounts | null)[];
}

export interface ClipCycles {
	hops: HopCycles[];
	/** Why they are not to be used, in a sentence; `null`: they are complete. */
	problem: string | null;
	/** The firmware set no mark at all. */
	unmarked: boolean;
}

/** Costs and all: an older build of the plugin, beside the bridge of another machine perhaps, estimates other cycles. */
export const CYCLES_HEAD = 'ossicle-cycles 1 cortex-m4 branch 2 divide 6 exception 12 10';
/** The most that a record can have. */
const MOST_STAGES = 8;
const NUMBER = /^(0|[1-9][0-9]{0,15})$/;

export class CycleLines {
	/** Number of the next line in the session. */
	#next = 0;
	/** Since one was lost, nothing can be known to be complete. */
	#lost: string | null = null;

	/** The plugin's lines up to the end of an attempt. @param stages how many the firmware has */
	take(event: CyclesEvent, stages: number): ClipCycles {
		const clip: ClipCycles = { hops: [], problem: null, unmarked: true };
		const begun = `${event.clip} ${event.attempt}`;
		let mine = false;
		for (const line of event.lines.split('\n').slice(0, -1)) {
			const [, number = '', text = ''] = /^(\d{1,15}) (.*)$/.exec(line) ?? [];
			if (number !== String(this.#next) || (this.#next === 0 && text !== CYCLES_HEAD))
				this.#lost ??= `the cycle model's lines are not complete: line ${this.#next} was due, and ${JSON.stringify(line.slice(0, 60))} came`;
			this.#next = Number(number) + 1;
			const [word, rest] = [text.split(' ', 1)[0], text.slice(text.indexOf(' ') + 1)];
			if (word === 'clip' || word === 'play') {
				clip.unmarked = false;
				mine = rest === begun;
				// What came before is an attempt that was given up; in preload, the loading.
				if (mine) Object.assign(clip, { hops: [], problem: null });
				else clip.problem = `the cycle model saw clip ${rest} (number, attempt) begin, but ${begun} was sent`;
			} else if (word === 'error') clip.problem ??= `the cycle model lost its place: ${rest}`;
			else if (word === 'hop') hop(clip, rest, stages, mine);
		}
		if (event.lines !== '' && !event.lines.endsWith('\n')) this.#lost ??= "the cycle model's last line is cut";
		clip.problem = this.#lost ?? clip.problem;
		if (clip.problem === null && !mine)
			clip.problem = clip.unmarked
				? 'the firmware left no marks for the cycle model: on an emulator its board has to call cycle_marks_start (firmware/boards/cortex_m)'
				: `the cycle model did not see clip ${begun} (number, attempt) begin`;
		return clip;
	}
}

function hop(clip: ClipCycles, text: string, stages: number, mine: boolean): void {
	const read = mine ? hopOf(text, stages) : null;
	const due = clip.hops.length;
	if (read === null || read.hop !== due)
		clip.problem ??= `hop ${due} of the cycle model was due, but \`hop ${text.slice(0, 80)}\` came`;
	else clip.hops.push(read);
}

/** `<hop> awake <counts> irq <counts>`, then `stage <number> <counts>` for each stage entered, ascending. */
function hopOf(text: string, stages: number): HopCycles | null {
	const words = text.split(' ');
	const take = (): number => {
		const word = words.shift() ?? '';
		return NUMBER.test(word) && Number.isSafeInteger(Number(word)) ? Number(word) : Number.NaN;
	};
	const counts = (): ExecutedCounts => ({ instructions: take(), cycles: take(), floats: take() });
	const number = take();
	const read: HopCycles = {
		hop: number,
		awake: words.shift() === 'awake' ? counts() : NO_COUNTS,
		irq: words.shift() === 'irq' ? counts() : NO_COUNTS,
		stages: Array.from({ length: Math.min(stages, MOST_STAGES) }, () => null),
	};
	let last = -1;
	while (words.shift() === 'stage') {
		const stage = take();
		if (!(stage > last && stage < read.stages.length)) return null;
		last = stage;
		read.stages[stage] = counts();
	}
	const all = [read.awake, read.irq, ...read.stages].flatMap((each) => (each === null ? [] : Object.values(each)));
	return words.length === 0 && !Number.isNaN(number) && all.every((value) => !Number.isNaN(value)) ? read : null;
}

const NO_COUNTS: ExecutedCounts = { instructions: Number.NaN, cycles: Number.NaN, floats: Number.NaN };
