/** What is going on, for people: one line rewritten on a terminal, plain lines elsewhere and fewer of them. */
export interface Progress {
	line: (text: string) => void;
	/** Leaves the cursor on a fresh line. */
	end: () => void;
}

/** A CI log does not want a line for each of sixty clips. */
const COUNTED = / (\d+)\/(\d+) /;

export function showProgress(stream: NodeJS.WriteStream): Progress {
	let open = false;
	if (!stream.isTTY) {
		return {
			line: (text) => {
				const [, position, total] = COUNTED.exec(text) ?? [];
				if (position === undefined || position === '1' || position === total || Number(position) % 16 === 0)
					stream.write(`${text}\n`);
			},
			end: () => {},
		};
	}
	return {
		line: (text) => {
			const keep = !COUNTED.test(text);
			const shown = text.slice(0, Math.max(20, (stream.columns ?? 80) - 1));
			stream.write(`\r\x1b[2K${keep ? text : shown}${keep ? '\n' : ''}`);
			open = !keep;
		},
		end: () => {
			if (open) stream.write('\r\x1b[2K');
			open = false;
		},
	};
}
