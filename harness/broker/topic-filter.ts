/** Topic filters of MQTT 3.1.1, section 4.7. */

/** No wildcard, no NUL, 1 to 65,535 bytes. */
export function isTopic(text: string): boolean {
	return isName(text) && !/[+#]/.test(text);
}

/** `+` only as a whole level, `#` only as the last one. */
export function isFilter(text: string): boolean {
	if (!isName(text)) return false;
	const levels = text.split('/');
	return levels.every(
		(level, index) => !/[+#]/.test(level) || level === '+' || (level === '#' && index === levels.length - 1),
	);
}

function isName(text: string): boolean {
	return text !== '' && !text.includes('\0') && Buffer.byteLength(text) <= 0xffff;
}

export function topicMatches(filter: string, topic: string): boolean {
	return isFilter(filter) && isTopic(topic) && covers(filter.split('/'), topic.split('/'));
}

/** Whether each topic which `inner` matches is matched by `outer` too. Nothing is covered by, or covers, what is no filter. */
export function filterCovers(outer: string, inner: string): boolean {
	return isFilter(outer) && isFilter(inner) && covers(outer.split('/'), inner.split('/'));
}

function covers(outer: readonly string[], inner: readonly string[]): boolean {
	// 4.7.2: a wildcard at the beginning does not reach into topics that begin with `$`.
	if (inner[0]?.startsWith('$') && (outer[0] === '+' || outer[0] === '#')) return false;
	for (const [index, level] of outer.entries()) {
		if (level === '#') return true;
		const asked = inner[index];
		if (asked === undefined || asked === '#') return false;
		if (level !== '+' && level !== asked) return false;
	}
	// 4.7.1.2: `a/#` matches `a` too, so an inner one that is longer by its `#` alone is not inside.
	return inner.length === outer.length;
}
