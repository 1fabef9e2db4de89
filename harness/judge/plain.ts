/**
 * A name from a device, file or person, fit for a sentence: control characters (escape sequences, line breaks, direction
 * marks) become `?`, and it is cut when it is long.
 */
export function plain(text: string, longest = 60): string {
	const shown = text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '?');
	return shown.length <= longest ? shown : `${shown.slice(0, longest - 3)}...`;
}
