const LONGEST_TEXT = 700;

/**
 * Reasons carry text of devices: no line of theirs may look like one of ours, and neither an escape nor a direction mark,
 * which turns letters round, reaches the terminal.
 */
export function oneLine(text: string): string {
	return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, LONGEST_TEXT);
}

/** JSON in one line of 7-bit letters: texts of strangers, whole, and yet nothing that a terminal would act on. */
export function jsonLine(value: unknown): string {
	return JSON.stringify(value).replace(
		/[^\x20-\x7e]/g,
		(letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
	);
}

/**
 * `    why: ...`, broken between words where it would be wider than `width`; what follows is set under the text, so that
 * no line of it begins where ours do.
 */
export function remarkLines(word: string, text: string, width: number): string[] {
	const lead = `    ${word}: `;
	return brokenLines(oneLine(text), width - lead.length).map((line, index) =>
		index === 0 ? lead + line : ' '.repeat(lead.length) + line,
	);
}

/** A text in lines of at most `width` letters, broken between words; a longer word has a line to itself. */
export function brokenLines(text: string, width: number): string[] {
	const lines: string[] = [];
	let line = '';
	for (const word of text.split(' ')) {
		const longer = line === '' ? word : `${line} ${word}`;
		if (longer.length > width && line !== '') {
			lines.push(line);
			line = word;
		} else line = longer;
	}
	return [...lines, line];
}

/** 7-bit letters for a terminal that has no others. */
export function toAscii(text: string): string {
	return text
		.replaceAll('µ', 'u')
		.replaceAll('×', 'x')
		.replaceAll('≤', '<=')
		.replaceAll('≥', '>=')
		.replace(/[^\p{ASCII}]/gu, '?');
}
