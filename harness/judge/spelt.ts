/** A name without what two people would write differently: capitals, blanks, invisible characters, ways to write an accent. */
export function spelt(name: string): string {
	const visible = name.normalize('NFKC').replace(/[\p{Cc}\p{Cf}]/gu, '');
	return visible
		.replace(/[\s_-]+/gu, ' ')
		.trim()
		.toLowerCase();
}
