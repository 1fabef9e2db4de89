/** Decodes canonical base64 (RFC 4648 section 4, padded); `null` for anything else. Node's own decoder forgives too much. */
export function decodeBase64(text: string): Uint8Array | null {
	const bytes = Buffer.from(text, 'base64');
	return bytes.toString('base64') === text ? bytes : null;
}
