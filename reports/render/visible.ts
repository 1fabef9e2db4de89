/**
 * Text from devices, files and command lines, made fit to be shown: what would be invisible, move the cursor, turn the
 * direction of reading or be illegal in XML 1.0 (section 2.2) is written out, as `\x1b` or `\u{202e}`.
 */

/** Tab and line feed stay: white space in HTML, and XML 1.0 allows them. */
const HIDDEN = /(?![\t\n])[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029\ufffe\uffff]/gu;

/** Most characters of one text that are shown; a 10 kB console line tells nobody more than its beginning. */
export const MOST_CHARACTERS = 600;

export function visible(text: string): string {
	// toWellFormed's job is done by \p{Cs}: with the u flag it matches a surrogate only where it stands alone.
	return text.replace(HIDDEN, (letter) => {
		const code = letter.codePointAt(0) ?? 0;
		return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
	});
}

/** The beginning of a long text, and how long it is. */
export function shortened(text: string, most = MOST_CHARACTERS): string {
	if (text.length <= most) return text;
	return `${text.slice(0, most)}… (${text.length} characters)`;
}
