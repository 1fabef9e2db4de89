/** What ends a session in which a person at this machine pressed Ctrl-C: nobody else can know that. */
const OURS_ALONE = 'interrupted';

/** The code of an error that somebody else sent; `instead`, where it is none of theirs to give. */
export function foreignCode(code: string, instead: string): string {
	return code === OURS_ALONE ? instead : code;
}

/**
 * Text that somebody else sent, made fit for a line of ours: control and format characters (escapes, line ends, marks that
 * turn letters round) become spaces, and it is cut where it is longer than `longest` letters.
 */
export function foreignText(text: string, longest = 300): string {
	return text
		.slice(0, 4 * longest)
		.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, ' ')
		.slice(0, longest)
		.trim();
}
